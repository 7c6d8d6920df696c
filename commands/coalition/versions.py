"""Bots of several releases in one coalition: leads on both sides hear which of them is to be updated.

The heading of a message (``wire.Heading``) is the same in all versions, so that each is counted in its turn by
bots that understand no more of it. An older bot never acts upon a newer version, since a kind may mean something
else there.
"""

from typing import Annotated, Final

from commands.coalition import views, wire
from commands.coalition.bodies import Bot
from commands.coalition.kinds import CoalitionKind, HeardMessage
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.model import CoalitionMember
from storage.core.bounds import Within
from storage.core.lazy_dataclass import dataclass
from storage.core.rows import A_DAY, millis

A_WEEK: Final = 7 * A_DAY
"""Milliseconds after which leads hear of it again while it stays so."""


@dataclass(frozen=True, slots=True)
class Older:
    """The sender understood nothing of what a newer bot says; the body of ``older``."""

    bot: Bot
    """The newer one."""
    version: Annotated[int, Within(1, wire.LARGEST)]
    """The newest version that the sender understands."""


async def newer(seat: Seat, member: CoalitionMember, *, occasion: str) -> None:
    """Tell leads, once a week, that a committee's bot is newer; and that bot, that this one is older."""
    if not await _due(seat, "newer", member):
        return
    await seat.tell(views.newer_bot(member.label), occasion=f"{occasion} newer")
    # For programs alone: whose bot it is stands in the block.
    said = "A bot here is newer than ours, and ours does not understand it. Ours needs an update."
    await seat.say(OLDER.name, Older(member.bot, wire.VERSION), said)


async def _older(seat: Seat, heard: HeardMessage[Older]) -> tuple[Reply, ...]:
    """Tell leads, once a week, that a committee's bot understands nothing of what theirs says."""
    said = heard.body
    if said.bot != seat.own or said.version >= wire.VERSION:
        return ()
    if not await _due(seat, "older", heard.member):
        return ()
    return (views.older_bot(heard.member.label),)


async def _due(seat: Seat, which: str, member: CoalitionMember) -> bool:
    subject = f"coalition {which} {member.id}"
    return await SaidOnce(seat.tx).due(subject, millis(seat.now), A_WEEK)


OLDER: Final = CoalitionKind("older", Older, _older)

"""Two committees of the same people, on the bot's own desk for polls: the guard has to see both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

from bot.polls.officer import ReturningOfficer
from bot.polls.pending import PendingPolls
from bot.polls.presence import Presence
from bot.polls.register import Open, Register
from bot.polls.service import CommitteePolls
from commands.framework.context import Context, Place, Role
from commands.framework.errors import Refusal
from commands.polls.ask.open import open_draft
from commands.polls.ask.policy import Member, Policy
from commands.polls.model import Poll, PollKind, Rules
from commands.polls.service import PollDraft
from storage.chat.committees import Committees
from storage.core.database import Database
from storage.core.model import RoomId, UserId
from tests.support.standing import of_old

NOW: Final = datetime.now(UTC)
PEOPLE: Final = tuple(UserId(f"@person{number}:example.org") for number in range(7))
EVE, *_others = PEOPLE
TIA: Final = PEOPLE[-1]
USUAL: Final = Policy()
ROOMS: Final = (RoomId("!one:example.org"), RoomId("!two:example.org"))


@dataclass(slots=True)
class _Officer:
    register: Register
    policy: Policy

    def attend(self, which: Open) -> None:
        """No ballots are sent here."""


@dataclass(frozen=True, slots=True)
class SeatedDesk(CommitteePolls):
    """Asks no homeserver who is in which room: Tia is in the first alone."""

    async def unavailable(self) -> Sequence[str]:
        return ()

    async def members(self) -> Sequence[Member]:
        here = PEOPLE if self.ctx.committee.room == ROOMS[0] else PEOPLE[:-1]
        return [Member(each, NOW - timedelta(days=30)) for each in here]


async def both_open(
    database: Database,
    register: Register,
    code: str,
    rooms: Sequence[int],
    policy: Policy = USUAL,
) -> int:
    """Ask the same in these rooms, one after the other; how many polls are open then."""
    waiting, opened = PendingPolls(), 0
    poll = Poll(code, PollKind.TEMPERATURE, "Ready?", (), Rules(5, None, NOW + timedelta(hours=3)))
    for number in rooms:
        async with database.transaction() as tx:
            room = ROOMS[number]
            kept = await Committees(tx).by_room(room)
            committee = kept or await Committees(tx).add(room, f"Chapter {number}", "UTC", NOW)
            ctx = Context(
                user=EVE,
                standing=of_old(EVE, Role.ORGANIZER),
                place=Place.ROOM,
                committee=committee,
                committees=(committee,),
                now=NOW,
                zone=ZoneInfo("UTC"),
            )
            officer = cast(ReturningOfficer, _Officer(register, policy))
            origin = f"${code}-{number}"
            desk = SeatedDesk(officer, waiting, cast(Presence, None), ctx, tx, origin, bool)
            before = len(register.open_polls)
            try:
                await open_draft(ctx, desk, PollDraft(poll, EVE, True, NOW + timedelta(minutes=30)))
            except Refusal:
                continue
        opened += len(register.open_polls) > before
    return opened

"""A committee that comes back with another account: leads say whether it is the same, and it has its label again.

Nobody takes a label silently: whoever comes in under one that somebody has, or had, gets a number behind it. A bot
that moved has a new key as well (``bot/move.py``), so nothing but people can tell it from somebody else.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

from commands.coalition import absence_views, consent
from commands.coalition.bodies import LONGEST_LABEL, Bot
from commands.coalition.kinds import ProposalKind
from commands.coalition.labelling import came_in_numbered
from commands.coalition.labels import LONGEST, apart, bare, looks_like
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.i18n import _, speaking
from commands.framework.reply import Line, Reply
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.model import CoalitionMember, MemberState, Proposal, ProposalState
from storage.core.bounds import Length
from storage.core.lazy_dataclass import dataclass

WAITS: Final = timedelta(days=30)
"""How long leads have to say that it is the same committee, before they are asked anew."""
_BEFORE: Final = frozenset({MemberState.SUSPENDED, MemberState.LEFT})
"""What the account is that a committee had before it moved: not heard any more, or said to be gone."""


@dataclass(frozen=True, slots=True)
class SameCommittee:
    """A committee that is in, and one that was, and may be the same."""

    bot: Bot
    label: Annotated[str, Length(LONGEST)]
    bot_before: Bot
    label_before: Annotated[str, Length(LONGEST)]


async def ask_who_moved(seat: Seat) -> None:
    """Ask leads of each committee that came in with a number behind its label whether it is the one that had it."""
    everybody = await seat.everybody()
    pairs = [
        (each, before)
        for each in everybody
        if each.state is MemberState.IN
        and (before := _before(each, everybody)) is not None
        # Whoever is in already, and calls itself so, is not asked about.
        and await came_in_numbered(seat, each.bot)
    ]
    for proposal in await seat.proposals.open(seat.now):
        if proposal.kind == MOVED.name and proposal.key not in {_key(*each) for each in pairs}:
            # The old account is heard again, or leads said otherwise.
            await seat.proposals.decide(proposal.id, ProposalState.EXPIRED, seat.now)
    for now, before in pairs:
        asked = await seat.proposals.by_key(MOVED.name, _key(now, before))
        if asked is not None and asked.state is ProposalState.EXPIRED:
            await seat.proposals.forget(asked.id)
        body = SameCommittee(now.bot, now.label, before.bot, before.label)
        await consent.propose(seat, MOVED, body, key=_key(now, before), until=seat.now + WAITS)


def _key(now: CoalitionMember, before: CoalitionMember) -> str:
    return f"{before.bot} {now.bot}"


def _before(
    member: CoalitionMember, everybody: Sequence[CoalitionMember]
) -> CoalitionMember | None:
    """The committee that is not heard any more and whose label a member would have without its number."""
    if bare(member.label) == member.label:
        return None
    return next(
        (
            each
            for each in everybody
            if each.state in _BEFORE
            and each.bot != member.bot
            and _is_after(member.label, each.label)
        ),
        None,
    )


def _is_after(label: str, before: str) -> bool:
    """Whether a label is what somebody got who came in under another (``labels.apart``)."""
    numbered = apart(before, [before], LONGEST_LABEL)
    return looks_like(bare(label), bare(numbered))


async def _is_the_same(seat: Seat, proposal: Proposal, moved: SameCommittee) -> tuple[Reply, ...]:
    members = CoalitionMembers(seat.tx)
    now = await members.by_bot(seat.coalition.id, moved.bot)
    before = await members.by_bot(seat.coalition.id, moved.bot_before)
    if (
        now is None
        or before is None
        or now.state is not MemberState.IN
        or before.state not in _BEFORE
    ):
        raise impossible("Number {n} does not wait for an ok any more.", n=proposal.number)
    with speaking(seat.committee.language):
        earlier = _("{label}, before it moved").format(label=before.label)
    # What it gave stays beside the account that gave it. Polls that are open already were asked of that one.
    await members.forget(before.id)
    await members.relabel(before.id, earlier[:LONGEST])
    await members.relabel(now.id, before.label)
    return (absence_views.is_the_same(before.label),)


async def _is_another(seat: Seat, proposal: Proposal, moved: SameCommittee) -> tuple[Reply, ...]:
    lapsed = proposal.expires_at <= seat.now
    return () if lapsed else (absence_views.is_another(moved.label),)


def _words(_proposal: Proposal, moved: SameCommittee, _who: str) -> tuple[Line, ...]:
    return absence_views.may_have_moved(
        moved.label, moved.bot, moved.label_before, moved.bot_before
    )


MOVED: Final = ProposalKind(
    "moved", SameCommittee, _words, agreed=_is_the_same, declined=_is_another
)

"""Other committees' bots that are silent: since when, what becomes of one that is out of the room, and who is gone for good."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final

from commands.coalition import absence_views, consent
from commands.coalition.kinds import CoalitionTable, ProposalKind
from commands.coalition.labels import looks_like
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.reply import Line, Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.messages import HeardMessages
from storage.coalition.model import CoalitionMember, MemberId, MemberState, Proposal, ProposalState
from storage.core.bounds import Length
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.rows import millis

WAITS: Final = timedelta(days=30)
"""How long leads have to say that a committee is gone, before they are asked anew."""
PAUSE: Final = timedelta(days=7)
"""After how long leads are asked again who did not say so."""
MILLISECOND: Final = timedelta(milliseconds=1)
_PRESENT: Final = frozenset({MemberState.IN, MemberState.SUSPENDED})


async def last_heard(seat: Seat, members: Iterable[CoalitionMember]) -> dict[MemberId, datetime]:
    """When each member's bot last said something, aware and in UTC; none of it for a month: not in it.

    Bots speak when there is something to do together, and no bot says each day that it is there: that would tell
    all homeservers which committees act together, and how long. While a joint test is open each one reports every Monday.
    """
    heard = HeardMessages(seat.tx)
    found = {each.id: await heard.latest_at(each.id) for each in members}
    return {member: at for member, at in found.items() if at is not None}


async def counted_on(seat: Seat) -> list[CoalitionMember]:
    """The other committees that are in the coalition, those among them that are not heard until paired again.

    Only leads here say that one of those is gone. A homeserver that lies about keys, or about who is in a room,
    would otherwise choose among how few a committee's total is hidden. One that is about to come in again is among
    them: whoever brings it could keep it waiting.
    """
    counted: list[CoalitionMember] = []
    for each in await seat.everybody():
        about_to = each.state in {MemberState.INTRODUCED, MemberState.INVITED}
        there = each.state in {MemberState.IN, MemberState.SUSPENDED}
        if there or (about_to and await was_suspended(seat, each.bot)):
            counted.append(each)
    return counted


async def was_suspended(seat: Seat, bot: str) -> bool:
    """Whether leads here were asked if a committee is gone, and did not say so."""
    asked = await seat.proposals.by_key(GONE.name, bot)
    return asked is not None and asked.state is not ProposalState.AGREED


async def left(seat: Seat, member: CoalitionMember) -> None:
    """Forget what leads were asked about a committee that said itself that it leaves."""
    asked = await seat.proposals.by_key(GONE.name, member.bot)
    if asked is not None and asked.state is not ProposalState.OPEN:
        await seat.proposals.forget(asked.id)


async def went(seat: Seat, member: CoalitionMember, table: CoalitionTable) -> None:
    """Hear a committee no more whose bot has left the room of bots by itself, without a word; tell leads what to do.

    It has another account since `steward move`, or somebody ended it. Whoever waits for its ok would wait for
    ever. As where its key changes, it comes back by pairing. That it went is the homeserver's word alone: so
    secret polls are asked of it as before (``counted_on``), until leads here say that it is gone.
    """
    await _not_heard(seat, member, table, absence_views.went(member.label), "went")


async def put_out(seat: Seat, member: CoalitionMember, table: CoalitionTable) -> None:
    """Hear a committee no more whose bot was put out of the room of bots; tell leads at once how it comes back.

    Whoever did that says nothing for its committee, so that leads alone make the coalition smaller: until they say
    that it is gone, secret polls count it as missing (``counted_on``).
    """
    await _not_heard(seat, member, table, absence_views.put_out(member.label), "put out")


async def _not_heard(
    seat: Seat, member: CoalitionMember, table: CoalitionTable, told: Reply, why: str
) -> None:
    await CoalitionMembers(seat.tx).become(member.id, MemberState.SUSPENDED)
    said = await table.parted(seat, member)
    occasion = f"{why} {member.bot} {seat.now.isoformat()}"
    await seat.tell(told, *said, occasion=occasion)


async def we_are_out(seat: Seat) -> None:
    """Tell leads that this committee's own bot is out of the room of bots, and again each week until it is in one."""
    # Whoever joins again counts in an epoch of its own.
    subject = f"coalition we are out {seat.coalition.room} {seat.coalition.epoch}"
    week = PAUSE // MILLISECOND
    if await SaidOnce(seat.tx).due(subject, millis(seat.now), week):
        await seat.tell(absence_views.we_are_out(), occasion=f"{subject} {seat.now.isoformat()}")


# -- who is gone for good: what leads are asked


@dataclass(frozen=True, slots=True)
class Absent:
    """A committee whose bot is not heard: until it is paired again, or since its machine is gone."""

    bot: Annotated[str, Length(255)]
    label: Annotated[str, Length(60)]


async def ask_who_is_gone(seat: Seat) -> None:
    """Ask leads here of each suspended committee whether it is gone, and again a week after they did not say so."""
    everybody = await seat.everybody()
    by_bot = {each.bot: each for each in everybody}
    for proposal in [
        each for each in await seat.proposals.open(seat.now) if each.kind == GONE.name
    ]:
        member = by_bot.get(UserId(proposal.key))
        if member is None or not await _is_silent(seat, member):
            # It was paired again, or is heard.
            await seat.proposals.decide(proposal.id, ProposalState.EXPIRED, seat.now)
    for each in everybody:
        if each.state is MemberState.SUSPENDED and await _may_ask_of(seat, each):
            await _ask_of(seat, each)


async def _ask_of(seat: Seat, member: CoalitionMember) -> None:
    body, until = Absent(member.bot, member.label), seat.now + WAITS
    await consent.propose(seat, GONE, body, key=member.bot, until=until)


async def _heard_at(seat: Seat, member: CoalitionMember) -> datetime:
    """When a committee's bot last said something, as far as that is kept; or when it came."""
    return (await last_heard(seat, [member])).get(member.id, member.at)


async def _is_silent(seat: Seat, member: CoalitionMember) -> bool:
    """Whether a committee's bot is not heard any more, for whatever reason; never of one that spoke this week."""
    if member.state is MemberState.SUSPENDED:
        return True
    return member.state is MemberState.IN and seat.now - await _heard_at(seat, member) >= PAUSE


async def ask_if_gone(seat: Seat, label: str) -> Reply:
    """Ask all leads here about a committee that one of them says is gone. Raises Refusal."""
    everybody = [each for each in await seat.everybody() if each.state in _PRESENT]
    member = next((each for each in everybody if looks_like(each.label, label)), None)
    if member is None:
        raise absence_views.nobody_called([each.label for each in everybody])
    if not await _is_silent(seat, member):
        at = await _heard_at(seat, member)
        raise absence_views.is_heard(member.label, at, seat.committee.zone, PAUSE.days)
    before = await seat.proposals.by_key(GONE.name, member.bot)
    if before is not None and before.state is not ProposalState.OPEN:
        await seat.proposals.forget(before.id)
    await _ask_of(seat, member)
    return absence_views.asks_leads()


async def _may_ask_of(seat: Seat, member: CoalitionMember) -> bool:
    """Whether leads are to be asked now; what they said the last time is then forgotten."""
    before = await seat.proposals.by_key(GONE.name, member.bot)
    if before is None:
        return True
    ended = before.decided_at
    if before.state is not ProposalState.AGREED and (ended is None or seat.now < ended + PAUSE):
        return False
    await seat.proposals.forget(before.id)
    return True


async def _parts(seat: Seat, proposal: Proposal, absent: Absent) -> CoalitionMember | None:
    """Hear a committee no more that is in and silent; None where it was not heard any more. Raises Refusal.

    As everybody who is suspended it is missing in polls that are open, and not out of them: it did not say itself
    that it has too few ballots, and a lead who works with others could choose so among how few a total is hidden.
    """
    member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, absent.bot)
    if member is None or not await _is_silent(seat, member):
        raise impossible("Number {n} does not wait for an ok any more.", n=proposal.number)
    if member.state is MemberState.SUSPENDED:
        return None
    await CoalitionMembers(seat.tx).become(member.id, MemberState.SUSPENDED)
    return member


async def _is_gone(seat: Seat, _proposal: Proposal, absent: Absent) -> tuple[Reply, ...]:
    member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, absent.bot)
    if member is not None:
        # Polls that are open already were asked of it.
        await CoalitionMembers(seat.tx).forget(member.id)
    # Its bot gets no keys any more.
    seat.voice.wake()
    return ()


async def _is_not_gone(seat: Seat, proposal: Proposal, absent: Absent) -> tuple[Reply, ...]:
    member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, absent.bot)
    if proposal.expires_at <= seat.now:
        return ()
    if member is not None and member.state is MemberState.IN:
        return (absence_views.stays(absent.label),)
    return (absence_views.asks_again(PAUSE.days),)


def _words(_proposal: Proposal, absent: Absent, _who: str) -> tuple[Line, ...]:
    return absence_views.is_gone(absent.label)


GONE: Final = ProposalKind(
    "gone", Absent, _words, agreed=_is_gone, declined=_is_not_gone, parts=_parts
)

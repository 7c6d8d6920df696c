"""What bots say in a coalition poll is noted, whatever order it comes in; the sum is compared with the own."""

from commands.coalition import wire
from commands.coalition.kinds import HeardMessage
from commands.coalition.polls import asking, views
from commands.coalition.polls.adding import NO_RESULT, RESULT, Adding
from commands.coalition.polls.masks import (
    UnusableKey,
    check_key,
    from_text,
)
from commands.coalition.polls.said import (
    CoalitionQuestion,
    MaskedPart,
    PollSum,
    Readiness,
    SetAnswer,
    SetOfRound,
    ShownPoll,
    TakingPart,
)
from commands.coalition.polls.steps import (
    Add,
)
from commands.coalition.seat import Seat
from commands.framework.i18n import readers_clock
from commands.framework.reply import Line, Reply
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.model import CoalitionMember, MemberState
from storage.coalition.polls import CoalitionPolls, PollState, PollWord, WordKind


async def shown_to_leads(seat: Seat, heard: HeardMessage[ShownPoll]) -> tuple[Reply, ...]:
    """A committee's leads were shown a poll, and it is not in it."""
    body = heard.body
    return await _note(seat, heard.member, body.poll, WordKind.SHOWN, 0, body.digest)


async def taking_part(seat: Seat, heard: HeardMessage[TakingPart]) -> tuple[Reply, ...]:
    """A committee asks its people."""
    return await _note(seat, heard.member, heard.body.poll, WordKind.IN, 0, "")


async def ready(seat: Seat, heard: HeardMessage[Readiness]) -> tuple[Reply, ...]:
    """A committee has counted. Raises wire.NotAMessage for a key with which nothing can be masked."""
    if heard.body.key:
        try:
            check_key(bytes.fromhex(heard.body.key))
        except UnusableKey:
            raise wire.NotAMessage("no key") from None
    return await _note(seat, heard.member, heard.body.poll, WordKind.READY, 0, heard.body.key)


async def set_of_round(seat: Seat, heard: HeardMessage[SetOfRound]) -> tuple[Reply, ...]:
    """A committee says who is in the set of a round."""
    body = heard.body
    said = f"{body.hash} {' '.join(map(str, sorted(set(body.members))))}"
    return await _note(seat, heard.member, body.poll, WordKind.SET, body.round, said)


async def answered(seat: Seat, heard: HeardMessage[SetAnswer]) -> tuple[Reply, ...]:
    """A committee answers the set of a round."""
    body = heard.body
    return await _note(seat, heard.member, body.poll, WordKind.ANSWER, body.round, body.hash)


async def part(seat: Seat, heard: HeardMessage[MaskedPart]) -> tuple[Reply, ...]:
    """A committee's masked totals."""
    body = heard.body
    said = f"{body.hash} {body.vector}"
    return await _note(seat, heard.member, body.poll, WordKind.PART, 0, said)


async def sum_said(seat: Seat, heard: HeardMessage[PollSum]) -> tuple[Reply, ...]:
    """The chair says the sum. Whoever has added compares; whoever was restored, or lacks a part, has no other."""
    polls, body = CoalitionPolls(seat.tx), heard.body
    asked = await polls.by_ref(seat.coalition.id, body.poll)
    if asked is None or asked.state is PollState.OVER:
        return ()
    job = await Adding.of(seat, asked)
    step, vector = job.rounds.step(seat.now), from_text(body.vector)
    if isinstance(step, Add) and step.total != vector:
        # Somebody said one thing to them and another to us. Leads read it once: no bot answers a round 0.
        word = PollWord(WordKind.ANSWER, 0, heard.member.bot, "", seat.now)
        first = await polls.keep((asked.coalition, asked.ref), word)
        return (views.differs(job.poll, heard.member.label),) if first else ()
    if asked.told >= RESULT:
        return ()
    where = job.sent_in
    if where is not None and where.hash == body.hash and heard.member.bot in where.bots:
        # A part that is missing here may still come. Round 0 is for parts.
        said = f"{body.hash} {body.vector}"
        word = PollWord(WordKind.PART, where.round, heard.member.bot, said, seat.now)
        await polls.hear((asked.coalition, asked.ref), word)
        if asked.told == NO_RESULT:
            await job.take_said()
        return ()
    restored = asking.asked_before_restore(seat, job.question.opened)
    if restored and seat.own in job.bots(body.joined):
        await job.believe(job.bots(body.members), vector, heard.member.label)
    return ()


async def parted(seat: Seat, member: CoalitionMember) -> tuple[Reply, ...]:
    """A committee left: nobody waits until it says whether it has enough ballots.

    One that is suspended did not say so itself: a homeserver may have shown another key. It is as one that is away.
    """
    now = await CoalitionMembers(seat.tx).by_id(member.id)
    if now is not None and now.state is MemberState.SUSPENDED:
        return ()
    polls = CoalitionPolls(seat.tx)
    for each in await polls.unfinished(seat.coalition.id):
        word = PollWord(WordKind.READY, 0, member.bot, "", seat.now)
        await polls.keep((seat.coalition.id, each.ref), word)
    return ()


async def _note(
    seat: Seat, member: CoalitionMember, ref: str, kind: WordKind, number: int, said: str
) -> tuple[Reply, ...]:
    polls = CoalitionPolls(seat.tx)
    asked = await polls.by_ref(seat.coalition.id, ref)
    if asked is None or asked.state is not PollState.OVER:
        word = PollWord(kind, number, member.bot, said, seat.now)
        await polls.hear((seat.coalition.id, ref), word)
    return ()


async def shown(seat: Seat) -> tuple[Line, ...]:
    """The polls that are not over, for ``!coalition``: what this committee gives to a sum."""
    found: list[Line] = []
    for each in await CoalitionPolls(seat.tx).unfinished(seat.coalition.id):
        if each.code:
            poll = asking.poll_of(wire.as_body(CoalitionQuestion, each.body), each.ref, each.code)
            found.append(
                views.shown(poll, readers_clock(seat.committee.zone), told=each.told >= RESULT)
            )
    return tuple(found)

"""Asking a coalition poll: from the line of a lead to the ballots of every committee whose leads agree."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from commands.coalition import absence, clocks, consent, wire
from commands.coalition.kinds import HeardMessage, ProposalKind
from commands.coalition.polls import views
from commands.coalition.polls.said import CoalitionQuestion, ShownPoll, TakingPart
from commands.coalition.polls.totals import ADDABLE
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.i18n import readers_clock
from commands.framework.quoting import imitates
from commands.framework.reply import Line, Reply
from commands.polls import views as poll_views
from commands.polls.ask.deadlines import is_too_short
from commands.polls.ask.open import refuse_where_unsafe, weigh
from commands.polls.model import CoalitionPoll, Poll, PollKind, Rules, new_code
from commands.polls.service import PollService
from storage.chat.said_once import SaidOnce
from storage.coalition.model import Proposal
from storage.coalition.polls import (
    MOST_POLLS,
    AskedPoll,
    CoalitionPolls,
    PollState,
    PollWord,
    WordKind,
)
from storage.core.rows import A_DAY, millis, moment

LONGEST: Final = timedelta(days=14)
"""As other secret polls: they live in memory."""
CLOCKS: Final = timedelta(minutes=2)
"""How far the clock of a bot that asks may be ahead of ours."""
KINDS: Final[Mapping[str, PollKind]] = {kind.value: kind for kind in ADDABLE}
_UTC: Final = ZoneInfo("UTC")


def poll_of(body: CoalitionQuestion, ref: str, code: str = "") -> Poll:
    """A committee's poll in a coalition poll, before it has a roster. Raises wire.NotAMessage."""
    kind = KINDS.get(body.kind)
    fitting = kind is not None and (
        len(body.options) >= 2 if kind.has_options else not body.options
    )
    if kind is None or not fitting or any(map(imitates, (body.question, *body.options))):
        raise wire.NotAMessage("no poll that can be added")
    part_of = CoalitionPoll(ref, len(body.bots), body.fewest, body.own)
    closes = body.closes.astimezone(UTC).replace(second=0, microsecond=0)
    return Poll(
        code, kind, body.question, body.options, Rules(body.k, None, closes), part_of=part_of
    )


def digest_of(body: str) -> str:
    """What binds sums to the question: SHA-256 of what was asked, in hexadecimal."""
    return sha256(body.encode()).hexdigest()


def bound_to(asked: AskedPoll) -> str:
    """Return what binds sums to a poll: the digest of what was asked, whichever names were blanked in it since."""
    return asked.digest or digest_of(asked.body)


# -- in the committee that asks


async def suggest(seat: Seat, body: CoalitionQuestion) -> None:
    """Show the poll to the own leads; one of them says ok, and then all others are asked. Raises Refusal."""
    if seat.now + LONGEST < body.closes:
        raise impossible("A secret poll stays open for {n} days at most.", n=LONGEST.days)
    # Whoever is not heard until paired again is asked, and cannot answer.
    here = 1 + len(await seat.members())
    if here < body.fewest:
        raise impossible(
            "A coalition poll needs at least {n} committees, and you are {here}.",
            n=body.fewest,
            here=here,
        )
    consent.refuse_handles(body)
    key = f"own {digest_of(wire.canonical(wire.body_of(body)))}"
    await consent.propose(seat, POLL, body, key=key, until=body.closes)


async def _agreed(seat: Seat, proposal: Proposal, body: CoalitionQuestion) -> tuple[Reply, ...]:
    """Open this committee's own ballot; if it is the one that asks, ask all others."""
    polls = CoalitionPolls(seat.tx)
    if proposal.member is None:
        sentence = views.asked_sentence(seat.coalition.label, poll_of(body, ""))
        ref = await seat.say("poll ask", body, sentence)
        await _save(seat, ref, body)
    else:
        ref = proposal.key
    opened = await _open(seat, poll_of(body, ref), ref)
    asked = await polls.by_ref(seat.coalition.id, ref)
    if asked is None:
        raise impossible("That poll is not open any more.")
    await polls.open(asked, opened.code)
    await seat.say("poll in", TakingPart(ref), views.in_sentence(seat.coalition.label))
    word = PollWord(WordKind.IN, 0, seat.own, "", seat.now)
    await polls.keep((seat.coalition.id, ref), word)
    return (poll_views.opened(opened, readers_clock(seat.committee.zone)),)


async def _save(seat: Seat, ref: str, body: CoalitionQuestion) -> None:
    text = wire.canonical(wire.body_of(body))
    await CoalitionPolls(seat.tx).add(
        seat.coalition.id, ref, text, digest_of(text), closes_at=body.closes, now=seat.now
    )


async def _open(seat: Seat, poll: Poll, ref: str) -> Poll:
    """Open the committee's own secret poll, as if somebody here had asked it. Raises Refusal."""
    desk = seat.voice.ballots.desk((seat.coalition.id, ref), seat.author, seat.now)
    done = await desk.opened()
    if done is not None:
        return done
    await refuse_where_unsafe(desk)
    code = new_code([each.code for each in await desk.polls()])
    k = max(poll.rules.k, desk.policy.k)
    asked = Poll(
        code, poll.kind, poll.question, poll.options, Rules(k, None, poll.rules.closes_at),
        part_of=poll.part_of,
    )  # fmt: skip
    found = await weigh(seat.now, desk, asked)
    if found.poll.risks.needs_second:
        raise impossible(
            "Together with other results this one may show what a few people here think. So we"
            " cannot be part of it."
        )
    await _refuse_too_late(seat, desk, found.poll, len(found.people))
    return await desk.open(found.poll, found.people)


async def _refuse_too_late(seat: Seat, desk: PollService, poll: Poll, people: int) -> None:
    """Raise Refusal where the last ballot would come too late: the end is the same everywhere."""
    waiting = await desk.backlog()
    if is_too_short(poll.rules.closes_at, people, waiting, seat.now, desk.policy):
        raise impossible("It closes too soon: not everybody here would have time to vote.")


# -- in all others


async def asked(seat: Seat, heard: HeardMessage[CoalitionQuestion]) -> tuple[Reply, ...]:
    """Show a poll that another committee asks to the leads here. Raises wire.NotAMessage."""
    body = heard.body
    poll_of(body, heard.id)
    ours = body.bots[:1] == (heard.member.bot,) and seat.own in body.bots
    if body.opened > seat.now + CLOCKS:
        # A time that is still to come would hide from us that we were restored since.
        return await clocks.ahead(seat, heard.member)
    too_long = body.closes > seat.now + LONGEST
    if not ours or len(set(body.bots)) != len(body.bots) or too_long:
        raise wire.NotAMessage("not for this committee")
    polls = CoalitionPolls(seat.tx)
    if await polls.asked_by(seat.coalition.id, heard.member.bot) >= MOST_POLLS:
        return ()
    await _save(seat, heard.id, body)
    if not await _of_everybody(seat, body):
        await polls.refuse(seat.coalition.id, heard.id)
        subject = f"coalition poll of some {heard.member.id}"
        if not await SaidOnce(seat.tx).due(subject, millis(seat.now), A_DAY):
            return ()
        return (views.leaves_out(heard.member.label),)
    if seat.now < body.closes and not asked_before_restore(seat, body.opened):
        by = heard.member.id
        await consent.propose(seat, POLL, body, key=heard.id, until=body.closes, by=by)
    return ()


async def _declined(seat: Seat, proposal: Proposal, body: CoalitionQuestion) -> tuple[Reply, ...]:
    """Say that leads here were shown a poll and are not in it: else they are missed, however few take part.

    It is said once that is decided, and not before: a homeserver could let this pass, and hold back that they
    are in it. Where nobody decides, that is at the close. Leads who were shown it in the second half of its time
    may have had none to decide, and others could choose that: they are missed.
    """
    polls = CoalitionPolls(seat.tx)
    asked = await polls.by_ref(seat.coalition.id, proposal.key)
    if asked is None or asked.state is not PollState.ASKED:
        return ()
    lapsed = proposal.expires_at <= seat.now
    late = proposal.at > body.opened + (body.closes - body.opened) / 2
    if (lapsed and late) or asked_before_restore(seat, body.opened):
        return ()
    digest = bound_to(asked)
    await seat.say(
        "poll shown", ShownPoll(asked.ref, digest), views.shown_sentence(seat.coalition.label)
    )
    word = PollWord(WordKind.SHOWN, 0, seat.own, digest, seat.now)
    await polls.keep((seat.coalition.id, asked.ref), word)
    return ()


async def _of_everybody(seat: Seat, body: CoalitionQuestion) -> bool:
    """Whether a poll is asked of everybody who is in, heard or not, and of nobody who was never heard of here.

    Among few that work together, the last one's total would be what is left. And leads are told of how many it is asked.
    """
    there = {str(each.bot) for each in await absence.counted_on(seat)}
    known = {str(each.bot) for each in await seat.everybody()} | {seat.own}
    return there <= {*body.bots} <= known


def asked_before_restore(seat: Seat, opened: datetime) -> bool:
    """Whether this bot may have said things in a poll that it does not know of any more.

    Whoever joins may have been in it before, and have left after it sent its part.
    """
    coalition = seat.coalition
    joined_since = bool(coalition.epoch) and opened < moment(coalition.epoch)
    return joined_since or (coalition.restored and was_restored_since(coalition.epoch, opened))


def was_restored_since(epoch: int, opened: datetime) -> bool:
    """Whether a bot whose counter is in ``epoch`` was restored after a poll was asked."""
    return bool(epoch) and opened <= moment(epoch)


def _words(proposal: Proposal, body: CoalitionQuestion, who: str) -> tuple[Line, ...]:
    return views.proposal(poll_of(body, proposal.key), who, readers_clock(_UTC))


POLL: Final = ProposalKind("poll", CoalitionQuestion, _words, agreed=_agreed, declined=_declined)

"""Who is in the coalition: coming in, being introduced, labels, leaving, coming back from a backup."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from commands.coalition import absence, consent, views
from commands.coalition.hearing import AGAIN, Missing, ask_again, ask_from
from commands.coalition.kinds import (
    CoalitionJob,
    CoalitionKind,
    CoalitionTable,
    HeardMessage,
    ProposalKind,
)
from commands.coalition.labels import apart, as_label, fit_label, refuse_taken, taken
from commands.coalition.seat import Seat
from commands.coalition.wire import LARGEST, OneLine
from commands.framework.errors import impossible
from commands.framework.reply import Line, Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers, Coalitions, EveryCoalition
from storage.coalition.consents import Consents
from storage.coalition.model import (
    CoalitionMember,
    CoalitionState,
    MemberState,
    Proposal,
    ProposalState,
)
from storage.core.bounds import Length
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee, UserId
from storage.core.rows import A_DAY, AN_HOUR, millis

LONGEST_LABEL = 40
"""Letters of what a committee is called."""
INTRODUCTION_HOLDS = timedelta(days=7)
"""How long leads have to say ok to a committee that another introduces."""

ONE_ANSWER = 20_000
"""Milliseconds in which the same messages are said again once, whoever asks."""

ONE_LABEL = A_DAY
"""Milliseconds in which leads are told of one new label of a committee; the last is shown where it is named."""
MOST_ANSWERS = 3
"""How often one message is said again in that time, whatever is asked: an answer may be lost as well."""
MOST_AGAIN = 200
"""Messages that one bot hears again in an hour; it asks for the rest when it has taken those."""

Label = Annotated[str, OneLine(LONGEST_LABEL), fit_label]
_ACCOUNT = re.compile(r"@[!-9;-~]+:[!-~]+")
"""An account of Matrix: signs that can be seen alone (specification, historical user ids)."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]*")


def _account(value: str) -> str:
    if not _ACCOUNT.fullmatch(value):
        raise ValueError("must be an account of Matrix")
    return value


def _key_in_base64(value: str) -> str:
    if not _BASE64.fullmatch(value):
        raise ValueError("must be unpadded base64")
    return value


Bot = Annotated[str, Length(255), _account]
"""Leads read it, so it is nothing but an account."""
MasterKey = Annotated[str, Length(43), _key_in_base64]


@dataclass(frozen=True, slots=True)
class Hello:
    """What a committee says of itself when it comes in, and what others then say to it."""

    label: Label
    members: Annotated[str, Length(64)]
    """A digest of all bots with their master keys, as the sender knows them: the same for everybody."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a committee is called from now on."""

    label: Label


@dataclass(frozen=True, slots=True)
class Applicant:
    """A committee that wants to come in."""

    bot: Bot
    master: MasterKey
    label: Label


@dataclass(frozen=True, slots=True)
class Parting:
    """A committee is in no more; there is nothing else to say."""


@dataclass(frozen=True, slots=True)
class Return:
    """A bot was restored from a backup."""

    made: datetime
    """When the backup was made: what its bot heard since then it does not know."""


def usual_label(committee: Committee) -> str:
    """What a committee is called whose lead chose nothing: its name, as far as others take that."""
    return as_label(committee.name, LONGEST_LABEL)


async def digest_of(seat: Seat) -> str:
    """A digest of all bots in the coalition with their master keys, this one's among them."""
    members = [(each.bot, each.master) for each in await seat.members()]
    return members_digest(seat.coalition.ref, [*members, (seat.own, seat.voice.master)])


def members_digest(ref: str, members: Sequence[tuple[str, str]]) -> str:
    """A digest of the members of a coalition, whatever their order. SHA-256, 64 hexadecimal digits."""
    rows = "\n".join(f"{bot} {master}" for bot, master in sorted(members))
    return hashlib.sha256(f"{ref}\n{rows}".encode()).hexdigest()


async def come_in(seat: Seat) -> None:
    """Say hello: to everybody when this committee comes in, and to whoever comes in later."""
    said = Hello(seat.coalition.label, await digest_of(seat))
    await seat.say("hello", said, views.hello_sentence(seat.coalition.label))


async def _hello(seat: Seat, heard: HeardMessage[Hello]) -> tuple[Reply, ...]:
    members, member = CoalitionMembers(seat.tx), heard.member
    told: tuple[Reply, ...] = ()
    if taken(heard.body.label, await labels_of_others(seat, member.bot)) is None:
        told = await _called(seat, member, heard.body.label)
    if member.state is not MemberState.INVITED:
        # Whoever comes in compares what each of the others says; later somebody may just be coming or going.
        if heard.first and heard.body.members != await digest_of(seat):
            return (*told, views.other_members(member.label))
        return told
    await members.become(member.id, MemberState.IN)
    await come_in(seat)
    # The room reads what leads agreed to, whatever the bot says when it is in.
    return (views.came_in(member.label), *told)


async def _label(seat: Seat, heard: HeardMessage[Called]) -> tuple[Reply, ...]:
    refuse_taken(heard.body.label, await labels_of_others(seat, heard.member.bot))
    return await _called(seat, heard.member, heard.body.label)


async def _called(seat: Seat, member: CoalitionMember, label: str) -> tuple[Reply, ...]:
    """Note what a committee calls itself; leads are told of one new label of it a day."""
    if label == member.label:
        return ()
    await CoalitionMembers(seat.tx).relabel(member.id, label)
    subject = f"coalition label {member.id}"
    if not await SaidOnce(seat.tx).due(subject, millis(seat.now), ONE_LABEL):
        return ()
    return (views.relabelled(member.label, label),)


async def labels_of_others(seat: Seat, bot: str) -> list[str]:
    """What the committees of a coalition are called, but for that of one bot."""
    known = [(each.bot, each.label) for each in await seat.everybody()]
    return [label for other, label in (*known, (seat.own, seat.coalition.label)) if other != bot]


async def told_apart(seat: Seat, applicant: Applicant) -> Applicant:
    """A committee that wants to come in, under a label that leads take for nobody else's here."""
    others = await labels_of_others(seat, applicant.bot)
    return replace(applicant, label=apart(applicant.label, others, LONGEST_LABEL))


async def relabel(seat: Seat, label: str) -> None:
    """Choose what this committee is called, and say so. Raises Refusal."""
    refuse_taken(label, await labels_of_others(seat, seat.own))
    await Coalitions(seat.tx, seat.committee.id).relabel(label)
    if seat.coalition.room is not None:
        await seat.say("label", Called(label), views.label_sentence(label))


async def introduce(seat: Seat, applicant: Applicant) -> None:
    """Bring a committee in that a lead here agreed to: ask all others, or let it in if there are none."""
    members = CoalitionMembers(seat.tx)
    known = await members.by_bot(seat.coalition.id, applicant.bot)
    if known is not None and known.state in {MemberState.IN, MemberState.SUSPENDED}:
        # Its bot knocked itself, with a code of ours: it begins anew, and so does its count.
        await members.forget(known.id)
    others = [each for each in await seat.members() if each.bot != applicant.bot]
    await _expect(seat, applicant, MemberState.INTRODUCED if others else MemberState.INVITED)
    if others:
        await seat.say("introduce", applicant, views.introduce_sentence(applicant.label))
    else:
        seat.voice.wake()


async def _expect(seat: Seat, applicant: Applicant, state: MemberState) -> CoalitionMember:
    known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, applicant.bot)
    if known is not None and _stands(known, applicant):
        return known
    applicant = await told_apart(seat, applicant)
    return await CoalitionMembers(seat.tx).put(
        seat.coalition.id,
        bot=UserId(applicant.bot),
        master=applicant.master,
        label=applicant.label,
        state=state,
        now=seat.now,
        heard=0,
    )


def _stands(known: CoalitionMember, applicant: Applicant) -> bool:
    """Whether nobody else's word changes what is known of a bot: it is in, or invited with that very key."""
    invited = known.state is MemberState.INVITED and known.master == applicant.master
    return known.state is MemberState.IN or invited


def _key(applicant: Applicant) -> str:
    return f"{applicant.bot} {applicant.master}"


async def _introduced(seat: Seat, heard: HeardMessage[Applicant]) -> tuple[Reply, ...]:
    applicant = heard.body
    if applicant.bot == seat.own:
        return ()
    known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, applicant.bot)
    if known is not None and _stands(known, applicant):
        return ()
    before = await seat.proposals.by_key(INTRODUCTION.name, _key(applicant))
    waits = (
        known is not None
        and known.state is MemberState.INTRODUCED
        and known.master == applicant.master
    )
    if before is not None and before.state is ProposalState.AGREED and waits:
        # Agreed to before, and it has not come in yet. Whoever was in, or out again, is asked about anew.
        subject = f"coalition agreed {seat.coalition.id} {_key(applicant)}"
        if not await SaidOnce(seat.tx).due(subject, millis(seat.now), AN_HOUR):
            return ()
        return await _agreed_to(seat, replace(before, member=heard.member.id), applicant)
    if before is not None and before.state is not ProposalState.OPEN:
        await seat.proposals.forget(before.id)
    await consent.propose(
        seat,
        INTRODUCTION,
        await told_apart(seat, applicant),
        key=_key(applicant),
        until=seat.now + INTRODUCTION_HOLDS,
        by=heard.member.id,
    )
    return ()


async def _agreed_to(seat: Seat, proposal: Proposal, applicant: Applicant) -> tuple[Reply, ...]:
    known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, applicant.bot)
    if known is not None and _stands(known, applicant):
        raise impossible("Number {n} does not wait for an ok any more.", n=proposal.number)
    accepted = await Consents(seat.tx).accepted(seat.coalition.id, applicant.bot, applicant.master)
    # Whoever brings a committee says once that it is let in: a bot that was restored may have heard that
    # before its lead says ok again.
    admitted = proposal.member in accepted
    state = MemberState.INVITED if admitted else MemberState.INTRODUCED
    member = await _expect(seat, applicant, state)
    await seat.say("accept", applicant, views.accept_sentence(applicant.label))
    if admitted:
        await ask_from(seat, member)
        seat.voice.wake()
    return (views.agreed_to(applicant.label),)


async def _declined(seat: Seat, _proposal: Proposal, applicant: Applicant) -> tuple[Reply, ...]:
    await seat.say("refuse", applicant, views.refuse_sentence(applicant.label))
    await _keep_out(seat, applicant)
    return ()


async def _keep_out(seat: Seat, applicant: Applicant) -> bool:
    """Forget a committee that somebody did not agree to; False if it is in, or was not waited for.

    One that was suspended before is suspended again: nobody else's no says that it is gone.
    """
    known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, applicant.bot)
    if known is not None and known.master not in {"", applicant.master}:
        return False
    await Consents(seat.tx).drop(seat.coalition.id, applicant.bot)
    if known is None or known.state is not MemberState.INTRODUCED:
        return False
    if await absence.was_suspended(seat, known.bot):
        await CoalitionMembers(seat.tx).become(known.id, MemberState.SUSPENDED)
    else:
        await CoalitionMembers(seat.tx).drop(known.id)
    return True


async def _accepted(seat: Seat, heard: HeardMessage[Applicant]) -> tuple[Reply, ...]:
    """Count who agreed; whoever introduced the committee lets it in once everybody has."""
    applicant = heard.body
    known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, applicant.bot)
    await Consents(seat.tx).accept(
        seat.coalition.id, applicant.bot, applicant.master, heard.member.id
    )
    if known is None or known.master != applicant.master:
        return ()
    return await _let_in(seat, known, applicant)


async def _parted(seat: Seat, _member: CoalitionMember) -> tuple[Reply, ...]:
    """Let in whoever waited only for the ok of a committee that is in no more."""
    told: tuple[Reply, ...] = ()
    for each in await seat.everybody():
        if each.state is MemberState.INTRODUCED:
            told += await _let_in(seat, each, Applicant(each.bot, each.master, each.label))
    return told


async def _let_in(seat: Seat, known: CoalitionMember, applicant: Applicant) -> tuple[Reply, ...]:
    """Let a committee in that this one introduced, once all that are in have agreed."""
    ours = await seat.proposals.by_key(INTRODUCTION.name, _key(applicant)) is None
    if not ours or known.state is not MemberState.INTRODUCED:
        return ()
    consents = Consents(seat.tx)
    agreed = await consents.accepted(seat.coalition.id, applicant.bot, applicant.master)
    if any(each.id not in agreed for each in await seat.members()):
        return ()
    await seat.say("admit", applicant, views.admit_sentence(applicant.label))
    await CoalitionMembers(seat.tx).become(known.id, MemberState.INVITED)
    seat.voice.wake()
    return (views.lets_in(applicant.label),)


async def _admitted(seat: Seat, heard: HeardMessage[Applicant]) -> tuple[Reply, ...]:
    """Let a committee in that leads here agreed to; whom they did not agree to is not heard."""
    bot, master = heard.body.bot, heard.body.master
    known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, bot)
    if known is not None and _stands(known, heard.body):
        return ()
    if known is None or known.master != master:
        await Consents(seat.tx).accept(seat.coalition.id, bot, master, heard.member.id)
        waits = await seat.proposals.by_key(INTRODUCTION.name, _key(heard.body))
        if waits is not None and waits.state is ProposalState.OPEN:
            return ()
        subject = f"coalition let in {seat.coalition.id} {_key(heard.body)}"
        if not await SaidOnce(seat.tx).due(subject, millis(seat.now), A_DAY):
            return ()
        return (views.let_in_without_us(heard.member.label, heard.body.label),)
    if known.state is MemberState.INTRODUCED:
        await CoalitionMembers(seat.tx).become(known.id, MemberState.INVITED)
    return ()


async def _refused(seat: Seat, heard: HeardMessage[Applicant]) -> tuple[Reply, ...]:
    await seat.proposals.withdraw(INTRODUCTION.name, _key(heard.body), seat.now)
    if not await _keep_out(seat, heard.body):
        return ()
    seat.voice.wake()
    return (views.somebody_refused(heard.member.label, heard.body.label),)


async def _left(seat: Seat, heard: HeardMessage[Parting]) -> tuple[Reply, ...]:
    await CoalitionMembers(seat.tx).forget(heard.member.id)
    await absence.left(seat, heard.member)
    return (views.left(heard.member.label),)


async def _again(seat: Seat, heard: HeardMessage[Missing]) -> tuple[Reply, ...]:
    missing, epoch = heard.body, seat.coalition.epoch
    if missing.bot != seat.own:
        return ()
    await _say_again(seat, heard, missing)
    if missing.last == LARGEST and missing.epoch < epoch:
        # Whoever wants everything that came since does not know that we count anew.
        await _say_again(seat, heard, Missing(seat.own, epoch, 1, LARGEST))
    return ()


async def _say_again(seat: Seat, heard: HeardMessage[Missing], missing: Missing) -> None:
    said, now = SaidOnce(seat.tx), millis(seat.now)
    kept = await seat.said_between(missing.epoch, missing.first, missing.last)
    subject = f"coalition said {seat.coalition.id} {missing.epoch}"
    # What is said again all hear: one answer is enough for everybody who missed the same.
    stretch = f"{kept[0].counter} {kept[-1].counter}" if kept else ""
    if not kept or not await said.due(f"{subject} {stretch}", now, ONE_ANSWER):
        return
    # The numbers are the asker's, who could ask for much in many ways.
    asker = f"coalition asked {heard.member.id}"
    (left,) = await said.left([asker], now, AN_HOUR, MOST_AGAIN)
    subjects = [f"{subject} {each.counter}" for each in kept]
    answers = await said.left(subjects, now, ONE_ANSWER, MOST_ANSWERS)
    again = [each for each, more in zip(kept, answers, strict=True) if more][:left]
    await said.take([f"{subject} {each.counter}" for each in again], now)
    await said.take([asker] * len(again), now)
    await seat.say_again(again, occasion=heard.id)


async def _back(_seat: Seat, heard: HeardMessage[Return]) -> tuple[Reply, ...]:
    return (views.restored(heard.member.label, heard.body.made),)


async def leave(seat: Seat) -> None:
    """Tell the others that this committee leaves. When that is out, everything here is deleted."""
    if seat.coalition.room is not None:
        await seat.say("leave", Parting(), views.leave_sentence(seat.coalition.label))
    await EveryCoalition(seat.tx).become(seat.coalition.id, CoalitionState.LEAVING)
    seat.voice.wake()


async def suspend(seat: Seat, member: CoalitionMember, table: CoalitionTable) -> None:
    """Hear a member no more whose bot shows another master key, until leads pair again."""
    await CoalitionMembers(seat.tx).become(member.id, MemberState.SUSPENDED)
    said = await table.parted(seat, member)
    occasion = f"suspended {member.bot} {seat.now.isoformat()}"
    await seat.tell(views.suspended(member.label), *said, occasion=occasion)


async def say_back(seat: Seat, made: datetime) -> None:
    """Say that this bot was restored, and ask everybody for what it has not heard since."""
    await EveryCoalition(seat.tx).told_back(seat.coalition.id)
    await seat.say("back", Return(made), views.back_sentence(seat.coalition.label))
    await come_in(seat)
    for each in await seat.members():
        await ask_from(seat, each)


async def _ticked(seat: Seat) -> tuple[Reply, ...]:
    """Ask once more for messages that are missing for long, and leads who is gone."""
    await absence.ask_who_is_gone(seat)
    for each in await seat.members():
        await ask_again(seat, each)
    return ()


def _introduction_words(_proposal: Proposal, body: Applicant, who: str) -> tuple[Line, ...]:
    return views.introduction(who, body.label, body.bot, body.master)


INTRODUCTION = ProposalKind(
    "introduction", Applicant, _introduction_words, agreed=_agreed_to, declined=_declined
)

JOB = CoalitionJob(
    kinds=(
        CoalitionKind("hello", Hello, _hello, early=True),
        CoalitionKind("label", Called, _label),
        CoalitionKind("introduce", Applicant, _introduced),
        CoalitionKind("accept", Applicant, _accepted),
        CoalitionKind("admit", Applicant, _admitted),
        CoalitionKind("refuse", Applicant, _refused),
        CoalitionKind("leave", Parting, _left),
        CoalitionKind(AGAIN, Missing, _again, at_once=True),
        CoalitionKind("back", Return, _back),
    ),
    proposals=(INTRODUCTION, absence.GONE),
    parted=_parted,
    ticked=_ticked,
)

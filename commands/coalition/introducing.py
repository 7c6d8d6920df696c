"""A committee is introduced by one that knows it, agreed to by the leads of all, and let in."""

from dataclasses import replace
from datetime import timedelta

from commands.coalition import absence, absence_views, consent, views
from commands.coalition.bodies import Applicant
from commands.coalition.hearing import ask_from
from commands.coalition.kinds import CoalitionKind, HeardMessage, ProposalKind
from commands.coalition.labelling import note_number, told_apart
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.reply import Line, Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.consents import Consents
from storage.coalition.model import CoalitionMember, MemberState, Proposal, ProposalState
from storage.core.model import UserId
from storage.core.rows import A_DAY, AN_HOUR, millis

INTRODUCTION_HOLDS = timedelta(days=7)
"""How long leads have to say ok to a committee that another introduces."""


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
    await note_number(seat, applicant)
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


async def parted(seat: Seat, _member: CoalitionMember) -> tuple[Reply, ...]:
    """Let in whoever waited only for the ok of a committee that is in no more."""
    told: tuple[Reply, ...] = ()
    for each in await seat.everybody():
        if each.state is MemberState.INTRODUCED:
            told += await _let_in(seat, each, Applicant(each.bot, each.master, each.label))
    return told


async def remind(seat: Seat) -> tuple[Reply, ...]:
    """Tell leads, each week, whose ok is missing for a committee that they would let in."""
    told: list[Reply] = []
    for each in await seat.everybody():
        if each.state is not MemberState.INTRODUCED or seat.now - each.at < INTRODUCTION_HOLDS:
            continue
        applicant = Applicant(each.bot, each.master, each.label)
        if await seat.proposals.by_key(INTRODUCTION.name, _key(applicant)) is not None:
            # Another brings it, and is told.
            continue
        agreed = await Consents(seat.tx).accepted(seat.coalition.id, each.bot, each.master)
        silent = [member.label for member in await seat.members() if member.id not in agreed]
        subject, week = f"coalition waits {each.id}", INTRODUCTION_HOLDS.days * A_DAY
        if silent and await SaidOnce(seat.tx).due(subject, millis(seat.now), week):
            told.append(absence_views.still_waits(each.label, silent))
    return tuple(told)


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


def _introduction_words(_proposal: Proposal, body: Applicant, who: str) -> tuple[Line, ...]:
    return views.introduction(who, body.label, body.bot, body.master)


INTRODUCTION = ProposalKind(
    "introduction", Applicant, _introduction_words, agreed=_agreed_to, declined=_declined
)

KINDS = (
    CoalitionKind("introduce", Applicant, _introduced),
    CoalitionKind("accept", Applicant, _accepted),
    CoalitionKind("admit", Applicant, _admitted),
    CoalitionKind("refuse", Applicant, _refused),
)

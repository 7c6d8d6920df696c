"""Pairing two bots by a code that leads tell each other: who says what to whom, and what leads decide.

The bots speak to each other's devices (Olm) until they share a room. The one whose lead typed the code knows
from it what the other's master key looks like. The other knows who it is by the one-time number, which nobody
else was told, and which only its own devices could read.

| the one with the code, ``Knock`` | the one that made it, ``GivenCode`` |
|---|---|
| ``knock``: the number, its own master key and label | asks its leads; ``answer``: coalition, label |
| asks its leads | all others agree; a room; invites; ``come``: the room, all members |
| ok: goes in, and says hello in the room | |
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Final

from commands.coalition import consent, introducing, labelling, membership, pairing_views
from commands.coalition.bodies import Applicant, Bot, Label, MasterKey
from commands.coalition.kinds import CoalitionJob, ProposalKind
from commands.coalition.pairing_code import NUMBER, PairingCode, fingerprint_of, spelled
from commands.coalition.seat import Seat
from commands.coalition.wire import OneLine, as_body
from commands.framework.errors import impossible
from commands.framework.reply import Line, Reply
from storage.coalition.coalitions import CoalitionMembers, Coalitions, EveryCoalition
from storage.coalition.model import (
    CoalitionState,
    GivenCode,
    Knock,
    MemberState,
    Proposal,
    ProposalState,
)
from storage.coalition.pairings import GivenCodes, Knocks
from storage.core.bounds import Length
from storage.core.lazy_dataclass import dataclass
from storage.core.model import RoomId, UserId

CODE_HOLDS: Final = timedelta(hours=24)
"""How long a code may be typed."""
PAIRING_HOLDS: Final = timedelta(days=15)
"""How long the others have then: seven days each; and after that leads find out whose bot is gone."""
REF: Final = 16
"""Bytes by which the bots of a coalition call it."""
MOST_MEMBERS: Final = 200
MOST_NAMED: Final = 10
"""Committees that a room hears of by name when its own comes in."""


class Step(Enum):
    """A word that one bot says to the other's devices while they pair."""

    KNOCK = "knock"
    ANSWER = "answer"
    COME = "come"
    REFUSE = "refuse"
    OLDER = "older"
    """The other bot is of a newer release, and nothing of what it said was understood."""


@dataclass(frozen=True, slots=True)
class PairingStep:
    """One message of a pairing, as ``pairing_versions.py`` reads and writes it, with its version.

    Fields that a step does not need are empty.
    """

    step: Step
    number: Annotated[str, Length(2 * NUMBER)]
    label: Label
    master: MasterKey = ""
    ref: Annotated[str, Length(2 * REF)] = ""
    title: Annotated[str, OneLine(60)] = ""
    room: Annotated[str, Length(255)] = ""
    members: tuple[Applicant, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvenBot:
    """The bot that said a step, as its keys prove."""

    bot: UserId
    master: str
    """Its published master key, which signs the device that spoke."""


async def give_code(seat: Seat) -> tuple[str, ...]:
    """Make a code for this committee's coalition; its words. An earlier one that nobody typed ends."""
    own, fingerprint = seat.own, fingerprint_of(seat.own, seat.voice.master)
    while True:
        number = secrets.token_bytes(NUMBER).hex()
        words = spelled(PairingCode(own, fingerprint, number))
        if words is not None:
            break
    await GivenCodes(seat.tx).add(seat.coalition.id, number, seat.now + CODE_HOLDS)
    seat.voice.wake()
    return words


async def typed(seat: Seat, code: PairingCode) -> None:
    """Begin to join by a code that a lead typed; the bots then meet by themselves."""
    knock = Knock(
        seat.coalition.id,
        UserId(code.bot),
        code.fingerprint,
        code.number,
        agreed=False,
        room=None,
        expires_at=seat.now + CODE_HOLDS,
    )
    await Knocks(seat.tx).add(knock)
    seat.voice.wake()


# -- what the bot that made the code hears, and says


async def knocked(seat: Seat, code: GivenCode, step: PairingStep, sender: ProvenBot) -> None:
    """Somebody's bot has the number of a code: ask leads here whether it is whom they told it to."""
    if step.master != sender.master or sender.bot == seat.own:
        return
    if not await GivenCodes(seat.tx).take(code, sender.bot, seat.now + PAIRING_HOLDS):
        return
    said = await labelling.told_apart(seat, Applicant(sender.bot, sender.master, step.label))
    known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, sender.bot)
    # It serves several committees, or it begins anew: leads know, and the one that is in stays until they agree.
    here = known.label if known is not None and known.state is MemberState.IN else None
    knocking = Knocking(said.bot, said.master, said.label, here)
    until = seat.now + introducing.INTRODUCTION_HOLDS
    await consent.propose(seat, PAIR, knocking, key=code.number, until=until)
    seat.voice.wake()


async def step_for(seat: Seat, code: GivenCode) -> PairingStep | None:
    """What is said now to the bot that typed a code; None: nothing. Ends what is over."""
    proposal = await seat.proposals.by_key(PAIR.name, code.number)
    if proposal is None or code.bot is None:
        return None
    member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, code.bot)
    match proposal.state:
        case ProposalState.DECLINED | ProposalState.EXPIRED:
            return PairingStep(Step.REFUSE, code.number, seat.coalition.label)
        case ProposalState.AGREED if member is None:
            # Another committee did not agree.
            return PairingStep(Step.REFUSE, code.number, seat.coalition.label)
        case ProposalState.AGREED if member is not None and member.state is MemberState.IN:
            await GivenCodes(seat.tx).done(code.id)
            return None
    invited = member is not None and member.state is MemberState.INVITED
    return await _come(seat, code) if invited else _answer(seat, code, Step.ANSWER)


async def typed_by(seat: Seat, code: GivenCode) -> ProvenBot | None:
    """The bot that typed a code, with the key that it proved then: leads agreed to that one."""
    proposal = await seat.proposals.by_key(PAIR.name, code.number)
    if proposal is None:
        return None
    knocking = as_body(Knocking, proposal.body)
    return ProvenBot(UserId(knocking.bot), knocking.master)


def _answer(seat: Seat, code: GivenCode, step: Step) -> PairingStep:
    own = seat.coalition
    return PairingStep(step, code.number, own.label, seat.voice.master, own.ref, own.title)


async def _come(seat: Seat, code: GivenCode) -> PairingStep:
    """Where to come, and who is there; until there is a room, only who we are."""
    own = seat.coalition
    if own.room is None:
        return _answer(seat, code, Step.ANSWER)
    others = tuple(
        Applicant(each.bot, each.master, each.label)
        for each in await seat.members()
        if each.bot != code.bot
    )
    ours = Applicant(seat.own, seat.voice.master, own.label)
    answer = _answer(seat, code, Step.COME)
    return replace(answer, room=str(own.room), members=(ours, *others))


@dataclass(frozen=True, slots=True)
class Knocking:
    """A committee whose bot typed a code of ours."""

    bot: Bot
    master: MasterKey
    label: Label
    here: Label | None = None
    """What a committee is called that is in the coalition by that very bot; None if there is none."""


async def _pair(seat: Seat, _proposal: Proposal, knocking: Knocking) -> tuple[Reply, ...]:
    applicant = Applicant(knocking.bot, knocking.master, knocking.label)
    await introducing.introduce(seat, applicant)
    seat.voice.wake()
    others = [each for each in await seat.members() if each.bot != applicant.bot]
    return (pairing_views.paired(applicant.label, asks_others=bool(others)),)


async def _not_paired(seat: Seat, _proposal: Proposal, knocking: Knocking) -> tuple[Reply, ...]:
    seat.voice.wake()
    return (pairing_views.not_paired(knocking.label),)


def _pair_words(_proposal: Proposal, body: Knocking, _who: str) -> tuple[Line, ...]:
    return pairing_views.typed_your_code(body.label, body.bot, body.here)


PAIR = ProposalKind(
    "pair", Knocking, _pair_words, agreed=_pair, declined=_not_paired, keeps_body=True
)


# -- what the bot whose lead typed the code hears, and says


async def knock_of(seat: Seat, knock: Knock) -> PairingStep | None:
    """What is said again and again until the other bot lets us in; None when nothing is to be asked."""
    if knock.expires_at <= seat.now:
        return None
    return PairingStep(Step.KNOCK, knock.number, seat.coalition.label, seat.voice.master)


def matches(knock: Knock, bot: str, master: str) -> bool:
    """Whether a bot with a master key is the one that the typed code means."""
    return bot == knock.bot and fingerprint_of(bot, master) == knock.fingerprint


async def answered(seat: Seat, knock: Knock, step: PairingStep, sender: ProvenBot) -> None:
    """The other bot says who it is, or where to come. Nothing is believed of any other key."""
    if not matches(knock, sender.bot, sender.master):
        return
    if step.step is Step.REFUSE:
        await seat.tell(pairing_views.refused(step.label), occasion=f"refused {knock.number}")
        await EveryCoalition(seat.tx).drop(seat.coalition.id)
        return
    if len(step.ref) != 2 * REF:
        return
    if any(
        each.ref == step.ref and each.id != seat.coalition.id
        for each in await EveryCoalition(seat.tx).all()
    ):
        # The others could not tell two committees of one bot apart, and one bot counted twice hides less.
        said = pairing_views.one_bot_one_committee(step.title)
        await seat.tell(said, occasion=f"another of ours {knock.number}")
        await EveryCoalition(seat.tx).drop(seat.coalition.id)
        return
    shown = await seat.proposals.by_key(JOIN.name, knock.number) is not None
    if shown and (step.ref, step.title) != (seat.coalition.ref, seat.coalition.title):
        # What leads were asked about is what they join.
        return
    await EveryCoalition(seat.tx).identify(seat.coalition.id, ref=step.ref, title=step.title)
    await Knocks(seat.tx).hold_until(seat.coalition.id, seat.now + PAIRING_HOLDS)
    other = await labelling.told_apart(seat, Applicant(sender.bot, sender.master, step.label))
    body = Joining(sender.bot, other.label, step.title)
    until = seat.now + introducing.INTRODUCTION_HOLDS
    await consent.propose(seat, JOIN, body, key=knock.number, until=until)
    if step.step is Step.COME and step.room:
        await _expect(seat, knock, step, sender)


async def _expect(seat: Seat, knock: Knock, step: PairingStep, sender: ProvenBot) -> None:
    """Know the members, and in which room they are, before the invitation is followed."""
    members = {each.bot: each for each in step.members[:MOST_MEMBERS]}
    members[sender.bot] = Applicant(sender.bot, sender.master, step.label)
    members.pop(seat.own, None)
    # Whom the lead was asked about has its label first.
    for said in sorted(members.values(), key=lambda each: each.bot != sender.bot):
        each = await labelling.told_apart(seat, said)
        await CoalitionMembers(seat.tx).put(
            seat.coalition.id,
            bot=UserId(each.bot),
            master=each.master,
            label=each.label,
            state=MemberState.IN,
            now=seat.now,
        )
    await Knocks(seat.tx).invited(knock.coalition, RoomId(step.room))
    seat.voice.wake()


async def came_in(seat: Seat, knock: Knock, room: RoomId) -> Seat:
    """Take the seat: the bot is in the room, and its committee says hello. Returns the seat it has now."""
    every = EveryCoalition(seat.tx)
    await every.settle(seat.coalition.id, room)
    await every.become(seat.coalition.id, CoalitionState.OPEN)
    await Knocks(seat.tx).done(knock.coalition)
    now = await seat.anew()
    await membership.come_in(now)
    # Whom the lead was asked about is the first. The others' labels are that one's word.
    labels = [each.label for each in await now.members()]
    if len(labels) > MOST_NAMED:
        labels = [*labels[:MOST_NAMED], "…"]
    await now.tell(
        pairing_views.we_are_in(now.coalition.title, labels), occasion=f"in {knock.number}"
    )
    return now


async def given_up(seat: Seat) -> None:
    """The time of a typed code is over: the committee is in no coalition."""
    await seat.tell(pairing_views.time_is_over(), occasion=f"over {seat.coalition.id}")
    await EveryCoalition(seat.tx).drop(seat.coalition.id)


async def another_key(seat: Seat, knock: Knock) -> None:
    """The other bot shows another key than the code says: nothing is sent to it, and leads are told."""
    await seat.tell(pairing_views.another_key(knock.bot), occasion=f"key {knock.number}")
    await EveryCoalition(seat.tx).drop(seat.coalition.id)


@dataclass(frozen=True, slots=True)
class Joining:
    """The coalition that this committee is about to join, and whose bot answered."""

    bot: Bot
    label: Label
    title: Annotated[str, OneLine(60)]


async def _join(seat: Seat, _proposal: Proposal, _joining: Joining) -> tuple[Reply, ...]:
    if await Knocks(seat.tx).of(seat.coalition.id) is None:
        raise impossible("That code does not work any more. Ask for another one.")
    await Knocks(seat.tx).agree(seat.coalition.id)
    seat.voice.wake()
    return (pairing_views.joins(),)


async def _not_join(seat: Seat, _proposal: Proposal, _joining: Joining) -> tuple[Reply, ...]:
    await EveryCoalition(seat.tx).drop(seat.coalition.id)
    seat.voice.wake()
    return (pairing_views.joins_not(),)


def _join_words(_proposal: Proposal, body: Joining, _who: str) -> tuple[Line, ...]:
    return pairing_views.answered(body.label, body.title, body.bot)


JOIN = ProposalKind("join", Joining, _join_words, agreed=_join, declined=_not_join)

JOB = CoalitionJob(proposals=(PAIR, JOIN))


async def begin(coalitions: Coalitions, *, title: str, label: str, now: datetime) -> None:
    """Make a coalition of which this committee is the first member."""
    ref = secrets.token_bytes(REF).hex()
    await coalitions.begin(ref=ref, title=title, label=label, state=CoalitionState.OPEN, now=now)

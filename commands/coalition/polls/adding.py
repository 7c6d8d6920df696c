"""The sum of a coalition poll: what bots say is noted, and each step is done when it is due, once.

What was noted is all there is: each look reads it anew and decides (``rounds.py``), so that a bot that died
anywhere goes on where it was.
"""

from collections.abc import Collection, Iterable

from commands.coalition import wire
from commands.coalition.kinds import HeardMessage
from commands.coalition.own_ballots import CountedBox, NoTotals, PollKey
from commands.coalition.polls import asking, views
from commands.coalition.polls.masks import (
    SumSet,
    UnusableKey,
    as_text,
    check_key,
    from_text,
    masked,
    private_key,
    public_key,
)
from commands.coalition.polls.rounds import Rounds
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
    LAST,
    Add,
    Fix,
    GiveUp,
    Respond,
    SaidSet,
    Send,
    SumTerms,
    Wait,
    Why,
)
from commands.coalition.polls.totals import Spoilt, SumOfPolls, as_vector, length, read_sum
from commands.coalition.seat import Seat
from commands.framework.i18n import readers_clock
from commands.framework.reply import Line, Reply
from commands.polls.model import Poll
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.model import CoalitionMember, MemberState
from storage.coalition.polls import AskedPoll, CoalitionPolls, PollState, PollWord, WordKind
from storage.core.lazy_dataclass import dataclass

KEPT = LAST * 2
"""After the close: so long a sum that came late is told, and what was said of it is kept."""
NO_RESULT, RESULT, SAID_ON = 1, 2, 3
"""What a committee was told; SAID_ON: the result, which its bot said to the others as well."""


# -- hearing


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


# -- doing what is due


async def ticked(seat: Seat) -> tuple[Reply, ...]:
    """Go on with every poll that this committee is part of, as far as that is possible now."""
    polls = CoalitionPolls(seat.tx)
    for each in await polls.unfinished(seat.coalition.id):
        async with seat.apart():
            await _go_on(seat, polls, each)
    return ()


async def _go_on(seat: Seat, polls: CoalitionPolls, each: AskedPoll) -> None:
    if seat.now > each.closes_at + KEPT:
        await polls.become(each, PollState.OVER)
        seat.voice.ballots.look((seat.coalition.id, each.ref))
    elif each.state in {PollState.OPEN, PollState.SPENT} and each.told < RESULT:
        job = await Adding.of(seat, each)
        said = await job.go_on()
        told = RESULT if job.is_known else NO_RESULT
        await seat.tell(*said, occasion=_occasion(each, told))
    elif each.told == RESULT and any(member.epoch for member in await seat.members()):
        await (await Adding.of(seat, each)).say_on()


def _occasion(asked: AskedPoll, told: int) -> str:
    """What a committee is told under: a bot that was restored tells it once more, and finds it there."""
    return f"poll {asked.ref} {told}"


@dataclass(frozen=True, slots=True)
class Adding:
    """One poll at one committee, with everything that was said of it."""

    seat: Seat
    asked: AskedPoll
    question: CoalitionQuestion
    poll: Poll
    """As it was asked; the committee's own floor may be higher."""
    rounds: Rounds

    @classmethod
    async def of(cls, seat: Seat, asked: AskedPoll) -> "Adding":
        """Read what was asked, and all that was said."""
        question = wire.as_body(CoalitionQuestion, asked.body)
        bound = f"{asked.ref} {asking.bound_to(asked)}"
        terms = SumTerms(seat.coalition.ref, bound, question.closes, question.bots, question.fewest)
        words = await CoalitionPolls(seat.tx).words(asked)
        # Whose box is gone only looks on; so does a bot that was restored since, as it may not know of a
        # part that it sent: a second would tell its totals.
        restored = asking.asked_before_restore(seat, question.opened)
        sent = any((each.kind, each.bot) == (WordKind.PART, seat.own) for each in words)
        gave_up = asked.state is PollState.SPENT and asked.told == NO_RESULT
        takes_part = asked.state is PollState.OPEN or sent or gave_up
        rounds = Rounds(terms, seat.own if takes_part and not restored else "")
        if gave_up:
            rounds.give_up()
        poll = asking.poll_of(question, asked.ref, asked.code)
        job = cls(seat, asked, question, poll, rounds)
        for word in words:
            job._take(word)
        return job

    def _take(self, word: PollWord) -> None:
        bot, said = word.bot, word.said
        match word.kind:
            case WordKind.SHOWN:
                # Who was shown something else was not asked this.
                if said == asking.bound_to(self.asked):
                    self.rounds.decline(bot)
            case WordKind.IN:
                self.rounds.join(bot)
            case WordKind.READY:
                self.rounds.ready(bot, bytes.fromhex(said) if said else None)
            case WordKind.SET:
                of, *at = said.split()
                said_set = SaidSet(word.round, self.bots(map(int, at)), of)
                self.rounds.fix(bot, said_set, word.at)
            case WordKind.ANSWER:
                self.rounds.answer(bot, word.round, said)
            case WordKind.PART if not word.round:
                of, vector = said.split(" ")
                if len(numbers := from_text(vector)) == length(self.poll):
                    self.rounds.part(bot, of, numbers)
            case WordKind.KEPT | WordKind.PART:
                # Not said yet; or a sum, as that bot said it, for where a part never comes.
                pass

    def bots(self, places: Iterable[int]) -> frozenset[str]:
        """Bots by their places among those that were asked."""
        every = self.question.bots
        return frozenset(every[at] for at in places if at < len(every))

    def places(self, bots: Collection[str]) -> tuple[int, ...]:
        """The places of bots among those that were asked."""
        return tuple(at for at, bot in enumerate(self.question.bots) if bot in bots)

    @property
    def _key(self) -> PollKey:
        return self.asked.coalition, self.asked.ref

    @property
    def is_known(self) -> bool:
        """Whether all parts of a set are there."""
        return isinstance(self.rounds.step(self.seat.now), Add)

    async def go_on(self) -> list[Reply]:
        """Do one step after the other until there is nothing to do; what the committee is told."""
        if self.rounds.counts_itself:
            await self._count()
        while not isinstance(step := self.rounds.step(self.seat.now), Wait):
            if isinstance(step, Add):
                return await self._add(step)
            if isinstance(step, GiveUp):
                return await self._give_up(step)
            if not await self._do(step):
                # The box is gone since. The others go on without us.
                await self._spend()
                break
        return []

    async def _do(self, step: Fix | Respond | Send) -> bool:
        """Do a step with our totals; False if we have none any more."""
        match step:
            case Fix(where):
                return await self._fix(where)
            case Respond():
                return await self._answer(step)
            case Send(where):
                return await self._send(where)

    async def _count(self) -> None:
        """Say whether there are enough ballots, once the own poll is counted."""
        box = await self.seat.voice.ballots.box(self._key)
        if box is NoTotals.OPEN:
            return
        key = ""
        if isinstance(box, CountedBox) and box.result.totals is not None:
            key = public_key(self._private(box)).hex()
        label = self.seat.coalition.label
        await self.seat.say(
            "poll ready",
            Readiness(self.asked.ref, key),
            views.ready_sentence(label, enough=bool(key)),
        )
        await self._own(WordKind.READY, 0, key)
        if not key:
            await self._spend()

    async def _fix(self, where: SumSet) -> bool:
        """Say the set of a round; False if we have nothing to add any more."""
        if not await self._keep(where):
            return False
        places = self.places(where.bots)
        body = SetOfRound(self.asked.ref, where.round, places, where.hash)
        await self.seat.say("poll set", body, views.set_sentence(len(places)))
        said = f"{where.hash} {' '.join(map(str, places))}"
        await self._own(WordKind.SET, where.round, said)
        return True

    async def _answer(self, step: Respond) -> bool:
        """Respond the set of a round; False if we have nothing to add any more."""
        if step.where is not None and not await self._keep(step.where):
            return False
        label, agrees = self.seat.coalition.label, step.where is not None
        body = SetAnswer(self.asked.ref, step.round, step.hash)
        await self.seat.say("poll answer", body, views.answer_sentence(label, agrees=agrees))
        await self._own(WordKind.ANSWER, step.round, step.hash)
        return True

    async def _keep(self, where: SumSet) -> bool:
        """Mask the totals for a set, and keep them in the place of those for an earlier one.

        They are noise, and what will be sent: if the machine is switched off before, the others do not
        wait for it in vain.
        """
        box = await self.seat.voice.ballots.box(self._key)
        vector = as_vector(box.poll, box.result) if isinstance(box, CountedBox) else None
        if not isinstance(box, CountedBox) or vector is None:
            return False
        try:
            hidden = masked(vector, where, self.seat.own, self._private(box))
        except (UnusableKey, KeyError):
            return False
        await CoalitionPolls(self.seat.tx).drop_kept(self.asked)
        await self._say(WordKind.KEPT, where.round, f"{where.hash} {as_text(hidden)}")
        return True

    async def _send(self, where: SumSet) -> bool:
        """Let the masked totals out, once; box, keys and the copy here are not needed from then on."""
        vector = await self._kept(where)
        if not vector and await self._keep(where):
            # It agreed to a later set since, and this is the one that somebody sent in.
            vector = await self._kept(where)
        if not vector:
            return False
        body = MaskedPart(self.asked.ref, where.hash, vector)
        await self.seat.say("poll part", body, views.part_sentence(self.seat.coalition.label))
        await self._own(WordKind.PART, 0, f"{where.hash} {vector}")
        await self._spend()
        return True

    async def _kept(self, where: SumSet) -> str:
        """The totals as they were masked for a set; empty where they were masked for another, or none."""
        words = await CoalitionPolls(self.seat.tx).words(self.asked)
        kept = next((each.said for each in words if each.kind is WordKind.KEPT), "")
        found, _, vector = kept.partition(" ")
        return vector if found == where.hash else ""

    async def _add(self, step: Add) -> list[Reply]:
        """Tell the committee the sum; whoever said the set tells those that cannot add."""
        polls, who = CoalitionPolls(self.seat.tx), step.where.bots
        await polls.told(self.asked, RESULT)
        await self._spend()
        try:
            found = read_sum(self.poll, len(who), step.total)
        except Spoilt:
            return [views.spoilt(self.poll, await self.labels(who))]
        if self.seat.own in self._chairs(step.where):
            await self._say_sum(step, found)
        return [views.added(self.poll, found, part=self.seat.own in who)]

    async def say_on(self) -> None:
        """Say a sum that is known, once, in the place of a chair that was restored and cannot add it any more."""
        step = self.rounds.step(self.seat.now)
        if not isinstance(step, Add):
            return
        lost = {
            each.bot
            for each in await self.seat.members()
            if asking.was_restored_since(each.epoch, self.question.opened)
        }
        first = next((bot for bot in self.question.bots if bot in step.where.bots - lost), None)
        if self._chairs(step.where) & lost and first == self.seat.own:
            try:
                found = read_sum(self.poll, len(step.where.bots), step.total)
            except Spoilt:
                return
            await self._say_sum(step, found)

    def _chairs(self, where: SaidSet) -> frozenset[str]:
        """Who said a set: its chair, and whoever lies that they were."""
        sets = self.rounds.sets.items()
        return frozenset(bot for (_at, bot), each in sets if each.hash == where.hash)

    async def _say_sum(self, step: Add, found: SumOfPolls) -> None:
        who = step.where.bots
        members, joined = self.places(who), self.places(self.rounds.joined)
        body = PollSum(self.asked.ref, step.where.hash, members, joined, as_text(step.total))
        totals = found.result.totals
        ballots = 0 if totals is None else totals.ballots
        await self.seat.say("poll sum", body, views.sum_sentence(len(who), ballots))
        await CoalitionPolls(self.seat.tx).told(self.asked, SAID_ON)

    async def _give_up(self, step: GiveUp) -> list[Reply]:
        """Tell the committee once that there is no result. A sum that comes late is told all the same."""
        await self._spend()
        if self.asked.told == NO_RESULT or (step.why is Why.MISSING and await self.take_said()):
            return []
        await CoalitionPolls(self.seat.tx).told(self.asked, NO_RESULT)
        return [views.no_sum(self.poll, step.why, await self.labels(step.silent))]

    @property
    def sent_in(self) -> SaidSet | None:
        """The set for which this bot sent its part; None if it sent none."""
        of, _vector = self.rounds.parts.get(self.seat.own, ("", ()))
        return next((each for each in self.rounds.agreed if each.hash == of), None)

    async def take_said(self) -> bool:
        """Tell the committee the sum as another said it, where a part never came; False if none or two were said.

        It is of the set for which this bot sent its own part, and only from who is in that.
        """
        where = self.sent_in
        words = await CoalitionPolls(self.seat.tx).words(self.asked)
        said = {each.said: each.bot for each in words if each.kind is WordKind.PART and each.round}
        if where is None or len(said) != 1:
            return False
        ((words_of, bot),) = said.items()
        vector = from_text(words_of.split(" ")[1])
        for label in await self.labels([bot]):
            await self.believe(where.bots, vector, label)
            return True
        return False

    async def believe(self, who: Collection[str], vector: tuple[int, ...], by: str) -> None:
        """Tell the committee a sum that this bot could not add itself, and who said it."""
        polls = CoalitionPolls(self.seat.tx)
        await polls.told(self.asked, RESULT)
        await polls.become(self.asked, PollState.SPENT)
        try:
            found = read_sum(self.poll, len(who), vector)
            told = views.added(self.poll, found, part=self.seat.own in who, by=by)
        except Spoilt:
            told = views.spoilt(self.poll, await self.labels(who))
        await self.seat.tell(told, occasion=_occasion(self.asked, RESULT))

    async def _spend(self) -> None:
        """The box is not needed any more: neither totals nor keys, nor what is kept of them."""
        polls = CoalitionPolls(self.seat.tx)
        await polls.become(self.asked, PollState.SPENT)
        await polls.drop_kept(self.asked)
        self.seat.voice.ballots.look(self._key)

    def _private(self, box: CountedBox) -> bytes:
        return private_key(box.secret, self.seat.coalition.ref, self.asked.ref)

    async def _own(self, kind: WordKind, number: int, said: str) -> None:
        """Note what we said, as it is noted of others."""
        self._take(await self._say(kind, number, said))

    async def _say(self, kind: WordKind, number: int, said: str) -> PollWord:
        word = PollWord(kind, number, self.seat.own, said, self.seat.now)
        await CoalitionPolls(self.seat.tx).keep(self._key, word)
        return word

    async def labels(self, bots: Collection[str]) -> list[str]:
        """What the committees of bots are called, ours among them."""
        members = await self.seat.everybody()
        known = {str(each.bot): each.label for each in members}
        known[self.seat.own] = self.seat.coalition.label
        return sorted(known[bot] for bot in bots if bot in known)

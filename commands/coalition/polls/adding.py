"""The sum of a coalition poll: each step is done when it is due, once.

What was noted (``heard.py``) is all there is: each look reads it anew and decides (``rounds.py``), so that a bot that
died anywhere goes on where it was.
"""

from collections.abc import Collection, Iterable

from commands.coalition import wire
from commands.coalition.own_ballots import CountedBox, NoTotals, PollKey
from commands.coalition.polls import asking, views
from commands.coalition.polls.masks import (
    SumSet,
    UnusableKey,
    as_text,
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
from commands.framework.reply import Reply
from commands.polls.model import Poll
from storage.coalition.polls import AskedPoll, CoalitionPolls, PollState, PollWord, WordKind
from storage.core.lazy_dataclass import dataclass

KEPT = LAST * 2
"""After the close: so long a sum that came late is told, and what was said of it is kept."""
NO_RESULT, RESULT, SAID_ON = 1, 2, 3
"""What a committee was told; SAID_ON: the result, which its bot said to the others as well."""


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

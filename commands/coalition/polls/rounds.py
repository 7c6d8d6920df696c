"""How the committees of a poll agree on a set, and add. Pure: what was heard and the time in, one step out.

1. When its own poll is counted, each bot says whether it has enough ballots, with a fresh public key.
2. One of them, the chair of the round, says who is in the set. Everybody in it answers with the set's hash if
   it lacks nobody whom they heard, and objects if not. Who gives no answer in time is left out of the
   next round, which has another chair, as long as no more than one in four are left out.
3. A bot that has heard the same hash from the whole set sends its masked totals: once in a poll, and never
   again, whatever becomes of that round.

The last is what keeps a committee's total its own. Whoever sends a second time, in a set without somebody
who had sent already, lets that one's total be computed: it is the difference of the two sums. It takes no
lie, only a message that some heard and others did not. So sums of one poll never have a committee in
common, and nothing can be subtracted. The price: who agreed and then stays away until the very end leaves
the poll without a result. Facts may come in any order, and twice; the first of each counts.

Nobody is left out by what others say. Bots that lie can say one thing to one bot and another to the next, so
no two need know the same. But whoever is there answers each round of which it hears anything, late as well,
and also when it cannot be in its set any more: because somebody has sent in a set, or because it gave up. And
nobody agrees so late in a round that no time is left for such an answer. So who is left out was away, or a
homeserver held back what it said, or it was never asked. Then one in four at most are, of all that were asked and did not say themselves
that they are not in it: they have too few ballots, or their leads were shown the poll, and did not want to until
it closed. Else there is no result. So a committee is alone with bots that lie only where all others that take
part lie, or where nearly three in four of all do and a homeserver helps them.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from commands.coalition.polls.masks import SetMember, SumSet, summed
from commands.coalition.polls.steps import (
    ABSENT,
    AGREE_WITHIN,
    ANSWER_WITHIN,
    FEWEST,
    LAST,
    MOST_ROUNDS,
    OBJECTION,
    ROUND,
    Add,
    Fix,
    GiveUp,
    Respond,
    SaidSet,
    Send,
    Step,
    SumTerms,
    Wait,
    Why,
)


class Rounds:
    """What one bot has heard and said in a poll, its own words among them. Only ever grows."""

    def __init__(self, terms: SumTerms, own: str) -> None:
        self.terms = terms
        self.own = own
        self.declined: set[str] = set()
        """Those that said that their leads were shown the poll and are not in it."""
        self.joined: set[str] = set()
        self.keys: dict[str, bytes] = {}
        """By bot, of those that have enough ballots."""
        self.short: set[str] = set()
        """Those that have not."""
        self.sets: dict[tuple[int, str], SaidSet] = {}
        """By round, and by who said it."""
        self.late: set[tuple[int, str]] = set()
        """Of the sets, those heard when their round was half over."""
        self.answers: dict[tuple[int, str], str] = {}
        self.parts: dict[str, tuple[str, tuple[int, ...]]] = {}
        """By bot: the hash of its set, and the masked totals."""
        self.given_up = False
        """Whether this bot has told its people that there is no result."""

    # -- hearing; the first of each counts ---------------------------------------------------------

    def decline(self, bot: str) -> None:
        """A bot's leads were shown the poll and did not want to be in it."""
        self.declined.add(bot)

    def join(self, bot: str) -> None:
        """A bot asks its people."""
        if bot in self.terms.order:
            self.joined.add(bot)

    def ready(self, bot: str, key: bytes | None) -> None:
        """A bot has counted; with the key if it has enough ballots."""
        if bot in self.terms.order and bot not in self.keys and bot not in self.short:
            if key is None:
                self.short.add(bot)
            else:
                self.keys[bot] = key

    def fix(self, bot: str, said: SaidSet, at: datetime) -> None:
        """A bot says who is in the set of a round, and agrees to it; ``at`` is when that was heard."""
        if 0 < said.round <= MOST_ROUNDS and (said.round, bot) not in self.sets:
            self.sets[said.round, bot] = said
            if at > self._half_of(said.round):
                self.late.add((said.round, bot))
            self.answers.setdefault((said.round, bot), said.hash)

    def answer(self, bot: str, number: int, said: str) -> None:
        """A bot answers the set of a round: its hash, or OBJECTION."""
        if 0 < number <= MOST_ROUNDS:
            self.answers.setdefault((number, bot), said)

    def part(self, bot: str, of: str, vector: tuple[int, ...]) -> None:
        """A bot's masked totals, for the set with a hash."""
        self.parts.setdefault(bot, (of, vector))

    def give_up(self) -> None:
        """Note that the people of this bot were told that there is no result: it is in no set any more, and says so."""
        self.given_up = True

    # -- deciding ----------------------------------------------------------------------------------

    def step(self, now: datetime) -> Step:
        """What is to be done now. Doing it, and noting that, changes what comes next."""
        done = self._sum(now)
        if done is not None:
            return done
        if now < self.terms.closes_at or self.counts_itself:
            return Wait(max(now, self.terms.closes_at) + ROUND)
        if self.given_up:
            return self._objects(now) or Wait(self.terms.closes_at + LAST)
        if self.own in self.parts or self._is_live(now):
            return self._send_or_wait(now)
        agreed = next(iter(self.agreed), None)
        if agreed is not None and self._unanimous(agreed):
            return self._send(agreed)
        return self._in_round(now)

    def _sum(self, now: datetime) -> Add | None:
        """The sum of a set whose parts are all there: one this bot agreed to before others, and many before few."""
        if len(self.parts) < self.terms.fewest:
            return None
        in_turn = sorted(self.sets.values(), key=lambda w: (not self._agrees_to(w), -len(w.bots)))
        for where in in_turn:
            parts = [self.parts.get(bot, ("", ())) for bot in where.bots]
            if all(of == where.hash for of, _ in parts) and self._may_be_final(where, now):
                return Add(where, summed(vector for _, vector in parts))
        return None

    def _may_be_final(self, where: SaidSet, now: datetime) -> bool:
        """Whether the sum of a set can be the result: this bot agreed to it, or it was not in it.

        With two, any two others could say at once what all rooms read. So a set of few others is waited for: until
        there can be none with this bot any more.
        """
        if self._agrees_to(where):
            return self._is_real(where)
        if not (self._is_real(where) and self._is_enough(where.bots)):
            return False
        over = self.terms.closes_at + LAST if self.agreed else self.begins(MOST_ROUNDS + 1)
        return self._leaves_few_out(where.bots) or now >= over

    def _agrees_to(self, where: SaidSet) -> bool:
        """Whether this bot agreed to a set, or to its hash at least."""
        return self.answers.get((where.round, self.own)) == where.hash

    def _is_live(self, now: datetime) -> bool:
        """Whether somebody has sent in a set this bot agreed to, or, if it agreed to none, in one without it.

        A set with this bot, to which it did not agree, is no reason to stop: nobody honest has sent in it.
        """
        sent = {of for of, _vector in self.parts.values()}
        agreed = self.agreed
        if agreed:
            return any(where.hash in sent for where in agreed)
        return self._sent_without_own(sent, now) is not None

    def _sent_without_own(self, sent: set[str], now: datetime) -> SaidSet | None:
        found = (w for w in self.sets.values() if w.hash in sent and self.own not in w.bots)
        return next((where for where in found if self._may_be_final(where, now)), None)

    def _send_or_wait(self, now: datetime) -> Step:
        """A round that somebody has sent in is the last one: another could only take from it.

        To any other round this bot objects, so that nobody takes it for one that is away.
        """
        sent = {of for of, _vector in self.parts.values()}
        agreed = sorted(self.agreed, key=lambda where: where.hash not in sent)
        if self.own not in self.parts:
            unanimous = next(filter(self._unanimous, agreed), None)
            if unanimous is not None:
                return self._send(unanimous)
        end = self.terms.closes_at + LAST
        if now < end:
            return self._objects(now) or Wait(end)
        where = next(iter(agreed), None) or self._sent_without_own(sent, now)
        missing = where.bots - self.parts.keys() if where is not None else ()
        return GiveUp(Why.MISSING, tuple(sorted(missing)))

    def _objects(self, now: datetime) -> Step | None:
        """Object to the first round so far of which something was heard; None: this bot has answered them all.

        An earlier one too: what was said at its end, or by a slow clock, was heard in the next.
        """
        number = min(self._unanswered(self.round_at(now)), default=None)
        if number is None:
            return None
        half = self._half_of(number)
        return Respond(number, OBJECTION, None) if now >= half else Wait(half)

    def _unanswered(self, last: int) -> set[int]:
        """The rounds up to one of which this bot heard something and that it can answer still."""
        heard = {at for at, _bot in self.answers if at <= last} if self.own in self.keys else set()
        return {number for number in heard if (number, self.own) not in self.answers}

    def _send(self, agreed: SaidSet) -> Step:
        return Send(self._whole(agreed.round, agreed.bots))

    def _whole(self, number: int, bots: Iterable[str]) -> SumSet:
        """A set with the keys that its bots said themselves. Raises KeyError for a bot that said none."""
        members = [SetMember(bot, self.keys[bot]) for bot in bots]
        return SumSet(self.terms.coalition, self.terms.poll, number, members)

    def _is_real(self, said: SaidSet) -> bool:
        """Whether a set has enough bots, each with a key, and the hash that it was said to have.

        Anybody can say the hash of one set with the bots of another.
        """
        return (
            self.terms.fewest <= len(said.bots)
            and said.bots <= self.keys.keys()
            and self._whole(said.round, said.bots).hash == said.hash
        )

    @property
    def counts_itself(self) -> bool:
        """Whether this bot asked its people, and has not said what became of that."""
        said = self.keys.keys() | self.short
        return self.own in self.joined and self.own not in said

    @property
    def agreed(self) -> list[SaidSet]:
        """The sets this bot agreed to, the last first; the others are given up, unless somebody has sent in one."""
        found = (self._agreed_in(number) for number in range(MOST_ROUNDS, 0, -1))
        return [where for where in found if where is not None]

    def _is_enough(self, bots: Collection[str]) -> bool:
        """Whether a set of these bots leaves no more out than may be away; with two, leads agreed to any two."""
        any_two = self.terms.fewest < FEWEST
        return len(bots) >= self.terms.fewest and (any_two or self._leaves_few_out(bots))

    def _leaves_few_out(self, bots: Collection[str]) -> bool:
        there = self._wanted
        return len(there.difference(bots)) <= len(there) // ABSENT

    def _agreed_in(self, number: int) -> SaidSet | None:
        """The set of a round that this bot agreed to; None if it agreed to none."""
        said = self.answers.get((number, self.own), OBJECTION)
        if said == OBJECTION:
            return None
        found = (w for w in self.sets.values() if w.round == number and w.hash == said)
        return next(filter(self._is_real, found), None)

    def _unanimous(self, where: SaidSet) -> bool:
        return all(self._agrees(bot, where) for bot in where.bots)

    def _agrees(self, bot: str, where: SaidSet) -> bool:
        """Whether a bot named the hash of a set; sending in it says the same."""
        sent = bot in self.parts and self.parts[bot][0] == where.hash
        return sent or self.answers.get((where.round, bot)) == where.hash

    @property
    def _wanted(self) -> set[str]:
        """Who belongs into the sum: all that were asked, but those who said themselves that they are not in it.

        They have too few ballots, or their leads were shown the poll and did not want to. Who said nothing may be
        in it, and held back by a homeserver; or never asked, by a bot that asks those alone who would be alone with it.
        """
        takes_part = {*self.joined, *self.keys}
        return {*self.terms.order} - self.short - (self.declined - takes_part)

    def _in_round(self, now: datetime) -> Step:
        number = self.round_at(now)
        if number > MOST_ROUNDS:
            return self._too_late()
        there = self.keys.keys() - self._silent_before(number)
        everybody = self.joined <= self.keys.keys() | self.short
        if len(self.keys) < self.terms.fewest and everybody:
            return GiveUp(Why.TOO_FEW, ())
        wait = self.terms.closes_at + ANSWER_WITHIN
        if number == 1 and not everybody and now < wait:
            return Wait(wait)
        if earlier := self._unanswered(number - 1):
            return Respond(min(earlier), OBJECTION, None)
        if self.own in self.keys and (number, self.own) not in self.answers:
            # Whoever has sent in a set cannot be in another.
            step = self._answer(number, frozenset(there - self.parts.keys()), now)
            if step is not None:
                return step
        return Wait(self.begins(number + 1))

    def _too_late(self) -> GiveUp:
        """All rounds are over."""
        there = self.keys.keys() - self._gave_no_answer(MOST_ROUNDS + 1)
        missing = tuple(sorted(self._wanted - there))
        if len(there) < self.terms.fewest:
            return GiveUp(Why.TOO_FEW, missing)
        return GiveUp(Why.NO_SET if self._is_enough(there) else Why.AWAY, missing)

    def _answer(self, number: int, expected: frozenset[str], now: datetime) -> Step | None:
        chair, half = self._chair(number), self._half_of(number)
        where = self.sets.get((number, chair)) if chair is not None else None
        if where is None and now <= half:
            enough = chair == self.own and self._is_enough(expected)
            return Fix(self._whole(number, expected)) if enough else None
        in_time = (number, chair) not in self.late and now <= half + AGREE_WITHIN
        if where is not None and in_time and self._fits(where, expected):
            return Respond(number, where.hash, self._whole(number, where.bots))
        # What it lacks, or what was not heard of it, may only be late. Who was told of no set and hears that
        # others were, objects as well: else they took it for somebody who is away.
        return self._objects(now)

    def _fits(self, where: SaidSet, expected: frozenset[str]) -> bool:
        """Whether a set has everybody it should, nobody else than who is ready, and the keys they said."""
        return (
            self.own in where.bots
            and expected <= where.bots
            and not where.bots & self.parts.keys()
            and self._is_real(where)
            and self._is_enough(where.bots)
        )

    # -- who, and when -----------------------------------------------------------------------------

    def round_at(self, now: datetime) -> int:
        """The round at a time, from 1; the same for everybody whose clock is right."""
        since = now - self.terms.closes_at - ANSWER_WITHIN
        return max(1, since // ROUND + 1)

    def begins(self, number: int) -> datetime:
        """When a round begins."""
        if number == 1:
            return self.terms.closes_at
        return self.terms.closes_at + ANSWER_WITHIN + (number - 1) * ROUND

    def _half_of(self, number: int) -> datetime:
        """Until when a set is taken: the other half of a round is for answers to come."""
        return self.begins(number + 1) - ROUND / 2

    def _chair(self, number: int) -> str | None:
        silent = self._silent_before(number)
        turn = [bot for bot in self.terms.order if bot in self.keys and bot not in silent]
        return turn[(number - 1) % len(turn)] if turn else None

    def _silent_before(self, number: int) -> set[str]:
        """Who is left out of a round: nobody, where too few would be in it.

        Those who were away may be back, and else there is no result.
        """
        silent = self._gave_no_answer(number)
        return silent if self._is_enough(self.keys.keys() - silent) else set()

    def _gave_no_answer(self, number: int) -> set[str]:
        """Who answered no set of an earlier round that this bot agreed to, whatever it would have been.

        No other set blames anybody: who said it might only want them out, and the totals of who is left. A
        chair that said no set is not blamed for it: it may have heard of too few. If it is away, it
        gives no answer in the next round. Who answers later is back.
        """
        silent: set[str] = set()
        for earlier in range(1, number):
            where = self._agreed_in(earlier)
            if where is not None:
                silent |= where.bots
            silent -= {bot for at, bot in self.answers if at == earlier}
        return silent

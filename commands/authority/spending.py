"""Counting what a command makes: before it runs, and by what it has written when it has run.

What is written is found in the tables, so that no command can forget to be counted; what each declares
(``makes``, ``may_make``, ``destroys``) is held against it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commands.authority import spending_views as views
from commands.authority.quotas import (
    DAY,
    HOUR,
    NOT_TYPED,
    RATES,
    SECOND_ADDS,
    SECOND_HOLDS,
    Act,
    Quotas,
    Thing,
    kinds_of,
    things_of,
)
from commands.framework.context import Context
from commands.framework.errors import Refusal
from commands.framework.reply import Audience, Reply
from commands.framework.spec import Command
from storage.database import Transaction
from storage.quotas import OPEN, TABLED, Usage
from storage.repository import Common
from storage.seconds import Seconds

_ACT = "act "
"""How an act is called in the table of what was spent; things are called as they are."""


class Spent(Refusal):
    """Somebody has made as much as one person may."""


class TooMuch(Refusal):
    """Somebody would destroy more than one person may alone."""

    def __init__(self, act: Act, refusal: Refusal) -> None:
        super().__init__(refusal.problem, example="")
        self.act = act


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the tables stood before a command ran."""

    entry: int
    area: int
    acts: int


@dataclass(frozen=True, slots=True)
class Acts(Common):
    """What a command names that destroys something: it asks here before it does."""

    async def spend(self, ctx: Context, act: Act, times: int = 1) -> None:
        """Count it. Raises TooMuch when it is more than one person does alone."""
        usage = Usage(self.tx, self.committee)
        rate, name = RATES[act], _ACT + act.value
        for span, most in ((HOUR, rate.an_hour), (DAY, rate.a_day)):
            done = await usage.spent(ctx.user, name, ctx.now - span)
            if done + times <= most or await self._agreed(usage, ctx, act, times):
                continue
            first = await usage.first_spent(ctx.user, name, ctx.now - span)
            again = ctx.now if first is None else first + span
            raise TooMuch(act, views.too_much(act, done, span, again, ctx))
        await usage.spend(ctx.user, name, times, ctx.now)

    async def _agreed(self, usage: Usage, ctx: Context, act: Act, times: int) -> bool:
        """Whether another lead has agreed lately, and what they agreed to is not used up."""
        second = await Seconds(self.tx, self.committee).last(ctx.user, act.value)
        if second is None or second.agreed_at is None:
            return False
        if ctx.now - second.agreed_at > SECOND_HOLDS:
            return False
        used = await usage.spent(ctx.user, _ACT + act.value, second.agreed_at)
        return used + times <= SECOND_ADDS


@dataclass(frozen=True, slots=True)
class Budget:
    """One command's sums, in its transaction."""

    tx: Transaction
    ctx: Context
    quotas: Quotas

    @property
    def usage(self) -> Usage:
        return Usage(self.tx, self.ctx.committee.id)

    async def before(self, command: Command) -> None:
        """Refuse what is spent already, so that nothing of it is run. Raises Spent."""
        for thing in command.makes:
            await self._check(thing, more=1)

    async def mark(self) -> Mark:
        return Mark(
            await self.usage.last_entry(),
            await self.usage.last_area(),
            await self.usage.last_act(),
        )

    async def after(
        self, command: Command, mark: Mark, replies: Sequence[Reply]
    ) -> tuple[Reply, ...]:
        """Count what was made; what leads hear of it. Raises Spent, and it is all taken back.

        Raises LookupError for a command that makes what it does not declare: a mistake of ours.
        """
        kinds = await self.usage.recorded(self.ctx.user, mark.entry) - NOT_TYPED
        declared = {*command.makes, *command.may_make}
        for kind in kinds:
            if not things_of([kind]) & declared:
                raise LookupError(f"!{command.name} does not declare that it makes: {kind.value}")
        for thing in (t for t in Thing if t in declared and _touched(t, kinds)):
            await self._check(thing, more=0)
        await self._areas(mark)
        await self._reach(replies)
        return await self._much(command, mark)

    async def _check(self, thing: Thing, *, more: int) -> None:
        """Whether ``more`` of it still fit. Raises Spent."""
        quota = self.quotas.of(thing, self.ctx.role)
        if quota.a_day is not None:
            made = await self._made(thing, quota.a_day + 1)
            if made + more > quota.a_day:
                raise Spent(views.spent_today(thing, quota.a_day), example="")
        if thing.value not in OPEN:
            return
        for most, whose in ((quota.each, self.ctx.user), (quota.together, None)):
            if most is None:
                continue
            there = await self.usage.open(thing.value, whose, self.ctx.now, most + 1)
            if there + more > most:
                said = views.open_already(thing, most, own=whose is not None)
                raise Spent(said, example="")

    async def _made(self, thing: Thing, most: int) -> int:
        """How many somebody made in a day, as far as that is of interest."""
        if thing.value in TABLED:
            return await self.usage.made(thing.value, self.ctx.user, self.ctx.now, most)
        kinds = kinds_of(thing)
        if kinds:
            return await self.usage.entries(self.ctx.user, kinds, self.ctx.now - DAY, most)
        return await self.usage.spent(self.ctx.user, thing.value, self.ctx.now - DAY)

    async def _areas(self, mark: Mark) -> None:
        """A word for a place that nobody used before makes an area."""
        await self._spend(Thing.AREA, await self.usage.new_areas(mark.area))

    async def _reach(self, replies: Iterable[Reply]) -> None:
        """What others get because of this person. What is said from memory alone leaves no trace here."""
        direct = in_room = 0
        for reply in replies:
            if reply.fleeting:
                continue
            if reply.audience is Audience.NAMED:
                direct += len({*reply.to} - {self.ctx.user})
            direct += reply.audience is Audience.LEADS
            in_room += reply.audience is Audience.ROOM
        await self._spend(Thing.DIRECT, direct)
        await self._spend(Thing.IN_ROOM, in_room)

    async def _spend(self, thing: Thing, times: int) -> None:
        if times:
            await self.usage.spend(self.ctx.user, thing.value, times, self.ctx.now)
            await self._check(thing, more=0)

    async def _much(self, command: Command, mark: Mark) -> tuple[Reply, ...]:
        """What the leads hear when somebody destroys much: how much, and never whom."""
        told = []
        for name, times in (await self.usage.acts_since(self.ctx.user, mark.acts)).items():
            act = Act(name.removeprefix(_ACT))
            if act not in command.destroys:
                raise LookupError(f"!{command.name} does not declare that it does: {act.value}")
            today = await self.usage.spent(self.ctx.user, name, self.ctx.now - DAY)
            if _is_news(today - times, today, RATES[act].much):
                told.append(views.much(act, today, self.ctx))
        return tuple(told)


async def ask_second(act: Act, ctx: Context, tx: Transaction) -> tuple[Reply, ...]:
    """Ask the leads whether somebody may go on destroying; nothing when they were asked already."""
    seconds = Seconds(tx, ctx.committee.id)
    last = await seconds.last(ctx.user, act.value)
    waits = last is not None and last.agreed_by is None and ctx.now - last.at < HOUR
    if waits:
        return ()
    done = await Usage(tx, ctx.committee.id).spent(ctx.user, _ACT + act.value, ctx.now - DAY)
    return (views.question(await seconds.ask(ctx.user, act.value, ctx.now), act, done, ctx),)


def _touched(thing: Thing, kinds: Iterable[object]) -> bool:
    """Whether what a command wrote may be one of these."""
    return thing.value in TABLED or bool({*kinds_of(thing)} & {*kinds}) or thing is Thing.FOLLOW_UP


def _is_news(before: int, now: int, much: int) -> bool:
    """At as many as is much, at twice that, at four times that, and so on."""
    step = much
    while step <= now:
        if before < step:
            return True
        step *= 2
    return False

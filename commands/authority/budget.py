"""Budgets of making and destroying: checked before a command runs, and against the tables afterwards.

What is written is found in the tables, so that no command can forget to be counted; what each declares
(``makes``, ``may_make``, ``destroys``) is held against it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from commands.authority import budget_views as views
from commands.authority.alone import AGREES, has_second, no_second
from commands.framework.context import Context, Provider
from commands.framework.errors import Refusal
from commands.framework.ledger import CommandLedger
from commands.framework.reply import Audience, Line, Reply
from commands.framework.spec import Command
from commands.roles.quotas import (
    DAY,
    HOUR,
    NOT_TYPED,
    RATES,
    SECOND_HOLDS,
    Act,
    QuotaItem,
    kinds_of,
    quota_of,
    things_of,
)
from commands.roles.roll import Roll
from storage.authority.quotas import OPEN, TABLED, Usage
from storage.authority.seconds import Seconds
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Common

_ACT = "act "
"""How an act is called in the table of what was spent; things are called as they are."""
_PIECES = "pieces of "
NONE = (0, 0)
CEILING = 10_000
"""No more are counted: that is beyond any quota."""


class QuotaSpent(Refusal):
    """Somebody has made as much as one person may."""


class TooMuch(Refusal):
    """Somebody would destroy more than one person may alone."""

    def __init__(self, act: Act, refusal: Refusal, alone: Callable[[Line], Refusal]) -> None:
        super().__init__(refusal.problem, example="")
        self.act = act
        self.alone = alone
        """Makes the refusal for when nobody else could agree, from a line on who could be asked, and when."""

    async def told(self, ctx: Context, tx: Transaction, provide: Provider) -> tuple[Reply, ...]:
        """The replies to whoever would destroy too much alone, and to the leads who could agree."""
        roll = await provide(Roll)
        if isinstance(roll, Roll) and not has_second(roll, AGREES, ctx):
            return (self.alone(no_second(roll, AGREES, ctx)).reply(),)
        return (self.reply(), *await _ask_second(self.act, ctx, tx))


@dataclass(frozen=True, slots=True)
class TablePositions:
    """The positions of the tables before a command ran."""

    rows: tuple[int, ...]
    """The newest entry of history, area and row of what was spent."""
    open: Mapping[QuotaItem, tuple[int, int]]
    """Of what it may make and what stays open: one's own, and everybody's."""


@dataclass(frozen=True, slots=True)
class Acts(Common):
    """The budget of destructive acts, which a command asks before it destroys something."""

    async def spend(self, ctx: Context, act: Act, times: int = 1) -> None:
        """Count an act done ``times`` times. Raises TooMuch when it is more than one person does alone."""
        usage = Usage(self.tx, self.committee)
        rate, name = RATES[act], _ACT + act.value
        for span, most in ((HOUR, rate.an_hour), (DAY, rate.a_day)):
            done = await usage.spent(ctx.user, name, ctx.now - span)
            if done + times <= most or await self._agreed(usage, ctx, act, times):
                continue
            first = await usage.first_spent(ctx.user, name, ctx.now - span)
            again = ctx.now if first is None else first + span
            alone = partial(views.too_much_alone, act, done, span, again, ctx)
            raise TooMuch(act, views.too_much(act, done, span, again, ctx), alone)
        await usage.spend(ctx.user, name, times, ctx.now)

    async def add_up(self, ctx: Context, act: Act, pieces: int, free: int) -> None:
        """Count what is little by itself: every time that ``free`` more came together in a day is an act.

        More at once than ``free`` is one act. Raises TooMuch.
        """
        if pieces > free:
            await self.spend(ctx, act)
            return
        usage, name = Usage(self.tx, self.committee), _PIECES + act.value
        done = await usage.spent(ctx.user, name, ctx.now - DAY)
        await usage.spend(ctx.user, name, pieces, ctx.now)
        if (done + pieces - 1) // free > max(done - 1, 0) // free:
            await self.spend(ctx, act)

    async def _agreed(self, usage: Usage, ctx: Context, act: Act, times: int) -> bool:
        """Whether another lead has agreed lately, and the acts agreed to are not used up."""
        second = await Seconds(self.tx, self.committee).last(ctx.user, act.value)
        if second is None or second.agreed_at is None:
            return False
        if ctx.now - second.agreed_at > SECOND_HOLDS:
            return False
        used = await usage.spent_after(ctx.user, _ACT + act.value, second.agreed_row)
        return used + times <= RATES[act].second_adds


@dataclass(frozen=True, slots=True)
class Budget:
    """The quotas of one command, in its transaction."""

    tx: Transaction
    ctx: Context
    command: Command

    @property
    def usage(self) -> Usage:
        """What this committee's members have made and spent so far."""
        return Usage(self.tx, self.ctx.committee.id)

    @property
    def _declared(self) -> set[QuotaItem]:
        return {*self.command.makes, *self.command.may_make}

    async def begin(self) -> TablePositions:
        """Check the quotas before the command runs. Raises QuotaSpent when one is used up."""
        counted = {}
        for thing in (*self.command.makes, *self.command.may_make):
            if thing.value in OPEN:
                counted[thing] = await self._open(thing)
        for thing in self.command.makes:
            await self._day(thing, more=1)
            self._room(thing, counted.get(thing, NONE), more=1)
        return TablePositions(await self.usage.newest(), counted)

    async def end(self, mark: TablePositions, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Count what the command made; return the message to leads. Raises QuotaSpent: all is taken back.

        Raises LookupError for a command that makes what it does not declare: a mistake of ours.
        """
        wrote = await self.usage.newest() != mark.rows
        # What has a table of its own is no entry of history.
        if wrote or any(thing.value in TABLED for thing in self._declared):
            await self._made(mark)
        told = await self._much(mark) if wrote else ()
        await self._reach((*replies, *told))
        return told

    async def _made(self, mark: TablePositions) -> None:
        entry, area, _row = mark.rows
        kinds = await self.usage.recorded(self.ctx.user, entry) - NOT_TYPED
        for kind in kinds:
            if not things_of([kind]) & self._declared:
                name = self.command.name
                raise LookupError(f"!{name} does not declare that it makes: {kind.value}")
        for thing in (each for each in QuotaItem if each in self._declared):
            if {*kinds_of(thing)} & kinds or thing.value in TABLED:
                await self._day(thing, more=0)
        for thing, before in mark.open.items():
            now = await self._open(thing)
            grew = (now[0] > before[0], now[1] > before[1])
            self._room(thing, (now[0] * grew[0], now[1] * grew[1]), more=0)
        # A word for a place that nobody used before makes an area.
        new = await self.usage.new_areas(area)
        if new:
            everybody = await self.usage.open(QuotaItem.AREA.value, None, self.ctx.now, CEILING)
            self._room(QuotaItem.AREA, (0, everybody), more=0)
        await self._spend(QuotaItem.AREA, new)

    async def _open(self, thing: QuotaItem) -> tuple[int, int]:
        now, both = self.ctx.now, (self.ctx.user, None)
        own, all_ = [await self.usage.open(thing.value, whose, now, CEILING) for whose in both]
        return own, all_

    def _room(self, thing: QuotaItem, there: tuple[int, int], *, more: int) -> None:
        """Whether ``more`` fit beside those that are open. Raises QuotaSpent."""
        quota = quota_of(thing, self.ctx.role, self.ctx.settings.making_percent)
        for most, count, own in ((quota.each, there[0], True), (quota.together, there[1], False)):
            if most is not None and count + more > most:
                raise QuotaSpent(
                    views.open_already(thing, most, self.ctx.role, own=own), example=""
                )

    async def _day(self, thing: QuotaItem, *, more: int) -> None:
        """Whether ``more`` fit beside those of the last day. Raises QuotaSpent."""
        most = quota_of(thing, self.ctx.role, self.ctx.settings.making_percent).a_day
        if most is None:
            return
        now, user = self.ctx.now, self.ctx.user
        if thing.value in TABLED:
            made = await self.usage.made(thing.value, user, now, most + 1)
        elif kinds_of(thing):
            made = await self.usage.entries(user, kinds_of(thing), now - DAY, most + 1)
        else:
            made = await self.usage.spent(user, thing.value, now - DAY)
        if made + more > most:
            raise QuotaSpent(views.spent_today(thing, most, self.ctx.role), example="")

    async def _reach(self, replies: Iterable[Reply]) -> None:
        """What others get because of this person. What is said from memory alone leaves no trace here."""
        direct = in_room = 0
        for reply in replies:
            if reply.fleeting:
                continue
            if reply.audience is Audience.NAMED:
                direct += len({*reply.to} - {self.ctx.user})
            in_room += reply.audience is Audience.ROOM
        await self._spend(QuotaItem.DIRECT, direct)
        await self._spend(QuotaItem.IN_ROOM, in_room)

    async def _spend(self, thing: QuotaItem, times: int) -> None:
        if times:
            await self.usage.spend(self.ctx.user, thing.value, times, self.ctx.now)
            await self._day(thing, more=0)

    async def _much(self, mark: TablePositions) -> tuple[Reply, ...]:
        """What the leads hear when somebody destroys much: how much, and never whom."""
        told = []
        for name, times in (await self.usage.acts_since(self.ctx.user, mark.rows[2])).items():
            act = Act(name.removeprefix(_ACT))
            if act not in self.command.destroys:
                typed = self.command.name
                raise LookupError(f"!{typed} does not declare that it does: {act.value}")
            today = await self.usage.spent(self.ctx.user, name, self.ctx.now - DAY)
            if _is_news(today - times, today, RATES[act].much):
                told.append(views.much(act, today, self.ctx))
        return tuple(told)


@dataclass(slots=True)
class BudgetLedger(CommandLedger):
    """The ledger of what one command makes and destroys."""

    ctx: Context
    tx: Transaction
    _begun: tuple[Budget, TablePositions] | None = None

    async def begin(self, command: Command) -> None:
        """Check the command's quotas before it runs. Raises QuotaSpent when one is used up."""
        budget = Budget(self.tx, self.ctx, command)
        self._begun = budget, await budget.begin()

    async def written(self, text: str, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Count what the command made; return the message to leads. Raises QuotaSpent."""
        del text
        if self._begun is None:
            return ()
        budget, mark = self._begun
        return await budget.end(mark, replies)


async def _ask_second(act: Act, ctx: Context, tx: Transaction) -> tuple[Reply, ...]:
    """Ask the leads whether somebody may go on destroying; nothing when they were asked already."""
    seconds = Seconds(tx, ctx.committee.id)
    last = await seconds.last(ctx.user, act.value)
    waits = last is not None and last.agreed_by is None and ctx.now - last.at < HOUR
    if waits:
        return ()
    done = await Usage(tx, ctx.committee.id).spent(ctx.user, _ACT + act.value, ctx.now - DAY)
    return (views.question(await seconds.ask(ctx.user, act.value, ctx.now), act, done, ctx),)


def _is_news(before: int, now: int, much: int) -> bool:
    """At as many as is much, at twice that, at four times that, and so on."""
    step = much
    while step <= now:
        if before < step:
            return True
        step *= 2
    return False

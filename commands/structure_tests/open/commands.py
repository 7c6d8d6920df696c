"""Commands that open a test, change what was announced, and list tests."""

from dataclasses import replace

from commands.framework import Context, Reply, Role, Where, _, command, impossible, refuse, say
from commands.framework.i18n import a_day
from commands.framework.reply import Code, Line, Strong, line
from commands.framework.values import Label
from commands.roles.quotas import QuotaItem
from commands.shared.small_groups import fold
from commands.structure_tests import views
from commands.structure_tests.compare import ladder
from commands.structure_tests.lookup import OpenTest
from commands.structure_tests.open import views as listing
from commands.structure_tests.open.terms import ActionWord, Title
from commands.structure_tests.rules import sums
from commands.structure_tests.status.published import each_as_told
from commands.structure_tests.terms import Percent
from commands.time.terms import FutureDate
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryKind
from storage.history.entries import History
from storage.names import folded
from storage.reports.unit import Unit
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import Action, AnnouncedTerms, StructureTest
from storage.structure_tests.register import NewStructureTest, StructureTests

RECENT = 8


@dataclass(frozen=True, slots=True)
class _Typed:
    """The line that opens a test, to be typed again with a yes."""

    action: Action
    name: str
    area: str | None
    count_only: bool
    terms: AnnouncedTerms

    def __str__(self) -> str:
        words = [f'!test open {self.action.value} "{self.name}"']
        words += [f'area="{self.area}"'] if self.area else []
        words += [f"goal={self.terms.goal}%"] if self.terms.goal else []
        words += [f"public={self.terms.public}%"] if self.terms.public else []
        words += [f"closes={self.terms.closes.isoformat()}"] if self.terms.closes else []
        words += ["--countonly"] if self.count_only else []
        return " ".join((*words, "--yes"))


@command(
    "test open",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!test open petition "RTO petition" goal=60% public=51% closes=fri',
    also=("test new", "test start"),
    makes=(QuotaItem.TEST,),
)
async def open_(
    ctx: Context,
    kind: ActionWord,
    name: Title | None = None,
    *,
    tests: StructureTests,
    unit: Unit,
    history: History,
    area: Label | None = None,
    goal: Percent | None = None,
    public: Percent | None = None,
    closes: FutureDate | None = None,
    countonly: bool = False,
    yes: bool = False,
) -> Reply:
    """Begin a structure test. First you see which people it counts.

    kind: survey, meeting, cards, petition, buttons, photoboard, march, rally, mockvote, pledge, custom
    name: what you call it
    area: one area only, instead of the whole unit
    goal: the share of the unit that should take part
    public: the share you need before you go public
    closes: its last day
    countonly: count turnout by area, and keep nothing about who
    yes: open it as shown
    """
    called = name or ladder.words(kind).capitalize()
    await _not_taken(tests, called)
    await unit.as_of(ctx.day)
    scope = None if area is None else await _area(tests, area)
    sizes = await tests.sizes(scope)
    if not sizes:
        raise impossible(
            "Nobody is in the unit yet. {add} adds somebody.",
            add=Code('!contact add "Sam Okafor" area=Payments'),
        )
    terms = AnnouncedTerms(goal, public, closes)
    if not yes:
        typed = _Typed(kind, called, area, countonly, terms)
        hints = [*_hints(kind, terms), *await _steps_back(tests, kind)]
        names = await unit.areas()
        return views.opening(called, sizes, names, terms, hints, str(typed), ctx.day)
    entry = await history.record(EntryKind.TEST_OPENED)
    opening = NewStructureTest(kind, called, scope, countonly, ctx.day, terms)
    rows = _counting_rows(sizes) if countonly else {}
    test = await tests.open(entry, opening, rows)
    return views.opened(test, sum(sizes.values()))


def _counting_rows(sizes: dict[int, int]) -> dict[int, tuple[int, int]]:
    """Which areas are counted with which, so that no count is about fewer than five."""
    rows = fold(sizes)
    if not rows:
        raise impossible("I opened nothing: with fewer than five people, a count would say who.")
    largest = {row: min(row, key=lambda area: (-sizes[area], area)) for row in rows}
    return {area: (largest[row], sizes[area]) for row in rows for area in row}


async def _not_taken(tests: StructureTests, name: str) -> None:
    if not folded(name):
        raise refuse("A name needs at least one letter.")
    running = [each for each in await tests.called(name) if each.open]
    if any(folded(each.name) == folded(name) for each in running):
        raise impossible(
            "“{name}” is open already. {status} shows it.",
            name=name,
            status=Code(f"!test status {running[0].handle}"),
        )


async def _area(tests: StructureTests, name: str) -> int:
    found = await tests.area_named(name)
    if found is None:
        raise impossible(
            "There is no area “{area}”. {report} shows the areas.",
            area=name,
            report=Code("!report coverage"),
        )
    return found


def _hints(kind: Action, terms: AnnouncedTerms) -> list[Line]:
    """What others did, and what may be an oversight."""
    hints: list[Line] = []
    others = ladder.BARS.get(kind, ())
    if others:
        hints.append(line("The bars of others for this: {bars}", bars=ladder.bars(others)))
    if terms.goal is None:
        hints.append(
            line("There is no goal: without one, nobody can say afterwards what the test showed.")
        )
    if terms.public is not None and terms.goal is not None and terms.public > terms.goal:
        hints.append(line("The public bar is above the goal."))
    return hints


async def _steps_back(tests: StructureTests, kind: Action) -> list[Line]:
    """Tests are to rise in risk; a step back is a choice, and said."""
    last = await tests.latest(1, closed=True)
    mine = ladder.rung(kind)
    before = ladder.rung(last[0].action) if last else None
    if mine is None or before is None or mine > before:
        return []
    return [
        line(
            "It asks no more of people than the last test, {test}. {ladder} shows the steps.",
            test=last[0].name,
            ladder=Code("!test ladder"),
        )
    ]


@command(
    "test change",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!test change petition goal=65%",
    also=("test set", "test extend"),
    may_make=(QuotaItem.TEST,),
)
async def change(
    ctx: Context,
    test: OpenTest,
    *,
    tests: StructureTests,
    history: History,
    goal: Percent | None = None,
    public: Percent | None = None,
    closes: FutureDate | None = None,
) -> Reply:
    """Change the goal, the public bar or the last day of an open test.

    test: which one
    goal: the share of the unit that should take part
    public: the share you need before you go public
    closes: its last day
    """
    if goal is None and public is None and closes is None:
        raise refuse("What do you want to change: goal=, public= or closes=?")
    entry = await history.record(EntryKind.TEST_CHANGED)
    old = test.terms
    terms = AnnouncedTerms(goal or old.goal, public or old.public, closes or old.closes)
    await tests.announce_terms(entry, test.id, terms)
    return _now_so(replace(test, terms=terms), ctx)


def _now_so(test: StructureTest, ctx: Context) -> Reply:
    terms = test.terms
    said = [
        words.format(n=n)
        for words, n in ((_("goal {n} %"), terms.goal), (_("public from {n} %"), terms.public))
        if n is not None
    ]
    if terms.closes is not None:
        said.append(_("closes {day}").format(day=a_day(terms.closes, ctx.day)))
    return say("{test} now: {terms}.", test=Strong(views.title(test)), terms=" · ".join(said))


@command("test list", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!test list",
         also=("tests", "test all"))  # fmt: skip
async def list_(ctx: Context, tests: StructureTests, figures: StructureFigures) -> Reply:
    """List the structure tests, newest first, with their results."""
    found = await tests.latest(RECENT + 1)
    shown = found[:RECENT]
    told = [
        (test, sums(each.whole.cells))
        for test, each in zip(shown, await each_as_told(ctx, figures, shown), strict=True)
    ]
    return listing.overview(told, ctx, more=len(found) > RECENT)

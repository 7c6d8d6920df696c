"""Words that compare several tests."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from commands.framework.i18n import _, joined
from commands.framework.reply import (
    Block,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    line,
    listed,
    reply,
    say,
)
from commands.shared.figures import row_name
from commands.shared.wording import rating_words, short
from commands.structure_tests.compare import ladder
from commands.structure_tests.compare.terms import MoverGroup
from commands.structure_tests.open.views import result
from commands.structure_tests.rules import BarPlan, MarkSums, Rates, ShareChange, held, supporters
from commands.structure_tests.status.views import people
from commands.structure_tests.views import of_all, percent, title
from storage.core.model import Assessment
from storage.structure_tests.figures import Together
from storage.structure_tests.marks import Marked
from storage.structure_tests.model import Belief, StructureTest

ROWS = 6


def compare(
    tests: Sequence[StructureTest],
    every: Sequence[MarkSums],
    people_in: Together | None,
    moved: Sequence[ShareChange],
    names: Mapping[int, str],
) -> Reply:
    """Compare tests: figures of each, people in all, areas that moved."""
    rows = [
        line(
            "{test}, {kind}: {figure}",
            test=Strong(test.name),
            kind=ladder.words(test.action),
            figure=result(test, sums),
        )
        for test, sums in zip(tests, every, strict=True)
    ]
    blocks: list[Block] = [line("From test to test:"), listed(rows)]
    if people_in is not None:
        blocks.append(_who(len(tests), people_in))
    told = [
        line(
            "{area}: {before} → {after}",
            area=Strong(row_name(change.areas, names)),
            before=of_all(change.before.did, change.before.people),
            after=of_all(change.after.did, change.after.people),
        )
        for change in [*moved[: ROWS // 2], *moved[max(ROWS // 2, len(moved) - ROWS // 2) :]]
    ]
    if len(moved) > 1:
        head = line(
            "Areas, from {before} to {after}, those that lost most first:",
            before=tests[-2].name,
            after=tests[-1].name,
        )
        blocks += [head, listed(told)]
    return reply(*blocks)


def _who(count: int, people_in: Together) -> Line:
    """How many stayed, dropped off and came."""
    return line(
        "Took part in all {all}: {steady} · not in the last, but in the one before:"
        " {dropped} · new in the last: {new}",
        all=count,
        steady=Strong(str(people_in.steady)),
        dropped=people_in.dropped,
        new=people_in.new,
    )


def movers(
    tests: Sequence[StructureTest], group: MoverGroup, told: Sequence[Marked], *, more: bool
) -> Reply:
    """List people who took part in every test, stopped, or are new."""
    words = {
        MoverGroup.STEADY: _("Took part in all of {tests}"),
        MoverGroup.DROPPED: _("Took part in {before}, not in {after}"),
        MoverGroup.NEW: _("Took part in {after}, not in {before}"),
    }[group].format(
        tests=joined(test.name for test in tests), before=tests[-2].name, after=tests[-1].name
    )
    if not told:
        return say("{group}: nobody.", group=words)
    count = str(len(told)) + ("+" if more else "")
    head = line("{group}: {n}", group=words, n=Strong(count))
    rows = [(people(told[start : start + 10], 10),) for start in range(0, len(told), 10)]
    return reply(head, listed(rows), line("Names: keep them to yourself."))


# -- ratings and deeds -------------------------------------------------------------------------


def calibrate(
    tests: Sequence[StructureTest], beliefs: Sequence[Belief], *, by_organizer: bool
) -> Reply:
    """Show the share of those asked who acted, by rating when the test opened, and by organizer."""
    named = joined(title(test) for test in tests)
    if not beliefs:
        return say(
            "{tests}: nobody was asked by name, so I cannot compare ratings with what people did.",
            tests=named,
        )
    ratings = held(beliefs, lambda each: each.rating or 0)
    rows = [
        line(
            "{rating}: {figure} of those asked did it",
            rating=rating_words(Assessment(rating)),
            figure=Strong(of_all(each.did, each.asked)),
        )
        for rating, each in sorted(ratings.items(), key=lambda each: each[0] or len(Assessment))
    ]
    head = line("Ratings when the test opened, and what people did ({tests}):", tests=named)
    blocks: list[Block] = [head, listed(rows)]
    ours = supporters(beliefs)
    if by_organizer and ours:
        told = [
            line(
                "{organizer}: {figure}",
                organizer=who or _("unassigned"),
                figure=of_all(each.did, each.asked),
            )
            for who, each in sorted(
                held(ours, lambda each: short(each.organizer) if each.organizer else "").items()
            )
        ]
        blocks += [line("1s and 2s who did it, by their organizer:"), listed(told)]
    blocks.append(_verdict(ours))
    return reply(*blocks)


def _verdict(ours: Sequence[Belief]) -> Line:
    every = held(ours, lambda _each: None).get(None)
    if every is None:
        return line("Nobody rated 1 or 2 was asked.")
    return line(
        "Rated 1 or 2 and did not act: {figure} of those asked. If 1s do not clearly lead 2s, and"
        " 2s 3s, talk about what the numbers mean: {scale}",
        figure=of_all(every.asked - every.did, every.asked),
        scale=Code("!scale"),
    )


# -- plan and ladder ---------------------------------------------------------------------------


def plan(
    test: StructureTest, whole: MarkSums, bar: int, rates: Rates, told: BarPlan, source: str
) -> Reply:
    """Show what it takes to reach a bar, from the rates of earlier tests."""
    head = line(
        "{test}: {bar} % of {people} is {needed}. {did} did it so far.",
        test=Strong(title(test)),
        bar=bar,
        people=whole.people,
        needed=told.needed,
        did=whole.did,
    )
    rows = [
        line(
            "Rates {source}: {commitment} of the people you ask say yes, {follow} of those do it",
            source=source,
            commitment=_share(rates.commitment),
            follow=_share(rates.follow_through),
        ),
        line("From zero you need {n} asks", n=Strong(str(told.asks))),
        fill(
            _("Now: {n} more asks, counting on {expected} of the {yes} who said yes")
            if whole.yes
            else _("Now: {n} more asks"),
            n=Strong(str(told.more_asks)),
            expected=told.expected,
            yes=whole.yes,
        ),
    ]
    tail: tuple[Block, ...] = ()
    if told.more_asks > whole.not_asked:
        tail = (
            line(
                "Only {n} are not asked yet: ask some again, or help those who said yes to do it.",
                n=whole.not_asked,
            ),
        )
    return reply(head, listed(rows), *tail)


def _share(rate: Fraction) -> str:
    return percent(rate.numerator, rate.denominator)


def rungs(done: Sequence[tuple[StructureTest, MarkSums]]) -> Reply:
    """Risk rises from line to line. Nobody is told that they are ready."""
    rows = []
    for place, action in enumerate(ladder.LADDER, 1):
        parts = [result(test, each) for test, each in done if test.action is action][:1]
        others = ladder.BARS.get(action, ())
        said = " · ".join(
            [*(_("you {figure}").format(figure=part) for part in parts),
             *([ladder.bars(others)] if others else [])]
        )  # fmt: skip
        called = Strong(ladder.words(action)) if parts else ladder.words(action)
        words = _("{n} {kind}: {said}") if said else _("{n} {kind}")
        rows.append(fill(words, n=place, kind=called, said=said))
    note = line(
        "Going public: {bars}. The sources disagree; you decide which bar is yours.",
        bars=ladder.bars(ladder.PUBLIC),
    )
    return reply(
        line(
            "From low to high risk for those who take part; the bars are from others, of"
            " the whole unit:"
        ),
        listed(rows),
        note,
    )

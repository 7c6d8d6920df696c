"""Words beside the wall chart: the same figures as in the picture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from commands.framework.i18n import _, a_day, joined
from commands.framework.reply import Block, Code, Items, Line, Reply, Strong, line, listed, reply
from commands.picture import Bars, ChartBar, Section, Wall, WallRow
from commands.reports import views as reports
from commands.reports.rules import Support, ToldRow, WeeklyFigures
from commands.shared import figures
from commands.shared.figures import of_all
from commands.shared.wording import mark_words, rating_words
from commands.wall_chart.rules import ChartArea, Page, PageFormat, ratings
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, Part
from storage.reports.wall_chart import Charted
from storage.structure_tests.model import Mark

LEADER, COMMITTEE, DISPUTED = "★", "C", "≠"
SIGNS = {
    Mark.DID: "✓", Mark.YES: "○", Mark.ASKED: "·", Mark.NO: "×", Mark.UNABLE: "÷",
    Mark.NOT_ASKED: "–",
}  # fmt: skip
"""Of the last structure tests, one behind the other."""
RATED = tuple(rating for rating in Assessment if rating is not Assessment.NOT_ASSESSED)
ORDER = (*RATED, Assessment.NOT_ASSESSED)
AREAS = 12
"""Bars on an overview; the rest is one more."""
SHORT_DAYS, SHORT_WEEKS = 14, 104
"""Up to how many of them a time is told in days, and in weeks."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of a chart: committee, moment, names of areas, last tests."""

    committee: str
    now: datetime
    today: date
    names: Mapping[int, str]
    """Of the areas."""
    tests: tuple[str, ...] = ()
    """The last structure tests, oldest first."""


def nobody(area: str | None) -> Reply:
    """Say that nobody is on the chart, or in the area."""
    if area is None:
        words = line("Nobody is on the chart yet. {add} adds somebody.", add=Code("!contact add"))
    else:
        words = line("Nobody works in “{area}” today.", area=area)
    return reply(words)


def chart(
    areas: Sequence[ChartArea], form: PageFormat, leaves: Sequence[Page], at: Setting, *, more: bool
) -> tuple[Reply, ...]:
    """Draw the chart: an overview when there are several pages, then the pages."""
    count = sum(area.size for area in areas)
    told = [
        _page(leaf, form, at, _when(at, count, number, len(leaves)))
        for number, leaf in enumerate(leaves, 1)
    ]
    if len(leaves) > 1:
        told.insert(0, _overview(areas, at, count))
    warning = _("These are names and ratings: keep them to yourself, and out of your photos.")
    tail: list[Block] = [(warning,)]
    if more:
        tail.insert(0, line("There are more people than one chart has room for."))
    told[-1] = replace(told[-1], blocks=(*told[-1].blocks, *tail))
    return tuple(told)


# -- people ------------------------------------------------------------------------------------


def _when(at: Setting, count: int, number: int, of: int) -> str:
    when = _("{day} · {people}").format(day=a_day(at.today, at.today), people=figures.people(count))
    if of > 1:
        when = _("{when} · page {page} of {pages}").format(when=when, page=number, pages=of)
    return when


def _page(page: Page, form: PageFormat, at: Setting, when: str) -> Reply:
    picture = Wall(
        title=_("{committee}: wall chart").format(committee=at.committee),
        subtitle=when,
        columns=tuple(tuple(_section(area, at) for area in column) for column in page),
        keys=_keys(),
        signs=_signs(at.tests),
        across=form.columns,
    )
    areas = [area for column in page for area in column]
    return reply(
        line("{chart}, {when}", chart=Strong(_("Wall chart")), when=when),
        (" · ".join(rating_words(rating) for rating in RATED),),
        *((each,) for each in _signs(at.tests).splitlines()),
        *(block for area in areas for block in _in_words(area, at)),
        picture=picture,
    )


def _keys() -> tuple[tuple[int, str], ...]:
    return tuple((rating.value, rating_words(rating).lstrip("0123456789 ")) for rating in ORDER)


def _signs(tests: Sequence[str]) -> str:
    """What badges and figures mean, on a line or two."""
    told = _(
        "{leader} natural leader · {committee} committee · {disputed} organizers disagree\n"
        "3/4: 3 of 4 assessed · 3 d, 5 w, 2 y: days, weeks, years since the last one-on-one"
    ).format(leader=LEADER, committee=COMMITTEE, disputed=DISPUTED)
    if not tests:
        return told
    return _("{told}\n{tests}: {signs}").format(
        told=told,
        tests=joined(tests),
        signs=" ".join(f"{sign} {mark_words(mark)}" for mark, sign in SIGNS.items()),
    )


def signs(marks: Sequence[Mark]) -> str:
    """The results of somebody in the last tests, one sign for each."""
    return "".join(SIGNS[mark] for mark in marks)


def _section(area: ChartArea, at: Setting) -> Section:
    return Section(_name(area, at), f"{area.rated}/{area.size}", tuple(_rows(area.people, at)))


def _name(area: ChartArea, at: Setting) -> str:
    name = figures.area_name(area.id, at.names)
    return _("{area} …").format(area=name) if area.continued else name


def _rows(people: Sequence[Charted], at: Setting) -> Iterator[WallRow]:
    for person in people:
        yield WallRow(
            mark=person.rating.value,
            name=person.name,
            handle=f"M-{person.number}",
            badges=badges(person),
            figures=(ago(person.talked, at.now),),
            marks=signs(person.marks),
        )


def badges(person: Charted) -> str:
    """Leader, committee, disputed."""
    signs = (
        (LEADER, Part.LEADER in person.parts),
        (COMMITTEE, Part.COMMITTEE in person.parts),
        (DISPUTED, person.disputed),
    )
    return "".join(sign for sign, shown in signs if shown)


def ago(talked: datetime | None, now: datetime) -> str:
    """How long since a talk, as short as can be: 3 d, 5 w; a dash for never."""
    if talked is None:
        return figures.DASH
    days = max(0, (now - talked).days)
    if days < SHORT_DAYS:
        return _("{n} d").format(n=days)
    weeks = days // 7
    return _("{n} w").format(n=weeks) if weeks < SHORT_WEEKS else _("{n} y").format(n=days // 365)


def _in_words(area: ChartArea, at: Setting) -> tuple[Line, Items]:
    """The name of an area, and a line for each person: 1 ★ Sam Okafor ✓○ 3 d."""
    head = line("{area} {rated}/{n}", area=Strong(_name(area, at)), rated=area.rated, n=area.size)
    return head, listed([_person(person, at) for person in area.people])


def _person(person: Charted, at: Setting) -> Line:
    rating = str(person.rating.value or figures.DASH)
    parts = (rating, badges(person), person.name, signs(person.marks), ago(person.talked, at.now))
    return (" ".join(part for part in parts if part),)


# -- counts ------------------------------------------------------------------------------------


def _overview(areas: Sequence[ChartArea], at: Setting, count: int) -> Reply:
    """Every rating by area, for leads."""
    bars = [
        ChartBar(
            figures.area_name(area.id, at.names),
            tuple(ratings(area)[rating] for rating in ORDER),
            f"{area.rated}/{area.size}",
        )
        for area in areas[:AREAS]
    ]
    if rest := areas[AREAS:]:
        sums = tuple(sum(ratings(area)[rating] for area in rest) for rating in ORDER)
        rated, size = sum(area.rated for area in rest), sum(area.size for area in rest)
        bars.append(ChartBar(_("{n} more").format(n=len(rest)), sums, f"{rated}/{size}"))
    when = _("{day} · {people}").format(day=a_day(at.today, at.today), people=figures.people(count))
    picture = Bars(
        title=_("{committee}: ratings").format(committee=at.committee),
        subtitle=_("{when} · on the right: assessed").format(when=when),
        keys=_keys(),
        bars=tuple(bars),
    )
    rows = [_bar_in_words(bar) for bar in bars]
    head = line("{chart}, {when}", chart=Strong(_("Ratings by area")), when=when)
    return reply(head, listed(rows), picture=picture)


def _bar_in_words(bar: ChartBar) -> Line:
    counts = [
        _("{rating} {n}").format(rating=rating_words(rating), n=part)
        for rating, part in zip(ORDER, bar.parts, strict=True)
        if part
    ]
    return line(
        "{area} {figure}: {counts}",
        area=Strong(bar.label),
        figure=bar.figure,
        counts=" · ".join(counts),
    )


def counts(told: WeeklyFigures, at: Setting) -> Reply:
    """Show the counts that the room is told each week, with a picture of the same rows."""
    bars = [_told_bar(row, at) for row in told.rows[: reports.ROWS]]
    if rest := told.rows[reports.ROWS :]:
        bars.append(_rest(rest))
    picture = Bars(
        title=_("{committee}: coverage").format(committee=at.committee),
        subtitle=_("{day} · {people}").format(
            day=a_day(told.day, at.today), people=figures.people(told.people)
        ),
        keys=((2, _("assessed")), (0, _("not assessed"))),
        bars=tuple(bars),
    )
    return replace(reports.coverage(told, at.names, at.today), picture=picture)


def _told_bar(row: ToldRow, at: Setting) -> ChartBar:
    return _covered(figures.row_name(row.areas, at.names), [row])


def _rest(rows: Sequence[ToldRow]) -> ChartBar:
    count = sum(len(row.areas) for row in rows)
    return _covered(_("{n} smaller areas").format(n=count), rows)


def _covered(label: str, rows: Sequence[ToldRow]) -> ChartBar:
    people, rated = sum(row.people for row in rows), sum(row.rated for row in rows)
    talked = figures.share(sum(row.talked for row in rows), people)
    return ChartBar(label, (rated, people - rated), _("talked {share}").format(share=talked))


def movement(figures: Sequence[Support], at: Setting) -> Reply:
    """Support over the weeks, newest first in words and last in the picture."""
    words = reports.movement(figures, at.today)
    if not figures:
        return words
    picture = Bars(
        title=_("{committee}: support").format(committee=at.committee),
        subtitle=_("rated 1 or 2, of everybody in the unit"),
        keys=((2, _("rated 1 or 2")), (0, _("everybody else"))),
        bars=tuple(
            ChartBar(
                a_day(figure.day, at.today),
                (figure.support, figure.people - figure.support),
                of_all(figure.support, figure.people),
            )
            for figure in reversed(figures)
        ),
    )
    return replace(words, picture=picture)

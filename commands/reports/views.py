"""Words of reports to the room: counts, never a name, never fewer than five people."""

from collections.abc import Mapping, Sequence
from datetime import date

from commands.framework.i18n import _, a_day
from commands.framework.reply import (
    Code,
    Line,
    Reply,
    Strong,
    fill,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.reports.rules import Support, ToldRow, WeeklyFigures, needed
from commands.shared.figures import DASH, of_all, people, row_name, share
from storage.core.lazy_dataclass import dataclass

ROWS = 5
"""Rows a phone shows beside the rest."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Figures of one week's talks and of open follow-ups."""

    tried: int
    reached: int
    done: int
    due: int
    overdue: int
    long_overdue: int


def kinds(*, finer: bool) -> Reply:
    """List the reports there are."""
    rows = [
        line("{command}: who is talked to and assessed, by area", command=_report("coverage")),
        line("{command}: what was done, is due, is overdue", command=_report("follow-ups")),
        line("{command}: who took part in the last test", command=_report("tests")),
        line("{command}: how support changes over the weeks", command=_report("movement")),
        line("{command}: where nobody is yet", command=_report("holes")),
    ]
    hint = (
        _(
            "Here you see it area by area, as it is now. In the committee room, counts for everybody."
        )
        if finer
        else _("Counts only, taken once a week; leads see more in their direct chat.")
    )
    return reply(line("Reports:"), listed(rows), (hint,))


def _report(kind: str) -> Code:
    return Code(f"!report {kind}")


def too_few() -> Reply:
    """Say that nothing can be counted without pointing at somebody."""
    return say(
        "Fewer than five people so far: any count would point at somebody. {add} adds more.",
        add=Code("!contact add"),
    )


def coverage(told: WeeklyFigures, names: Mapping[int, str], today: date) -> Reply:
    """Show the week's coverage: people talked to and rated, row by row."""
    rows = [_covered(row, names) for row in told.rows[:ROWS]]
    rest = told.rows[ROWS:]
    if rest:
        rows.append(_rest(rest))
    everybody = line(
        "All {n}: talked {talked} · assessed {rated} · not assessed {unrated}",
        n=told.people,
        talked=share(told.talked, told.people),
        rated=share(told.rated, told.people),
        unrated=told.people - told.rated,
    )
    return reply(
        _head(_("Coverage on {day}: {people}. Talked means in the last 60 days."), told, today),
        listed(rows),
        everybody,
        _support(told, today),
        _held(told),
    )


def _head(words: str, told: WeeklyFigures, today: date) -> Line:
    day = a_day(told.day, today)
    return fill(words, day=day, people=Strong(people(told.people)))


def _covered(row: ToldRow, names: Mapping[int, str]) -> Line:
    return line(
        "{area} ({n}): talked {talked} · not assessed {unrated} · committee {have}/{need}",
        area=Strong(row_name(row.areas, names)),
        n=row.people,
        talked=share(row.talked, row.people),
        unrated=row.people - row.rated,
        have=row.committee,
        need=needed(row.people),
    )


def _rest(rows: Sequence[ToldRow]) -> Line:
    count = sum(len(row.areas) for row in rows)
    everybody = sum(row.people for row in rows)
    return plural(
        "{n} smaller area, {people}: talked {talked} · not assessed {unrated}",
        "{n} smaller areas, {people}: talked {talked} · not assessed {unrated}",
        count,
        people=people(everybody),
        talked=share(sum(row.talked for row in rows), everybody),
        unrated=everybody - sum(row.rated for row in rows),
    )


def _support(told: WeeklyFigures, today: date) -> Line:
    support = told.support
    if support is None:
        return line("Support (1s and 2s): {dash}, until five are assessed.", dash=DASH)
    figure = Strong(of_all(support.support, support.people))
    if support.day == told.day:
        return line("Support (1s and 2s): {figure}.", figure=figure)
    return line(
        "Support (1s and 2s) on {day}: {figure}. Too few ratings have changed since"
        " then to show more.",
        day=a_day(support.day, today),
        figure=figure,
    )


def _held(told: WeeklyFigures) -> Line | None:
    if not told.held:
        return None
    return plural(
        "{n} person who came, moved or left counts as before, until five do the same."
        " So no figure points at one person.",
        "{n} people who came, moved or left count as before, until five do the same. So"
        " no figure points at one person.",
        told.held,
    )


def holes(told: WeeklyFigures, names: Mapping[int, str], today: date) -> Reply:
    """Show rows without enough committee members."""
    short = [row for row in told.rows if row.committee < needed(row.people)]
    rows: list[Line] = [
        line(
            "{area} ({n}): committee {have} of {need} · not talked to {silent}",
            area=Strong(row_name(row.areas, names)),
            n=row.people,
            have=row.committee,
            need=needed(row.people),
            silent=row.people - row.talked,
        )
        for row in short[:ROWS]
    ]
    if len(short) > ROWS:
        rows.append(line("and {n} more rows like these", n=len(short) - ROWS))
    head = line(
        "Holes on {day}: committee {have} people; aim for {need}, one in ten.",
        day=a_day(told.day, today),
        have=Strong(str(told.committee)),
        need=needed(told.people),
    )
    people_line = line(
        "Without an organizer {alone} · not talked to lately {silent} · not assessed {n}",
        alone=share(told.unassigned, told.people),
        silent=told.people - told.talked,
        n=told.people - told.rated,
    )
    leaders = line(
        "Natural leaders {n}, of them not assessed {unrated}",
        n=told.leaders,
        unrated=told.leaders_unrated,
    )
    none = line("Every area has one in ten on the committee.")
    return reply(head, listed(rows) if rows else none, people_line, leaders)


def movement(supports: Sequence[Support], today: date) -> Reply:
    """Show how support moved from week to week."""
    if not supports:
        return say("No movement to show until five people are assessed: {dash}", dash=DASH)
    rows = [
        line(
            "{day}: {figure} · assessed {rated}",
            day=a_day(support.day, today),
            figure=Strong(of_all(support.support, support.people)),
            rated=support.rated,
        )
        for support in supports
    ]
    return reply(
        line("Support (1s and 2s of everybody):"),
        listed(rows),
        line("A new figure comes when at least five ratings changed, once a week at most."),
    )


def follow_ups(team: Doing, own: Doing | None, *, finer: bool) -> Reply:
    """Show totals to everybody, one's own in the direct chat, and by organizer to leads."""
    rows = [_doing(_("All: {figures}"), team)]
    if own is not None:
        rows.append(_doing(_("You: {figures}"), own))
    head = line(
        "Last 7 days: {reached} one-on-ones, {tried} attempts in all.",
        reached=Strong(str(team.reached)),
        tried=team.tried,
    )
    late = plural(
        "{n} is a week late or more: does somebody need help?",
        "{n} are a week late or more: does somebody need help?",
        team.long_overdue,
    )
    return reply(
        head,
        listed(rows),
        late if team.long_overdue else None,
        line("By organizer: {team}", team=Code("!due team")) if finer else None,
    )


def _doing(words: str, doing: Doing) -> Line:
    figures = _("follow-ups done {done} · due in 7 days {due} · overdue {overdue}")
    return fill(
        words, figures=figures.format(done=doing.done, due=doing.due, overdue=doing.overdue)
    )


def tests() -> Reply:
    """Say that no structure test has been run yet, and how to open one."""
    example = Code('!test open petition "RTO petition" goal=60%')
    return reply(
        line(
            "There has been no structure test yet, so nothing shows who acts. Ratings are"
            " only what we believe. A lead begins a test: {open}",
            open=example,
        )
    )

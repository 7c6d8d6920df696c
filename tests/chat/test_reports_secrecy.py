"""Whatever happens to people between reports to the room: no few of them, no rating can be worked out.

An outsider who knows who works where, and keeps every report, adds and subtracts. What stands behind
each figure is read from the database; that no sum of figures is about one to four people is found out
by trying, not by the rule that is tested.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.reports.rules import WeeklyFigures
from commands.reports.weekly_report import read
from storage.core.model import CommitteeId
from storage.reports.published import PublishedReports
from storage.reports.unit import NOWHERE
from tests.chat.conversation import Chat
from tests.support.begun import copied
from tests.unit.test_report_folding import smallest_secret

AREAS = ("Payments", "Search", "Mobile")
FEWEST = 5

person = st.integers(1, 24)
event = st.one_of(
    st.builds("!contact move M-{} area={}".format, person, st.sampled_from(AREAS)),
    st.builds("!contact left M-{}".format, person),
    st.builds("!contact rejoin M-{}".format, person),
    st.builds("!1on1 log M-{} reached".format, person),
    st.builds("!assess M-{} {} did".format, person, st.integers(0, 5)),
    st.builds("!contact add Zo{} area={} --yes".format, person, st.sampled_from(AREAS)),
    st.builds("!merge M-{} M-{} --yes".format, person, person),
    st.builds(
        "!contact role M-{} {}".format, person, st.sampled_from(("committee", "leader", "none"))
    ),
    st.builds("!unmerge M-{}".format, person),
    st.builds("!1on1 edit {} outcome={}".format, person, st.sampled_from(("busy", "reached"))),
    st.just("!undo"),
)


@dataclass(frozen=True)
class Report:
    """What the room was told, and who stands behind it."""

    told: WeeklyFigures
    behind: list[frozenset[int]]
    """People of each row."""
    side: dict[int, bool | None]
    """Of everybody counted: rated 1 or 2, rated otherwise, or not rated."""


async def asked(chat: Chat) -> Report | None:
    """The room asks, twice; None: there are too few people for an answer."""
    first = await chat.room("@ana", "!report coverage")
    assert (await chat.dm("@ben", "!report coverage")).text == first.text
    async with chat.database.transaction() as tx:
        latest = await PublishedReports(tx, CommitteeId(1)).latest()
        people = await tx.all("SELECT id, rating, unit_area, was_area, talked_at FROM contacts")
    if not latest or "Fewer than five" in first.text:
        return None
    told = read(latest[0])
    counted = {p["id"]: _counted(p["was_area"], p["unit_area"]) for p in people}
    behind = [
        frozenset(who for who, area in counted.items() if area in row.areas) for row in told.rows
    ]
    for row, there in zip(told.rows, behind, strict=True):
        in_row = [p for p in people if p["id"] in there]
        assert row.people == len(in_row) >= FEWEST
        assert row.rated == sum(p["rating"] is not None for p in in_row)
        assert row.talked == sum(p["talked_at"] is not None for p in in_row)
        assert f"({row.people}): talked {row.talked} (" in first.text
    everybody = frozenset().union(*behind)
    return Report(
        told,
        behind,
        {p["id"]: p["rating"] and p["rating"] <= 2 for p in people if p["id"] in everybody},
    )


def _counted(was: int | None, now: int | None) -> int:
    at = now if was is None else was
    return NOWHERE if at is None else at


def check(earlier: Report, later: Report) -> None:
    """Two reports that follow each other."""
    assert smallest_secret([*earlier.behind, *later.behind]) >= FEWEST
    assert len(later.behind) <= len(AREAS)


def check_support(earlier: Report, later: Report) -> None:
    """Two different figures of support that follow each other."""
    either = earlier.side.keys() | later.side.keys()
    changed = [who for who in either if earlier.side.get(who) is not later.side.get(who)]
    assert len(changed) >= FEWEST


async def check_derived(chat: Chat) -> None:
    """What reports count by is what comes out when everybody is settled anew."""
    columns = "SELECT id, unit_area, unit_shift, parts, talked_at, tried_at, turns_on, was_area FROM contacts"
    await chat.dm("@lea", "!report coverage")
    async with chat.database.transaction() as tx:
        before = [tuple(row) for row in await tx.all(columns)]
        await tx.execute("INSERT INTO unsettled SELECT committee, id FROM contacts")
    await chat.dm("@lea", "!report coverage")
    async with chat.database.transaction() as tx:
        assert [tuple(row) for row in await tx.all(columns)] == before


async def play(begun: Path, start: list[str], weeks: list[list[str]]) -> int:
    """Weeks of a committee; how many reports the room got."""
    async with copied(begun) as chat:
        for number, area in enumerate(start):
            await chat.dm("@lea", f"!contact add Zo{number} area={area} --yes")
        reports: list[Report] = []
        figures: list[Report] = []
        for week in weeks:
            for number, text in enumerate(week):
                await chat.dm("@lea", text)
                if number == len(week) // 2:
                    await chat.dm("@lea", "!report coverage")
            report = await asked(chat)
            if report is not None:
                if reports:
                    check(reports[-1], report)
                if report.told.support and (
                    not figures or report.told.support != figures[-1].told.support
                ):
                    if figures:
                        check_support(figures[-1], report)
                    figures.append(report)
                reports.append(report)
            await check_derived(chat)
            chat.later(days=7)
    return len(reports)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(AREAS), min_size=6, max_size=20),
    st.lists(st.lists(event, max_size=14), min_size=2, max_size=4),
)
def test_no_few_people_and_no_rating_can_be_worked_out(
    begun: Path, start: list[str], weeks: list[list[str]]
) -> None:
    asyncio.run(play(begun, start, weeks))


def test_a_week_like_any_other(begun: Path) -> None:
    """The same with events that are known to matter."""
    rated = [f"!assess M-{n} {1 + n % 4} did" for n in range(1, 8)]
    moved = [f"!contact move M-{n} area=Search" for n in range(1, 8)]
    weeks = [
        rated,
        [*moved[:1], "!contact left M-9", "!assess M-8 1 did"],
        moved[1:],
        [f"!assess M-{n} 5 did" for n in range(3, 12)],
    ]
    start = ["Payments"] * 14 + ["Search"] * 4 + ["Mobile"] * 6
    assert asyncio.run(play(begun, start, weeks)) == 4

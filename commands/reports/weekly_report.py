"""The week's figures for the room: counted once a week, and kept as published."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from commands.framework.context import Context
from commands.reports.rules import TALKED, Support, ToldRow, WeeklyFigures
from commands.shared.figures import same_week
from commands.shared.small_groups import FEWEST, Flow, GroupingPlan, Row, counted_at, plan
from storage.core.as_json import JSON, plain
from storage.reports.published import PublishedFigures, PublishedReports
from storage.reports.unit import NOWHERE, Unit, UnitSums, together


async def told(ctx: Context, unit: Unit, releases: PublishedReports) -> WeeklyFigures | None:
    """This week's figures, counted now if nobody asked before; None when there are too few people.

    Everyone gets the same figures until Monday, so that nobody can watch one record change.
    """
    latest = await releases.latest()
    last = read(latest[0]) if latest else None
    day = ctx.day
    if last is not None and (same_week(last.day, day) or day <= last.day):
        return last
    counted = await unit.as_of(ctx.day)
    now = await _count(ctx, counted, last)
    if now is None:
        return None
    await releases.keep(PublishedFigures(now.day, ctx.now, plain(now)))
    return now


def read(release: PublishedFigures) -> WeeklyFigures:
    """Parse figures from the text they were kept as."""
    return JSON.read(WeeklyFigures, release.figures)


async def _count(ctx: Context, unit: Unit, last: WeeklyFigures | None) -> WeeklyFigures | None:
    since = ctx.now - TALKED
    flows = _flows(await unit.by_area(since), await unit.elsewhere(since))
    before = [frozenset(row.areas) for row in last.rows] if last else []
    how = plan({flow: sums.people for flow, sums in flows.items()}, before)
    if not how.rows:
        return None
    await unit.count_where_they_are(
        [flow for flow in flows if flow[0] != flow[1] and flow not in how.held]
    )
    areas = _counted(flows, how)
    rows = [together(areas[area] for area in row if area in areas) for row in how.rows]
    everybody = together(rows)
    return WeeklyFigures(
        day=ctx.day,
        rows=tuple(
            ToldRow(_named(row, areas), s.people, s.talked, s.rated, s.committee)
            for row, s in zip(how.rows, rows, strict=True)
        ),
        held=sum(flows[flow].people for flow in how.held),
        unassigned=everybody.unassigned,
        leaders=everybody.leaders,
        leaders_unrated=everybody.leaders_unrated,
        support=await _support(ctx, unit, everybody, last),
    )


def _flows(now: Mapping[int, UnitSums], elsewhere: Mapping[Flow, UnitSums]) -> dict[Flow, UnitSums]:
    """Numbers of people by where the last report counted them and where they are now."""
    stayed = dict(now)
    for (_was, area), sums in elsewhere.items():
        if area != NOWHERE:
            stayed[area] = stayed[area] - sums
    return {(area, area): sums for area, sums in stayed.items()} | dict(elsewhere)


def _counted(flows: Mapping[Flow, UnitSums], how: GroupingPlan) -> dict[int, UnitSums]:
    """Who is counted in each area."""
    areas: defaultdict[int, list[UnitSums]] = defaultdict(list)
    for flow, sums in flows.items():
        areas[counted_at(flow, how.held)].append(sums)
    return {area: together(several) for area, several in areas.items()}


def _named(row: Row, areas: Mapping[int, UnitSums]) -> tuple[int, ...]:
    """The areas of a row, largest first."""
    return tuple(sorted(row, key=lambda area: (-areas[area].people if area in areas else 0, area)))


async def _support(
    ctx: Context, unit: Unit, everybody: UnitSums, last: WeeklyFigures | None
) -> Support | None:
    """New figures only when the ratings of at least five people differ from the last ones.

    Five whom no organizer knows one by one: whoever rates four of their own anew each week, and takes
    those off, would read what the fifth is.
    """
    before = None if last is None else last.support
    mark = 0 if before is None else before.mark
    changed = await unit.changed_sides(mark)
    every = sum(changed.values())
    others = [every - n for organizer, n in changed.items() if organizer is not None]
    if every < FEWEST or (before is not None and any(0 < n < FEWEST for n in others)):
        return before
    return Support(
        ctx.day,
        await unit.last_move(),
        everybody.people,
        everybody.rated,
        everybody.support,
    )


def over_time(kept: Sequence[PublishedFigures]) -> list[Support]:
    """The different support figures the room was told, newest first."""
    told: list[object] = []
    for each in kept:
        support = each.figures["support"]
        if support is not None and support not in told:
            told.append(support)
    return [JSON.read(Support, support) for support in told]

"""Words of reports to leads, in the direct chat: current, area by area, all ratings."""

from collections.abc import Mapping, Sequence
from datetime import date

from commands.framework.i18n import _, a_day, joined
from commands.framework.reply import (
    Block,
    Code,
    Line,
    Reply,
    Strong,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.reports.rules import AreaFigures, Movement, Moves, needed
from commands.shared.figures import DASH, area_name, of_all, people, share
from commands.shared.wording import with_colon
from storage.reports.unit import UnitSums

ROWS = 8


def coverage(
    areas: Sequence[AreaFigures], everybody: AreaFigures, names: Mapping[int, str]
) -> Reply:
    """Show area by area how many people were talked to and rated."""
    if not everybody.sums.people:
        return nobody()
    rows = [_area(each, names) for each in areas[:ROWS]]
    rest = areas[ROWS:]
    blocks: list[Block] = [
        line(
            "Coverage now: {people}. Talked means in the last 60 days.",
            people=Strong(people(everybody.sums.people)),
        ),
        listed(rows),
    ]
    if rest:
        blocks.append(
            plural(
                "{n} smaller area with {people}: {example}",
                "{n} smaller areas with {people}: {example}",
                len(rest),
                people=people(sum(each.sums.people for each in rest)),
                example=Code("!report coverage area=Search"),
            )
        )
    blocks.append(line("All: {figures}", figures=figures(everybody)))
    return reply(*blocks)


def one_area(here: AreaFigures, shifts: Mapping[str, UnitSums], names: Mapping[int, str]) -> Reply:
    """One area, and the same people by shift."""
    rows = [
        line(
            "{shift} ({n}): talked {talked} · not assessed {unrated} · committee {have}",
            shift=Strong(shift),
            n=sums.people,
            talked=share(sums.talked, sums.people),
            unrated=sums.people - sums.rated,
            have=sums.committee,
        )
        for shift, sums in sorted(shifts.items(), key=lambda each: (-each[1].people, each[0]))
    ]
    return reply(_area(here, names), listed(rows[:ROWS]) if rows else None)


def _area(each: AreaFigures, names: Mapping[int, str]) -> Line:
    return line(
        "{area} ({n}): {figures}",
        area=Strong(area_name(each.area, names)),
        n=each.sums.people,
        figures=figures(each),
    )


def figures(each: AreaFigures) -> str:
    """Talked, how many stand where, support over everybody, committee."""
    sums = each.sums
    stands = [
        f"{rating}s {each.ratings[rating]}" for rating in range(1, 6) if rating in each.ratings
    ]
    if None in each.ratings:
        stands.append(_("not assessed {n}").format(n=each.ratings[None]))
    return _("talked {talked} · {stands} · support {support} · committee {have}/{need}").format(
        talked=share(sums.talked, sums.people),
        stands=joined(stands),
        support=of_all(sums.support, sums.people),
        have=sums.committee,
        need=needed(sums.people),
    )


def nobody() -> Reply:
    """Say that the unit is empty, and how to add somebody."""
    return say(
        "Nobody is in the unit yet. {add} adds somebody.",
        add=Code('!contact add "Sam Okafor" area=Payments'),
    )


def movement(moved: Movement, since: date, today: date) -> Reply:
    """Show how ratings moved since a day."""
    day = a_day(since, today)
    again = moved.improved + moved.worsened
    if not (again or moved.first or moved.cleared):
        return say("No rating changed since {day}.", day=day)
    first = sum(moved.first.values())
    rows = [
        line("towards us {n}: {what}", n=Strong(str(moved.improved)), what=_moves(moved.up)),
        line("away from us {n}: {what}", n=Strong(str(moved.worsened)), what=_moves(moved.down)),
        line(
            "rated for the first time {n}: {what}", n=Strong(str(first)), what=_firsts(moved.first)
        ),
    ]
    if moved.cleared:
        rows.append(line("rating cleared {n}", n=moved.cleared))
    if not again:
        return reply(line("Ratings since {day}:", day=day), listed(rows))
    net = line(
        "Net {net} of {n} rated again. People rated for the first time are not in it.",
        net=Strong(f"{moved.improved - moved.worsened:+d}"),
        n=again,
    )
    head = line("Ratings since {day}:", day=day)
    return reply(head, listed(rows), net)


def _moves(moves: Moves) -> str:
    ordered = sorted(moves.items(), key=lambda each: (-each[1], str(each[0])))
    return joined(f"{old}→{new} {count}" for (old, new), count in ordered) or DASH


def _firsts(moves: Moves) -> str:
    ordered = sorted((new or 0, count) for (_none, new), count in moves.items())
    return joined(with_colon(str(rating), str(count)) for rating, count in ordered) or DASH


def holes(
    areas: Sequence[AreaFigures],
    everybody: UnitSums,
    shifts: Mapping[str, UnitSums],
    names: Mapping[int, str],
) -> Reply:
    """Show what each area lacks (committee, leaders, organizers, talks), and shifts without committee."""
    if not everybody.people:
        return nobody()
    open_ = [each for each in areas if _missing(each.sums)]
    rows = [
        line(
            "{area} ({n}): {missing}",
            area=Strong(area_name(each.area, names)),
            n=each.sums.people,
            missing=" · ".join(_missing(each.sums)),
        )
        for each in open_[:ROWS]
    ]
    if len(open_) > ROWS:
        rows.append(line("and {n} more areas", n=len(open_) - ROWS))
    head = line(
        "Holes now: committee {have} people; aim for {need}, one in ten.",
        have=Strong(str(everybody.committee)),
        need=needed(everybody.people),
    )
    blocks: list[Block] = [head]
    blocks += [listed(rows)] if rows else [line("No area has a hole.")]
    without = sorted(shift for shift, sums in shifts.items() if not sums.committee)
    if without:
        shown = joined(f"{shift} {shifts[shift].people}" for shift in without[:ROWS])
        blocks.append(line("Shifts with nobody on the committee: {shifts}", shifts=shown))
    if everybody.leaders:
        blocks.append(
            line(
                "Natural leaders {n}, of them not assessed {unrated}",
                n=everybody.leaders,
                unrated=everybody.leaders_unrated,
            )
        )
    return reply(*blocks)


def _missing(sums: UnitSums) -> list[str]:
    """What an area lacks, in few words."""
    silent, unrated = sums.people - sums.talked, sums.people - sums.rated
    found = []
    if sums.committee < needed(sums.people):
        words = _("committee {have} of {need}")
        found.append(words.format(have=sums.committee, need=needed(sums.people)))
    if not sums.leaders:
        found.append(_("no leader"))
    if sums.unassigned:
        found.append(_("no organizer {n}").format(n=sums.unassigned))
    if silent == sums.people:
        found.append(_("nobody talked to"))
    elif silent:
        found.append(_("not talked to {n}").format(n=silent))
    if unrated:
        found.append(_("not assessed {n}").format(n=unrated))
    return found

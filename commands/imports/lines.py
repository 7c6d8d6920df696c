"""Reading the lines of an imported list and judging each: some sheets at once, in the order of the file."""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from commands.imports.read.people import ASKS, LEAVES_OUT, ColumnReading, Problem, Trouble
from commands.imports.read.plain_rows import PlainKeys, keys_reader, reader
from commands.imports.read.tables import ListRow
from commands.imports.repeats import LinesAbove, Repeats
from commands.imports.rules import (
    Judged,
    RowVerdict,
    SeenPeople,
    compare,
    judge,
    keys_of,
    past_of,
    reach_of,
    unless_like,
)
from storage.contacts.bulk import Bulk
from storage.contacts.details import DetailField
from storage.contacts.listed import Candidates, Listed
from storage.contacts.met_again import MetAgain
from storage.contacts.past import NO_PAST
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.core.slices import SLICE, a_turn, in_slices
from storage.imports.imports import Decided, Import, Imports, LineRemark
from storage.imports.seen_lines import By, Key, SeenLines
from storage.privacy.forgotten import Certainty, Described, Forgotten, Seal

LOOKED_UP = 20
"""Sheets whose numbers are looked up in one statement."""
MOST_SETTLED = 1_000
"""Sheets that are gone through at once while nothing in them has to be judged."""
STOPS = {RowVerdict.AMBIGUOUS, RowVerdict.BAD, RowVerdict.REPEATED}


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Everything a step of an import works with."""

    job: Import
    imports: Imports
    bulk: Bulk
    seen: SeenLines
    forgotten: Forgotten
    seal: Seal
    reading: ColumnReading
    reached: frozenset[DetailField]
    """How people are reached, as far as the committee keeps it."""
    now: datetime


async def rows_of(desk: ImportContext, sheets: int) -> list[ListRow]:
    job = desk.job
    return list(map(_row, await desk.imports.several_sheets(job, job.done, sheets)))


def _row(row: tuple[int, list[str], bool]) -> ListRow:
    line, cells, surplus = row
    return ListRow(line, tuple(cells), surplus)


async def look_for_repeats(desk: ImportContext, repeats: Repeats, sheets: int) -> None:
    """Count the keys of so many sheets more, and find the lines that say nothing new of somebody."""
    read_keys, read_row = keys_reader(desk.reading), reader(desk.reading)
    decided = await desk.imports.lines_decided(desk.job)
    at_once = LOOKED_UP if await desk.bulk.anybody() else 0
    begun = time.perf_counter()
    waiting: list[SheetRead] = []
    for sheet in await desk.imports.by_sheet(desk.job, repeats.sheets, sheets):
        plain = read_keys(sheet)
        keys: list[Key] = []
        for at in (*plain.odd, None):
            if time.perf_counter() - begun > SLICE:
                await a_turn()
                begun = time.perf_counter()
            if at is not None:
                person, _problems = read_row(_row(sheet[at]))
                keys += () if person is None else keys_of(person)
        # One that was emptied waits as well: sheets are taken in by their order.
        if not at_once or not (plain.numbers or waiting):
            repeats.add_sheet(plain, keys)
            continue
        asked = {at for at, row in enumerate(sheet) if row[0] in decided} if decided else set()
        waiting.append(SheetRead(plain, keys, asked))
        if len(waiting) == at_once:
            await _look_up(desk, repeats, waiting)
            waiting = []
    await _look_up(desk, repeats, waiting)


class SheetRead(NamedTuple):
    """A sheet whose lines are still to be held against the records."""

    plain: PlainKeys
    keys: Sequence[Key]
    """Of rows that were read with care."""
    asked: Collection[int]
    """Lines, the first being 0, about which somebody has decided."""


async def _look_up(desk: ImportContext, repeats: Repeats, sheets: Sequence[SheetRead]) -> None:
    """Take in some sheets, with whom their lines have just as they are kept.

    Such a line is judged to change nothing, unless another line of the list meets the contact as well. That
    line has the number too, for these contacts have only one; or the name and the area, and no other name
    is theirs. So it is told by its keys.
    """
    met_again = MetAgain(desk.bulk.tx, desk.job.committee, desk.imports.today)
    bearers = iter(
        await met_again.bearers([number for each in sheets for number in each.plain.numbers])
    )
    bearer, first = next(bearers, None), 0
    for plain, keys, asked in sheets:
        met = array("q", bytes(8 * len(plain.names)))
        others = set(asked)
        while bearer is not None and (at := bearer[0] - first) < len(met):
            _line, contact, name, area, shift, alone = bearer
            if not alone or met[at] not in {0, contact} or not plain.says(at, name, area, shift):
                others.add(at)
            met[at] = contact
            bearer = next(bearers, None)
        for at in others:
            met[at] = 0
        repeats.add_sheet(plain, keys, met)
        first += len(met)


@dataclass(frozen=True, slots=True)
class RowsToJudge:
    """The next sheets of a list, with the rows in them that have to be judged."""

    sheets: int
    rows: Sequence[ListRow]
    new: int
    """Lines that are somebody new without being judged."""
    met: Sequence[ContactId] = ()
    """Whom other lines mean, and say nothing new of."""


async def rows_to_judge(desk: ImportContext, repeats: Repeats, sheets: int) -> RowsToJudge:
    """Return the next so many sheets with rows to judge, and those between them.

    While there is nobody yet whom a line could mean, a line in which nothing is odd is somebody new,
    unless another line of the list has the name or the number as well. Later, such a line changes nothing
    when it has somebody just as they are kept.
    """
    job = desk.job
    somebody = await _anybody_to_meet(desk)
    rows: list[ListRow] = []
    met: list[ContactId] = []
    done, lines = job.done, 0
    for number in range(job.done, min(job.sheets, job.done + MOST_SETTLED)):
        wanted = repeats.open_lines(number, unless_met=somebody)
        if wanted:
            if not sheets:
                break
            sheets -= 1
            sheet = await desk.imports.sheet(job, number)
            rows += [_row(sheet[at]) for at in wanted]
        done, lines = number + 1, lines + repeats.lines(number)
        if somebody:
            met += repeats.met(number, wanted)
    new = 0 if somebody else lines - len(rows)
    return RowsToJudge(done - job.done, rows, new, met)


async def _anybody_to_meet(desk: ImportContext) -> bool:
    """Whether a line may mean a contact, somebody forgotten, or whom a person said it means."""
    return (
        await desk.bulk.anybody()
        or await desk.forgotten.any()
        or await desk.imports.any_decided(desk.job)
    )


async def judge_lines(
    desk: ImportContext, rows: Sequence[ListRow], above: LinesAbove | None, *, but: set[ContactId]
) -> list[tuple[ListRow, Judged]]:
    """Every row of a sheet with its verdict. ``above``: the lines before; None once they are judged."""
    if not rows:
        return []
    job, imports = desk.job, desk.imports
    stretch = (rows[0].line, rows[-1].line)
    decided = await imports.decided(job, *stretch)
    stopped = await imports.stopped(job, *stretch) if above is None else set()
    read_row = reader(desk.reading, desk.imports.today)
    read = await in_slices(_read(row, read_row, desk) for row in rows)
    people = [person for _row, person, _problems in read if person is not None]
    candidates = await desk.bulk.candidates(people, but=but)
    seen = None if above is None else SeenPeople(await above.of(_keys(people, candidates)))
    judged = []
    begun = time.perf_counter()
    for row, person, problems in read:
        if time.perf_counter() - begun > SLICE:
            await a_turn()
            begun = time.perf_counter()
        if person is None:
            nobody = any(problem.trouble in LEAVES_OUT for problem in problems)
            one = Judged(RowVerdict.SKIPPED if nobody else RowVerdict.BAD, problems=problems)
        elif row.line in decided:
            one = await _as_decided(desk, person, decided[row.line])
        elif row.line in stopped:
            one = Judged(RowVerdict.SKIPPED)
        else:
            one = _judge(person, problems, candidates, seen, overwrite=desk.reading.overwrite)
        judged.append((row, one))
    if above is not None and seen is not None:
        await above.keep(seen.new)
        judged = await _told_from_the_like(desk, judged, decided.keys())
    judged = await _without_forgotten(desk, judged, decided.keys())
    if seen is None:
        await imports.tell(job, [s for row, one in judged for s in said(row, one) if s.stops])
    return judged


def _read(
    row: ListRow,
    read: Callable[[ListRow], tuple[Listed | None, tuple[Problem, ...]]],
    desk: ImportContext,
) -> tuple[ListRow, Listed | None, tuple[Problem, ...]]:
    """A row's person, with nothing that the committee does not keep."""
    person, problems = read(row)
    if person is not None and person.reach:
        reach = {what: said for what, said in person.reach.items() if what in desk.reached}
        person = replace(person, reach=reach)
    return row, person, problems


def _keys(people: Sequence[Listed], candidates: Candidates) -> set[Key]:
    """Everything by which people on a sheet may have been met above."""
    known = (candidates.by_id, candidates.by_email, candidates.by_key)
    contacts = {each.id for found in known for several in found.values() for each in several}
    keys = {key for person in people for key in keys_of(person)}
    return keys | {(By.CONTACT, str(contact)) for contact in contacts}


async def _told_from_the_like(
    desk: ImportContext, judged: Sequence[tuple[ListRow, Judged]], decided: Collection[int]
) -> list[tuple[ListRow, Judged]]:
    """Nobody new is perhaps somebody we know, written another way; a person says which."""
    new = [
        one.listed
        for row, one in judged
        if one.verdict is RowVerdict.NEW and one.listed and row.line not in decided
    ]
    near = await desk.bulk.near(new)
    return [
        (row, unless_like(one, near[row.line]) if near.get(row.line) else one)
        for row, one in judged
    ]


async def _without_forgotten(
    desk: ImportContext, judged: Sequence[tuple[ListRow, Judged]], decided: Collection[int]
) -> list[tuple[ListRow, Judged]]:
    """Nobody new is somebody who asked to be forgotten; a namesake is added if a person says so."""
    if not await desk.forgotten.any():
        return list(judged)
    new = [one.listed for _row, one in judged if one.verdict is RowVerdict.NEW and one.listed]
    met = await desk.forgotten.met(
        desk.seal, [Described(p.name, p.area, p.external_id, p.email) for p in new]
    )
    certainty = {person.line: each for person, each in zip(new, met, strict=True)}
    return [
        (row, _unless_forgotten(one, certainty.get(row.line), decided=row.line in decided))
        for row, one in judged
    ]


def _unless_forgotten(one: Judged, certainty: Certainty | None, *, decided: bool) -> Judged:
    if certainty is Certainty.SURE:
        return Judged(RowVerdict.SKIPPED, problems=(Problem(Trouble.FORGOTTEN),))
    if certainty is Certainty.MAYBE and not decided:
        return Judged(RowVerdict.AMBIGUOUS, problems=(Problem(Trouble.PERHAPS_FORGOTTEN),))
    return one


def _judge(
    person: Listed,
    problems: tuple[Problem, ...],
    candidates: Candidates,
    seen: SeenPeople | None,
    *,
    overwrite: bool,
) -> Judged:
    again = seen.again(person) if seen is not None else None
    one = again or judge(person, candidates, overwrite=overwrite)
    shared = seen.shares(person) if seen is not None else None
    if one.known is None and not problems:
        return shared if shared is not None and one.verdict is RowVerdict.NEW else one
    if one.verdict is RowVerdict.NEW:
        asks = tuple(problem for problem in problems if problem.trouble in ASKS)
        one = Judged(RowVerdict.AMBIGUOUS, problems=asks) if asks else shared or one
        problems = tuple(problem for problem in problems if problem not in asks)
    elif one.known is not None:
        # Somebody has said before who that is.
        problems = tuple(problem for problem in problems if problem.trouble not in ASKS)
    if one.known is not None and seen is not None:
        line = seen.meets(one.known.id, person)
        if line != person.line:
            met = Problem(Trouble.SAME_PERSON, (str(line), one.known.label))
            return Judged(RowVerdict.AMBIGUOUS, problems=(met,))
    return Judged(one.verdict, one.listed, one.known, one.changes, (*one.problems, *problems))


async def _as_decided(desk: ImportContext, person: Listed, decided: Decided) -> Judged:
    if decided.skip:
        return Judged(RowVerdict.SKIPPED)
    if decided.contact is None:
        return Judged(RowVerdict.NEW, person)
    known = (await desk.bulk.known([decided.contact])).get(decided.contact)
    if known is None:
        return Judged(RowVerdict.SKIPPED)
    return compare(person, known, overwrite=desk.reading.overwrite)


def count(figures: Counter[str], one: Judged, *, overwrite: bool) -> None:
    figures[one.verdict.value] += 1
    if one.known is not None:
        figures["met"] += 1
        for what in one.replaced:
            figures[f"changed {what.value}"] += 1
    if one.verdict in {RowVerdict.NEW, RowVerdict.UPDATED}:
        past = past_of(one)
        if past is not NO_PAST:
            if past.rating is not None:
                figures[f"rated {past.rating.value}"] += 1
            figures["talked"] += past.talked is not None
            figures["leaders"] += past.leader
        figures.update(each.value for each in reach_of(one, overwrite=overwrite))
    if one.problems:
        figures["by hand"] += any(problem.trouble is Trouble.KEPT for problem in one.problems)


def said(row: ListRow, one: Judged) -> list[LineRemark]:
    stops = one.verdict in STOPS
    return [LineRemark(row.line, p.trouble.value, p.words, stops=stops) for p in one.problems]

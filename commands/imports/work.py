"""The long work on imports, a sheet at a time: checking, saving, taking back.

Each step is one transaction; between two of them other people's commands have their turn, and a bot
that dies goes on where it was.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import field, replace
from datetime import datetime

from commands.framework.reply import Reply
from commands.imports import views
from commands.imports.mapping import from_json
from commands.imports.read.fields import Field
from commands.imports.read.people import ASKS, LEAVES_OUT, ColumnReading, Problem, Trouble, listed
from commands.imports.read.reach import reached_by
from commands.imports.read.tables import ListRow
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
from commands.shared.look_ups import record_shown
from storage.chat.committees import Committees
from storage.contacts.bulk import Bulk, Candidates, ContactChange, Listed
from storage.contacts.details import DetailChoices, DetailField
from storage.core.database import Transaction
from storage.core.driver import IntegrityError
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee, ContactId
from storage.core.repository import all_or_nothing
from storage.imports.imports import Decided, Import, Imports, ImportState, LineRemark, Lists
from storage.imports.seen_lines import By, Key, SeenLines
from storage.privacy.forgotten import Certainty, Described, Forgotten, Seal
from storage.reports.unit import Unit

STOPS = {RowVerdict.AMBIGUOUS, RowVerdict.BAD, RowVerdict.REPEATED}
PAGE = 300
"""Contacts looked at in one step for who is missing from a list."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """A finished step, with what to tell whoever asked when it was the last."""

    job: Import
    committee: Committee
    reply: Reply | None


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


@dataclass(slots=True)
class ImportWork:
    """What is remembered between the steps of an import. Lost with the process, and found again."""

    seal: Seal
    _cursor: dict[int, tuple[str, int] | None] = field(default_factory=dict)
    """Up to whom was looked for who is missing; None: up to the end."""
    _made: dict[int, set[ContactId]] = field(default_factory=dict)

    async def step(self, tx: Transaction, now: datetime) -> StepDone | None:
        """Do the next piece of work; None when nothing is to be done."""
        job = await Lists(tx).next()
        if job is None:
            return None
        committee = await Committees(tx).by_id(job.committee)
        today = now.astimezone(committee.zone).date()
        reading = from_json(job.reading)
        kept = await DetailChoices(tx, job.committee).kept()
        desk = ImportContext(
            job,
            Imports(tx, job.committee, today),
            Bulk(tx, job.committee, today),
            SeenLines(tx, job.committee),
            Forgotten(tx, job.committee),
            self.seal,
            reading,
            reached_by(reading.columns, job.heads, kept),
            now,
        )
        match job.state:
            case ImportState.CHECKING:
                reply = await self._check(desk)
            case ImportState.SAVING:
                reply = await self._save(desk)
            case _:
                reply = await self._take_back(desk)
        if job.state is not ImportState.CHECKING:
            # A sheet at a time: the first report after a long list would have all of it to do.
            await Unit(tx, job.committee, today).recompute()
        if reply is not None:
            self._forget(job)
            await record_shown(tx, job.committee, job.author, [reply], now)
        return StepDone(job, committee, reply)

    async def give_up(self, tx: Transaction, now: datetime) -> StepDone | None:
        """The step at hand cannot be done: end its import, so that others have their turn."""
        job = await Lists(tx).next()
        if job is None:
            return None
        self._forget(job)
        # What was saved so far can be taken back.
        state = ImportState.FAILED if job.state is ImportState.CHECKING else ImportState.SAVED
        committee = await Committees(tx).by_id(job.committee)
        today = now.astimezone(committee.zone).date()
        await Imports(tx, job.committee, today).end(job, state, now)
        return StepDone(job, committee, None)

    def _forget(self, job: Import) -> None:
        self._cursor.pop(job.id, None)
        self._made.pop(job.id, None)

    # -- checking ------------------------------------------------------------------------------

    async def _check(self, desk: ImportContext) -> Reply | None:
        job, imports = desk.job, desk.imports
        if job.done >= job.sheets:
            return await self._look_for_missing(desk)
        if job.done == 0:
            self._cursor.pop(job.id, None)
            if await desk.seen.drop_some(job):
                # Of a check before this one, which was cut off.
                return None
        judged = await _judge_sheet(desk, await _rows(desk), desk.seen, but=set())
        figures = Counter(job.figures)
        for row, one in judged:
            _count(figures, one, overwrite=desk.reading.overwrite)
            await imports.tell(job, _said(row, one))
        await imports.advance(job, job.done + 1, figures)
        return None

    async def _look_for_missing(self, desk: ImportContext) -> Reply | None:
        """Who was on earlier lists and is not on this one; a page of contacts a step."""
        job, imports = desk.job, desk.imports
        figures = Counter(job.figures)
        if job.id not in self._cursor:
            # Also after a start: from the top.
            self._cursor[job.id] = ("", 0)
            figures["missing"] = 0
        cursor = self._cursor[job.id]
        if cursor is not None:
            page = await imports.listed(after=cursor, limit=PAGE)
            named = await desk.seen.contacts(job, [each.contact for each in page])
            gone = [p.contact for p in page if p.listed and p.contact not in named]
            await imports.miss(job, gone)
            figures["missing"] += len(gone)
            await imports.advance(job, job.done, figures)
            last = page[-1] if len(page) == PAGE else None
            self._cursor[job.id] = None if last is None else (last.sort_key, last.contact)
            return None
        if await desk.seen.drop_some(job):
            return None
        await imports.end(job, ImportState.CHECKED, desk.now)
        return views.checked(job, figures, await imports.told(job, after=-1, limit=views.FIRST + 1))

    # -- saving --------------------------------------------------------------------------------

    async def _save(self, desk: ImportContext) -> Reply | None:
        job, imports = desk.job, desk.imports
        if job.id not in self._made:
            self._made[job.id] = await imports.made_by(job)
        rows = await _rows(desk)
        judged = await _judge_sheet(desk, rows, None, but=self._made[job.id])
        before = await imports.newest_entry()
        applied = await self._apply(desk, judged)
        after = await imports.newest_entry()
        if after > before:
            await imports.made(job, job.done, before + 1, after)
        figures = Counter(job.figures)
        for _row, one in applied:
            figures[one.verdict.value] += 1
        await imports.advance(job, job.done + 1, figures)
        if job.done + 1 < job.sheets:
            return None
        await imports.end(job, ImportState.SAVED, desk.now)
        return views.saved(job, figures)

    async def _apply(
        self, desk: ImportContext, judged: Sequence[tuple[ListRow, Judged]]
    ) -> Sequence[tuple[ListRow, Judged]]:
        """Write a sheet; when the database refuses it, line by line, so that one stops no other."""
        try:
            async with all_or_nothing(desk.bulk.tx):
                made = await _write(desk, [one for _row, one in judged])
        except IntegrityError:
            applied = []
            for row, one in judged:
                applied.append((row, await self._apply_one(desk, row, one)))
            return applied
        self._made[desk.job.id].update(map(ContactId, made))
        return judged

    async def _apply_one(self, desk: ImportContext, row: ListRow, one: Judged) -> Judged:
        try:
            async with all_or_nothing(desk.bulk.tx):
                made = await _write(desk, [one])
        except IntegrityError:
            failed = Judged(RowVerdict.BAD, problems=(Problem(Trouble.FAILED),))
            await desk.imports.tell(desk.job, _said(row, failed))
            return failed
        self._made[desk.job.id].update(map(ContactId, made))
        return one

    # -- taking back ---------------------------------------------------------------------------

    async def _take_back(self, desk: ImportContext) -> Reply | None:
        """The last sheet first, as one takes things off a pile."""
        job, imports = desk.job, desk.imports
        figures = Counter(job.figures)
        entries = await imports.entries(job, job.sheets - 1 - job.done)
        if entries is not None:
            await _reverse(desk, *entries, figures)
        await imports.advance(job, job.done + 1, figures)
        if job.done + 1 < job.sheets:
            return None
        await imports.end(job, ImportState.UNDONE, desk.now)
        return views.taken_back(
            job, figures, await imports.told(job, after=-1, limit=views.FIRST + 1)
        )


async def _reverse(desk: ImportContext, first: int, last: int, figures: Counter[str]) -> None:
    job = desk.job
    try:
        async with all_or_nothing(desk.bulk.tx):
            taken = await desk.bulk.take_back(first, last, job.asked_by, desk.now)
    except IntegrityError:
        if first == last:
            figures["failed"] += 1
            said = LineRemark(0, Trouble.FAILED.value, (), stops=False)
            await desk.imports.tell(job, [said])
            return
        for entry in range(last, first - 1, -1):
            await _reverse(desk, entry, entry, figures)
        return
    figures["removed"] += taken.removed
    figures["restored"] += taken.restored
    figures["kept"] += len(taken.kept)
    known = await desk.bulk.known(taken.kept)
    await desk.imports.tell(
        job,
        [
            LineRemark(known[c].number, Trouble.SINCE.value, (known[c].label,), stops=False)
            for c in taken.kept
            if c in known
        ],
    )


async def _rows(desk: ImportContext) -> list[ListRow]:
    return [
        ListRow(line, tuple(cells), surplus)
        for line, cells, surplus in await desk.imports.sheet(desk.job, desk.job.done)
    ]


async def _judge_sheet(
    desk: ImportContext, rows: Sequence[ListRow], above: SeenLines | None, *, but: set[ContactId]
) -> list[tuple[ListRow, Judged]]:
    """Every row of a sheet with its verdict. ``above``: the lines before; None once they are judged."""
    if not rows:
        return []
    job, imports = desk.job, desk.imports
    stretch = (rows[0].line, rows[-1].line)
    decided = await imports.decided(job, *stretch)
    stopped = await imports.stopped(job, *stretch) if above is None else set()
    read = [_read(row, desk) for row in rows]
    people = [person for _row, person, _problems in read if person is not None]
    candidates = await desk.bulk.candidates(people, but=but)
    seen = None if above is None else SeenPeople(await above.of(job, _keys(people, candidates)))
    judged = []
    for row, person, problems in read:
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
        await above.keep(job, seen.new)
        judged = await _told_from_the_like(desk, judged, decided.keys())
    judged = await _without_forgotten(desk, judged, decided.keys())
    if seen is None:
        await imports.tell(job, [s for row, one in judged for s in _said(row, one) if s.stops])
    return judged


def _read(row: ListRow, desk: ImportContext) -> tuple[ListRow, Listed | None, tuple[Problem, ...]]:
    """A row's person, with nothing that the committee does not keep."""
    person, problems = listed(row, desk.reading, desk.imports.today)
    if person is not None:
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


async def _write(desk: ImportContext, judged: Sequence[Judged]) -> range:
    """Add and change; the row ids of those added."""
    job = desk.job
    new = [one.listed for one in judged if one.verdict is RowVerdict.NEW and one.listed is not None]
    changes = [
        ContactChange(
            one.known,
            one.listed,
            name=one.listed.name if Field.NAME in one.changes else None,
            area=one.listed.area if Field.AREA in one.changes else None,
            shift=one.listed.shift if Field.SHIFT in one.changes else None,
            past=past_of(one),
            reach=reach_of(one, overwrite=desk.reading.overwrite),
        )
        for one in judged
        if one.verdict is RowVerdict.UPDATED and one.known is not None and one.listed is not None
    ]
    await desk.bulk.change(changes, job.asked_by, desk.now)
    return await desk.bulk.add(new, job.asked_by, desk.now)


def _count(figures: Counter[str], one: Judged, *, overwrite: bool) -> None:
    figures[one.verdict.value] += 1
    if one.known is not None:
        figures["met"] += 1
    for what in one.replaced:
        figures[f"changed {what.value}"] += 1
    if one.verdict in {RowVerdict.NEW, RowVerdict.UPDATED}:
        past = past_of(one)
        if past.rating is not None:
            figures[f"rated {past.rating.value}"] += 1
        figures["talked"] += past.talked is not None
        figures["leaders"] += past.leader
        figures.update(each.value for each in reach_of(one, overwrite=overwrite))
    figures["by hand"] += any(problem.trouble is Trouble.KEPT for problem in one.problems)


def _said(row: ListRow, one: Judged) -> list[LineRemark]:
    stops = one.verdict in STOPS
    return [LineRemark(row.line, p.trouble.value, p.words, stops=stops) for p in one.problems]

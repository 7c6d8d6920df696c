"""The long work on imports, some sheets at a time: checking, saving, taking back.

Each step is one transaction; between two of them other people's commands have their turn, and a bot
that dies goes on where it was.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial

from commands.framework.i18n import speaking
from commands.framework.naming import naming
from commands.framework.reply import Reply
from commands.imports import views
from commands.imports.lines import (
    ImportContext,
    count,
    judge_lines,
    look_for_repeats,
    rows_of,
    rows_to_judge,
    said,
)
from commands.imports.mapping import from_json
from commands.imports.pace import Pace
from commands.imports.read.fields import Field
from commands.imports.read.people import Problem, Trouble
from commands.imports.read.reach import reached_by
from commands.imports.read.tables import ListRow
from commands.imports.repeats import LinesAbove, Repeats
from commands.imports.rules import (
    Judged,
    RowVerdict,
    past_of,
    reach_of,
)
from commands.shared.look_ups import record_shown
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.contacts.bulk import Bulk
from storage.contacts.details import DetailChoices
from storage.contacts.listed import ContactChange
from storage.core.database import Transaction
from storage.core.driver import IntegrityError
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee, ContactId
from storage.core.repository import all_or_nothing
from storage.imports.imports import Import, Imports, ImportState, LineRemark, Lists
from storage.imports.seen_lines import SeenLines
from storage.privacy.forgotten import Forgotten, Seal
from storage.reports.unit import Unit

PAGE = 300
"""Contacts looked at for who is missing from a list in the first step; then more, as ``Pace`` says."""
SAVED_AT_ONCE = 16
"""Sheets saved in one transaction while nobody else waits for one."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """A finished step, with what to tell whoever asked when it was the last."""

    job: Import
    committee: Committee
    reply: Reply | None


@dataclass(slots=True)
class ImportWork:
    """What is remembered between the steps of an import. Lost with the process, and found again."""

    seal: Seal
    _cursor: dict[int, int | None] = field(default_factory=dict)
    """Up to whose number was looked for who is missing; None: up to the end."""
    _met: dict[int, bytearray] = field(default_factory=dict)
    """By import: of which contacts, by their ids, a line says nothing new."""
    _made: dict[int, set[ContactId]] = field(default_factory=dict)
    _repeats: dict[tuple[int, int], Repeats] = field(default_factory=dict)
    """By import and round: which keys stand in several lines."""
    _pace: Pace = field(default_factory=Pace)
    _pages: Pace = field(default_factory=Pace)
    """Of pages of contacts: one that the list names takes longer where its line was judged."""

    async def step(self, tx: Transaction, now: datetime) -> StepDone | None:
        """Do the next piece of work; None when nothing is to be done."""
        job = await Lists(tx).next()
        if job is None:
            # Also of lists that were dropped on the way.
            self._repeats.clear()
            self._met.clear()
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
        with speaking(await People(tx).reads(job.author, committee)), naming(committee):
            reply = await self._work(desk)
        if job.state is not ImportState.CHECKING:
            # A sheet at a time: the first report after a long list would have all of it to do.
            await Unit(tx, job.committee, today).recompute()
        if reply is not None:
            tx.after_commit(partial(self._forget, job))
            await record_shown(tx, job.committee, job.author, [reply], now)
        return StepDone(job, committee, reply)

    async def _work(self, desk: ImportContext) -> Reply | None:
        match desk.job.state:
            case ImportState.CHECKING:
                return await self._check(desk)
            case ImportState.SAVING:
                return await self._save(desk)
            case _:
                return await self._take_back(desk)

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
        self._repeats.pop((job.id, job.round), None)
        self._cursor.pop(job.id, None)
        self._met.pop(job.id, None)
        self._made.pop(job.id, None)

    # -- checking ------------------------------------------------------------------------------

    async def _check(self, desk: ImportContext) -> Reply | None:
        job = desk.job
        if job.done >= job.sheets:
            return await self._look_for_missing(desk)
        repeats = self._repeats.get((job.id, job.round))
        if repeats is None:
            if job.done == 0:
                self._cursor.pop(job.id, None)
                self._met.pop(job.id, None)
                if await desk.seen.drop_some(job):
                    # Of a check before this one, which was cut off.
                    return None
            # One at a time: what is left is of a check that was begun anew.
            self._repeats.clear()
            repeats = self._repeats[job.id, job.round] = Repeats()
        pace = self._pace
        if repeats.sheets < job.sheets:
            with pace:
                await look_for_repeats(desk, repeats, pace.sheets)
            return None
        if not repeats.known:
            repeats.compare()
            return None
        with pace:
            sheets = min(pace.sheets, job.sheets - job.done)
            await self._check_sheets(desk, repeats, sheets)
        return None

    async def _check_sheets(self, desk: ImportContext, repeats: Repeats, sheets: int) -> None:
        """Judge so many sheets, and say what there is to say about their lines."""
        job, imports = desk.job, desk.imports
        here = await rows_to_judge(desk, repeats, sheets)
        judged = await judge_lines(desk, here.rows, LinesAbove(job, desk.seen, repeats), but=set())
        figures = Counter(job.figures)
        figures[RowVerdict.NEW.value] += here.new
        if here.met:
            figures[RowVerdict.UNCHANGED.value] += len(here.met)
            figures["met"] += len(here.met)
            await desk.seen.keep_met(job, job.done, here.met)
        for _row, one in judged:
            count(figures, one, overwrite=desk.reading.overwrite)
        await imports.tell(job, [each for row, one in judged for each in said(row, one)])
        await imports.advance(job, job.done + here.sheets, figures)

    async def _look_for_missing(self, desk: ImportContext) -> Reply | None:
        """Who was on earlier lists and is not on this one; a page of contacts a step."""
        job, imports = desk.job, desk.imports
        figures = Counter(job.figures)
        self._repeats.pop((job.id, job.round), None)
        if job.id not in self._cursor:
            # Also after a start: from the top.
            figures["missing"] = 0
            self._pages = Pace()
        cursor = self._cursor.get(job.id, 0)
        if cursor is not None:
            met = self._met.get(job.id)
            if met is None:
                met = self._met[job.id] = await desk.seen.met(job)
            with self._pages:
                limit = PAGE * self._pages.sheets
                page = await imports.unit(after=cursor, limit=limit)
                gone = await self._gone(desk, page, met)
                await imports.miss(job, gone)
            figures["missing"] += len(gone)
            await imports.advance(job, job.done, figures)
            reached = page[-1][1] if len(page) == limit else None
            desk.bulk.tx.after_commit(partial(self._cursor.__setitem__, job.id, reached))
            return None
        self._met.pop(job.id, None)
        if await desk.seen.drop_some(job):
            return None
        await imports.end(job, ImportState.CHECKED, desk.now)
        return views.checked(job, figures, await imports.told(job, after=-1, limit=views.FIRST + 1))

    async def _gone(
        self, desk: ImportContext, page: Sequence[tuple[ContactId, int]], met: Sequence[int]
    ) -> list[ContactId]:
        """Return whom an earlier list named, of a page of contacts, and this one does not."""
        others = [contact for contact, _n in page if contact >= len(met) or not met[contact]]
        if not others:
            return []
        named = await desk.seen.contacts(desk.job, others)
        return await desk.imports.listed([each for each in others if each not in named])

    # -- saving --------------------------------------------------------------------------------

    async def _save(self, desk: ImportContext) -> Reply | None:
        """Save sheet after sheet until somebody waits, at most a few.

        Each sheet changes a thousand pages of the indexes of names, all over the file. A transaction writes
        each page once, however many sheets have changed it.
        """
        job, tx = desk.job, desk.bulk.tx
        # Of a transaction that comes to nothing, nothing is remembered: then the records are asked again.
        made = self._made.pop(job.id, None)
        if made is None:
            made = await desk.imports.made_by(job)
        for _sheet in range(SAVED_AT_ONCE):
            desk = await self._save_sheet(desk, made)
            job = desk.job
            if job.done >= job.sheets:
                await desk.imports.end(job, ImportState.SAVED, desk.now)
                return views.saved(job, job.figures)
            if tx.wanted:
                break
        tx.after_commit(partial(self._made.__setitem__, job.id, made))
        return None

    async def _save_sheet(self, desk: ImportContext, made: set[ContactId]) -> ImportContext:
        """Save the next sheet; what comes after it is done with what is returned."""
        job, imports = desk.job, desk.imports
        rows = await rows_of(desk, 1)
        judged = await judge_lines(desk, rows, None, but=made)
        before = await imports.newest_entry()
        applied = await self._apply(desk, judged, made)
        after = await imports.newest_entry()
        if after > before:
            await imports.made(job, job.done, before + 1, after)
        figures = Counter(job.figures)
        for _row, one in applied:
            figures[one.verdict.value] += 1
        await imports.advance(job, job.done + 1, figures)
        return replace(desk, job=replace(job, done=job.done + 1, figures=figures))

    async def _apply(
        self,
        desk: ImportContext,
        judged: Sequence[tuple[ListRow, Judged]],
        made: set[ContactId],
    ) -> Sequence[tuple[ListRow, Judged]]:
        """Write a sheet; when the database refuses it, line by line, so that one stops no other."""
        try:
            async with all_or_nothing(desk.bulk.tx):
                new = await _write(desk, [one for _row, one in judged])
        except IntegrityError:
            applied = []
            for row, one in judged:
                applied.append((row, await self._apply_one(desk, row, one, made)))
            return applied
        made.update(map(ContactId, new))
        return judged

    async def _apply_one(
        self, desk: ImportContext, row: ListRow, one: Judged, made: set[ContactId]
    ) -> Judged:
        try:
            async with all_or_nothing(desk.bulk.tx):
                new = await _write(desk, [one])
        except IntegrityError:
            failed = Judged(RowVerdict.BAD, problems=(Problem(Trouble.FAILED),))
            await desk.imports.tell(desk.job, said(row, failed))
            return failed
        made.update(map(ContactId, new))
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
            failed = LineRemark(0, Trouble.FAILED.value, (), stops=False)
            await desk.imports.tell(job, [failed])
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

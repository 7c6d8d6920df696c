"""Commands for signature lists: matched, looked through by somebody, and only then marked."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from commands.authority.budget import Acts
from commands.authority.previews import Previews
from commands.contacts.lookup import among_own, care_of, in_care
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse, say
from commands.framework.errors import Refusal, not_now
from commands.framework.reply import Code
from commands.framework.spec import Answered
from commands.framework.study import Study
from commands.framework.values import Pasted
from commands.imports import file_views as imports
from commands.imports.gathering import pasted
from commands.imports.list_contents import ListContents
from commands.imports.read.fields import NAMES
from commands.imports.read.people import ColumnReading, listed
from commands.imports.read.tables import ListRow, NotAList, Unreadable
from commands.imports.terms import DecisionWord, LineNumber
from commands.imports.upload import AttachedFile
from commands.names.said import as_said, is_a_total
from commands.roles.quotas import Act, QuotaItem
from commands.shared.attached import LostFile
from commands.structure_tests.mark.progress import so_far
from commands.structure_tests.sheets import views
from commands.structure_tests.sheets.lengths import FOR_LEADS, MOST_LINES
from commands.structure_tests.sheets.matching import Signature, matching
from commands.structure_tests.sheets.terms import SheetNumber, SheetPartWord
from commands.structure_tests.terms import LONGEST_NAME
from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryKind
from storage.core.slices import in_slices
from storage.history.entries import History
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.marks import Marks
from storage.structure_tests.model import Mark, StructureTest
from storage.structure_tests.register import StructureTests
from storage.structure_tests.sheets import (
    Bearer,
    SheetLine,
    SignatureSheet,
    SignatureSheets,
    SignatureVerdict,
    sought,
)
from storage.turf.absences import Absences
from storage.turf.care import Care, InCare

MOST_OWN = 500
"""People in an organizer's care with whom their list is compared."""
HEADS = 20
"""Lines above and between the names that are not counted before they are read."""
LONGEST_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A signature list as it was brought: read, and not yet matched."""

    signatures: tuple[Signature, ...]
    unread: int = 0
    """Lines without a name in them."""


async def brought(upload: AttachedFile, below: Pasted, ctx: Context) -> Brought | None:
    """The list that came with a command; None when none came. Raises Refusal."""
    found = upload.found
    if isinstance(found, LostFile):
        raise not_now(imports.lost(found))
    if isinstance(found, NotAList) and not upload.lines:
        raise not_now(imports.not_a_list(found))
    if upload.others and isinstance(found, ListContents):
        raise Refusal(imports.which_sheet([found.title, *(o.title for o in upload.others)]))
    if isinstance(found, ListContents):
        told = await _of_table(found, ctx.study)
    elif upload.lines:
        told = await _of_lines(upload.lines, ctx.study)
    elif below.text.strip():
        _not_too_many(sum(1 for each in below.text.splitlines() if each.strip()) - HEADS, ctx)
        told = await _of_text(below.text, ctx.study)
    else:
        return None
    if not told.signatures:
        raise impossible("I found no names in that list: one name a line.")
    _not_too_many(len(told.signatures), ctx)
    return told


def _not_too_many(lines: int, ctx: Context) -> None:
    if lines > MOST_LINES:
        raise impossible("Send at most {most} lines in one list.", most=MOST_LINES)
    if lines > FOR_LEADS and ctx.role < Role.LEAD:
        raise impossible(
            "A list of more than {n} names is for leads; ask one of them.", n=FOR_LEADS
        )


async def _of_text(text: str, study: Study) -> Brought:
    """A pasted list: one name a line, or a table with headings."""
    table = pasted(text)
    if isinstance(table, ListContents) and NAMES & set(table.columns.values()):
        return await _of_table(table, study)
    return await _of_lines(text.splitlines(), study)


async def _of_lines(lines: Sequence[str], study: Study) -> Brought:
    filled = tuple((n, each) for n, each in enumerate(lines, 1) if each.strip())
    read = await study.of(("lines", filled), lambda: (_signature(*each) for each in filled))
    return Brought(tuple(read), len(filled) - len(read))


def _signature(number: int, line: str) -> Signature | None:
    name = _bare(line)
    named = any(char.isalpha() for char in name) and not is_a_total(name)
    return Signature(number, name) if named else None


def _bare(line: str) -> str:
    """A name without the number, bullet or tick before it; "Okafor, Sam" as it is said."""
    name = line[:LONGEST_LINE].strip().lstrip("-*•·✓☑0123456789.)( \t").strip(" ,;")
    return as_said(name)[: 2 * LONGEST_NAME]


async def _of_table(found: ListContents, study: Study) -> Brought:
    if not NAMES & set(found.columns.values()):
        raise impossible(
            "I see no column of names in that list. Give one the heading “name”, or send"
            " one name a line."
        )
    if found.lines > MOST_LINES or found.staged is not None:
        raise impossible(
            "Send at most {most} lines in one list, and few columns beside the names.",
            most=MOST_LINES,
        )
    reading = ColumnReading(found.columns, found.orders)
    rows = [ListRow(line, tuple(cells), surplus=bool(surplus))
            for sheet in found.sheets for line, cells, surplus in json.loads(sheet)]  # fmt: skip
    about = ("table", tuple(rows), tuple(found.columns.items()), tuple(found.orders.items()))
    people = await study.of(about, lambda: (listed(row, reading)[0] for row in rows))
    read = tuple(
        Signature(each.line, each.name, each.area, each.external_id, each.email) for each in people
    )
    return Brought(read, len(rows) - len(read))


async def opened(
    ctx: Context,
    test: StructureTest,
    mark: Mark,
    sheets: SignatureSheets,
    own: InCare,
    care: Care,
    list_: Brought,
) -> Answered:
    """Match a list and keep it beside the test. Marks nobody.

    An organizer's list is compared with their own people, and with nobody else: a name of their own that
    another bears as well would tell that by being less sure. The lines that mean none of theirs wait for
    a lead, all of them alike.
    """
    told = list_.signatures
    if ctx.role >= Role.LEAD:
        lines = await matched(ctx, told, await bearers(ctx, test, sheets, told))
        sheet = await sheets.keep(test, mark, lines, for_leads=False)
        return views.report(test, sheet, unread=list_.unread)
    among = await sheets.bearers_of(test, await own.people(care, MOST_OWN))
    mine = [line for line in await matched(ctx, told, among) if line.contacts]
    known = {line.line for line in mine}
    others = tuple(each for each in told if each.line not in known)
    kept = None
    if mine:
        kept = await sheets.keep(test, mark, mine, for_leads=False)
    said = views.yours(test, kept, len(others), unread=list_.unread)
    if not others:
        return said
    rest = await matched(ctx, others, await bearers(ctx, test, sheets, others))
    passed = await sheets.keep(test, mark, rest, for_leads=True)
    return (said, views.passed_on(test, passed))


async def matched(
    ctx: Context, told: tuple[Signature, ...], among: Sequence[Bearer]
) -> list[SheetLine]:
    """What the lines mean; it takes long, and is thought about while the database is free."""
    return await ctx.study.of((told, await _print_of(among)), lambda: matching(told, among))


async def _print_of(among: Sequence[Bearer]) -> bytes:
    """A digest of the people, to compare them quickly: one by one takes a tenth of a second."""
    digest = hashlib.sha256()

    def steps() -> Iterator[None]:
        for each in among:
            digest.update(repr(each).encode("utf-8", "surrogatepass"))
            yield None

    await in_slices(steps())
    return digest.digest()


async def bearers(
    ctx: Context, test: StructureTest | None, sheets: SignatureSheets, told: Sequence[Signature]
) -> list[Bearer]:
    """Everybody whom the lines of a list may mean."""
    names = tuple(each.name for each in told)
    return await sheets.bearers(
        test,
        await ctx.study.of(("sought", names), lambda: map(sought, names)),
        [each.external_id for each in told if each.external_id],
        [each.email for each in told if each.email],
    )


@command(
    "test sheet",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test sheet 4 unclear",
    also=("test signatures", "sheet"),
)
async def sheet(
    ctx: Context,
    number: SheetNumber | None = None,
    part: SheetPartWord | None = None,
    *,
    tests: StructureTests,
    sheets: SignatureSheets,
    contacts: Contacts,
    after: LineNumber | None = None,
) -> Reply:
    """Look through a signature list that waits for your word; without a number, see which wait.

    number: the list
    part: sure, likely, unclear, unknown, twice or outside
    after: go on after this line
    """
    if number is None:
        whose = None if ctx.role >= Role.LEAD else ctx.user
        return views.waiting(await sheets.waiting(whose, 8))
    found = await _sheet(sheets, number, ctx)
    test = await _test(tests, found)
    if part is None:
        return views.report(test, found, unread=0)
    lines = [each for each in found.of(SignatureVerdict(part.value)) if each.line > (after or 0)]
    people = await contacts.all([c for each in lines[: views.PAGE] for c in each.contacts])
    return views.lines(found, part, lines, {each.id: each for each in people})


@command(
    "test decide",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test decide 4 17 M-41",
)
async def decide(
    ctx: Context,
    number: SheetNumber,
    line: LineNumber,
    who: DecisionWord,
    *,
    sheets: SignatureSheets,
    contacts: Contacts,
    absences: Absences,
) -> Reply:
    """Say who a line of a signature list is, or skip it.

    number: the list
    line: the line
    who: a handle, a name, or skip
    """
    found = await _sheet(sheets, number, ctx)
    meant = next((each for each in found.lines if each.line == line), None)
    if meant is None:
        raise impossible("List {n} has no line {line} left.", n=number, line=line)
    if who.skip:
        rest = await sheets.put(found, [each for each in found.lines if each.line != line])
        return views.skipped(rest, meant)
    if who.contact is None:
        raise refuse(
            "A signature adds nobody. {add} first, then the handle here.", add=Code("!contact add")
        )
    contact = await in_care(who.contact, ctx, contacts, absences)
    known = {each.contacts[0] for each in found.of(SignatureVerdict.SURE)}
    verdict = SignatureVerdict.TWICE if contact.id in known else SignatureVerdict.SURE
    decided = replace(meant, verdict=verdict, contacts=(contact.id,))
    lines = [decided if each.line == line else each for each in found.lines]
    return views.decided(await sheets.put(found, lines), decided, contact)


@command(
    "test accept",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test accept 4 --likely",
    may_make=(QuotaItem.MARK,),
)
async def accept(
    ctx: Context,
    number: SheetNumber,
    *,
    tests: StructureTests,
    sheets: SignatureSheets,
    marks: Marks,
    figures: StructureFigures,
    history: History,
    contacts: Contacts,
    absences: Absences,
    likely: bool = False,
) -> Reply:
    """Mark everybody whose name on a signature list is sure; the other lines still wait.

    number: the list
    likely: also those whose name is almost the same; look at them first
    """
    found = await _sheet(sheets, number, ctx)
    test = await _test(tests, found)
    taken = [each for each in found.lines if _accepted(each, likely=likely)]
    if ctx.role < Role.LEAD:
        # Since the list came, somebody may have gone to another organizer.
        theirs = await among_own(contacts).among(
            await care_of(absences, ctx), [each.contacts[0] for each in taken]
        )
        taken = [each for each in taken if each.contacts[0] in theirs]
    people = list(dict.fromkeys(each.contacts[0] for each in taken))
    if not people:
        raise impossible(
            "List {n} has nobody to mark yet. {unclear} shows what to decide.",
            n=number,
            unclear=Code(f"!test sheet {number} unclear"),
        )
    entry = await history.record(EntryKind.TEST_MARKED)
    await marks.mark(entry, test, people, found.mark)
    done = set(taken)
    rest = [
        each
        for each in found.lines
        if each not in done and each.verdict is not SignatureVerdict.TWICE
    ]
    left = await sheets.put(found, rest)
    figures_now = await so_far(ctx, test, figures, marks, absences)
    return views.accepted(test, left, len(people), figures_now)


def _accepted(line: SheetLine, *, likely: bool) -> bool:
    return line.verdict is SignatureVerdict.SURE or (
        likely and line.verdict is SignatureVerdict.LIKELY
    )


@command(
    "test drop",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test drop 4",
    also=("test sheet drop",),
    destroys=(Act.DROP_LIST,),
)
async def drop(
    ctx: Context,
    number: SheetNumber,
    *,
    sheets: SignatureSheets,
    acts: Acts,
    previews: Previews,
    yes: bool = False,
) -> Reply:
    """Drop a signature list that waits. It marks nobody.

    number: the list
    yes: drop a list that somebody else brought, after I asked you
    """
    found = await _sheet(sheets, number, ctx)
    if found.author != ctx.user:
        look = views.look_at_drop(found)
        first = await previews.first(ctx, look, yes=yes)
        if first is not None:
            return first
    await acts.spend(ctx, Act.DROP_LIST)
    await sheets.put(found, ())
    return say("Dropped list {n}. What was marked from it stays.", n=number)


async def _sheet(sheets: SignatureSheets, number: int, ctx: Context) -> SignatureSheet:
    """The list, for whoever brought it, if the people in it are theirs, and for leads."""
    found = await sheets.by_number(number)
    mine = found is not None and found.author == ctx.user and not found.for_leads
    if found is None or not (mine or ctx.role >= Role.LEAD):
        raise impossible(
            "No list {n} waits here. {sheet} shows yours.", n=number, sheet=Code("!test sheet")
        )
    return found


async def _test(tests: StructureTests, found: SignatureSheet) -> StructureTest:
    every = {test.id: test for test in await tests.open_ones(100)}
    if found.test not in every:
        raise impossible(
            "The test of list {n} is closed. A lead can still add people: {amend}",
            n=found.number,
            amend=Code("!test amend petition did M-41"),
        )
    return every[found.test]


__all__ = [
    "Brought",
    "Unreadable",
    "accept",
    "bearers",
    "brought",
    "decide",
    "drop",
    "matched",
    "opened",
    "sheet",
]

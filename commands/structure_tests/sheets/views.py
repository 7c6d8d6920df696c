"""Words about signature lists, for whoever brought them."""

from collections.abc import Mapping, Sequence

from commands.authority.previews import Preview
from commands.framework.errors import cut
from commands.framework.i18n import _
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.wording import label, short
from commands.structure_tests.sheets.terms import SheetPart
from storage.core.model import Contact, ContactId
from storage.structure_tests.model import StructureTest
from storage.structure_tests.sheets import SheetLine, SignatureSheet, SignatureVerdict

PAGE = 8


def verdict_words(verdict: SignatureVerdict) -> str:
    """How sure the match of a signature is, in words."""
    return {
        SignatureVerdict.SURE: _("sure: the name of one person"),
        SignatureVerdict.LIKELY: _("likely: almost the name of one person"),
        SignatureVerdict.UNCLEAR: _("unclear: several could be meant"),
        SignatureVerdict.UNKNOWN: _("unknown: nobody by that name"),
        SignatureVerdict.TWICE: _("there twice: counted once"),
        SignatureVerdict.OUTSIDE: _("on record, but not in the unit when it opened"),
    }[verdict]


def report(test: StructureTest, sheet: SignatureSheet, *, unread: int) -> Reply:
    """How a list was understood; nobody is marked yet."""
    count = len(sheet.lines)
    head = plural(
        "List {number} for {test}: {n} name. Nobody is marked yet.",
        "List {number} for {test}: {n} names. Nobody is marked yet.",
        count,
        number=Strong(str(sheet.number)),
        test=Strong(test.name),
    )
    rows: list[Line] = [
        line("{n} {verdict}", n=Strong(str(len(sheet.of(verdict)))), verdict=verdict_words(verdict))
        for verdict in SignatureVerdict
        if sheet.of(verdict)
    ]
    if unread:
        rows.append(
            plural(
                "{n} line without a name", "{n} lines without a name", unread, n=Strong(str(unread))
            )
        )
    return reply(head, listed(rows), *_next(sheet))


def yours(test: StructureTest, mine: SignatureSheet | None, others: int, *, unread: int) -> Reply:
    """How an organizer's list was understood: the lines about their people, and how many are for a lead."""
    passed = plural(
        "{n} line does not name one of your people for sure. The leads have it and mark"
        " who is meant.",
        "{n} lines do not name your people for sure. The leads have them and mark who is meant.",
        others,
    )
    if mine is None:
        head = line("{test}: nobody is marked yet.", test=Strong(test.name))
        return reply(head, passed if others else None)
    said = report(test, mine, unread=unread)
    return reply(*said.blocks, passed if others else None)


@in_each_language
def passed_on(test: StructureTest, sheet: SignatureSheet) -> Reply:
    """Tell leads that lines of a list wait for one of them."""
    told = plural(
        "{who} brought a list for {test}: {n} line does not name one of their people"
        " for sure. It waits for one of you: {look}",
        "{who} brought a list for {test}: {n} lines do not name their people for sure."
        " They wait for one of you: {look}",
        len(sheet.lines),
        who=Strong(short(sheet.author)),
        test=Strong(test.name),
        look=Code(f"!test sheet {sheet.number}"),
    )
    return reply(told, audience=Audience.LEADS)


def _next(sheet: SignatureSheet) -> list[Line]:
    """What to type now."""
    told = [
        line("Look: {look}", look=Code(f"!test sheet {sheet.number} {part.value}"))
        for part in (SheetPart.LIKELY, SheetPart.UNCLEAR)
        if sheet.of(SignatureVerdict(part.value))
    ]
    if sheet.of(SignatureVerdict.SURE):
        told.append(
            line("Mark the sure ones: {accept}", accept=Code(f"!test accept {sheet.number}"))
        )
    return told


def waiting(sheets: Sequence[SignatureSheet]) -> Reply:
    """List the signature lists that wait."""
    if not sheets:
        return say(
            "No signature list waits. {mark} with one name a line under it, or with a file,"
            " begins one.",
            mark=Code("!test mark petition did"),
        )
    rows = [
        line("{list}: {n} names", list=Code(f"!test sheet {sheet.number}"), n=len(sheet.lines))
        for sheet in sheets
    ]
    return reply(line("Lists that wait:"), listed(rows))


def lines(
    sheet: SignatureSheet,
    part: SheetPart,
    found: Sequence[SheetLine],
    people: Mapping[ContactId, Contact],
) -> Reply:
    """List the lines of one signature list with this verdict."""
    if not found:
        return say("List {n} has no such line.", n=sheet.number)
    shown = found[:PAGE]
    rows = [_row(each, people) for each in shown]
    verdict = SignatureVerdict(part.value)
    head = line("List {n}, {verdict}:", n=sheet.number, verdict=verdict_words(verdict))
    tail: list[Line] = []
    if len(found) > PAGE:
        tail.append(
            line(
                "{n} more: {next}",
                n=len(found) - PAGE,
                next=Code(f"!test sheet {sheet.number} {part.value} after={shown[-1].line}"),
            )
        )
    first = shown[0]
    example = people.get(first.contacts[0]) if first.contacts else None
    handle = "M-41" if example is None else example.handle
    if verdict is SignatureVerdict.LIKELY:
        tail.append(
            line(
                "All right? {accept} One of them wrong? {skip}",
                accept=Code(f"!test accept {sheet.number} --likely"),
                skip=Code(f"!test decide {sheet.number} {first.line} skip"),
            )
        )
    elif verdict is not SignatureVerdict.SURE:
        tail.append(
            line(
                "Who is it? {decide} or {skip}",
                decide=Code(f"!test decide {sheet.number} {first.line} {handle}"),
                skip=Code(f"!test decide {sheet.number} {first.line} skip"),
            )
        )
    return reply(head, listed(rows), *tail)


def _row(each: SheetLine, people: Mapping[ContactId, Contact]) -> Line:
    meant = " | ".join(label(people[c]) for c in each.contacts if c in people)
    if not meant:
        return line("line {n}: “{written}”", n=each.line, written=cut(each.written))
    return line(
        "line {n}: “{written}” – {people}", n=each.line, written=cut(each.written), people=meant
    )


def decided(sheet: SignatureSheet, each: SheetLine, contact: Contact) -> Reply:
    """Confirm who a line was decided to be."""
    words = (
        _("Line {n} is {who}, who is there already: counted once.")
        if each.verdict is SignatureVerdict.TWICE
        else _("Line {n} is {who}.")
    )
    head = fill(words, n=each.line, who=Strong(label(contact)))
    return reply(head, *_next(sheet))


def skipped(sheet: SignatureSheet, each: SheetLine) -> Reply:
    """Confirm that a line is left out."""
    return reply(line("Line {n} is left out.", n=each.line), *_next(sheet))


def look_at_drop(sheet: SignatureSheet) -> Preview:
    """The preview of dropping a list that somebody else brought."""
    head = plural(
        "List {n}, brought by {who}, has {lines} line that waits. I would delete it for good.",
        "List {n}, brought by {who}, has {lines} lines that wait. I would delete them for good.",
        len(sheet.lines),
        n=sheet.number,
        who=short(sheet.author),
        lines=len(sheet.lines),
    )
    do_it = line("To do it: {yes}", yes=Code(f"!test drop {sheet.number} --yes"))
    state = {"lines": [[each.line, each.verdict.value, *each.contacts] for each in sheet.lines]}
    return Preview(f"drop {sheet.number}", state, reply(head, do_it))


def accepted(test: StructureTest, left: SignatureSheet, count: int, so_far: str) -> Reply:
    """Confirm that matched lines were marked, and what is left in the list."""
    head = plural(
        "{test}: {n} person marked from list {list}. Now {figures}.",
        "{test}: {n} people marked from list {list}. Now {figures}.",
        count,
        test=Strong(test.name),
        list=left.number,
        figures=so_far,
    )
    tail = line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo"))
    if left.lines:
        tail = plural(
            "{n} line waits: {sheet}",
            "{n} lines wait: {sheet}",
            len(left.lines),
            sheet=Code(f"!test sheet {left.number}"),
        )
    return reply(head, tail)

"""Words about imports: columns, checks, results, lists."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from commands.framework.i18n import _, a_number, joined, ngettext
from commands.framework.quoting import quoted
from commands.framework.reply import (
    Block,
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
from commands.imports import past_views, reach_views
from commands.imports.file_views import LONGEST_NAME, as_typed, no_file, shortened
from commands.imports.read.fields import Field
from commands.imports.read.files import CALC, CARDS, EXCEL, JSON, PAGE
from commands.imports.read.people import ColumnReading, Trouble
from commands.imports.rules import sweeping
from storage.contacts.details import DetailField
from storage.core.model import Contact
from storage.imports.imports import Import, ImportState, LineRemark

FIRST = 3
"""Lines that are shown without being asked for."""
SAMPLES = 3
LONGEST_SAMPLE = 24


def field_words(what: Field) -> str:
    """The field of a column, in words."""
    return {
        Field.ID: _("number"),
        Field.NAME: _("name"),
        Field.FIRST: _("first name"),
        Field.LAST: _("last name"),
        Field.EMAIL: _("email"),
        Field.AREA: _("area"),
        Field.SHIFT: _("shift"),
        Field.HIRED: _("hired"),
        Field.PREFERRED: _("first name they go by"),
        Field.INFIX: _("before the last name"),
        Field.SECOND: _("second last name"),
        Field.KIND: _("person or organization"),
        Field.RATING: _("rating"),
        Field.TALKED: _("day of the last talk"),
        Field.LEADER: _("natural leader"),
        Field.PHONE: _("phone"),
        Field.LANGUAGE: _("language"),
    }[what]


def mapping(
    one: Import,
    reading: ColumnReading,
    rows: Iterable[Sequence[str]],
    kept: Collection[DetailField],
) -> Reply:
    """Show which column will be read as what, with samples from the rows."""
    samples = list(rows)
    heads = one.heads
    shown = [
        line(
            "{head} → {field}: {samples}",
            head=shortened(heads[column], LONGEST_SAMPLE),
            field=Strong(reach_views.field_words(what, heads[column], kept) or field_words(what)),
            samples=" · ".join(_samples(row[column] for row in samples)) or _("(empty)"),
        )
        for column, what in reading.columns.items()
    ]
    dropped = [
        shortened(head, LONGEST_SAMPLE) for c, head in enumerate(heads) if c not in reading.columns
    ]
    blocks: list[Block] = [_what_came(one)]
    if shown:
        blocks.append(listed(shown))
    if dropped:
        more = f" +{len(dropped) - 6}" if len(dropped) > 6 else ""
        blocks.append(line("Not taken: {heads}", heads=joined(dropped[:6]) + more))
    scale = past_views.which_scale(one, reading, samples)
    return reply(
        *blocks,
        past_views.own_notes(one, reading),
        reach_views.not_kept(one, reading, kept),
        scale or _what_next(one, reading),
    )


def _what_came(one: Import) -> Line:
    found = _("headings in line {line}").format(line=one.head_line) if one.head_line else _(
        "no headings, so columns are called A, B, C"
    )  # fmt: skip
    count = ngettext("{n} row", "{n} rows", one.lines).format(n=a_number(one.lines))
    kind = [_encoding(one.encoding)]
    if one.separator:
        kind.append(_("tab") if one.separator == "\t" else quoted(one.separator))
    return line(
        "{number}: {name}, {count} ({kind}).",
        number=Strong(_("Import {n}").format(n=one.number)),
        name=shortened(one.name, LONGEST_NAME),
        count=count,
        kind=joined(kind if one.encoding in {CARDS, JSON} else [*kind, found]),
    )


def several(opened: Sequence[Import]) -> Reply:
    """List the lists of a workbook, each an import of its own."""
    first = opened[0].number
    rows = [
        line(
            "{number} · {name}, {rows}",
            number=Strong(_("Import {n}").format(n=one.number)),
            name=shortened(one.name, LONGEST_NAME),
            rows=ngettext("{n} row", "{n} rows", one.lines).format(n=a_number(one.lines)),
        )
        for one in opened
    ]
    return reply(
        line("That workbook has several sheets with a list. Which do you mean?"),
        listed(rows),
        line(
            "Look at one: {map}. Drop one you do not want: {drop}.",
            map=Code(f"!import map {first}"),
            drop=Code(f"!import drop {opened[-1].number}"),
        ),
    )


def _what_next(one: Import, reading: ColumnReading) -> Line:
    n = one.number
    fields = set(reading.columns.values())
    if not fields & {Field.NAME, Field.FIRST, Field.LAST}:
        return line(
            "Which column has the names? {map}. First and last name in two columns: {two}",
            map=Code(f"!import map {n} {as_typed(one.heads[0])}=name"),
            two=Code(
                f"!import map {n} {as_typed(one.heads[0])}=first {as_typed(one.heads[1])}=last"
            )
            if len(one.heads) > 1
            else Code(f"!import map {n} A=first B=last"),
        )
    example, what = next(iter(reading.columns.items()))
    column = as_typed(one.heads[example])
    return line(
        "Right? Then {check} (that saves nothing). If not, say it like {map}",
        check=Code(f"!import check {n}"),
        map=Code(f"!import map {n} {column}={what.value}"),
    )


def _samples(cells: Iterable[str]) -> list[str]:
    found = dict.fromkeys(cell for cell in cells if cell)
    return [shortened(cell, LONGEST_SAMPLE) for cell in list(found)[:SAMPLES]]


def _encoding(name: str) -> str:
    known = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "mac_roman": "Mac Roman"}
    return known.get(name, name if name in {EXCEL, CALC, PAGE, CARDS, JSON} else name.upper())


def working(one: Import, state: ImportState) -> Reply:
    """Say that work begins that takes a moment."""
    rows = ngettext("{n} row", "{n} rows", one.lines).format(n=a_number(one.lines))
    sentence = {
        ImportState.CHECKING: _("Checking {rows}; I tell you here what would change."),
        ImportState.SAVING: _("Saving {rows}; I tell you here when it is done."),
        ImportState.UNDOING: _("Undoing import {n}; I tell you here when it is done."),
    }[state]
    return reply(fill(sentence, rows=rows, n=one.number))


def checked(one: Import, figures: Mapping[str, int], told: Sequence[LineRemark]) -> Reply:
    """Show the dry run: how many of what, what to look at, what to type."""
    n = one.number
    blocks: list[Block] = [
        line(
            "{number} checked, nothing saved yet: {figures}.",
            number=Strong(_("Import {n}").format(n=n)),
            figures=_figures(figures),
        )
    ]
    brought = [*past_views.brought(figures), *reach_views.brought(figures)]
    notes = [*_warnings(figures), *brought, *_remarks(n, figures)]
    if notes:
        blocks.append(listed(notes))
    if told:
        blocks.append(listed([problem(said) for said in told[:FIRST]]))
    if len(told) > FIRST:
        blocks.append(line("All lines with problems: {all}", all=Code(f"!import problems {n}")))
    if figures.get("new", 0) or figures.get("updated", 0):
        blocks.append(line("To save: {commit}", commit=Code(f"!import commit {n}")))
    else:
        blocks.append(line("There is nothing to save."))
    return reply(*blocks)


def _figures(figures: Mapping[str, int]) -> str:
    words = (
        ("new", _("{n} new")),
        ("updated", _("{n} updated")),
        ("unchanged", _("{n} unchanged")),
        ("ambiguous", _("{n} ambiguous")),
        ("repeated", _("{n} repeated")),
        ("bad", _("{n} bad")),
        ("skipped", _("{n} left out")),
    )
    always = {"new", "updated"}
    return " · ".join(
        template.format(n=a_number(figures.get(key, 0)))
        for key, template in words
        if key in always or figures.get(key, 0)
    )


def changed_fields(figures: Mapping[str, int]) -> dict[str, int]:
    """How often each field would change, for the fields whose changes people judge."""
    compared = (Field.NAME, Field.AREA, Field.SHIFT)
    return {f.value: figures.get(f"changed {f.value}", 0) for f in compared}


def _warnings(figures: Mapping[str, int]) -> list[Line]:
    met = figures.get("met", 0)
    return [
        line(
            "{careful} {field} would change for {n} of the {all} I know. Is it the right column?",
            careful=Strong(_("Careful:")),
            field=field_words(Field(name)),
            n=a_number(times),
            all=a_number(met),
        )
        for name, times in sweeping(changed_fields(figures), met)
    ]


def _remarks(number: int, figures: Mapping[str, int]) -> list[Line]:
    remarks = []
    if kept := figures.get("by hand", 0):
        remarks.append(
            plural(
                "{n} stays as one of you set it. To use the list instead: {overwrite}",
                "{n} stay as one of you set them. To use the list instead: {overwrite}",
                kept,
                n=a_number(kept),
                overwrite=Code(f"!import check {number} --overwrite"),
            )
        )
    if missing := figures.get("missing", 0):
        remarks.append(
            plural(
                "{n} of earlier lists is not on this one; nothing changes for them: {show}",
                "{n} of earlier lists are not on this one; nothing changes for them: {show}",
                missing,
                n=a_number(missing),
                show=Code(f"!import missing {number}"),
            )
        )
    return remarks


def saved(one: Import, figures: Mapping[str, int]) -> Reply:
    """Confirm a saved import: what was added and changed, and how many rows were left out."""
    left = sum(figures.get(key, 0) for key in ("ambiguous", "bad", "repeated", "skipped"))
    tail = (
        fill(
            ngettext("{n} row was left out.", "{n} rows were left out.", left) + " ",
            n=a_number(left),
        )
        if left
        else ()
    )
    head = line(
        "{number} saved: {new} added, {updated} updated.",
        number=Strong(_("Import {n}").format(n=one.number)),
        new=a_number(figures.get("new", 0)),
        updated=a_number(figures.get("updated", 0)),
    )
    undo = line("To undo it: {undo}", undo=Code(f"!import undo {one.number}"))
    return reply(head, (*tail, *undo))


def taken_back(one: Import, figures: Mapping[str, int], told: Sequence[LineRemark]) -> Reply:
    """Report an import taken back: what was removed and restored, and what could not be."""
    removed, restored = figures.get("removed", 0), figures.get("restored", 0)
    kept, failed = figures.get("kept", 0), figures.get("failed", 0)
    words = [
        ngettext("{n} person removed again", "{n} people removed again", removed).format(
            n=a_number(removed)
        ),
        ngettext("{n} change undone", "{n} changes undone", restored).format(n=a_number(restored)),
    ]
    if kept:
        words.append(_("{n} kept because edited since").format(n=a_number(kept)))
    if failed:
        words.append(_("{n} failed").format(n=a_number(failed)))
    head = line(
        "{number} undone: {what}.",
        number=Strong(_("Import {n}").format(n=one.number)),
        what=joined(words),
    )
    if not told:
        return reply(head)
    blocks: list[Block] = [head, listed([problem(said) for said in told[:FIRST]])]
    if len(told) > FIRST:
        blocks.append(line("All: {all}", all=Code(f"!import problems {one.number}")))
    return reply(*blocks)


def problem(said: LineRemark) -> Line:
    """The problem of one line, in words."""
    trouble = Trouble(said.trouble)
    one, two, *_rest = (*said.words, "", "")
    if trouble in {Trouble.LONG, Trouble.FORMULA}:
        one = _fields(one)
    if trouble is Trouble.KEPT:
        two = _fields(two)
    what = _sentences()[trouble].format(one=one, two=two)
    if trouble in {Trouble.SINCE, Trouble.FAILED} and not said.stops:
        return (what,)
    return line("line {line}: {what}", line=Strong(str(said.line)), what=what)


def _fields(kept: str) -> str:
    """Fields as a remark keeps them, in words."""
    known = {field.value for field in Field}
    return joined(field_words(Field(each)) if each in known else each for each in kept.split(", "))


def _sentences() -> dict[Trouble, str]:
    return {
        Trouble.NO_NAME: _("no name"),
        Trouble.ODD_NAME: _("“{one}” is not a name"),
        Trouble.LONG: _("the {one} is too long"),
        Trouble.SURPLUS: _("more cells than columns; a name with a comma needs quotes"),
        Trouble.FORMULA: _("a formula in {one}, left out"),
        Trouble.NO_DAY: _("“{one}” is not a date"),
        Trouble.TWO_WAYS: _("“{one}” can be read two ways"),
        Trouble.ODD_EMAIL: _("the email is not an address"),
        Trouble.REPEATS: _("repeats line {one}"),
        Trouble.SAME_ID: _("has the number of line {one} and another name"),
        Trouble.SAME_NAME: _("has the name and area of line {one}, and differs"),
        Trouble.SAME_PERSON: _("would be {two} like line {one}"),
        Trouble.SEVERAL: _("could be {one}"),
        Trouble.ELSEWHERE: _("somebody new, or {one}?"),
        Trouble.OTHER_NAME: _("{one} has this number or email, and another name"),
        Trouble.OTHER_ID: _("{one} has this email, and another number"),
        Trouble.SAME_EMAIL: _("has the email of line {one}, {two}: somebody else?"),
        Trouble.NAMESAKE: _("{one} has another number: somebody else?"),
        Trouble.COUPLE: _("“{one}” may be two people; give each a line, or say new"),
        Trouble.NOTHING: _("“{one}” may be a name, or may mean “nothing” in a database"),
        Trouble.TOTAL: _("“{one}” ends the list and is not a person, left out"),
        Trouble.NO_PERSON: _("is marked “{one}”, left out"),
        Trouble.DAMAGED: _(
            "a spreadsheet kept only the first digits of the number {one}. Format that"
            " column as text in the original, and export it again"
        ),
        Trouble.ODD_RATING: _("nobody has said what the rating “{one}” means; not taken"),
        Trouble.ODD_LEADER: _("“{one}” is not yes or no, so I make nobody a leader"),
        Trouble.TO_COME: _("the talk on “{one}” is still to come; not taken"),
        Trouble.ODD_PHONE: _("“{one}” is not a phone number; not taken"),
        Trouble.MORE_PHONES: _("of “{one}” only the first phone number is taken"),
        Trouble.ODD_LANGUAGE: _("“{one}” is no language; not taken"),
        Trouble.RATED: _("{one}: the rating given here stays"),
        Trouble.KEPT: _("{one}: {two} stays as set by hand"),
        Trouble.LEFT: _("{one} is on the list, but you noted that they left"),
        Trouble.SINCE: _("{one}: somebody worked with them since"),
        Trouble.FAILED: _("could not be saved"),
        Trouble.FORGOTTEN: _("asked to be forgotten, left out"),
        Trouble.PERHAPS_FORGOTTEN: _(
            "has the name of somebody who asked to be forgotten, or their number or email"
        ),
    }


def problems(one: Import, told: Sequence[LineRemark], *, more: bool, decide: bool) -> Reply:
    """A page of lines with something to say."""
    n = one.number
    if not told:
        return say("No line has a problem.")
    blocks: list[Block] = [listed([problem(said) for said in told])]
    stopped = next((said.line for said in told if said.stops), None)
    if decide and stopped is not None:
        blocks.append(
            line(
                "You decide: {new} adds them, {handle} says who it is, {skip} leaves it out.",
                new=Code(f"!import decide {n} {stopped} new"),
                handle=Code("M-41"),
                skip=Code("skip"),
            )
        )
    if more:
        after = Code(f"!import problems {n} after={told[-1].line}")
        blocks.append(line("More: {next}", next=after))
    return reply(*blocks)


def missing(
    one: Import, contacts: Sequence[Contact], labels: Sequence[str], *, more: bool
) -> Reply:
    """List contacts that earlier lists had and this import does not."""
    if not contacts:
        return say("Nobody of earlier lists is missing from this one.")
    blocks: list[Block] = [
        line("On earlier lists and not on this one. Did they leave? Nothing was changed:"),
        listed([(label,) for label in labels]),
    ]
    if more:
        after = Code(f"!import missing {one.number} after={contacts[-1].handle}")
        blocks.append(line("More: {next}", next=after))
    return reply(*blocks)


def state_words(state: ImportState) -> str:
    """The state of an import, in words."""
    return {
        ImportState.MAPPING: _("columns to be confirmed"),
        ImportState.CHECKING: _("being checked"),
        ImportState.CHECKED: _("checked, not saved"),
        ImportState.SAVING: _("being saved"),
        ImportState.SAVED: _("saved"),
        ImportState.UNDOING: _("being undone"),
        ImportState.UNDONE: _("undone"),
        ImportState.DROPPED: _("dropped"),
        ImportState.FAILED: _("failed"),
    }[state]


def overview(imports: Sequence[Import]) -> Reply:
    """List the committee's imports."""
    rows = [
        line(
            "{number} · {name}, {rows} rows · {state}",
            number=Strong(str(one.number)),
            name=shortened(one.name, LONGEST_NAME),
            rows=a_number(one.lines),
            state=state_words(one.state),
        )
        for one in imports
    ]
    how = no_file()
    return reply(listed(rows), how) if rows else reply(how)

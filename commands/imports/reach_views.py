"""Words about phones, e-mail addresses and languages on a list: what is kept, and how to keep it."""

from collections.abc import Collection, Mapping

from commands.contacts.detail_views import field_name
from commands.framework.i18n import _, joined
from commands.framework.reply import Code, Line, line, plural
from commands.imports.file_views import as_typed
from commands.imports.read.fields import Field, offered
from commands.imports.read.people import ColumnReading
from commands.imports.read.reach import FIELDS, OWN_FIELDS, is_the_employers
from storage.contacts.details import DetailField
from storage.imports.imports import Import


def field_words(what: Field, head: str, kept: Collection[DetailField]) -> str | None:
    """What an address is for, in words; None for every other column."""
    if what is not Field.EMAIL or DetailField.EMAIL not in kept:
        return None
    if is_the_employers(what, head):
        return _("email, only to tell people apart: their employer can read it")
    return _("email, kept to reach them")


def not_kept(one: Import, reading: ColumnReading, kept: Collection[DetailField]) -> Line | None:
    """The columns that say how people are reached and are not taken, and what it takes; None without any."""
    left: dict[DetailField, str] = {}
    for column, head in enumerate(one.heads):
        what = reading.columns.get(column) or offered(head)
        if what is None or what not in FIELDS or is_the_employers(what, head):
            continue
        if FIELDS[what] not in kept:
            left.setdefault(FIELDS[what], head)
        elif what in OWN_FIELDS and what not in reading.columns.values():
            return line("To keep {head} as well: {map}", head=head, map=_map(one, {what: head}))
    if not left:
        return None
    field = next(iter(left))
    columns = {
        what: left[each] for what, each in FIELDS.items() if each in left and what in OWN_FIELDS
    }
    switch = line(
        "Switched off here: {fields}. A keeper of the data can switch that on: {on}.",
        fields=joined(field_name(each) for each in left),
        on=Code(f'!fields on {field.value} why="to call before the vote"'),
    )
    if not columns:
        return switch
    return (*switch, *line(" Then {map}", map=_map(one, columns)))


def _map(one: Import, columns: Mapping[Field, str]) -> Code:
    pairs = " ".join(f"{as_typed(head)}={what.value}" for what, head in columns.items())
    return Code(f"!import map {one.number} {pairs}")


def cannot_be_kept(field: DetailField) -> Line:
    """Say that a column is not taken because nobody has switched its field on."""
    return line(
        "{field} of contacts is switched off here, so I left the columns as they were."
        " A keeper of the data can switch it on: {on}",
        field=field_name(field),
        on=Code(f'!fields on {field.value} why="to call before the vote"'),
    )


def brought(figures: Mapping[str, int]) -> list[Line]:
    """How many phones, addresses and languages come with the list."""
    phones, addresses, languages = (figures.get(each.value, 0) for each in DetailField)
    lines: list[Line] = []
    if phones:
        lines.append(plural("With {n} phone number.", "With {n} phone numbers.", phones))
    if addresses:
        lines.append(plural("With {n} e-mail address.", "With {n} e-mail addresses.", addresses))
    if languages:
        lines.append(
            plural(
                "With the language of {n} person.", "With the language of {n} people.", languages
            )
        )
    return lines

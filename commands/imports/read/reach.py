"""Reading how somebody on a list is reached: phone, e-mail, language. Pure.

Whether any of it is kept is for a keeper to say; here it is only read.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from commands.contacts.detail_terms import is_email, is_language, is_phone
from commands.imports.read.heads import Field, head_key, offered
from storage.contacts.details import DetailField

FIELDS: Mapping[Field, DetailField] = {
    Field.PHONE: DetailField.PHONE,
    Field.EMAIL: DetailField.EMAIL,
    Field.LANGUAGE: DetailField.LANGUAGE,
}
"""The columns that say how somebody is reached."""
OWN_FIELDS = FIELDS.keys() - {Field.EMAIL}
"""Columns of no other use: an address also tells people apart."""
_OF_THE_EMPLOYER = re.compile(
    r"\b(?:work|business|office|company|corporate|corporativo|dienstlich|principal|user|professionnel|"
    r"laboral|trabajo|aziendale|zakelijk)\b"
)
_SEVERAL = re.compile(r"\s*(?::::|[;,|]|\bor\b|\boder\b)\s*")
"""Between the phone numbers of one person."""


def reached_by(
    columns: Mapping[int, Field], heads: Sequence[str], kept: Collection[DetailField]
) -> frozenset[DetailField]:
    """The kept fields that a list fills. Nobody is written to at an address of the employer's."""
    return frozenset(
        FIELDS[what]
        for column, what in columns.items()
        if what in FIELDS and FIELDS[what] in kept and not is_the_employers(what, heads[column])
    )


def with_reach(
    columns: Mapping[int, Field], heads: Sequence[str], kept: Collection[DetailField]
) -> dict[int, Field]:
    """Columns with those of fields that are kept, so that nobody has to name them."""
    found = dict(columns)
    for column, head in enumerate(heads):
        what = offered(head)
        if what in OWN_FIELDS and FIELDS[what] in kept and what not in found.values():
            found.setdefault(column, what)
    return dict(sorted(found.items()))


def is_the_employers(what: Field, head: str) -> bool:
    """Whether a column holds addresses that the employer gave and can read."""
    return what is Field.EMAIL and _OF_THE_EMPLOYER.search(head_key(head)) is not None


def phone(said: str) -> tuple[str | None, bool]:
    """The first phone number in a cell, None for none, and whether all of the cell was taken."""
    if is_phone(said):
        return said, True
    first, *others = _SEVERAL.split(said, maxsplit=1)
    return (first, not others) if is_phone(first) else (None, False)


def is_one(field: DetailField, said: str) -> bool:
    """Whether a value is what its field holds."""
    looks = {
        DetailField.PHONE: is_phone,
        DetailField.EMAIL: is_email,
        DetailField.LANGUAGE: is_language,
    }
    return looks[field](said)

"""Types of parameters about an import: which one, which line, whose line, which column. Pure."""

from collections.abc import Mapping
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words, choice, number, text
from commands.framework.reply import Code
from commands.framework.values import ContactRef, read_contact
from commands.imports.read.fields import Field
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

_NUMBER = number(1, 999_999_999)
_LINE = number(0, 999_999_999)


def _read_import(raw: str, _ctx: Context) -> int:
    value = _NUMBER(raw.removeprefix("#"))
    if value is None:
        raise refuse(
            "“{word}” is not an import's number; {imports} shows them.",
            word=cut(raw),
            imports=Code("!import list"),
        )
    return value


ImportNumber = Annotated[
    int,
    Reader(_read_import, "NUMBER", lambda: _("Which import? !import list shows their numbers.")),
]
"""An import's number within its committee."""


def _read_line(raw: str, _ctx: Context) -> int:
    value = _LINE(raw)
    if value is None:
        raise refuse("“{word}” is not a line of a file. Type the line's number.", word=cut(raw))
    return value


LineNumber = Annotated[int, Reader(_read_line, "LINE", lambda: _("Which line of the file?"))]
"""A line of a file, the first being 1."""

ColumnWords = Annotated[str, text(2000, "COLUMN=FIELD …", lambda: _("Type pairs like Dept=area."))]
"""Pairs with equals signs about the columns of a list."""


@dataclass(frozen=True, slots=True)
class LineDecision:
    """A decision on a line: a contact; without one somebody new, or (skip) nobody for us."""

    contact: ContactRef | None
    skip: bool = False


def _read_decision(raw: str, ctx: Context) -> LineDecision:
    word = folded(raw)
    if word in {"new", folded(_("new"))}:
        return LineDecision(None)
    if word in {"skip", "nobody", folded(_("skip"))}:
        return LineDecision(None, skip=True)
    return LineDecision(read_contact(raw, ctx))


DecisionWord = Annotated[
    LineDecision,
    Reader(
        _read_decision,
        "new|skip|WHO",
        lambda: _("Who is it: new, skip, or a handle like M-41?"),
        Words.upto(6),
    ),
]
"""Who a line is, in a word, by handle or by name."""


def _more_fields() -> Mapping[Field, str]:
    return {
        Field.AREA: _("team, department, dept"),
        Field.SHIFT: _("shifts, schedule"),
        Field.ID: _("number, personnel number"),
        Field.NAME: _("full name"),
        Field.FIRST: _("first name, given name"),
        Field.LAST: _("last name, surname, family name"),
        Field.PREFERRED: _("preferred name"),
        Field.EMAIL: _("e-mail, mail, emails"),
        Field.HIRED: _("start, start date"),
        Field.RATING: _("assessment"),
        Field.LEADER: _("natural leader, organic leader"),
        Field.PHONE: _("phones, phone number, telephone, mobile"),
        Field.LANGUAGE: _("languages, mother tongue"),
    }


FieldWord = Annotated[
    Field,
    choice(Field, "FIELD", lambda: _("Which field? Like area or shift."), also=_more_fields),
]
"""What a column of a list holds, in a word."""

"""Reading a person from a row of a list: name, number, address, area. Pure."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import Enum

from commands.framework.handles import looks_like_a_handle
from commands.imports.read import cells, past
from commands.imports.read.cells import Damaged, Formula, NoDayInCell, TwoWays
from commands.imports.read.day_order import Order
from commands.imports.read.fields import NOT_A_PERSON, Field
from commands.imports.read.reach import is_one, phone
from commands.imports.read.tables import ListRow
from commands.names import said as names
from storage.contacts.details import DetailField
from storage.contacts.listed import Listed
from storage.contacts.past import NO_PAST, Past
from storage.core.lazy_dataclass import dataclass
from storage.names import folded, full_key

LONGEST_NAME, LONGEST_LABEL = 80, 60


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]+")
_BETWEEN_EMAILS = re.compile(r"\s*:::\s*|[\s,;|<>()]+|/(?=[^/]*@)")
"""Google puts three colons between the addresses of one person."""
_NO_ADDRESS = _listed("anonymous anonym anonimo anonyme anoniem anonymt")
"""What Microsoft Forms writes where people answered without their account."""
_WRITTEN = {
    **dict.fromkeys(
        (Field.NAME, Field.FIRST, Field.LAST, Field.INFIX, Field.SECOND), cells.NAMES_ARE_WRITTEN
    ),
    **dict.fromkeys((Field.AREA, Field.SHIFT), cells.AREAS_ARE_WRITTEN),
}


_LABELS = (Field.AREA, Field.SHIFT, Field.ID)


class Trouble(Enum):
    """A problem of a line."""

    NO_NAME = "no name"
    ODD_NAME = "odd name"
    LONG = "long"
    SURPLUS = "surplus"
    FORMULA = "formula"
    NO_DAY = "no day"
    TWO_WAYS = "two ways"
    ODD_EMAIL = "odd email"
    REPEATS = "repeats"
    SAME_ID = "same id"
    SAME_NAME = "same name"
    SAME_PERSON = "same person"
    SEVERAL = "several"
    ELSEWHERE = "elsewhere"
    OTHER_NAME = "other name"
    OTHER_ID = "other id"
    KEPT = "kept"
    LEFT = "left"
    SINCE = "since"
    FAILED = "failed"
    FORGOTTEN = "forgotten"
    PERHAPS_FORGOTTEN = "perhaps forgotten"
    SAME_EMAIL = "same email"
    NAMESAKE = "namesake"
    COUPLE = "couple"
    NOTHING = "nothing"
    TOTAL = "total"
    NO_PERSON = "no person"
    DAMAGED = "damaged"
    ODD_RATING = "odd rating"
    ODD_LEADER = "odd leader"
    RATED = "rated"
    TO_COME = "to come"
    ODD_PHONE = "odd phone"
    MORE_PHONES = "more phones"
    ODD_LANGUAGE = "odd language"


ASKS = frozenset({Trouble.COUPLE, Trouble.NOTHING})
"""What somebody has to decide before a line becomes a person."""
UNDECIDED = frozenset(
    {
        Trouble.SAME_ID,
        Trouble.SAME_NAME,
        Trouble.SAME_PERSON,
        Trouble.SEVERAL,
        Trouble.ELSEWHERE,
        Trouble.OTHER_NAME,
        Trouble.OTHER_ID,
        Trouble.SAME_EMAIL,
        Trouble.NAMESAKE,
        Trouble.PERHAPS_FORGOTTEN,
        *ASKS,
    }
)
"""What keeps a line from being saved until somebody says who it is."""
LEAVES_OUT = frozenset({Trouble.TOTAL, Trouble.NO_PERSON})
"""What makes a line nobody at all."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say about a line; ``words`` fill the sentence."""

    trouble: Trouble
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """The reading of a list's columns: fields, orders of days, values."""

    columns: Mapping[int, Field]
    orders: Mapping[int, Order] = field(default_factory=dict)
    """How columns write days with slashes, where that is known."""
    values: Mapping[Field, Mapping[str, str]] = field(default_factory=dict)
    """What a code stands for, by folded code: N is night."""
    overwrite: bool = False


def listed(
    row: ListRow, reading: ColumnReading, today: date = date.max
) -> tuple[Listed | None, tuple[Problem, ...]]:
    """The person a row speaks of; None, with the reason, when it speaks of nobody.

    ``today``: the committee's; a talk after it has not been.
    """
    found, problems = _cells(row, reading)
    if Field.KIND in found and folded(found[Field.KIND]) in NOT_A_PERSON:
        return None, (Problem(Trouble.NO_PERSON, (found[Field.KIND],)),)
    written = _written(found)
    plain = Field.PREFERRED not in found and names.is_plain(written)
    name = written if plain else _name(found)
    if not plain and names.is_a_total(written):
        return None, (Problem(Trouble.TOTAL, (written,)),)
    wrong = Problem(Trouble.SURPLUS) if row.surplus else _wrong_name(name, plain=plain)
    if wrong is not None:
        unsaid = wrong.trouble is Trouble.NO_NAME and problems
        return None, tuple(problems) if unsaid else (wrong,)
    if not plain:
        problems += _asked(found, written)
    for what in _LABELS:
        if what in found and len(found[what]) > LONGEST_LABEL:
            problems.append(Problem(Trouble.LONG, (what.value,)))
            del found[what]
    email = _email(found.get(Field.EMAIL), problems)
    person = Listed(
        line=row.line,
        name=name,
        key=full_key(name),
        external_id=_number(found.get(Field.ID), problems),
        email=email,
        area=found.get(Field.AREA),
        shift=found.get(Field.SHIFT),
        hired=_day(found, reading, Field.HIRED, problems),
        past=_past(found, reading, problems, today),
        reach=_reach(found, email, problems),
    )
    return person, tuple(problems)


def _cells(row: ListRow, reading: ColumnReading) -> tuple[dict[Field, str], list[Problem]]:
    found: dict[Field, str] = {}
    problems: list[Problem] = []
    coded = reading.values
    for column, what in reading.columns.items():
        cell = row.cells[column]
        if what is Field.RATING and past.is_signs(cell):
            found[what] = cell.strip()
            continue
        try:
            said = cells.value(cell, nothing=_WRITTEN.get(what, cells.NOTHING))
        except Formula:
            problems.append(Problem(Trouble.FORMULA, (what.value,)))
            continue
        if said is not None:
            codes = coded.get(what) if coded and what is not Field.RATING else None
            found[what] = codes.get(folded(said), said) if codes else said
    return found, problems


# -- names -------------------------------------------------------------------------------------

_FAMILY = (Field.INFIX, Field.LAST, Field.SECOND)
_IN_PARTS = frozenset({Field.FIRST, *_FAMILY})


def _name(found: Mapping[Field, str]) -> str:
    """The name as it is said, from however many columns."""
    preferred = found.get(Field.PREFERRED, "")
    first = preferred or found.get(Field.FIRST, "")
    family = " ".join(found[part] for part in _FAMILY if part in found)
    if " " in preferred and (not family or folded(family) in folded(preferred)):
        return names.as_said(preferred)
    if Field.FIRST not in found and Field.LAST not in found and Field.NAME in found:
        return names.as_said(found[Field.NAME])
    return names.joined(first, family)


def _written(found: Mapping[Field, str]) -> str:
    """The name as it stands there."""
    if _IN_PARTS.isdisjoint(found):
        return found.get(Field.NAME, "")
    parts = [found[part] for part in (Field.FIRST, *_FAMILY) if part in found]
    return " ".join(parts)


def _asked(found: Mapping[Field, str], written: str) -> list[Problem]:
    """What only a person can say about a name."""
    if names.is_a_couple(written):
        return [Problem(Trouble.COUPLE, (written,))]
    parts = [found[part] for part in (Field.FIRST, Field.LAST) if part in found]
    nothing = names.perhaps_nothing(parts or [found.get(Field.NAME, "")])
    return [] if nothing is None else [Problem(Trouble.NOTHING, (nothing,))]


def _wrong_name(name: str, *, plain: bool) -> Problem | None:
    if not name:
        return Problem(Trouble.NO_NAME)
    if len(name) > LONGEST_NAME:
        return Problem(Trouble.LONG, (Field.NAME.value,))
    if plain:
        return None
    if not any(char.isalpha() for char in name) or looks_like_a_handle(name) or not folded(name):
        return Problem(Trouble.ODD_NAME, (name,))
    return None


# -- the rest ----------------------------------------------------------------------------------


def _number(said: str | None, problems: list[Problem]) -> str | None:
    if said is None:
        return None
    try:
        return cells.external_id(said)
    except Damaged:
        problems.append(Problem(Trouble.DAMAGED, (said,)))
        return None


def _email(said: str | None, problems: list[Problem]) -> str | None:
    """The first address in a cell: programs put several into one."""
    if said is None or folded(said) in _NO_ADDRESS:
        return None
    for part in _BETWEEN_EMAILS.split(said.casefold()):
        bare = part.removeprefix("mailto:").strip("\"'.")
        if _EMAIL.fullmatch(bare) and len(bare) <= 254:
            return bare
    problems.append(Problem(Trouble.ODD_EMAIL))
    return None


def _reach(
    found: Mapping[Field, str], email: str | None, problems: list[Problem]
) -> dict[DetailField, str]:
    """How somebody is reached, as far as a cell holds what its column is said to hold."""
    reach: dict[DetailField, str] = {}
    if email is not None and is_one(DetailField.EMAIL, email):
        reach[DetailField.EMAIL] = email
    if (said := found.get(Field.PHONE)) is not None:
        number, whole = phone(said)
        if number is None:
            problems.append(Problem(Trouble.ODD_PHONE, (said,)))
        else:
            reach[DetailField.PHONE] = number
            problems += [] if whole else [Problem(Trouble.MORE_PHONES, (said,))]
    if (said := found.get(Field.LANGUAGE)) is not None:
        if is_one(DetailField.LANGUAGE, said):
            reach[DetailField.LANGUAGE] = said
        else:
            problems.append(Problem(Trouble.ODD_LANGUAGE, (said,)))
    return reach


_PAST = frozenset({Field.TALKED, Field.RATING, Field.LEADER})


def _past(
    found: Mapping[Field, str], reading: ColumnReading, problems: list[Problem], today: date
) -> Past:
    """The rating, the last talk and whether they lead, as far as the list says so clearly."""
    if _PAST.isdisjoint(found):
        return NO_PAST
    talked = _day(found, reading, Field.TALKED, problems)
    if talked is not None and talked > today:
        # A plan, and no talk.
        problems.append(Problem(Trouble.TO_COME, (found[Field.TALKED],)))
        talked = None
    rating = None
    if Field.RATING in found:
        scale = reading.values.get(Field.RATING, {})
        meaning = scale.get(past.code_key(found[Field.RATING]))
        if meaning is None:
            problems.append(Problem(Trouble.ODD_RATING, (found[Field.RATING],)))
        else:
            rating = past.rating_of(meaning)
    leads = past.said_leader(found.get(Field.LEADER, "no"))
    if leads is None:
        problems.append(Problem(Trouble.ODD_LEADER, (found[Field.LEADER],)))
    return Past(rating, talked, bool(leads))


def _order(reading: ColumnReading, what: Field) -> Order | None:
    column = next((c for c, field in reading.columns.items() if field is what), None)
    return None if column is None else reading.orders.get(column)


def _day(
    found: Mapping[Field, str], reading: ColumnReading, what: Field, problems: list[Problem]
) -> date | None:
    said = found.get(what)
    if said is None:
        return None
    try:
        return cells.day(said, _order(reading, what))
    except TwoWays:
        problems.append(Problem(Trouble.TWO_WAYS, (said,)))
    except NoDayInCell:
        problems.append(Problem(Trouble.NO_DAY, (said,)))
    return None

"""Guessing which column of a list holds what, by its head and by its cells. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence

from commands.imports.read.heads import (
    NAMES,
    Field,
    field_of,
    head_key,
    is_vague,
    of_a_form,
    of_contacts,
    offered,
)
from storage.names.folding import folded

__all__ = ["NAMES", "NOT_A_PERSON", "Field", "field_of", "guess", "head_key", "offered"]


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


A_COUNT = 5
"""Rows from which numbers that go up by one from 1 are a count of the rows and nobody's number."""
NOT_A_PERSON = _listed(
    "organization organisation household company business institution foundation firma haushalt "
    "organizacion empresa hogar entreprise foyer menage organizzazione azienda organizacao "
    "organisatie huishouden bedrijf foretag hushall group left excluded"
)
"""Kinds of contacts that programs keep beside people, and who is out of the unit, folded."""
_A_PERSON = _listed(
    "individual person individuo persona personne individu persoon einzelperson pessoa employed"
)
Rows = Sequence[Sequence[str]]


def guess(heads: Sequence[str], cells: Rows) -> dict[int, Field]:
    """Guess the field of each column: by its head, and where heads say nothing by its cells."""
    found: dict[int, Field] = {}
    for column in _clearest_first(heads):
        field = field_of(heads[column])
        filled = [row[column] for row in cells if row[column]]
        if field is None or not filled:
            continue
        field = _by_what_stands_there(field, filled)
        if _is_nobodys(field, heads, column, cells):
            continue
        if field not in found.values() and _may_be(field, filled):
            found[column] = field
    found = _with_halves(found, cells)
    for field, looks in ((Field.EMAIL, _looks_like_email), (Field.NAME, _looks_like_name)):
        if field in found.values() or (field is Field.NAME and NAMES & set(found.values())):
            continue
        column_ = _by_looks(looks, found, heads, cells, distinct=field is Field.NAME)
        if column_ is not None:
            found[column_] = field
    return dict(sorted(found.items()))


def _is_nobodys(field: Field, heads: Sequence[str], column: int, cells: Rows) -> bool:
    """Whether a number or a day belongs to an answer, a record or a line rather than to somebody."""
    if field is Field.ID and of_a_form(heads[column]):
        return True
    if field is Field.ID and is_vague(heads[column]):
        programs = any(of_a_form(head) or of_contacts(head) for head in heads)
        return programs or _counts_rows([row[column] for row in cells])
    return (
        field is Field.HIRED and "start" in head_key(heads[column]) and any(map(of_a_form, heads))
    )


def _clearest_first(heads: Sequence[str]) -> list[int]:
    """Columns from left to right, those whose words may mean something else at the end."""
    return sorted(range(len(heads)), key=lambda column: is_vague(heads[column]))


def _by_what_stands_there(field: Field, filled: Sequence[str]) -> Field:
    """Tell numbers from names: "Employee" heads either."""
    numbers = sum(any(map(str.isdigit, cell)) for cell in filled)
    if field is Field.ID and not numbers and sum(map(_looks_like_name, filled)) * 2 > len(filled):
        return Field.NAME
    if field is Field.NAME and sum(map(_is_number, filled)) * 2 > len(filled):
        return Field.ID
    return field


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[A-Za-z]{0,3}[\s.-]?\d[\d.,-]*", cell) is not None


def _may_be(field: Field, filled: Sequence[str]) -> bool:
    """Whether what stands in a column contradicts its head."""
    if field is Field.EMAIL:
        return any("@" in cell for cell in filled)
    if field is Field.ID:
        # What directories give their entries is nobody's number.
        return not all(map(_LONG_CODE.fullmatch, filled))
    if field is Field.KIND:
        return any(folded(cell) in NOT_A_PERSON | _A_PERSON for cell in filled)
    return True


_LONG_CODE = re.compile(r"\{?[0-9A-Fa-f-]{24,}\}?")


def _counts_rows(column: Sequence[str]) -> bool:
    """Whether a column numbers the lines of a list: 1, 2, 3, ..."""
    filled = [cell.rstrip(".") for cell in column if cell]
    return len(column) >= A_COUNT and filled == [str(n) for n in range(1, len(filled) + 1)]


# -- names in several columns ------------------------------------------------------------------


def _with_halves(found: Mapping[int, Field], cells: Rows) -> dict[int, Field]:
    """What a column headed "Name" is, beside others with a part of the name."""
    columns = {field: column for column, field in found.items()}
    if not NAMES & set(columns) and Field.PREFERRED in columns:
        columns[Field.NAME] = columns.pop(Field.PREFERRED)
    halves = {Field.FIRST, Field.LAST} & set(columns)
    if Field.NAME in columns and not halves and _stands_for_first(columns, cells):
        columns[Field.LAST] = columns.pop(Field.NAME)
    elif Field.NAME in columns and len(halves) == 1:
        [half] = halves
        name, part = columns[Field.NAME], columns[half]
        if _holds(name, part, cells):
            del columns[half]
        else:
            # The usual German list: the last name under "Name", beside "Vorname".
            other = Field.FIRST if half is Field.LAST else Field.LAST
            columns[other] = columns.pop(Field.NAME)
    elif Field.NAME in columns and halves and not _needed(columns, cells):
        # First and last name as somebody entered them, rather than what a program makes of them.
        del columns[Field.NAME]
    return {column: field for field, column in columns.items()}


def _stands_for_first(columns: Mapping[Field, int], cells: Rows) -> bool:
    """Whether the only first name is the one people go by, and "Name" holds the other half."""
    first = columns.get(Field.PREFERRED)
    if first is None or any(" " in row[first] for row in cells):
        return False
    return not _holds(columns[Field.NAME], first, cells)


def _holds(name: int, part: int, cells: Rows) -> bool:
    """Whether one column has the whole name, of which another has a part."""
    both = [
        (_beginnings(row[name]), _beginnings(row[part])) for row in cells if row[name] and row[part]
    ]
    whole = sum(not one.isdisjoint(other) for one, other in both)
    return whole * 2 > len(both)


def _beginnings(cell: str) -> set[str]:
    return {word[:3] for word in folded(cell).split()}


def _needed(columns: Mapping[Field, int], cells: Rows) -> bool:
    """Whether some lines have nothing but the whole name."""
    first, last, name = (columns[f] for f in (Field.FIRST, Field.LAST, Field.NAME))
    kind = columns.get(Field.KIND)
    people = [row for row in cells if kind is None or folded(row[kind]) not in NOT_A_PERSON]
    return any(row[name] and not row[first] and not row[last] for row in people)


# -- looks -------------------------------------------------------------------------------------

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_NAME = re.compile(r"[^\W\d_][^\d@=]*[\s,]+[^\W\d_][^\d@=]*")
MOSTLY, DIFFERENT = 0.8, 0.6
"""Of a column without a head: the share of cells that are filled, and that differ, to hold names."""


def _by_looks(
    looks: Callable[[str], bool],
    found: Mapping[int, Field],
    heads: Sequence[str],
    cells: Rows,
    *,
    distinct: bool,
) -> int | None:
    for column in range(len(heads)):
        filled = [row[column] for row in cells if row[column]]
        if column in found or not filled or not all(map(looks, filled)):
            continue
        few = len(filled) < MOSTLY * len(cells) or len(set(filled)) < DIFFERENT * len(filled)
        if not (distinct and few):
            return column
    return None


LONGEST_LOOK = 200
"""Letters of a name or an address; what is longer is neither, and trying takes the square of its length."""


def _looks_like_email(cell: str) -> bool:
    return len(cell) <= LONGEST_LOOK and _EMAIL.fullmatch(cell) is not None


def _looks_like_name(cell: str) -> bool:
    # "van den" fills a column of its own in Dutch lists.
    short = len(cell) <= LONGEST_LOOK and not cell.islower()
    return short and _NAME.fullmatch(cell) is not None

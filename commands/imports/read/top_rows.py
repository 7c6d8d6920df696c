"""Finding the row of heads among a list's first filled rows. Pure."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from commands.imports.read.fields import Field
from commands.imports.read.heads import field_of

HEAD_WITHIN = 20
"""Filled lines at the top among which the heads are looked for."""
LOOKED_AT = 200
"""Rows from which the separator and the columns' meaning are judged."""

Cells = tuple[str, ...]
FieldOf = Callable[[str], Field | None]


def heads_in(rows: Sequence[Cells]) -> tuple[int, Cells]:
    """How many rows are title and heads, and the heads. (0, ...): there are none.

    Heads may stand in two lines: "Employee | | Work |" above "Number | Name | Team | Shift", or
    words broken over both.
    """
    best: tuple[float, int, Cells] = (0.0, 0, ("",) * len(rows[0]))
    top = rows[:HEAD_WITHIN]
    has_data = [any(map(_is_datum, row)) for row in top]
    # Cells are read once however often they come up, and forgotten with the list: they may be names.
    of = cache(field_of)
    for at, row in enumerate(top):
        if has_data[at] or sum(1 for cell in row if cell) * 2 < len(row):
            continue
        above = None if at == 0 or has_data[at - 1] else rows[at - 1]
        for heads in _readings(row, above, of):
            known = {field for field in map(of, heads) if field is not None}
            score = len(known) - at * 0.01
            # One usual word is enough at the very top; further down it may be somebody's team.
            if len(known) >= min(2, len(heads), at + 1) and score > best[0]:
                best = (score, at + 1, heads)
    if best[1]:
        return best[1], best[2]
    return _unusual_heads(rows)


def _readings(own: Cells, above: Cells | None, of: FieldOf) -> Iterator[Cells]:
    """The heads a row may mean: alone, or together with the line above."""
    yield own
    if above is None:
        return
    # Broken words: "Employee" over "Number". Where the row has its own usual word, that counts.
    yield tuple(
        cell if of(cell) or not over else f"{over} {cell}".strip()
        for over, cell in zip(above, own, strict=True)
    )
    yield tuple(f"{o} {c}".strip() for o, c in zip(_carried(above), own, strict=True))


def _carried(cells: Sequence[str]) -> list[str]:
    """A merged cell's words over every column it spans."""
    carried, last = [], ""
    for cell in cells:
        last = cell or last
        carried.append(last)
    return carried


def _unusual_heads(rows: Sequence[Cells]) -> tuple[int, Cells]:
    """A first row that looks like heads although we know none of its words."""
    first, rest = rows[0], rows[1:LOOKED_AT]
    columns = range(len(first))
    differs = any(
        all(_is_datum(row[c]) for row in rest if row[c])
        and any(row[c] for row in rest)
        and not _is_datum(first[c])
        for c in columns
    )
    filled = [cell for cell in first if cell]
    if differs and len(set(filled)) == len(filled) and len(filled) * 2 >= len(first):
        return 1, first
    return 0, ("",) * len(first)


def _is_datum(cell: str) -> bool:
    """Digits or an address: no head has those."""
    return "@" in cell or sum(map(str.isdigit, cell)) * 2 >= max(len(cell), 1)


def letter(column: int) -> str:
    """The spreadsheet name of a column: A, B, ... Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

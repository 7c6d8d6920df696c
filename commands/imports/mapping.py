"""Reading what people say about columns: ``"Emp #"=id C=area Salary=none``. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import one_of
from commands.framework.reply import Code
from commands.framework.suggest import suggest
from commands.imports.read import past
from commands.imports.read.day_order import Order
from commands.imports.read.heads import Field, field_of, head_key, offered
from commands.imports.read.people import ColumnReading
from commands.imports.read.top_rows import letter
from storage.names import folded

NOTHING = frozenset({"none", "nothing", "drop", "no", "off", "-", "skip"})
_PAIR = re.compile(r"\s*(?P<left>[^=]+?)\s*=\s*(?P<right>\S+)")
_AS_HERE, _TURNED = {"same", "as here"}, {"turned", "reversed", "turned round"}
_NAMES = {Field.FIRST, Field.LAST, Field.PREFERRED, Field.INFIX, Field.SECOND}


def pairs(typed: str) -> list[tuple[str, str]]:
    """``A=b "C d"=e`` as pairs. Raises Refusal."""
    found, at = [], 0
    while typed[at:].strip():
        match = _PAIR.match(typed, at)
        if match is None:
            raise refuse(
                "“{words}” is not a pair. Write column=field, in quotes if the column has spaces.",
                words=cut(typed[at:]),
            )
        found.append((match["left"], match["right"]))
        at = match.end()
    return found


def remapped(columns: Mapping[int, Field], heads: Sequence[str], typed: str) -> dict[int, Field]:
    """The columns after what somebody said about some. Raises Refusal."""
    changed = dict(columns)
    for head, what in pairs(typed):
        column = _column(head, heads)
        if what.casefold() in NOTHING:
            changed.pop(column, None)
            continue
        wanted = _field(what)
        without = _NAMES if wanted is Field.NAME else {Field.NAME} if wanted in _NAMES else set()
        changed = {
            c: f for c, f in changed.items() if f is not wanted and f not in without and c != column
        }
        changed[column] = wanted
    return dict(sorted(changed.items()))


def _column(said: str, heads: Sequence[str]) -> int:
    exact = [c for c, head in enumerate(heads) if head_key(head) == head_key(said)]
    if len(exact) == 1:
        return exact[0]
    letters = {letter(c): c for c in range(len(heads))}
    if said.upper() in letters:
        return letters[said.upper()]
    if len(exact) > 1:
        raise refuse(
            "Several columns are called “{head}”. Say which by its letter: {letters}.",
            head=cut(said),
            letters=one_of([letter(c) for c in exact]),
        )
    close = suggest(said, heads)
    if close is not None:
        raise refuse(
            "There is no column “{head}”. Did you mean {close}?", head=cut(said), close=Code(close)
        )
    raise refuse(
        "There is no column “{head}”. You can also use the column's letter, A to {last}.",
        head=cut(said),
        last=letter(len(heads) - 1),
    )


def _field(said: str) -> Field:
    typed = next((f for f in Field if f.value == said.casefold()), None)
    found = typed or field_of(said) or offered(said)
    if found is None:
        raise no_such_field(said)
    return found


def no_such_field(said: str) -> Refusal:
    """Refuse a word that names no field, with the words that do."""
    return refuse(
        "A column can hold {fields}, or none; “{word}” is not one of these.",
        fields=one_of([f.value for f in Field]),
        word=cut(said),
    )


def to_json(reading: ColumnReading) -> dict[str, Any]:
    """The reading of columns as the JSON object it is kept as."""
    return {
        "columns": {str(c): f.value for c, f in reading.columns.items()},
        "orders": {str(c): o.value for c, o in reading.orders.items()},
        "values": {f.value: dict(v) for f, v in reading.values.items()},
        "overwrite": reading.overwrite,
    }


def from_json(kept: Mapping[str, Any]) -> ColumnReading:
    """Restore a reading of columns from the JSON object it was kept as."""
    return ColumnReading(
        columns={int(c): Field(f) for c, f in kept["columns"].items()},
        orders={int(c): Order(o) for c, o in kept["orders"].items()},
        values={Field(f): dict(v) for f, v in kept["values"].items()},
        overwrite=bool(kept["overwrite"]),
    )


def translated(reading: ColumnReading, what: Field, typed: str) -> dict[Field, Mapping[str, str]]:
    """The values after somebody said what codes of one field stand for. Raises Refusal."""
    if what is Field.RATING:
        said = _scale(typed)
    else:
        said = {folded(code): meaning.replace("_", " ") for code, meaning in pairs(typed)}
    return {**reading.values, what: {**reading.values.get(what, {}), **said}}


def _scale(typed: str) -> dict[str, str]:
    """What the words of a scale stand for: ``same``, ``turned``, or pairs like ``A=1 B=2``."""
    for words, scale in ((_AS_HERE, past.SAME), (_TURNED, past.TURNED)):
        if folded(typed) in words:
            return dict(scale)
    said = {past.code_key(code): meaning.casefold() for code, meaning in pairs(typed)}
    odd = next((meaning for meaning in said.values() if not past.is_meaning(meaning)), None)
    if odd is not None:
        raise refuse(
            "“{word}” is not a rating here. Write 1 to 5, or none.",
            word=cut(odd),
        )
    return said

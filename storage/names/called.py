"""Current names of a contact, from the append-only rows that count. Pure."""

from collections.abc import Sequence

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.names import folded


@dataclass(frozen=True, slots=True)
class CalledNames:
    """The names of one record: the shown one, and others it is found by."""

    shown: str
    others: tuple[str, ...]


def called(rows: Sequence[Row]) -> CalledNames:
    """Return names from the rows that count, oldest first: the last name, the last preferred one, aliases."""
    name, preferred = "", None
    aliases: dict[str, str] = {}
    for row in rows:
        if row["kind"] == "name":
            name = row["name"]
        elif row["ended"]:
            aliases.pop(folded(row["name"]), None)
            preferred = None if folded(preferred or "") == folded(row["name"]) else preferred
        elif row["kind"] == "preferred":
            preferred = row["name"]
        else:
            aliases[folded(row["name"])] = row["name"]
    shown = preferred or name
    others = dict.fromkeys((name, *aliases.values()))
    return CalledNames(shown, tuple(other for other in others if other != shown))

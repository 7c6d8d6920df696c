"""A reader of raw SQLite files, as an examiner reads them: also what the library no longer shows.

Pages, cells in the order in which they were put down, every state that a write-ahead log or a
deleted rollback journal still holds. Formats: https://www.sqlite.org/fileformat2.html
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HEADER: Final = b"SQLite format 3\0"
JOURNAL: Final = bytes.fromhex("d9d505f920a163d7")
LOGS: Final = frozenset({0x377F0682, 0x377F0683})
MOST_PAGES: Final = 100_000
FIRST_PAGE_OFFSET: Final = 100
TABLE_LEAF, INDEX_LEAF = 0x0D, 0x0A
TABLE_INTERIOR, INDEX_INTERIOR = 0x05, 0x02

Pages = Mapping[int, bytes]
Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class State:
    """Pages by number, as they were at one moment."""

    pages: Mapping[int, bytes]


class NotReadable(ValueError):
    """The bytes are no plain SQLite file, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A row, and where its bytes lie: within a page, later rows lie before earlier ones."""

    page: int
    offset: int
    values: tuple[Value, ...]


def state_of(database: bytes) -> State:
    """Return the pages of a database file. Raises NotReadable."""
    if not database.startswith(HEADER):
        raise NotReadable
    size = _page_size(database)
    numbers = enumerate(range(0, len(database), size), 1)
    return State({number: database[at : at + size] for number, at in numbers})


def states_in_log(database: bytes, log: bytes) -> Iterator[State]:
    """Yield every state ever committed to a write-ahead log, also those before its last restart."""
    if len(log) < 32 or int.from_bytes(log[:4]) not in LOGS:
        return
    size = int.from_bytes(log[8:12])
    # An empty file is what there is before the first checkpoint.
    pages = dict(state_of(database).pages) if database.startswith(HEADER) else {}
    rounds: dict[bytes, list[tuple[int, int, bytes]]] = {}
    for at in range(32, len(log) - size - 24 + 1, 24 + size):
        number, commits = struct.unpack_from(">II", log, at)
        if not 0 < number < MOST_PAGES:
            break
        salts = log[at + 8 : at + 16]
        rounds.setdefault(salts, []).append((number, commits, log[at + 24 : at + 24 + size]))
    for frames in rounds.values():
        now = dict(pages)
        for number, commits, content in frames:
            now[number] = content
            if commits:
                yield State(dict(now))


def states_in_journals(database: bytes, carved: bytes) -> Iterator[State]:
    """Yield the state before each transaction whose rollback journal lies anywhere in ``carved``."""
    at = carved.find(JOURNAL)
    while at >= 0:
        before = _before(database, carved, at)
        if before:
            yield before
        at = carved.find(JOURNAL, at + 1)


def logs_in(carved: bytes) -> Iterator[bytes]:
    """Yield write-ahead logs that begin on a sector anywhere in ``carved``."""
    for magic in LOGS:
        needle = magic.to_bytes(4)
        at = carved.find(needle)
        while at >= 0:
            if at % 512 == 0:
                yield carved[at:]
            at = carved.find(needle, at + 1)


def databases_in(carved: bytes, *, size: int = 4096) -> Iterator[bytes]:
    """Yield whole databases that begin on a sector anywhere in ``carved``."""
    at = carved.find(HEADER)
    while at >= 0:
        if at % 512 == 0 and len(carved) >= at + FIRST_PAGE_OFFSET:
            count = int.from_bytes(carved[at + 28 : at + 32])
            if 0 < count < 1000:
                yield carved[at : at + count * size]
        at = carved.find(HEADER, at + 1)


@lru_cache(maxsize=64)
def rows(state: State, table: str) -> tuple[Cell, ...]:
    """Return every row of a table in a state. Raises NotReadable."""
    pages = state.pages
    try:
        for cell in _walk(pages, 1):
            kind, name, _table, root, *_sql = cell.values
            if kind == "table" and name == table and isinstance(root, int):
                return tuple(_walk(pages, root))
    except (IndexError, KeyError, ValueError, struct.error) as broken:
        raise NotReadable from broken
    return ()


def in_order_of_writing(cells: Sequence[Cell]) -> list[Cell]:
    """Sort rows as they were inserted, as long as they are on one page."""
    return sorted(cells, key=lambda cell: (cell.page, -cell.offset))


# -- the format -------------------------------------------------------------------------------------


def _page_size(database: bytes) -> int:
    size = int.from_bytes(database[16:18])
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):
        raise NotReadable
    return size


def _before(database: bytes, carved: bytes, at: int) -> State | None:
    """The database with the pages of one journal put back."""
    if len(carved) < at + 28:
        return None
    count, _nonce, pages, sector, size = struct.unpack_from(">5I", carved, at + 8)
    if sector not in {512, 1024, 2048, 4096} or size not in {1 << n for n in range(9, 17)}:
        return None
    found = dict(state_of(database).pages)
    start = at + sector
    for _record in range(min(count, 1000)):
        number = int.from_bytes(carved[start : start + 4])
        content = carved[start + 4 : start + 4 + size]
        if not 0 < number <= max(pages, len(found)) or len(content) < size:
            break
        found[number] = content
        start += 8 + size
    return State(found)


def _walk(pages: Pages, number: int, depth: int = 0) -> Iterator[Cell]:
    page = pages[number]
    head = FIRST_PAGE_OFFSET if number == 1 else 0
    kind, _free, count = struct.unpack_from(">BHH", page, head)
    if kind not in {TABLE_LEAF, INDEX_LEAF, TABLE_INTERIOR, INDEX_INTERIOR} or depth > 20:
        raise NotReadable
    interior = kind in {TABLE_INTERIOR, INDEX_INTERIOR}
    pointers = struct.unpack_from(f">{count}H", page, head + (12 if interior else 8))
    for offset in pointers:
        start = offset
        if interior:
            yield from _walk(pages, int.from_bytes(page[start : start + 4]), depth + 1)
            start += 4
        if kind != TABLE_INTERIOR:
            payload = _payload(pages, page, start, in_table=kind == TABLE_LEAF)
            yield Cell(number, offset, tuple(_record(payload)))
    if interior:
        last = int.from_bytes(page[head + 8 : head + 12])
        yield from _walk(pages, last, depth + 1)


def _payload(pages: Pages, page: bytes, start: int, *, in_table: bool) -> bytes:
    """A cell's content, what spilled onto other pages included."""
    length, start = _varint(page, start)
    if in_table:
        _rowid, start = _varint(page, start)
    usable = len(page) - pages[1][20]
    most = usable - 35 if in_table else (usable - 12) * 64 // 255 - 23
    if length <= most:
        return page[start : start + length]
    least = (usable - 12) * 32 // 255 - 23
    here = least + (length - least) % (usable - 4)
    here = here if here <= most else least
    found = page[start : start + here]
    following = int.from_bytes(page[start + here : start + here + 4])
    while following and len(found) < length:
        spilled = pages[following]
        found += spilled[4:usable][: length - len(found)]
        following = int.from_bytes(spilled[:4])
    return found


def _record(payload: bytes) -> Iterator[Value]:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    for kind in kinds:
        size = _size(kind)
        content = payload[at : at + size]
        if len(content) < size:
            raise NotReadable
        yield _value(kind, content)
        at += size


def _size(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]


def _value(kind: int, content: bytes) -> Value:
    if kind == 0:
        return None
    if kind >= 12:
        return content.decode("utf-8", "replace") if kind % 2 else content
    if kind == 7:
        number: float = struct.unpack(">d", content)[0]
        return number
    return kind - 8 if kind in {8, 9} else int.from_bytes(content, signed=True)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = page[at + count]
        if count == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    raise NotReadable

"""What comes back from the process that reads files is believed only as far as it may be true."""

import asyncio
import json

import pytest

from bot.files import parser
from bot.files.parser_process import OVER
from commands.imports.gathering import Gathering
from commands.imports.read import pieces
from commands.imports.read.tables import NotAList, Unreadable


def told(lines: bytes) -> asyncio.StreamReader:
    """What a process that has told all this at once leaves to be read."""
    made = asyncio.StreamReader(limit=pieces.LONGEST_PIECE)
    made.feed_data(lines)
    made.feed_eof()
    return made


async def _staged(_sheets: list[tuple[int, int, str]]) -> None:
    return


async def hear(lines: bytes) -> tuple[bool, Gathering]:
    gathering = Gathering("$file")
    whole = await parser._hear(told(lines), gathering, _staged)
    return whole, gathering


async def test_few_pieces_are_taken() -> None:
    whole, _gathering = await hear(b"r[]\n" * 100 + OVER)
    assert whole


async def test_pieces_without_end_are_not_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is nothing and takes a place in memory."""
    monkeypatch.setattr(parser, "MOST_PIECES", 1_000)
    whole, gathering = await hear(b"r\n" * 50_000 + OVER)
    assert not whole
    assert len(gathering._rows) <= 1_000


async def test_others_have_their_turn_between_what_lies_ready() -> None:
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(another())
    await hear(b"r[]\n" * 500 + OVER)
    other.cancel()
    assert turns >= 500


def ended(**changed: object) -> bytes:
    told = {
        "encoding": "utf-8",
        "separator": ";",
        "heads": ["name"],
        "head_line": 1,
        "columns": {"0": "name"},
        "orders": {},
        "lines": 2,
        "title": "",
    }
    return b"e" + json.dumps(told | changed).encode() + b"\n"


def test_what_a_list_is_may_be_told() -> None:
    """The control."""
    found = pieces.from_line(ended())
    assert isinstance(found, pieces.Ended)
    assert found.lines == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"lines": 10**30},
        {"lines": -1},
        {"head_line": 10**30},
        {"lines": float("inf")},
        {"heads": ["a"] * 100_000},
        {"columns": {str(n): "name" for n in range(100_000)}},
        {"orders": {str(n): "day-first" for n in range(100_000)}},
        {"columns": {"999": "name"}},
        {"columns": {"-1": "name"}},
        {"heads": {"a": 1}},
        {"heads": 7},
    ],
)
def test_what_no_list_is_may_not(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any: it is caught as one)
        pieces.from_line(ended(**changed))


def test_deep_brackets_are_no_piece() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        pieces.from_line(b"e" + b"[" * 100_000 + b"\n")


def test_of_lines_only_as_many_are_taken_as_are_looked_at() -> None:
    many = pieces.Nothing(NotAList(Unreadable.ONE_COLUMN), ("a" * 600,) * 6_000)
    found = pieces.from_line(pieces.to_line(many))
    assert isinstance(found, pieces.Nothing)
    assert len(found.lines) == pieces.MOST_LINES
    assert max(map(len, found.lines)) == pieces.LONGEST_OF_THEM

"""Files of every kind there is: each is answered, in little memory, and what is honest is read."""

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.files import PART
from bot.files.parser import SURROUNDINGS
from commands.imports.gathering import pasted
from commands.imports.list_contents import ListContents
from commands.imports.read.pieces import SHEET
from commands.imports.read.tables import NotAList, Unreadable
from commands.imports.upload import AttachedFile
from tests.support import many_files as kinds
from tests.support.file_flood import MEMORY, flood
from tests.support.many_files import HONEST, KINDS, Kind, Size
from tests.support.reading import read, told

ROOT = Path(__file__).resolve().parents[2]
ASKING: tuple[tuple[Kind, Unreadable], ...] = (
    (kinds.short_cells, Unreadable.TOO_MANY),
    (kinds.commas, Unreadable.OPEN_QUOTE),
    (kinds.huge_cells, Unreadable.OPEN_QUOTE),
    (kinds.quote_without_end, Unreadable.OPEN_QUOTE),
    (kinds.ends_of_lines, Unreadable.EMPTY),
    (kinds.wide_letters, Unreadable.TOO_MANY),
    (kinds.far_corners, Unreadable.TOO_LARGE),
    (kinds.unpacks, Unreadable.TOO_LARGE),
    (kinds.many_parts, Unreadable.TOO_LARGE),
)
"""And what they are refused as: noticed while reading, not by running out of memory, where it can be."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_every_kind_is_answered(kind: Kind) -> None:
    name, content = kind(random.Random(7), Size.SMALL)
    found = read(content, name).found
    assert isinstance(found, ListContents | NotAList)
    if kind in KINDS[:HONEST]:
        assert isinstance(found, ListContents), found


@pytest.mark.parametrize(("kind", "why"), ASKING, ids=lambda each: getattr(each, "__name__", ""))
def test_what_asks_for_too_much_is_refused_while_it_is_read(kind: Kind, why: Unreadable) -> None:
    """Within 160 MB for everything: short cells alone took over a gigabyte."""
    name, content = kind(random.Random(7), Size.LARGE)
    found = read(content, name).found
    assert isinstance(found, NotAList)
    assert found.why is why


async def test_a_list_of_190_000_people_is_read_and_never_held() -> None:
    """The control: as large as the largest of those, and honest."""
    name, content = kinds.comma(random.Random(7), Size.LARGE)
    gathering, staged = await told(content)
    found = AttachedFile.of(name, gathering).found
    assert isinstance(found, ListContents)
    assert (found.lines, found.sheets, len(staged)) == (190_000, (), 190_000 // SHEET)


def test_each_kind_is_large_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an earlier rule only the first and the last kind ever were, in all of 10,000."""

    def noting(number: int) -> Kind:
        def kind(_random: random.Random, size: Size) -> kinds.Made:
            return str(number), bytes([size])

        return kind

    monkeypatch.setattr(kinds, "KINDS", [noting(number) for number in range(len(KINDS))])
    scale = PART.full
    made = kinds.files(scale.files, 1, scale.large_every)
    large = Counter(name for _kind, (name, content) in made if content == bytes([Size.LARGE]))
    assert len(large) == len(KINDS)
    assert min(large.values()) >= 4


def test_an_honest_pasted_list_is_read() -> None:
    text = "Emp #,Name,Team,Shift,Email\n" + "\n".join(
        f"{n},Sam{n} Okafor,Payments,day,sam{n}@example.org" for n in range(300)
    )
    found = pasted(text)
    assert isinstance(found, ListContents)
    assert found.lines == 300


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n" * 2_001,
        ",".join("x" * 150) + "\n" + ("1," * 150 + "\n") * 200,
        "Name,A\nx,y\n" * 9_999,
    ],
)
def test_more_than_a_message_may_hold_is_to_be_a_file(text: str) -> None:
    found = pasted(text)
    assert isinstance(found, NotAList)
    assert found.why is Unreadable.TOO_LONG


def test_the_reading_process_loads_little() -> None:
    """What it loads takes longer than reading most files, and stays in memory beside the bot."""
    loads = "import sys, bot.files.parser_process, commands.imports.read.files; print(*sys.modules)"
    said = subprocess.run(  # noqa: S603 (our own)
        [sys.executable, "-s", "-P", "-c", loads],
        env=SURROUNDINGS,
        cwd="/",
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert "commands.imports.read.heads" in said
    assert {"nicknames", "email.message", "asyncio", "sqlcipher3"}.isdisjoint(said)


def test_only_the_process_for_it_reads_what_people_send() -> None:
    """Whoever reads a file in the bot itself lets its sender decide how much memory that takes."""
    readers = ("Upload.read(", "files import pieces", "import files\n")
    found = {
        path.relative_to(ROOT).as_posix()
        for floor in ("bot", "commands", "storage")
        for path in (ROOT / floor).rglob("*.py")
        if any(each in path.read_text() for each in readers)
    }
    # The second one only offers it, for lists that we wrote ourselves.
    assert found == {"bot/files/parser_process.py", "commands/imports/upload.py"}


@pytest.mark.timeout(600)
async def test_a_flood_of_them_takes_little_memory_and_ends_nothing() -> None:
    """Each kind once, in the memory of a small container; thousands: ``make files``."""
    found = await flood(len(KINDS), large_every=len(KINDS))
    assert (found.files, found.restarts, found.unanswered) == (len(KINDS), 0, 0)
    assert (found.killed, found.wrongly_refused) == (0, 0)
    assert found.lists >= HONEST
    assert (found.peak or found.resident) <= MEMORY

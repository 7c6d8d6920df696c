"""One ballot too few, and no number of ballots is anywhere: not in words, files or logs.

The attacker compares everything that comes out of polls that differ in how many voted.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.polls.box import BoxState
from commands.polls.count import results
from tests.forensics.test_ballots_search import places
from tests.support.ballot_layouts import OPTIONS, people
from tests.support.ballot_product import Sealed
from tests.support.ballot_table import Note

ROSTER = people(12)
FLOOR = 5
OURS = {"bot", "commands", "storage"}
ROW = "how many voted, below the floor"


@dataclass(frozen=True)
class Ending:
    """All that an ended poll shows, to members and to whoever takes the files."""

    said: str
    in_box: str
    """What the opened box itself says between counting and announcing."""
    sizes: dict[str, int]
    logged: str
    pages: int
    """Pages written since it was counted."""


async def ended(directory: Path, memory: Path, ballots: int, log: list[str]) -> Ending:
    """A poll in which so many vote."""
    directory.mkdir()
    log.clear()
    layout = await Sealed.at(directory, memory, encrypted=False)
    await layout.open(ROSTER, OPTIONS, k=FLOOR)
    for at, person in enumerate(ROSTER):
        # As many writes in each, as the heartbeat makes it.
        if at < ballots:
            await layout.vote(person, at % len(OPTIONS))
        else:
            await layout.heartbeat()
    poll = layout.which.poll
    before = layout.snapshot()
    result = await layout.count()
    state = await layout.register.state(layout.which)
    assert all(slot is None for slot in state.slots)
    after = layout.snapshot()
    await layout.destroy()
    files = {name: len(content) for name, content in places({"end": layout.snapshot()}).items()}
    await layout.leave()
    grown = len(after["ballots.db-wal"].content) - len(before["ballots.db-wal"].content)
    return Ending(repr(results.result(poll, result)), of_box(state), files, "\n".join(log), grown)


def of_box(state: BoxState) -> str:
    return f"{state.totals} {state.seq}"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every line that is logged, at the most talkative."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.split(".")[0] in OURS:
                lines.append(f"{record.name} {record.levelname} {record.getMessage()}")

    root = logging.getLogger()
    handler = Lines(logging.DEBUG)
    root.addHandler(handler)
    monkeypatch.setattr(root, "level", logging.DEBUG)
    yield lines
    root.removeHandler(handler)


async def test_below_the_floor_every_number_of_ballots_looks_alike(
    tmp_path: Path, in_memory: Path, log: list[str], note: Note
) -> None:
    endings = [
        await ended(tmp_path / str(number), in_memory / "keys", number, log)
        for number in range(FLOOR)
    ]
    first, *others = endings
    note(ROW, "product", f"{len(set(map(repr, endings)))} kind of ending")
    assert others == [first] * len(others)
    assert set(re.findall(r"\d+", first.said.replace("K7QX", ""))) <= {str(FLOOR)}


async def test_control_from_the_floor_on_each_number_has_its_own_ending(
    tmp_path: Path, in_memory: Path, log: list[str], note: Note
) -> None:
    enough = range(FLOOR, len(ROSTER) + 1)
    endings = [
        await ended(tmp_path / str(number), in_memory / "keys", number, log) for number in enough
    ]
    note(ROW, "control", f"{len({e.said for e in endings})} of {len(enough)}, with enough")
    assert len({ending.said for ending in endings}) == len(enough)
    assert len({ending.in_box for ending in endings}) == len(enough)


async def test_nobody_learns_more_before_the_end_however_many_voted(
    tmp_path: Path, in_memory: Path
) -> None:
    """What the register tells commands about an open poll is the same with no vote and with all."""
    seen = set()
    for number in (0, len(ROSTER)):
        directory = tmp_path / str(number)
        directory.mkdir()
        layout = await Sealed.at(directory, in_memory / "keys", encrypted=False)
        await layout.open(ROSTER, OPTIONS, k=FLOOR)
        for person in ROSTER[:number]:
            await layout.vote(person, 0)
        shown = layout.which
        told = (shown.poll, shown.roster, shown.phase, shown.room, sorted(shown.places.items()))
        seen.add(repr(told))
        await layout.close()
    assert len(seen) == 1

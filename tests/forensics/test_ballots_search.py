"""During a poll and after it, no file and no disk has a name, a word or a key of it.

Once with SQLCipher around the box, as installed, and once without: the box alone is enough.
"""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from storage.polls import sealed
from tests.forensics.search import Canary, Hit, kinds, search
from tests.support import ballot_product
from tests.support.ballot_disk import Disk, NoDisk, inflated
from tests.support.ballot_layouts import (
    OPTIONS,
    QUESTION,
    ROOM,
    Detached,
    DetachedWal,
    Flagged,
    Layout,
    Snapshot,
    people,
)
from tests.support.ballot_links import Evidence, Knowledge, link
from tests.support.ballot_product import Sealed
from tests.support.ballot_table import Column, Note

ROSTER = people(24)
LONG_WORD = 7
FILES_ROW = "files searched, while open and after (hits)"
DISK_ROW = "raw disk searched after a poll (hits)"
LINK_ROW = "who chose what, from the raw disk"

columns = pytest.mark.parametrize("column", ["box alone", "product"])


def of_poll() -> list[Canary]:
    """What was asked, of whom, in every piece that tells something."""
    found = [Canary("question", QUESTION)]
    found += [Canary("question", word) for word in QUESTION.split() if len(word) > LONG_WORD]
    found += [Canary("option", option) for option in OPTIONS]
    for person in ROSTER:
        found += [Canary("voter", person), Canary("voter", person[1:].partition(":")[0])]
    return found


async def of_box(layout: Sealed, column: Column) -> list[Canary]:
    """The same, and the keys; the row says which room it belongs to, under SQLCipher only."""
    keys = [
        Canary("half key", layout.which.half),
        Canary("key", await layout.derived()),
        Canary("answer ids", layout.which.secret),
    ]
    return [*of_poll(), *keys, *([Canary("room", ROOM)] if column == "product" else [])]


async def full_poll(layout: Layout) -> dict[str, Snapshot]:
    """Everybody votes, some a second time, with heartbeats between; copies on the way."""
    chance = random.Random("search")
    await layout.open(ROSTER, OPTIONS)
    copies = {"opened": layout.snapshot()}
    again = chance.sample(ROSTER, 8) if layout.changeable else []
    for person in [*chance.sample(ROSTER, len(ROSTER)), *again]:
        await layout.vote(person, chance.randrange(len(OPTIONS)))
        if chance.random() < 1 / 4:
            await layout.heartbeat()
    copies["voted"] = layout.snapshot()
    return copies


def places(copies: Mapping[str, Snapshot]) -> dict[str, bytes]:
    files = {
        f"{moment}: {name}": state.content
        for moment, copy in copies.items()
        for name, state in copy.items()
    }
    return {**files, **unpacked(files)}


def unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        f"{name}, unpacked {at}": found
        for name, content in files.items()
        for at, found in enumerate(inflated(content))
    }


async def read(layout: Sealed) -> dict[str, bytes]:
    """The box as SQLite reads it: in the file, one that is larger than a page lies in parts."""
    (box,) = await layout.register.ballots.boxes()
    return unpacked({"read": box.sealed})


def count(hits: list[Hit]) -> str:
    return str(len(hits))


# -- files --------------------------------------------------------------------------------------


@columns
async def test_no_file_has_anything_of_a_poll(
    column: Column, tmp_path: Path, in_memory: Path, note: Note
) -> None:
    layout = await Sealed.at(tmp_path, in_memory, encrypted=column == "product")
    copies = await full_poll(layout)
    wanted = await of_box(layout, column)
    box = await read(layout)
    await layout.count()
    copies["counted"] = layout.snapshot()
    await layout.destroy()
    copies["destroyed"] = layout.snapshot()
    await layout.leave()
    copies["left"] = layout.snapshot()
    assert len(copies["voted"]["ballots.db-wal"].content) > sealed.SMALLEST
    hits = search(wanted, places(copies) | box)
    note(FILES_ROW, column, count(hits))
    assert hits == []
    assert list(in_memory.iterdir()) == []


@columns
async def test_nothing_is_left_of_the_box_itself(
    column: Column, tmp_path: Path, in_memory: Path
) -> None:
    """Neither a sealed state nor the half of a key that lay beside it is in a file afterwards."""
    layout = await Sealed.at(tmp_path, in_memory, encrypted=column == "product")
    await full_poll(layout)
    (box,) = await layout.register.ballots.boxes()
    await layout.destroy()
    parts = [Canary("half in the file", box.in_file), Canary("sealed", box.sealed[:64])]
    assert search(parts, places({"destroyed": layout.snapshot()})) == []
    await layout.leave()


@pytest.mark.parametrize("layout", [Detached, DetachedWal, Flagged])
async def test_control_tables_have_all_of_it(
    layout: type[Detached], tmp_path: Path, note: Note
) -> None:
    copies = await full_poll(layout(tmp_path))
    hits = search(of_poll(), places(copies))
    note(FILES_ROW, "control", count(hits))
    assert {hit.canary.secret for hit in hits} == {canary.secret for canary in of_poll()}


async def test_control_a_box_that_is_not_sealed_has_all_of_it(
    tmp_path: Path, in_memory: Path, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    monkeypatch.setattr(sealed, "seal", ballot_product.not_sealed)
    monkeypatch.setattr(sealed, "unseal", ballot_product.not_unsealed)
    layout = await Sealed.at(tmp_path, in_memory, encrypted=False)
    copies = await full_poll(layout)
    box = await read(layout)
    await layout.leave()
    hits = search(of_poll(), places(copies) | box)
    note(FILES_ROW, "faulty box", count(hits))
    assert {hit.canary.secret for hit in hits} == {canary.secret for canary in of_poll()}


# -- the disk under them ------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    try:
        with Disk(tmp_path) as made:
            yield made
    except NoDisk as why:
        pytest.skip(f"no disk to look at: {why}")


@columns
async def test_the_raw_disk_has_nothing_of_a_poll_that_is_over(
    column: Column, disk: Disk, in_memory: Path, note: Note
) -> None:
    layout = await Sealed.at(disk.path, in_memory, encrypted=column == "product")
    await full_poll(layout)
    wanted = await of_box(layout, column)
    await layout.close()
    raw = {"disk": disk.raw()}
    hits = search(wanted, {**raw, **unpacked(raw)})
    note(DISK_ROW, column, count(hits))
    assert hits == []


@columns
async def test_the_raw_disk_links_nobody(
    column: Column, disk: Disk, in_memory: Path, note: Note
) -> None:
    layout = await Sealed.at(disk.path, in_memory, encrypted=column == "product")
    links = await linked_from_disk(layout, disk, ballot_product.knowledge(ROSTER))
    note(LINK_ROW, column, f"{len(links)} of {len(ROSTER)} linked")
    assert links == {}


@pytest.mark.parametrize("layout", [Flagged, DetachedWal])
async def test_control_the_raw_disk_has_what_was_deleted(
    layout: type[Detached], disk: Disk, note: Note
) -> None:
    tables = layout(disk.path)
    tables.on_disk = True
    await full_poll(tables)
    await tables.close()
    after = places({"closed": tables.snapshot()})
    raw = disk.raw()
    assert search(of_poll(), after) == [], "the files themselves are clean by then"
    hits = search(of_poll(), {"disk": raw})
    note(DISK_ROW, "control", count(hits))
    assert kinds(hits) >= {"voter", "option"}


async def test_control_tables_are_linked_from_the_raw_disk(disk: Disk, note: Note) -> None:
    tables = Flagged(disk.path)
    tables.on_disk = True
    links = await linked_from_disk(tables, disk, Knowledge(ROSTER, OPTIONS))
    note(LINK_ROW, "control", f"{len(links)} of {len(ROSTER)} linked")
    assert len(links) == len(ROSTER)


async def linked_from_disk(layout: Layout, disk: Disk, knowledge: Knowledge) -> Mapping[str, int]:
    """Whom the attacker says something about after a poll, from the disk alone; all of it right."""
    chance = random.Random("disk")
    truth = {person: chance.randrange(len(OPTIONS)) for person in ROSTER}
    await layout.open(ROSTER, OPTIONS)
    for person in chance.sample(ROSTER, len(ROSTER)):
        await layout.vote(person, truth[person])
    await layout.close()
    closed = layout.snapshot()
    links = link(Evidence([closed], [disk.raw()]), knowledge)
    assert all(truth[person] == choice for person, choice in links.items())
    return links

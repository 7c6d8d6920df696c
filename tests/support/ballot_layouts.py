"""Layouts of a poll's ballots in files, for trying the attackers of the sealed box.

The controls are what is usually built: voters in one table, ballots in another, no id in common,
nothing that could be joined. Whoever cannot link these has no business testing the box.
"""

import os
import random
import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 -- tmpfs on every Linux; directories are made private
QUESTION: Final = "Walk out over the Quicksilver roster?"
ROOM: Final = "!TurnstileBramble:example.org"
OPTIONS: Final = ("Marmalade", "Periwinkle", "Galvanize", "Tamarind")
BASE_TIME: Final = 1_795_000_000

Choice = int


def people(number: int) -> tuple[str, ...]:
    """A roster, in the order in which the room lists it."""
    names = ("quill", "thistle", "vesper", "lark", "ember", "sorrel", "juniper", "heron")
    return tuple(
        f"@{names[at % len(names)]}-{at:03}-zephyr:example.org" for at in range(1, number + 1)
    )


@dataclass(frozen=True, slots=True)
class FileState:
    """Content and times of one file at one moment."""

    content: bytes
    changed_ns: int


Snapshot = Mapping[str, FileState]
"""The whole directory at one moment, files by name."""


class Layout(ABC):
    """One poll, kept in one directory."""

    changeable = False
    """Whether somebody may vote again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.recovered: list[bytes] = []
        """What a recovery of deleted files would bring back, in no particular order."""
        self.on_disk = False
        """Whether there is a real disk to recover them from."""

    @property
    def name(self) -> str:
        """The layout's name in tables."""
        return type(self).__name__

    @abstractmethod
    async def open(self, roster: Sequence[str], options: Sequence[str]) -> None:
        """Begin a poll."""

    @abstractmethod
    async def vote(self, person: str, choice: Choice) -> None: ...

    @abstractmethod
    async def heartbeat(self) -> None:
        """Write what the product writes from time to time, so that a write does not mean a vote."""

    @abstractmethod
    async def close(self) -> list[int]:
        """End the poll as announced: count, publish, destroy. Returns the counts by option."""

    @abstractmethod
    async def leave(self) -> None:
        """End the program in order; the poll goes on."""

    def snapshot(self) -> Snapshot:
        """Copy every file with its times, as a backup does."""
        taken = {}
        for path in sorted(self.directory.rglob("*")):
            with suppress(FileNotFoundError):
                if path.is_file():
                    taken[path.name] = FileState(path.read_bytes(), path.stat().st_mtime_ns)
        return taken


class Detached(Layout):
    """The control: who voted, and what was voted, apart from each other.

    Random ids, rows without numbers, times to the hour, deleted content zeroed: as careful as
    tables get.
    """

    journal: str = "DELETE"
    synchronous: str = "FULL"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._path = directory / "ballots.db"
        self._database = sqlite3.connect(self._path, isolation_level=None)
        for pragma in (
            f"journal_mode={self.journal}",
            f"synchronous={self.synchronous}",
            "secure_delete=ON",
            "temp_store=MEMORY",
        ):
            self._database.execute(f"PRAGMA {pragma}")
        self._links = 0

    async def open(self, roster: Sequence[str], options: Sequence[str]) -> None:
        self._database.executescript(
            "CREATE TABLE poll(room TEXT, question TEXT, options TEXT, seen INTEGER);"
            "CREATE TABLE voters(who TEXT PRIMARY KEY, voted INTEGER) WITHOUT ROWID;"
            "CREATE TABLE ballots(id BLOB PRIMARY KEY, choice INTEGER) WITHOUT ROWID;"
        )
        self._database.execute(
            "INSERT INTO poll VALUES (?, ?, ?, 0)", (ROOM, QUESTION, "\n".join(options))
        )
        self._options = len(options)

    async def vote(self, person: str, choice: Choice) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._mark(person)
        self._database.execute(
            "INSERT INTO ballots VALUES (?, ?)", (secrets.token_bytes(16), choice)
        )
        self._commit()

    def _mark(self, person: str) -> None:
        hour = BASE_TIME // 3600
        self._database.execute("INSERT INTO voters VALUES (?, ?)", (person, hour))

    def _commit(self) -> None:
        """Keep a second name for the journal, as the disk keeps its blocks when it is deleted."""
        self._links += 1
        kept = self._path.with_name(f"recovered-{self._links}")
        if not self.on_disk:
            with suppress(FileNotFoundError):
                os.link(f"{self._path}-journal", kept)
        self._database.execute("COMMIT")
        with suppress(FileNotFoundError):
            self.recovered.append(kept.read_bytes())
            kept.unlink()

    async def heartbeat(self) -> None:
        self._database.execute("UPDATE poll SET seen = seen + 1")

    async def close(self) -> list[int]:
        found = self._database.execute("SELECT choice, count(*) FROM ballots GROUP BY choice")
        counts = dict(found.fetchall())
        self._database.execute("BEGIN IMMEDIATE")
        for table in ("poll", "voters", "ballots"):
            self._database.execute(f"DELETE FROM {table}")
        self._commit()
        await self.leave()
        return [counts.get(choice, 0) for choice in range(self._options)]

    async def leave(self) -> None:
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()


class DetachedWal(Detached):
    """Detached, with a write-ahead log."""

    journal = "WAL"


class Flagged(Detached):
    """More careful still: the whole roster is written at the beginning, and then only a flag.

    The order in which rows were put down then says nothing about the order of voting.
    """

    async def open(self, roster: Sequence[str], options: Sequence[str]) -> None:
        await super().open(roster, options)
        rows = [(person, 0) for person in random.Random(7).sample(roster, len(roster))]
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("INSERT INTO voters VALUES (?, ?)", rows)
        self._database.execute("COMMIT")

    def _mark(self, person: str) -> None:
        self._database.execute("UPDATE voters SET voted = 1 WHERE who = ?", (person,))


class FlaggedWal(Flagged):
    """Flagged, with a write-ahead log."""

    journal = "WAL"


class Slots(Layout):
    """Each vote encrypted for itself, in a row of its voter's, without anything else in clear.

    What was voted is safe in it. Who voted, and whether somebody did, is not.
    """

    changeable = True

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._database = sqlite3.connect(directory / "ballots.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._key = AESGCM(secrets.token_bytes(32))
        self._roster: list[str] = []

    async def open(self, roster: Sequence[str], options: Sequence[str]) -> None:
        del options
        self._roster = sorted(roster)
        self._database.execute("CREATE TABLE slots(place INTEGER PRIMARY KEY, sealed BLOB)")
        rows = [(place, self._sealed(0xFF)) for place in range(len(roster))]
        self._database.executemany("INSERT INTO slots VALUES (?, ?)", rows)

    async def vote(self, person: str, choice: Choice) -> None:
        row = (self._sealed(choice), self._roster.index(person))
        self._database.execute("UPDATE slots SET sealed = ? WHERE place = ?", row)

    async def heartbeat(self) -> None:
        self._database.execute("PRAGMA user_version = 1")

    async def close(self) -> list[int]:
        raise NotImplementedError("only played with while it is open")

    async def leave(self) -> None:
        self._database.close()

    def _sealed(self, choice: Choice) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + self._key.encrypt(nonce, bytes([choice]) * 16, None)

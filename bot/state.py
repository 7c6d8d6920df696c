"""State that several parts of the running bot share; made first and handed to each of them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import field

from storage.chat.committees import Committees
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee


@dataclass(slots=True)
class Pulse:
    """When the homeserver was last heard, and how much was done since the start."""

    is_watched: Callable[[], bool]
    """Whether a secret poll is open: every vote is an answer of sync, so nothing is counted then."""
    last: float | None = None
    """Monotonic time of the last answer of sync that was taken whole; None before the first."""
    heard: float | None = None
    """Unix time (seconds) at which that answer was asked for: whatever was said before is in it."""
    received: int | None = None
    """Unix ms at which it came; before the first answer, when an earlier run heard its last."""
    taken: int = 0
    """Answers that were taken whole while no secret poll was open."""
    answered: int = 0
    """Commands that were answered and are on disk, while no secret poll was open."""

    def beat(self, heard: float, received: int) -> None:
        """Note a sync response that was asked for at ``heard``, came at ``received`` and was processed whole."""
        self.last, self.heard, self.received = time.monotonic(), heard, received
        self.taken += not self.is_watched()

    def count_answer(self) -> None:
        """Count a command whose reply is on disk."""
        self.answered += not self.is_watched()


@dataclass(frozen=True, slots=True)
class Signals:
    """Wakes work that waits; whoever does that work clears its signal."""

    imports: asyncio.Event = field(default_factory=asyncio.Event)
    """A list may be worked through (bot/jobs/imports.py)."""
    uploads: asyncio.Event = field(default_factory=asyncio.Event)
    """A file may be fetched (bot/files/downloads.py)."""
    remnants: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was deleted that has to be made unreadable (bot/jobs/retention.py)."""
    invitations: asyncio.Event = field(default_factory=asyncio.Event)
    """Invitations of ours are to be taken back (bot/rooms/invitations.py)."""
    coalition: asyncio.Event = field(default_factory=asyncio.Event)
    """Something is to be done in a coalition (bot/coalition/work.py)."""


@dataclass(frozen=True, slots=True)
class CommandSignals:
    """``Signals`` for one command: each is set after the command's transaction has committed."""

    tx: Transaction
    signals: Signals

    def wake_imports(self) -> None:
        """Wake the work on imported lists after commit."""
        self.tx.after_commit(self.signals.imports.set)

    def wake_downloads(self) -> None:
        """Wake the download of files after commit."""
        self.tx.after_commit(self.signals.uploads.set)

    def wake_wiping(self) -> None:
        """Wake secure deletion after commit."""
        self.tx.after_commit(self.signals.remnants.set)


@dataclass(slots=True)
class CommitteeDirectory:
    """All committees, as the database has them, for code outside of transactions."""

    known: tuple[Committee, ...] = ()
    regrouped: bool = False
    """Whether a committee was made or moved since anybody looked at who is in the rooms."""

    async def load(self, database: Database) -> None:
        """Read all committees from the database."""
        async with database.transaction() as tx:
            self.known = tuple(await Committees(tx).all())

    async def refresh(self, tx: Transaction) -> None:
        """Read all committees within a transaction, for use once it has committed."""
        now = tuple(await Committees(tx).all())
        if now != self.known:
            tx.after_commit(lambda: self._know(now))

    def _know(self, now: tuple[Committee, ...]) -> None:
        before = {(each.id, each.room) for each in self.known}
        self.regrouped |= any((each.id, each.room) not in before for each in now)
        self.known = now


@dataclass(frozen=True, slots=True)
class SharedState:
    """Everything the parts of the bot share."""

    pulse: Pulse
    signals: Signals = field(default_factory=Signals)
    committees: CommitteeDirectory = field(default_factory=CommitteeDirectory)
    rooms_known: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it is known who is in which room now: from then on it can be told what may be sent."""

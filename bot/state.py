"""What several parts of the running bot share: made first, and handed to each of them."""

import asyncio
from dataclasses import dataclass, field

from storage.core.database import Transaction


@dataclass(frozen=True, slots=True)
class Signals:
    """Wakes work that waits; whoever does that work clears its signal."""

    imports: asyncio.Event = field(default_factory=asyncio.Event)
    """A list may be worked through (bot/jobs/imports.py)."""
    uploads: asyncio.Event = field(default_factory=asyncio.Event)
    """A file may be fetched (bot/files/downloads.py)."""
    remnants: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was deleted that has to be made unreadable (bot/jobs/retention.py)."""


@dataclass(frozen=True, slots=True)
class CommandSignals:
    """The same for one command: each is set once its transaction has committed."""

    tx: Transaction
    signals: Signals

    def wake_imports(self) -> None:
        self.tx.after_commit(self.signals.imports.set)

    def wake_downloads(self) -> None:
        self.tx.after_commit(self.signals.uploads.set)

    def wake_wiping(self) -> None:
        self.tx.after_commit(self.signals.remnants.set)

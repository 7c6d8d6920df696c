"""How far each inbound Megolm session was read: the guard notes positions, the expiry acts on them.

Pure memory; ``bot/matrix/session_expiry.py`` keeps it and acts on it.
"""

import time
from collections import defaultdict
from collections.abc import Iterable

from storage.chat.read_positions import Progress

Key = tuple[str, str]
"""Room, and the sending device's key and session id with a space between."""


class ReadPositions:
    """The progress of all sessions that were ever read, including sessions gone since."""

    def __init__(self) -> None:
        self.known: dict[Key, Progress] = {}
        self.noted: set[Key] = set()
        """Read since the last checkpoint."""
        self._devices: defaultdict[Key, set[Key]] = defaultdict(set)
        """The sessions of each sending device in each room."""
        self._sent: dict[Key, int] = {}
        """When the newest message of each was sent, as the homeserver says; Unix ms."""
        self._began = time.time_ns() // 1_000_000

    def restore(self, rows: Iterable[Progress]) -> None:
        """Take up the positions saved by an earlier run."""
        for row in rows:
            self._add(row)

    def note(self, room: str, session: str, index: int, *, first: int, sent: int) -> None:
        """Record that a message was read. ``first``: the first index that its session can read."""
        progress = self.known.get((room, session))
        if progress is None:
            progress = Progress(room, session, min(first, index))
            self._supersede(progress.key, sent)
            self._add(progress)
        elif progress.over and sent > self._newest(progress.key):
            # It is written in again, whatever we thought.
            progress.over, progress.gone_on = False, None
        progress.read(index)
        # What was just passed is made anew for each message, and would be kept as often.
        key = progress.key
        self._sent[key] = max(sent, self._sent.get(key, 0))
        self.noted.add(key)

    def was_read(self, room: str, session: str, index: int | None) -> bool:
        """Whether a message of a session was read before."""
        progress = self.known.get((room, session))
        return progress is not None and index is not None and progress.was_read(index)

    def read_until(self, room: str, session: str) -> int | None:
        """The index from which a repeated room key may read; None if no message of the session was read."""
        progress = self.known.get((room, session))
        return None if progress is None else progress.next

    def left(self, room: str) -> None:
        """Mark all sessions of a room as over, because the bot left the room."""
        for key, progress in self.known.items():
            if key[0] == room and not progress.over:
                progress.over = True
                self.noted.add(key)

    def forget(self, them: Iterable[Progress]) -> None:
        """Drop the positions of sessions that no longer exist."""
        for each in them:
            self.known.pop(each.key, None)
            self._sent.pop(each.key, None)
            device = _device(each.key)
            self._devices[device].discard(each.key)
            if not self._devices[device]:
                del self._devices[device]

    def _add(self, progress: Progress) -> None:
        self.known[progress.key] = progress
        self._devices[_device(progress.key)].add(progress.key)

    def _supersede(self, newcomer: Key, sent: int) -> None:
        """A device writes in one session at a time: what it wrote in before is over.

        Unless this message is older: then it came late, and the other session goes on.
        """
        for key in self._devices[_device(newcomer)]:
            if not self.known[key].over and sent > self._sent.get(key, self._began):
                self.known[key].over = True
                self.noted.add(key)

    def _newest(self, key: Key) -> int:
        """When the last message of this device came, in whichever session."""
        return max(self._sent.get(each, self._began) for each in self._devices[_device(key)])


def _device(key: Key) -> Key:
    return key[0], key[1].partition(" ")[0]

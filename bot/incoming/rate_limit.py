"""Limits how fast people may type: a pasted list passes, holding up everybody else does not.

What waited while the bot was away is no flood, however fast it was typed: all of it is answered. Of
the rest it counts when a message was sent, so that a slow batch is not mistaken for one. That time
is the homeserver's word, so it is believed only between the last answer of sync that came before
and now: a homeserver that lies gains nothing it would not have by sending at that time.
"""

import time
from collections import Counter
from datetime import UTC, datetime

from bot.config.limits import Limits
from bot.state import Pulse
from storage.core.lazy_dataclass import dataclass

MINUTE = 60_000
TEN = 10
"""Minutes over which a person's average is taken."""
AWAY = 120_000
"""Milliseconds without an answer of sync after which what comes is a backlog."""
LATE = 3_600_000
"""Milliseconds by which a message may come late in any case: keys and other servers take their time."""
MOST_FOLLOWED = 20_000
"""People and rooms that are remembered; beyond that the longest silent are forgotten."""


@dataclass(frozen=True, slots=True)
class TooFast:
    """The refusal of a message whose sender or room types too fast."""

    until: datetime
    """The first minute whose messages are taken again."""
    tell: bool
    """Whether that was not said yet; it is said once for each pause."""
    by_room: bool
    """Whether the room as a whole is too fast, and not the person."""


class _Minutes:
    """How many messages were taken in which minute, and for which minutes somebody was told."""

    __slots__ = ("taken", "told")

    def __init__(self) -> None:
        self.taken: Counter[int] = Counter()
        self.told: set[int] = set()

    def forget_before(self, minute: int) -> None:
        """Drop counts of minutes before ``minute``."""
        if self.taken and min(self.taken) < minute:
            self.taken = Counter({at: n for at, n in self.taken.items() if at >= minute})
        self.told = {at for at in self.told if at >= minute}

    def over(self, minute: int, most: int, average: int | None) -> bool:
        """Whether the limit of a minute is reached, or the average over the last ten minutes."""
        if self.taken.get(minute, 0) >= most:
            return True
        if average is None or sum(self.taken.values()) < average * TEN:
            return False
        return sum(self.taken.get(minute - back, 0) for back in range(TEN)) >= average * TEN


class RateLimiter:
    """Counts what people type. ``look`` changes nothing; ``note`` is for what was committed."""

    def __init__(self, limits: Limits, pulse: Pulse) -> None:
        self._limits = limits
        self._pulse = pulse
        self._people: dict[str, _Minutes] = {}
        self._rooms: dict[str, _Minutes] = {}

    @property
    def heard(self) -> int | None:
        """Unix ms of the answer of sync before the one at hand, which may be days ago."""
        return self._pulse.received

    def look(self, person: str, room: str, sent: int, now: int) -> TooFast | None:
        """Whether a message has to be left aside; times are Unix ms UTC, ``sent`` 0 if unknown."""
        if self._backlog(now):
            return None
        minute = self._minute(sent, now)
        limits = self._limits
        for by_room, minutes, most, average in (
            (False, self._people.get(person), limits.person_burst, limits.person_per_minute),
            (True, self._rooms.get(room), limits.room_per_minute, None),
        ):
            if minutes is None or not minutes.over(minute, most, average):
                continue
            until = minute + 1
            while minutes.over(until, most, average):
                until += 1
            end = datetime.fromtimestamp(until * MINUTE / 1000, UTC)
            return TooFast(end, minute not in minutes.told, by_room)
        return None

    def note(self, person: str, room: str, sent: int, now: int, slow: TooFast | None) -> None:
        """Count a message that was taken or left aside, once that is on disk."""
        if self._backlog(now):
            return
        minute = self._minute(sent, now)
        if slow is None:
            self._of(self._people, person, now).taken[minute] += 1
            self._of(self._rooms, room, now).taken[minute] += 1
        elif slow.tell:
            until = int(slow.until.timestamp() * 1000) // MINUTE
            key, seen = (room, self._rooms) if slow.by_room else (person, self._people)
            self._of(seen, key, now).told.update(range(minute, until))

    def _backlog(self, now: int) -> bool:
        return self.heard is not None and now - self.heard > AWAY

    def _minute(self, sent: int, now: int) -> int:
        """When it was sent, as far as that is believed."""
        return min(max(sent or now, self._earliest(now)), now) // MINUTE

    def _earliest(self, now: int) -> int:
        # Never later than an hour ago, should the machine's clock have been set back.
        return now - LATE if self.heard is None else min(now - LATE, self.heard)

    def _of(self, seen: dict[str, _Minutes], key: str, now: int) -> _Minutes:
        minutes = seen.pop(key, None) or _Minutes()
        minutes.forget_before(self._earliest(now) // MINUTE - TEN)
        # The newest last: whoever has been silent longest is first.
        seen[key] = minutes
        while len(seen) > MOST_FOLLOWED:
            del seen[next(iter(seen))]
        return minutes


def unix_ms() -> int:
    """The machine's clock in Unix ms UTC, compared with homeserver times; the demo's clock is not used."""
    return time.time_ns() // 1_000_000

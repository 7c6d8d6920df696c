"""Wall times and instants: times that clocks skip, and times that clocks show twice. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time in a zone. ``local`` is naive; its fold says which of two equal times."""

    local: datetime
    zone: ZoneInfo
    minutes: int | None = None
    """How long it lasts, where that was said."""

    @property
    def at(self) -> datetime:
        """The instant of a wall time, in UTC."""
        return self.local.replace(tzinfo=self.zone).astimezone(UTC)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks ever show this time: at a change forward they skip some."""
    there = local.replace(tzinfo=zone)
    # Of two times in one zone the wall times are compared, whatever their fold.
    return there.astimezone(UTC).astimezone(zone) == there


def twice(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks show this time twice: at a change backward."""
    first = local.replace(tzinfo=zone, fold=0).utcoffset()
    second = local.replace(tzinfo=zone, fold=1).utcoffset()
    return first != second and exists(local, zone)


def around_gap(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The two times to offer for a skipped time: as far before the change, and as far after it."""
    before = local.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    after = local.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    length = abs(before - after)
    return (local - length, local + length)


def here(at: datetime, zone: ZoneInfo) -> datetime:
    """The naive wall time of an instant, fold kept."""
    return at.astimezone(zone).replace(tzinfo=None)


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a series' wall time.

    A skipped time moves on by the length of the gap; of two equal ones it is the first.
    """
    there = local.replace(tzinfo=zone)
    at = there.astimezone(UTC)
    if at.astimezone(zone) == there:
        return at
    return around_gap(local, zone)[1].replace(tzinfo=zone).astimezone(UTC)

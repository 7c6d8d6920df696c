"""Limits on the files one person may have here: waiting, within an hour, within a day. Pure."""

from datetime import UTC, datetime
from enum import Enum
from typing import Final

from bot.config.limits import Limits
from commands.shared.attached import LARGEST
from storage.core.lazy_dataclass import dataclass
from storage.imports.uploads import SentFiles

HOUR_MS, DAY_MS = 3_600_000, 24 * 3_600_000
MEGABYTE: Final = 1_000_000


class FileLimit(Enum):
    """The limit that a person's files have reached."""

    WAITING = "waiting"
    HOUR = "hour"
    DAY = "day"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Full:
    """The refusal of a file, and which limit was reached."""

    what: FileLimit
    most: int
    """Files; megabytes for BYTES."""
    until: datetime | None
    """When there is room again; None: as soon as one of those waiting is answered."""


def full(limits: Limits, spent: SentFiles, size: int, now: int) -> Full | None:
    """Why one more file is too many; None when it is not.

    ``now`` is Unix ms UTC.

    A file that does not say how large it is counts as one of the largest.
    """
    if spent.waiting >= limits.files_waiting:
        return Full(FileLimit.WAITING, limits.files_waiting, None)
    for what, span, most in (
        (FileLimit.HOUR, HOUR_MS, limits.files_per_hour),
        (FileLimit.DAY, DAY_MS, limits.files_per_day),
    ):
        within = [at for at, _bytes in spent.sent if at > now - span]
        if len(within) >= most:
            return Full(what, most, _utc(within[-most] + span))
    return _too_heavy(limits, spent, size or LARGEST)


def _too_heavy(limits: Limits, spent: SentFiles, size: int) -> Full | None:
    most = limits.file_megabytes_per_day * MEGABYTE
    over = size + sum(each for _at, each in spent.sent) - most
    if over <= 0 or not spent.sent:
        return None
    until = spent.sent[-1][0]
    for at, each in spent.sent:
        over -= each
        if over <= 0:
            until = at
            break
    return Full(FileLimit.BYTES, limits.file_megabytes_per_day, _utc(until + DAY_MS))


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)

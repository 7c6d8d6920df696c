"""Why a message is left aside although its sender may send it: too many at once, or a full disk."""

from typing import Final
from zoneinfo import ZoneInfo

from bot.delivery import notice_words
from bot.health.disk import DiskGuard
from bot.incoming.rate_limit import RateLimiter, TooFast, unix_ms
from bot.matrix.guard import Message, Refused
from commands.all import CATALOGUE
from commands.framework.clean import straighten
from commands.framework.reply import Reply
from storage.core.lazy_dataclass import dataclass

ON_A_FULL_DISK: Final = frozenset({"forget", "status", "help", "me"})
"""What is done all the same: taking people's records away, and asking how things are."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Why a message is not acted upon."""

    reason: Refused
    slow: TooFast | None = None


class Admission:
    """Looks at a message before its command runs. Without limiter and disk it lets everything pass."""

    def __init__(self, limiter: RateLimiter | None, disk: DiskGuard | None) -> None:
        self._limiter = limiter
        self._disk = disk

    def look(self, message: Message) -> Halt | None:
        """Why to leave a message aside; None to let it pass. Changes nothing."""
        if self._limiter is not None:
            slow = self._limiter.look(message.sender, message.room, message.sent, unix_ms())
            if slow is not None:
                return Halt(Refused.TOO_FAST, slow)
        if self._disk is not None and self._disk.low and not _tidies(message):
            return Halt(Refused.DISK_FULL)
        return None

    def taken(self, message: Message, halt: Halt | None) -> None:
        """Count a message whose outcome is on disk."""
        if self._limiter is not None:
            slow = None if halt is None else halt.slow
            self._limiter.note(message.sender, message.room, message.sent, unix_ms(), slow)

    def release_reserve(self) -> bool:
        """Call after a failed write. See ``DiskGuard.release_reserve``; False without a guard."""
        return self._disk is not None and self._disk.release_reserve()


def words(halt: Halt, person: str, zone: ZoneInfo) -> tuple[Reply, ...]:
    """The reply to a refused message; empty for a person who was told already."""
    if halt.slow is None:
        return (notice_words.disk_full(),)
    if not halt.slow.tell:
        return ()
    until = halt.slow.until.astimezone(zone)
    return (
        notice_words.room_too_fast(until)
        if halt.slow.by_room
        else notice_words.too_fast(person, until),
    )


def _tidies(message: Message) -> bool:
    if message.attachment is not None:
        return False
    said = CATALOGUE.typed.in_english(message.body).text
    first = straighten(said).strip().removeprefix("!").split(maxsplit=1)[:1]
    return bool(first) and first[0].casefold() in ON_A_FULL_DISK

"""Takes one sync response after the other, for ever."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot import clock
from bot.health.disk import DiskGuard
from bot.incoming.checkpoint import Checkpoint
from bot.incoming.processor import SyncProcessor
from bot.logging import logs
from bot.matrix.client import MatrixError, NotNow
from bot.matrix.starts import Starts
from bot.matrix.sync import Sync
from storage.core.lazy_dataclass import dataclass

REFUSED_PAUSE: Final = 10.0
"""Seconds after a sync that the homeserver refused for a reason that may pass."""
KEPT: Final = 5.0
"""Seconds for which the answer waits that was asked for while all was made ready.

Somebody may have left since, or lost a device. Where the homeserver keeps us from beginning for longer, it is asked
again from the same point, and the next answer tells all that this one did.
"""

log = logs.get("bot.incoming.loop")


@dataclass(frozen=True, slots=True)
class SyncQuestion:
    """What was asked from a token on, and when that was first."""

    token: str | None
    at: float
    """Unix seconds, by the clock of that moment."""
    since_boot: float
    """The same moment by the clock that nobody sets."""

    def asked(self) -> float:
        """When it was asked, by the clock as it is now; Unix seconds. A clock that was set makes it no later."""
        return min(self.at, clock.unix_time() - (time.monotonic() - self.since_boot))


class SyncLoop:
    """Requests sync responses and has them processed."""

    def __init__(
        self,
        sync: Sync,
        processor: SyncProcessor,
        disk: DiskGuard,
        starts: Starts,
        next_deadline: Callable[[], float | None],
    ) -> None:
        """``next_deadline``: Unix time at which the next poll closes; no request is held beyond it."""
        self._sync = sync
        self._processor = processor
        self._disk = disk
        self._starts = starts
        self._next_deadline = next_deadline
        self._early: tuple[SyncQuestion, Mapping[str, Any]] | None = None
        """The first answer, until it was looked at."""
        self._kept_until = 0.0
        """Monotonic time until which it counts."""
        self._asked: tuple[SyncQuestion, Mapping[str, Any]] | None = None
        """The same, when it is still to be processed."""
        self._question: SyncQuestion | None = None
        """The last one; None once it was answered that nothing has happened."""

    async def ask(self) -> None:
        """Request the first response, while everything is made ready for processing it."""
        question = self._first_asked()
        answer = await self._answer(wait=False)
        self._kept_until = time.monotonic() + KEPT
        self._early = None if answer is None else (question, answer)

    async def look(self) -> None:
        """Look for a later start in what ``ask`` brought, once our own is announced. Raises StartedElsewhere."""
        if self._early is not None:
            await self._starts.look_at_early(self._early[1])
        self._early, early = None, self._early
        self._asked = early if time.monotonic() < self._kept_until else None
        if self._asked is None:
            # In the same words Synapse would give that answer again, for two minutes.
            self._sync.ask_anew()

    async def first(self) -> None:
        """Process the first response: everything that happened while the bot was away."""
        while not await self._step(wait=False):
            pass

    async def run(self) -> None:
        """Process responses until cancelled. Raises TokenRejected, StartedElsewhere, and what the storage raises."""
        while True:
            await self._step(wait=True)

    async def _step(self, *, wait: bool) -> bool:
        """Take one answer; False when there was none."""
        if self._asked is not None:
            (question, early), self._asked = self._asked, None
            await self._take(early, question.asked(), waited=True)
            return True
        question = self._first_asked()
        answer = await self._answer(wait=wait)
        if answer is None:
            return False
        self._starts.look_at(answer)
        await self._take(answer, question.asked(), waited=False)
        return True

    def _first_asked(self) -> SyncQuestion:
        """When it was first asked what came after the token at hand, since there was last nothing.

        Whoever asks again may get what was written for the first time: Synapse keeps answers for two minutes, for
        those who did not hear them. It keeps none that was held until its end and brought nothing, and
        whoever is not held asks in other words from then on.
        """
        token = self._processor.token
        if self._question is None or self._question.token != token:
            self._question = SyncQuestion(token, clock.unix_time(), time.monotonic())
        return self._question

    async def _answer(self, *, wait: bool) -> Mapping[str, Any] | None:
        until = self._next_deadline()
        token = self._processor.token
        try:
            answer = await self._sync.next(token, wait=wait, until=until)
        except NotNow as later:
            await asyncio.sleep(later.after)
        except MatrixError as refusal:
            log.warning("sync_refused", status=refusal.status)
            await asyncio.sleep(REFUSED_PAUSE)
        else:
            if wait and answer["next_batch"] == token:
                self._question = None
                self._sync.ask_anew()
            return answer
        return None

    async def _take(self, answer: Mapping[str, Any], asked: float, *, waited: bool) -> None:
        try:
            await self._processor.take(answer, asked, waited=waited)
        except Exception:
            # The next start finds the room it needs to say that there is none.
            self._disk.release_reserve()
            raise


class LateCheckpoints:
    """Saves how far was read, a moment after answers that brought messages alone."""

    def __init__(self, checkpoint: Checkpoint, disk: DiskGuard) -> None:
        self._checkpoint = checkpoint
        self._disk = disk

    async def run(self) -> None:
        """Save until cancelled. Raises what the storage raises."""
        try:
            await self._checkpoint.run()
        except Exception:
            # As in ``SyncLoop``.
            self._disk.release_reserve()
            raise

"""Files on their way: fetched, several at once, read one at a time, answered.

A task looks at a table and goes on where it was after any end. Everybody has their own turn, so that
what does not come, or takes long, holds up its sender alone. That reading a file begins is noted
before, so that one which ends the bot does so twice at most.
"""

import asyncio
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.files.requests import FileRequests, lost
from bot.files.schedule import GIVE_UP_MS, due_again, next_ones, wakes
from bot.files.spool import Spool, Tampered
from bot.logging import logs
from bot.matrix.client import Client, MatrixError, NotNow
from bot.matrix.media import FileLocation, fetch
from bot.process import failpoints
from bot.process.memory import give_back
from bot.state import Signals
from commands.imports.upload import AttachedFile
from commands.shared.attached import LostFile
from storage.core.database import Database
from storage.core.driver import Error
from storage.imports.uploads import Upload as Sent
from storage.imports.uploads import Uploads

if TYPE_CHECKING:
    from bot.files.parser import FileParser

FRESH, AGAIN = 6, 2
"""Files that are fetched at once, of different people: for the first time, and after it failed."""
TOLD_AT: Final = 4
"""The attempt after which its sender is told that a file does not come."""
PAUSE: Final = 30.0
"""Seconds until the next attempt where the storage, or the machine, refuses."""

log = logs.get("bot.files")


class FileDownloads:
    """Fetches and reads what people sent."""

    def __init__(
        self,
        database: Database,
        client: Client,
        requests: FileRequests,
        folder: Path,
        signals: Signals,
    ) -> None:
        self._database = database
        self._client = client
        self._requests = requests
        self._folder = folder
        """Where what is fetched lies, encrypted and without a name, until it is read."""
        self._wanted = signals.uploads
        self._fresh, self._again = asyncio.Semaphore(FRESH), asyncio.Semaphore(AGAIN)
        self._reading = asyncio.Lock()
        self._parser: FileParser | None = None
        """None until the first file."""
        self._begun: set[str] = set()
        """Files whose reading is noted as begun and not over."""
        self._busy: dict[str, asyncio.Task[None]] = {}
        """What is under way, by sender."""

    @property
    def busy(self) -> bool:
        """Whether a file is under way."""
        return bool(self._busy)

    async def run(self) -> None:
        """Fetch what is due, again and again. Whoever ends in good order has not tried."""
        self._wanted.set()
        try:
            await self._look_on()
        finally:
            tasks = list(self._busy.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._parser is not None:
                await self._parser.close()
            with suppress(Error):
                async with self._database.transaction() as tx:
                    for event_id in self._begun:
                        await Uploads(tx).heard_of(event_id, 0)
            self._begun.clear()

    async def _look_on(self) -> None:
        while True:
            pause = await self._look()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wanted.wait()
            self._wanted.clear()

    async def _look(self) -> float | None:
        """Begin what is due; seconds until something else is, if nothing is signalled before."""
        try:
            async with self._database.transaction() as tx:
                waiting = [each for each in await Uploads(tx).all() if not _undecided(each)]
        except Error as error:
            log.failure("uploads", error)
            return PAUSE
        for sent in next_ones(waiting, self._busy, _now()):
            task = asyncio.create_task(self._take(sent), name="file")
            self._busy[sent.sender] = task
            task.add_done_callback(partial(self._over, sent.sender))
        return wakes(waiting, _now())

    def _over(self, sender: str, _task: "asyncio.Task[None]") -> None:
        self._busy.pop(sender, None)
        self._wanted.set()

    # -- one file --------------------------------------------------------------------------------

    async def _take(self, sent: Sent) -> None:
        async with self._again if sent.tries else self._fresh:
            try:
                await self._fetch_and_answer(sent)
            except (Error, OSError) as error:
                log.failure("upload", error)
                await self._put_off(sent)
            except Exception as error:  # noqa: BLE001 (one odd file never ends the task)
                log.failure("reading", error)
                await self._answer(sent, LostFile.DAMAGED)

    async def _put_off(self, sent: Sent) -> None:
        """Look at a file again after PAUSE seconds: the failure was not the file's fault."""
        with suppress(Error):
            async with self._database.transaction() as tx:
                await Uploads(tx).heard_of(sent.event_id, _now() + int(PAUSE * 1000))
            self._begun.discard(sent.event_id)
            return
        # The storage refuses even that.
        await asyncio.sleep(PAUSE)

    async def _fetch_and_answer(self, sent: Sent) -> None:
        why = lost(sent)
        if why is None and _now() - sent.at > GIVE_UP_MS:
            why = LostFile.NEVER_CAME
        if why is not None:
            await self._answer(sent, why)
            return
        if not await self._requests.still_wanted(sent):
            return
        async with self._database.transaction() as tx:
            # Noted before: whatever happens now, it is not asked for at once again.
            await Uploads(tx).try_after(sent.event_id, due_again(sent.tries, _now()))
        with Spool(self._folder) as spool:
            try:
                why = await fetch(self._client, FileLocation(**sent.file["where"]), spool.write)
            except (NotNow, MatrixError):
                if sent.tries + 1 == TOLD_AT:
                    await self._requests.say_late(sent)
                return
            if why is not None:
                await self._answer(sent, why)
                return
            async with self._reading:
                await self._read_and_answer(sent, spool)

    async def _read_and_answer(self, sent: Sent, spool: Spool) -> None:
        async with self._database.transaction() as tx:
            await Uploads(tx).weighed(sent.event_id, spool.size)
            await Uploads(tx).unstage(sent.event_id)
            begun = await Uploads(tx).begin(sent.event_id)
        if not begun:
            await self._answer(sent, LostFile.GIVEN_UP)
            return
        self._begun.add(sent.event_id)
        # Whoever reads it takes as much as all else of the bot together.
        await self._database.release_memory()
        give_back()
        failpoints.reach("before_reading_file")
        try:
            upload = await self._read(sent, spool)
        except Tampered:
            await self._answer(sent, LostFile.DAMAGED)
        else:
            failpoints.reach("after_reading_file")
            await self._requests.answer(sent, upload)
        self._begun.discard(sent.event_id)

    async def _read(self, sent: Sent, spool: Spool) -> AttachedFile:
        # Loaded with the first file: most days bring none, and most committees have a list once.
        from bot.files.parser import FileParser  # noqa: PLC0415
        from commands.imports.gathering import Gathering  # noqa: PLC0415

        self._parser = self._parser or FileParser()
        gathering = Gathering(sent.event_id)

        async def stage(sheets: list[tuple[int, int, str]]) -> None:
            async with self._database.transaction() as tx:
                await Uploads(tx).stage(sent.event_id, sheets)

        content = await spool.opened(FileLocation(**sent.file["where"]))
        await self._parser.read(content, spool.size, gathering, stage)
        return AttachedFile.of(str(sent.file["name"]), gathering)

    async def _answer(self, sent: Sent, why: LostFile) -> None:
        await self._requests.answer(sent, AttachedFile(str(sent.file["name"]), why))


def _undecided(sent: Sent) -> bool:
    """Whether a file waits for its sender to say which committee it is for, and still may."""
    asked = sent.committee is None and bool(sent.file.get("asked"))
    return asked and _now() - sent.at <= GIVE_UP_MS


def _now() -> int:
    return time.time_ns() // 1_000_000

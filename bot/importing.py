"""Files that are fetched and lists that are worked through, beside everything else.

Two tasks look at tables: one fetches and reads what people sent, one does the long work on imports a
sheet at a time. Both go on where they were after any end.
"""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

from bot import logs
from bot.authority import Authority
from bot.dispatcher import Dispatcher, Post, digest
from bot.matrix.client import Client, MatrixError, NotNow
from bot.matrix.media import Where, fetch
from bot.outbox import Outbox
from commands.framework.i18n import _
from commands.framework.reply import Audience, Code, Reply, say
from commands.imports.upload import Bell, Lost, Upload
from commands.imports.work import Done, Work
from storage.database import Database, Transaction
from storage.driver import Error
from storage.forgotten import Seal
from storage.imports import Upload as Sent
from storage.imports import Uploads
from storage.outbox import Parcel

GIVE_UP_AFTER = 24 * 3600 * 1000
"""Milliseconds for which a file that cannot be had is asked for again."""
PAUSE = 30.0
"""Seconds between two attempts at files that cannot be had now, or at a storage that refuses."""

log = logs.get("bot.importing")


class Importing(Bell):
    """The two tasks. Ring when there is something new in the tables."""

    def __init__(
        self,
        database: Database,
        client: Client,
        *,
        authority: Authority,
        dispatcher: Dispatcher,
        outbox: Outbox,
        seal: Seal,
    ) -> None:
        self._database = database
        self._client = client
        self._authority = authority
        self._dispatcher = dispatcher
        self._outbox = outbox
        self._work = Work(seal)
        self._lists, self._files = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def ring(self) -> None:
        """There is long work."""
        self._lists.set()

    def ring_for_file(self) -> None:
        """There is a file to fetch."""
        self._files.set()

    def start(self) -> None:
        self.ring()
        self.ring_for_file()
        self._tasks = [
            asyncio.create_task(self._work_on(), name="imports"),
            asyncio.create_task(self._fetch_on(), name="uploads"),
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- lists ---------------------------------------------------------------------------------

    async def _work_on(self) -> None:
        while True:
            await self._lists.wait()
            self._lists.clear()
            while await self.step():  # noqa: ASYNC110 (nothing to wait for: a turn for the others)
                # The lock was given up; whoever waited for it has their turn before the next sheet.
                await asyncio.sleep(0)

    async def step(self) -> bool:
        """One sheet, in a transaction of its own; False when there is nothing to do."""
        try:
            async with self._database.transaction() as tx:
                done = await self._work.step(tx, _now())
                parcels = [] if done is None else await self._tell(tx, done, done.reply)
        except Error as error:
            log.failure("import_storage", error)
            await asyncio.sleep(PAUSE)
            return True
        except Exception as error:  # noqa: BLE001 (one bad list never ends the task)
            await self._give_up(log.failure("import", error))
            return True
        self._outbox.add(parcels)
        return done is not None

    async def _give_up(self, error_id: str) -> None:
        sorry = say(
            _("The import did not work, and it is our fault. Tell your admin: {id}"),
            id=Code(error_id),
        )
        async with self._database.transaction() as tx:
            done = await self._work.give_up(tx, _now())
            parcels = [] if done is None else await self._tell(tx, done, sorry)
        self._outbox.add(parcels)

    async def _tell(self, tx: Transaction, done: Done, reply: Reply | None) -> list[Parcel]:
        """Tell whoever began it, by direct message, once for each time they did."""
        if reply is None:
            return []
        job, committee = done.job, done.committee
        occasion = f"im-{digest(f'{committee.room} {job.number} {job.state.value} {job.round}')}"
        post = Post(tx, self._client.device, occasion)
        addressed = replace(reply, audience=Audience.NAMED, to=(job.asked_by,))
        await post.say(addressed, committee.room, job.asked_by, committee, self._authority)
        return post.parcels

    # -- files ---------------------------------------------------------------------------------

    async def _fetch_on(self) -> None:
        while True:
            await self._files.wait()
            self._files.clear()
            again = False
            try:
                async with self._database.transaction() as tx:
                    waiting = await Uploads(tx).all()
            except Error as error:
                log.failure("uploads", error)
                waiting, again = [], True
            for sent in waiting:
                again |= not await self._take(sent)
            if again:
                asyncio.get_running_loop().call_later(PAUSE, self._files.set)

    async def _take(self, sent: Sent) -> bool:
        """Fetch, read and answer one file; False when it has to be tried again."""
        try:
            content = await self._content(sent)
        except (NotNow, MatrixError):
            if time.time_ns() // 1_000_000 - sent.at < GIVE_UP_AFTER:
                return False
            content = Lost.GONE
        name = str(sent.file["name"])
        try:
            upload = await self._read(name, content)
            await self._dispatcher.take_file(sent, upload)
        except Error as error:
            log.failure("upload", error)
            return False
        return True

    async def _read(self, name: str, content: bytes | Lost) -> Upload:
        if isinstance(content, Lost):
            return Upload(name, content)
        try:
            return await asyncio.to_thread(Upload.read, name, content)
        except Exception as error:  # noqa: BLE001 (one odd file never ends the task)
            log.failure("reading", error)
            return Upload(name, Lost.DAMAGED)

    async def _content(self, sent: Sent) -> bytes | Lost:
        if sent.file["lost"] is not None:
            return Lost(sent.file["lost"])
        return await fetch(self._client, Where(**sent.file["where"]))


def _now() -> datetime:
    return datetime.now(UTC)

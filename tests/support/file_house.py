"""Files sent to the bot: its own dispatcher, queue and reading process over a real database.

The media server is a real HTTP server that hands out what it is given, slowly or never if told so.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from nio.crypto.attachments import encrypt_attachment

from bot.config.limits import Limits
from bot.delivery.clearance import Clearance
from bot.files.downloads import FileDownloads
from bot.incoming.dispatcher import Dispatcher
from bot.jobs.imports import ImportJob
from bot.matrix.client import Client
from bot.matrix.guard import Message
from bot.matrix.media import Attachment, attachment_in
from bot.matrix.rooms import Room
from bot.rooms.directory import RoomDirectory
from bot.state import Signals
from storage.chat.committees import Committees
from storage.chat.outbox import OutboxTable
from storage.core.database import Database, Transaction
from storage.core.model import RoomId
from storage.imports.imports import Imports, ImportState
from storage.imports.uploads import Upload as Sent
from storage.imports.uploads import Uploads
from storage.privacy.forgotten import Seal
from tests.support.commanding import commands_for, new_state
from tests.support.outboxes import outbox_over
from tests.support.running import start, stop
from tests.support.standing import AsShown

BOT: Final = "@steward:files.test"
LISTS: Final = 100
"""The newest imports, among which are those that wait: forty of each person."""
LIST: Final = b"Name,Area\nSam Okafor,QA\nMia Chen,Web\n"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def full(who: str) -> str:
    """``@lea`` as accounts are called."""
    return f"{who}:files.test"


class MediaServer:
    """Hands out files by their id."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | Handler] = {}
        self.asked: list[str] = []
        """Ids of files, in the order in which they were asked for."""
        self.url = ""

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        found = self.files.get(name)
        if found is None:
            return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)
        return web.Response(body=found) if isinstance(found, bytes) else await found(request)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["MediaServer"]:
        """Serve until the block is left."""
        application = web.Application()
        application.router.add_get(
            "/_matrix/client/v1/media/download/files.test/{name}", self._handle
        )
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def put(self, content: bytes) -> dict[str, Any]:
        """Encrypt and keep a file, as its sender's app would; returns the EncryptedFile for its event."""
        sealed, keys = encrypt_attachment(content)
        return self.announce(bytes(sealed), keys)

    def announce(self, what: bytes | Handler, keys: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add a file with the given bytes, or served by a handler; returns its EncryptedFile."""
        name = f"file{len(self.files)}"
        self.files[name] = what
        keys = encrypt_attachment(b"x")[1] if keys is None else keys
        return {**keys, "url": f"mxc://files.test/{name}"}


async def never(_request: web.Request) -> web.StreamResponse:
    """Answer a request never."""
    await asyncio.sleep(3600)
    return web.Response()


async def until(fact: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(seconds):
        while True:
            if fact():
                return
            await asyncio.sleep(0.01)


@dataclass(slots=True)
class FileHouse:
    """Two committees, people with direct chats, and the bot's part that deals with files."""

    database: Database
    client: Client
    places: RoomDirectory
    authority: AsShown
    dispatcher: Dispatcher
    arrivals: FileDownloads
    importing: ImportJob
    signals: Signals
    count: int = 0

    async def say(self, who: str, text: str, **attachment: Any) -> None:
        """Somebody types in their direct chat, or sends a file there."""
        self.count += 1
        number, file = attachment.get("number", self.count), attachment.get("file")
        message = Message(
            f"$event{number}",
            f"!direct-{who}",
            full(who),
            "PHONE",
            text,
            "session",
            number,
            attachment=file if isinstance(file, Attachment) else None,
        )
        await self.dispatcher.handle(message)

    async def send(
        self,
        who: str,
        file: dict[str, Any],
        name: str = "staff.csv",
        text: str = "",
        *,
        size: int = 0,
        **more: Any,
    ) -> None:
        """Somebody sends a file, as the event of their app would say it."""
        event = {
            "msgtype": "m.file",
            "body": text or name,
            "filename": name,
            "file": file,
            "info": {"size": size} if size else {},
        }
        await self.say(who, text, file=attachment_in(event), **more)

    async def said(self) -> list[str]:
        """Return everything that was queued to be said, in order."""
        async with self.database.transaction() as tx:
            return [str(parcel.content["body"]) for parcel in await OutboxTable(tx).waiting()]

    async def waiting(self) -> list[Sent]:
        """Return the files not answered yet."""
        async with self.database.transaction() as tx:
            return await Uploads(tx).all()

    async def hears(self, words: str, seconds: float = 60) -> str:
        """Wait until something with the given words is said, and return the text."""
        async with asyncio.timeout(seconds):
            while True:
                found = [each for each in await self.said() if words in each]
                if found:
                    return found[0]
                await asyncio.sleep(0.02)

    async def settled(self, seconds: float = 60) -> None:
        """Wait until every file was answered."""
        async with asyncio.timeout(seconds):
            while True:
                if not await self.waiting():
                    return
                await asyncio.sleep(0.02)

    async def state_of(self, number: str) -> ImportState | None:
        """Return how far the first committee is with an import."""
        async with self.database.transaction() as tx:
            one = await (await self._imports_of_the_first(tx)).by_number(int(number))
        return None if one is None else one.state

    async def drop_lists(self, who: str) -> None:
        """Drop the lists of somebody that wait, as if a day had passed.

        What one person may open and drop in a day ends long before 10,000.
        """
        async with self.database.transaction() as tx:
            imports = await self._imports_of_the_first(tx)
            for one in await imports.latest(LISTS):
                if one.author == full(who) and one.state in {
                    ImportState.MAPPING,
                    ImportState.CHECKED,
                }:
                    await imports.end(one, ImportState.DROPPED, datetime.now(UTC))
            await tx.execute("UPDATE imports SET at = 0 WHERE author = ? AND at > 0", (full(who),))

    async def _imports_of_the_first(self, tx: Transaction) -> Imports:
        committee = await Committees(tx).by_room(RoomId("!one"))
        assert committee is not None
        return Imports(tx, committee.id, datetime.now(UTC).date())

    async def imports(self, room: str) -> int:
        """Return how many imports a committee has."""
        async with self.database.transaction() as tx:
            count = await tx.value(
                "SELECT COUNT(*) FROM imports AS i JOIN committees AS c ON c.id = i.committee "
                "WHERE c.room = ?",
                (room,),
            )
        return int(str(count))


def _room(name: str, *members: str, direct: bool = False) -> Room:
    made = Room(name, encrypted=True)
    made.members = dict.fromkeys((BOT, *members), "join")
    made.declared_direct = direct
    return made


PEOPLE: Final = ("@lea", "@ana", "@ben", "@kim", "@zoe")
BOTH: Final = "@zoe"
"""In both committees; leads there, as Lea and Kim do in the first."""


@asynccontextmanager
async def file_house(
    folder: Path,
    url: str,
    limits: Limits | None = None,
    names: tuple[str, str] = ("Payments", "Depot"),
) -> AsyncIterator[FileHouse]:
    """Start a bot that fetches and reads files and sends nothing: its messages wait in the table."""
    database = await Database.open(folder / "app.db", bytes(32))
    client = Client(url, BOT)
    client.resume("DEVICE", "token")
    places = RoomDirectory(BOT, lambda _: True)
    places.rooms["!one"] = _room("!one", *map(full, PEOPLE))
    places.rooms["!two"] = _room("!two", full(BOTH))
    for room, leads in (("!one", ("@lea", "@kim", BOTH)), ("!two", (BOTH,))):
        places.rooms[room].levels = {full(who): 50 for who in leads}
    for who in PEOPLE:
        places.rooms[f"!direct-{who}"] = _room(f"!direct-{who}", full(who), direct=True)
    async with database.transaction() as tx:
        for room, name in zip(("!one", "!two"), names, strict=True):
            if await Committees(tx).by_room(RoomId(room)) is None:
                made = await Committees(tx).add(RoomId(room), name, "UTC", datetime.now(UTC))
                await Committees(tx).set_up(made.id, name, "UTC")

    async def nobody(_person: str) -> Room | None:
        return None

    authority = AsShown(places)
    outbox = outbox_over(None, database, client, places.rooms, nobody, Clearance(authority))
    state = new_state()
    await state.committees.load(database)
    commands = commands_for(database, authority, client, outbox, state, limits=limits)
    importing = ImportJob(
        database, authority=authority, outbox=outbox, seal=Seal(bytes(32)), signals=state.signals
    )
    arrivals = FileDownloads(database, client, commands.files, folder, state.signals)
    house = FileHouse(
        database, client, places, authority, commands.dispatcher, arrivals, importing, state.signals
    )
    start(arrivals)
    start(importing)
    try:
        yield house
    finally:
        await stop(arrivals)
        await stop(importing)
        await client.close()
        await database.close()

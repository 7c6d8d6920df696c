"""Sync answers processed by the bot in this process, with a homeserver that answers as told.

Database, store, keys and rules are the real ones. The homeserver is a real HTTP server that answers
what it is told to.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from pathlib import Path
from typing import Any, Final, Self

from aiohttp import web

from bot.account import Account
from bot.build import build
from bot.config import Config
from bot.config.limits import Limits
from bot.config.polls import Polls
from bot.incoming.build import build_commands
from bot.incoming.processor import SyncProcessor
from bot.keys.data_key import DataKey
from bot.matrix.client import Client
from bot.matrix.crypto_store import CipherStore
from bot.matrix.identity import CrossSigning
from bot.matrix.machine import Machine
from bot.matrix.olm import OurOlm
from bot.matrix.rooms import MEGOLM
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.trust import Trust
from bot.process.data_directory import DataDirectory
from bot.rooms.authority import Authority
from bot.rooms.directory import RoomDirectory
from bot.running import Bot
from bot.verification.sessions import Verifications
from storage.chat.identities import Identities
from storage.chat.outbox import OutboxTable
from storage.chat.said_once import SaidOnce
from storage.core.database import Database
from storage.polls.ballots import Ballots
from storage.privacy.forgotten import Seal
from tests.support.adversary import ForgedDevice, JsonObject, Target, published
from tests.support.running import running

BOT: Final = "@steward:committee.test"
ANA: Final = "@ana:committee.test"
ROOM: Final = "!committee:committee.test"
AS_CONFIGURED: Final = Limits()
"""Those of a configuration that says nothing of them."""


class MadeHomeserver:
    """Answers every request with ``answer(method, path)``, perhaps awaited, or an empty object."""

    def __init__(self) -> None:
        self.answer: Callable[[str, str], Any] = lambda _method, _path: {}
        self.asked: list[tuple[str, str]] = []
        self.sent: list[tuple[str, JsonObject]] = []
        """Path and body of whatever was not only asked for."""
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=64 << 20)
        application.router.add_route("*", "/{rest:.*}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path_qs))
        if request.method in {"PUT", "POST"}:
            self.sent.append((request.path, await request.json()))
        answer = self.answer(request.method, request.path_qs)
        if isawaitable(answer):
            answer = await answer
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer)


@dataclass(slots=True)
class Answering:
    """A bot that has taken the first sync answer of a committee led by Ana."""

    bot: Bot
    homeserver: MadeHomeserver
    ana: ForgedDevice
    identity: CrossSigning
    """Ana's."""
    people: dict[str, JsonObject] = field(default_factory=dict)
    """Answers of ``/keys/query`` by person."""
    count: int = 0

    @property
    def intake(self) -> SyncProcessor:
        return self.bot.processor

    @property
    def machine(self) -> Machine:
        return self.bot.account.machine

    @property
    def trust(self) -> Trust:
        return self.bot.account.trust

    @property
    def authority(self) -> Authority:
        return self.bot.account.authority

    @property
    def places(self) -> RoomDirectory:
        return self.bot.account.places

    @property
    def database(self) -> Database:
        return self.bot.account.database

    @property
    def signing(self) -> CrossSigning:
        """The bot's own identity."""
        return self.bot.account.signing

    @property
    def verifying(self) -> Verifications:
        return self.bot.verifications

    @property
    def expiry(self) -> SessionExpiry:
        return self.bot.expiry

    async def take(self, answer: JsonObject) -> None:
        """Process a sync answer."""
        self.count += 1
        await self.intake.take({"next_batch": f"s{self.count}", **answer})

    async def waiting(self) -> list[str]:
        """Return the bodies of the messages queued to be sent."""
        async with self.database.transaction() as tx:
            parcels = await OutboxTable(tx).waiting()
        return [str(parcel.content.get("body")) for parcel in parcels]

    async def refused(self) -> dict[str, int]:
        """Return how many messages were refused, by reason."""
        async with self.database.transaction() as tx:
            return await SaidOnce(tx).counts()

    async def ask(self, text: str) -> list[str]:
        """Let Ana type something; returns the bodies queued in reply."""
        before = len(await self.waiting())
        await self.take(self.said(self.ana.says(ROOM, text)))
        return (await self.waiting())[before:]

    @staticmethod
    def said(*events: Any, room: str = ROOM) -> JsonObject:
        """Make a sync answer with the given timeline events."""
        return {"rooms": {"join": {room: {"timeline": {"events": list(events)}}}}}

    def serve(self, method: str, path: str) -> Any:
        """Answer a request as an honest homeserver would."""
        del method
        if "/keys/query" in path:
            merged: JsonObject = {"device_keys": {}, "master_keys": {}, "self_signing_keys": {}}
            for person in self.people.values():
                for kind in merged:
                    merged[kind] |= person[kind]
            return merged
        return {}

    def target(self) -> Target:
        """Return the bot's device as others see it, with fresh one-time keys."""
        account = self.machine._account
        account.generate_one_time_keys(50)
        offered = [key.to_base64() for key in account.one_time_keys.values()]
        account.mark_keys_as_published()
        self.machine.olm.save_account()
        return Target(
            BOT, account.curve25519_key.to_base64(), account.ed25519_key.to_base64(), offered
        )


def room_state(*members: str) -> list[JsonObject]:
    """Make the state of an encrypted room that Ana created."""
    levels = {"users": {ANA: 100}}
    events: list[tuple[str, str, JsonObject]] = [
        ("m.room.create", "", {"room_version": "11"}),
        ("m.room.encryption", "", {"algorithm": MEGOLM}),
        ("m.room.join_rules", "", {"join_rule": "invite"}),
        ("m.room.power_levels", "", levels),
        ("m.room.name", "", {"name": "Committee"}),
        *(("m.room.member", member, {"membership": "join"}) for member in members),
    ]
    return [
        {"type": kind, "state_key": key, "sender": ANA, "content": content, "event_id": f"${n}"}
        for n, (kind, key, content) in enumerate(events)
    ]


@asynccontextmanager
async def answering(
    directory: Path,
    may_invite: Callable[[str], bool] = ANA.__eq__,
    *others: str,
    polls: Polls | None = None,
    limits: Limits = AS_CONFIGURED,
    queued: bool = False,
) -> AsyncIterator[Answering]:
    """Build the bot without its loop; nothing queued is ever delivered, and no command waits."""
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(MadeHomeserver())
        client = Client(homeserver.url, BOT)
        client.resume("BOTDEVICE", "token")
        stack.push_async_callback(client.close)
        account = await account_in(directory, stack, client, RoomDirectory(BOT, may_invite))
        config = config_for(homeserver.url, directory, polls or Polls(keys_dir=directory), limits)
        made = await build(account, config, partial(build_commands, queued=queued))
        await made.processor.restore()
        ana, identity = ForgedDevice(ANA), CrossSigning.create()
        bot = Answering(made, homeserver, ana, identity)
        bot.people[ANA] = published(ANA, identity, ana.keys(identity))
        homeserver.answer = bot.serve
        await bot.take(
            {
                "rooms": {"join": {ROOM: {"state": {"events": room_state(ANA, BOT, *others)}}}},
                "to_device": {"events": [ana.room_key(bot.target(), ROOM)]},
            }
        )
        bot.places.rooms[ROOM].inviter = ANA
        await bot.take({"rooms": {"join": {ROOM: {"state": {"events": room_state()}}}}})
        async with running(*made.from_start):
            yield bot


def config_for(url: str, directory: Path, polls: Polls, limits: Limits = AS_CONFIGURED) -> Config:
    """Make a configuration for a bot run inside the test process."""
    return Config(
        homeserver=url,
        user=BOT,
        data_dir=directory,
        passphrase_file=directory / "passphrase",
        polls=polls,
        limits=limits,
    )


async def account_in(
    directory: Path, stack: AsyncExitStack, client: Client, places: RoomDirectory
) -> Account:
    """Open the account in a directory until the stack is closed; each time with another identity."""
    database = await Database.open(directory / "app.db", bytes(32))
    stack.push_async_callback(database.close)
    store = CipherStore.at(
        directory / "nio.db",
        key=bytes(32),
        pickle_key=bytes(32),
        user_id=BOT,
        device_id="BOTDEVICE",
    )
    stack.callback(store.close)
    ballots = await Ballots.open(directory / "ballots.db", bytes(32))
    stack.push_async_callback(ballots.close)
    async with database.transaction() as tx:
        trust = Trust(client, await Identities(tx).all())
    olm = OurOlm(BOT, "BOTDEVICE", store, places.is_in)
    return Account(
        DataDirectory(directory),
        DataKey(bytes(32)),
        client,
        database,
        ballots,
        Machine(client, olm, store, trust, places.knows),
        trust,
        Authority(places),
        CrossSigning.create(),
        Seal(bytes(32)),
    )

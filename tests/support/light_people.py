"""People with real devices that read only when asked, so that five hundred of them fit into a test.

Each has an account, one cross-signed device with its keys on the homeserver, and an encrypted
direct chat with the bot. Nobody syncs; at the end each device fetches what it was sent and opens it.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import vodozemac

from bot.delivery.transaction_ids import REFERENCE
from bot.matrix.identity import CrossSigning
from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject, MatrixApi, quoted
from tests.support.adversary import ForgedDevice, Target
from tests.support.committee import PASSWORD, Committee

ONE_TIME_KEYS: Final = 10
_KINDS: Final = ("curve25519", "ed25519")
_NOTHING: Final = quoted('{"room":{"rooms":[]},"presence":{"types":[]}}')


@dataclass(frozen=True, slots=True)
class Received:
    """One message of the bot's in the direct chat."""

    reference: str
    """The transaction id on its envelope."""
    kind: str
    content: JsonObject = field(repr=False)


@dataclass(slots=True)
class LightPerson:
    """A signed-in device without a sync loop."""

    homeserver: str
    user: str
    token: str
    device: ForgedDevice
    direct: str = ""

    @classmethod
    async def register(cls, homeserver: Homeserver, name: str) -> "LightPerson":
        """A new account whose one device is cross-signed and offers one-time keys."""
        user = await homeserver.register(name, PASSWORD)
        async with MatrixApi(homeserver.url) as api:
            await api.login(user, PASSWORD, "light")
            device, identity = ForgedDevice(user, api.device), CrossSigning.create()
            keys = device.keys()
            upload = {"device_keys": keys, "one_time_keys": _one_time_keys(device)}
            await api.call("POST", "/keys/upload", upload)
            await api.call("POST", "/keys/device_signing/upload", identity.public(user))
            bare = {name: item for name, item in keys.items() if name != "signatures"}
            signed = identity.self_signing.sign(bare, user)
            answer = await api.call("POST", "/keys/signatures/upload", {user: {device.id: signed}})
            assert not answer.get("failures"), answer
            return cls(homeserver.url, user, api.token, device)

    def api(self, through: str = "") -> MatrixApi:
        """Open a client for the device, by way of ``through`` if given; the caller closes the client."""
        api = MatrixApi(through or self.homeserver)
        api.user, api.device, api.token = self.user, self.device.id, self.token
        return api

    async def enter(self, committee: Committee) -> None:
        """Join the committee's room, to which they are invited, and open the direct chat."""
        bot = committee.steward.user
        async with self.api() as api:
            await api.join(committee.room)
            self.direct = await api.create_room(invite=(bot,), direct=True)

    async def met(self, bot: str, seconds: float = 60) -> None:
        """Wait until the bot has joined the direct chat and said something."""
        async with self.api() as api, asyncio.timeout(seconds):
            while not await self._envelopes(api, bot):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.2)

    async def say(self, bot: str, text: str) -> None:
        """Type something in the direct chat, where the bot may take it back; once only."""
        async with self.api() as api:
            await api.set_power(self.direct, bot, 50)
            ((name, keys),) = (await api.keys_of(bot))["device_keys"][bot].items()
            wanted = {"one_time_keys": {bot: {name: "signed_curve25519"}}}
            claimed = (await api.call("POST", "/keys/claim", wanted))["one_time_keys"][bot][name]
            (one_time_key,) = (each["key"] for each in claimed.values())
            curve25519, ed25519 = (keys["keys"][f"{kind}:{name}"] for kind in _KINDS)
            target = Target(bot, curve25519, ed25519, [one_time_key])
            shared = self.device.room_key(target, self.direct)["content"]
            await api.send_to_device("m.room.encrypted", {bot: {name: shared}})
            sealed = self.device.says(self.direct, text)["content"]
            await api.send_clear(self.direct, "m.room.encrypted", sealed)

    async def has(self, bot: str, begins: str) -> bool:
        """Whether the bot sent something here in a transaction whose id begins like this."""
        async with self.api() as api:
            found = await self._envelopes(api, bot)
        return any(str(each["content"].get(REFERENCE)).startswith(begins) for each in found)

    async def received(self, bot: str) -> list[Received]:
        """Everything the bot sent here, oldest first, opened with the keys this device was sent."""
        async with self.api() as api:
            envelopes = await self._envelopes(api, bot)
            keys = await self._room_keys(api)
        return [_opened(event, keys) for event in reversed(envelopes)]

    async def _envelopes(self, api: MatrixApi, bot: str) -> list[JsonObject]:
        path = f"/rooms/{quoted(self.direct)}/messages?dir=b&limit=100"
        page = await api.call("GET", path)
        return [
            event
            for event in page["chunk"]
            if event["type"] == "m.room.encrypted" and event["sender"] == bot
        ]

    async def _room_keys(self, api: MatrixApi) -> dict[str, str]:
        """Session id -> key, out of the to-device messages that wait for this device."""
        keys: dict[str, str] = {}
        sessions: dict[str, vodozemac.Session] = {}
        news = await api.call("GET", f"/sync?timeout=0&filter={_NOTHING}")
        for event in news.get("to_device", {}).get("events", []):
            content = event["content"]
            sealed = content["ciphertext"].get(self.device.curve25519)
            if sealed is None or sealed["type"] != 0:
                continue
            payload = json.loads(self._open(content["sender_key"], sealed, sessions))
            if payload["type"] == "m.room_key" and payload["recipient"] == self.user:
                keys[payload["content"]["session_id"]] = payload["content"]["session_key"]
        return keys

    def _open(
        self, sender_key: str, sealed: JsonObject, sessions: dict[str, vodozemac.Session]
    ) -> bytes:
        # Nobody answers in the bot's own Olm sessions: every message in them is still a first one.
        message = vodozemac.PreKeyMessage.from_base64(sealed["body"])
        known = sessions.get(message.session_id())
        if known is not None:
            return bytes(known.decrypt(message.to_any()))
        sender = vodozemac.Curve25519PublicKey.from_base64(sender_key)
        session, opened = self.device.account.create_inbound_session(sender, message)
        sessions[message.session_id()] = session
        return bytes(opened)


def _one_time_keys(device: ForgedDevice) -> dict[str, JsonObject]:
    device.account.generate_one_time_keys(ONE_TIME_KEYS)
    offered = {}
    for name, key in device.account.one_time_keys.items():
        body: JsonObject = {"key": key.to_base64()}
        signature = {f"ed25519:{device.id}": device.sign(body)}
        offered[f"signed_curve25519:{name}"] = {**body, "signatures": {device.user: signature}}
    device.account.mark_keys_as_published()
    return offered


def _opened(event: JsonObject, keys: dict[str, str]) -> Received:
    sealed = event["content"]
    session = vodozemac.InboundGroupSession(vodozemac.SessionKey(keys[sealed["session_id"]]))
    opened = session.decrypt(vodozemac.MegolmMessage.from_base64(sealed["ciphertext"]))
    payload = json.loads(opened.plaintext)
    return Received(str(sealed.get(REFERENCE)), payload["type"], payload["content"])


async def crowd(
    committee: Committee, homeserver: Homeserver, many: int, *, pause: float = 0.0
) -> list[LightPerson]:
    """So many light people in the committee, each with a direct chat in which the bot is.

    ``pause``: seconds between them, so that other work on this machine gets its share.
    """
    people: list[LightPerson] = []
    for number in range(many):
        person = await LightPerson.register(homeserver, f"light{number:04}")
        await committee.ana.api.invite(committee.room, person.user)
        await person.enter(committee)
        people.append(person)
        await asyncio.sleep(pause)
    await all_met(people, committee.steward.user)
    return people


async def all_met(people: Sequence[LightPerson], bot: str) -> None:
    """Wait until the bot is in everybody's direct chat."""
    for person in people:
        await person.met(bot, seconds=600)


async def limit(homeserver: Homeserver) -> None:
    """Restart a homeserver on the same data, with all of Synapse's own rate limits."""
    await homeserver.stop()
    path = homeserver.directory / "homeserver.yaml"
    settings = json.loads(path.read_text())
    path.write_text(
        json.dumps({name: item for name, item in settings.items() if not name.startswith("rc_")})
    )
    await homeserver.start()

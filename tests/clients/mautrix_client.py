"""mautrix-python with libolm, as bridges and maubot have it. JSON in the argument, JSON lines out."""

import asyncio
import json
import sys
import tempfile
import traceback
from typing import Any

from mautrix.client import Client
from mautrix.client.state_store import MemoryStateStore
from mautrix.crypto import OlmMachine, PgCryptoStore
from mautrix.types import (
    EventType,
    MessageEvent,
    RoomID,
    StateEvent,
    TextMessageEventContent,
    ToDeviceEvent,
    TrustState,
    UserID,
)
from mautrix.util.async_db import Database


def tell(event: str, **more: Any) -> None:
    print(json.dumps({"event": event, **more}), flush=True)  # noqa: T201 (read by the test)


class States(MemoryStateStore):  # type: ignore[misc]  # it is not installed where types are checked
    """What the encryption asks about rooms."""

    async def find_shared_rooms(self, user_id: UserID) -> list[RoomID]:
        return [room for room, people in self.members.items() if user_id in people]


class App:
    def __init__(self, order: dict[str, Any], directory: str) -> None:
        self.database = Database.create(
            f"sqlite:///{directory}/crypto.db", upgrade_table=PgCryptoStore.upgrade_table
        )
        self.order = order
        self.client = Client(base_url=order["homeserver"], state_store=States())
        self.heard: list[tuple[str, str, str]] = []
        self.withheld: list[str] = []
        self.joined: set[tuple[str, str]] = set()
        self.news = asyncio.Condition()

    async def begin(self) -> None:
        order = self.order
        login = await self.client.login(order["user"], password=order["password"])
        # The store of bridges and maubot. The one in memory cannot take a key twice (0.21.1).
        await self.database.start()
        store = PgCryptoStore(str(login.device_id), "pickle", self.database)
        await store.open()
        await store.put_device_id(login.device_id)
        crypto = OlmMachine(self.client, store, self.client.state_store)
        self.client.crypto = crypto
        await crypto.load()
        await crypto.share_keys()
        if order["signed"]:
            await crypto.generate_recovery_key()
            crypto.send_keys_min_trust = TrustState.CROSS_SIGNED_TOFU
        self.client.add_event_handler(EventType.ROOM_MESSAGE, self.note)
        self.client.add_event_handler(EventType.ROOM_MEMBER, self.member)
        self.client.add_event_handler(EventType.ROOM_KEY_WITHHELD, self.told)
        self.client.ignore_initial_sync = False
        tell("device", id=str(login.device_id))
        self.client.start(None)

    async def note(self, event: MessageEvent) -> None:
        if event.sender == self.order["bot"]:
            self.heard.append((event.room_id, event.content.body, event.event_id))
            await self.wake()

    async def member(self, event: StateEvent) -> None:
        if event.content.membership.value == "join":
            self.joined.add((event.room_id, event.state_key))
            await self.wake()

    async def told(self, event: ToDeviceEvent) -> None:
        self.withheld.append(event.content.serialize()["code"])
        await self.wake()

    async def wake(self) -> None:
        async with self.news:
            self.news.notify_all()

    async def hear(self, room: str | None, words: str, since: int = 0) -> tuple[str, str, str]:
        """Wait for words in a room; None: wherever they are said."""

        def found() -> tuple[str, str, str] | None:
            heard = (h for h in self.heard[since:] if room in {None, h[0]} and words in h[1])
            return next(heard, None)

        async with asyncio.timeout(40), self.news:
            await self.news.wait_for(found)
        message = found()
        assert message is not None
        return message

    async def here(self, room: str) -> None:
        async with asyncio.timeout(40), self.news:
            await self.news.wait_for(lambda: (room, self.order["bot"]) in self.joined)

    async def ask(self, room: str, content: TextMessageEventContent, words: str) -> str:
        since = len(self.heard)
        await self.client.send_message(RoomID(room), content)
        answer = await self.hear(room, words, since)
        tell("answered", asked=content.body.splitlines()[-1], **{"with": answer[1]})
        return answer[2]

    async def play(self) -> None:
        order, client = self.order, self.client
        room = order["room"]
        if order["signed"]:
            await client.join_room(RoomID(room))
        await self.here(room)
        if not order["signed"]:
            await client.send_text(RoomID(room), "!status")
            tell("explained", **{"with": (await self.hear(None, "not verified"))[1]})
            async with asyncio.timeout(40), self.news:
                await self.news.wait_for(lambda: self.withheld)
            tell("withheld", code=self.withheld[0])
            return
        await self.ask(room, text("!status"), "fingerprint")
        direct = await client.create_room(
            is_direct=True,
            invitees=[UserID(order["bot"])],
            initial_state=[
                {
                    "type": "m.room.encryption",
                    "state_key": "",
                    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
                }
            ],
        )
        await self.here(direct)
        await self.hear(direct, "Names and ratings belong here")
        help_id = await self.ask(direct, text("!help"), "Topics:")
        await self.ask(direct, text("!due"), "Nothing due")
        reply = text("!me")
        reply.set_reply(await client.get_event(direct, help_id))
        await self.ask(direct, reply, "You are")


def text(body: str) -> TextMessageEventContent:
    return TextMessageEventContent(msgtype="m.text", body=body)


async def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        app = App(json.loads(sys.argv[1]), directory)
        try:
            await app.begin()
            await app.play()
            tell("done")
        except Exception:  # noqa: BLE001 (told to whoever drives this)
            tell("failed", why=traceback.format_exc()[-600:], heard=[h[1][:80] for h in app.heard])
        finally:
            app.client.stop()
            await app.client.api.session.close()
            await app.database.stop()


asyncio.run(main())

"""matrix-nio as it is, as matrix-commander and many bots use it. JSON in the argument, JSON lines out.

It has no cross-signing of its own: its device is one that nobody verified.
"""

import asyncio
import json
import logging
import sys
import tempfile
from typing import Any

from nio import (
    AsyncClient,
    AsyncClientConfig,
    KeyVerificationCancel,
    RoomMessage,
    UnknownToDeviceEvent,
)

logging.getLogger("nio").addHandler(logging.NullHandler())


def tell(event: str, **more: Any) -> None:
    print(json.dumps({"event": event, **more}), flush=True)  # noqa: T201 (read by the test)


class App:
    def __init__(self, order: dict[str, Any], store: str) -> None:
        self.order = order
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False)
        self.nio = AsyncClient(order["homeserver"], order["user"], store_path=store, config=config)
        self.heard: list[tuple[str, str]] = []
        self.withheld: list[str] = []
        self.cancelled: list[str] = []
        self.nio.add_event_callback(self.note, RoomMessage)
        self.nio.add_to_device_callback(self.told, UnknownToDeviceEvent)
        self.nio.add_to_device_callback(self.ended, KeyVerificationCancel)

    async def note(self, room: Any, event: Any) -> None:
        if event.sender == self.order["bot"] and event.decrypted:
            self.heard.append((room.room_id, event.body))

    async def told(self, event: Any) -> None:
        if event.type == "m.room_key.withheld":
            self.withheld.append(event.source["content"]["code"])

    async def ended(self, event: Any) -> None:
        self.cancelled.append(event.code)

    async def until(self, fact: Any, what: str) -> None:
        try:
            async with asyncio.timeout(60):
                while not fact():
                    await self.nio.sync(timeout=1000)
                    if self.nio.should_upload_keys:
                        await self.nio.keys_upload()
                    if self.nio.should_query_keys:
                        await self.nio.keys_query()
                    await self.nio.send_to_device_messages()
        except TimeoutError:
            raise TimeoutError(f"waited in vain for {what}: {self.heard} {self.withheld}") from None

    async def play(self) -> None:
        order, nio, room = self.order, self.nio, self.order["room"]
        await nio.login(order["password"])
        tell("device", id=nio.device_id)
        await nio.keys_upload()
        await nio.join(room)
        await self.until(lambda: order["bot"] in getattr(nio.rooms.get(room), "users", ()), "room")
        content = {"msgtype": "m.text", "body": "!status"}
        await nio.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
        await self.until(lambda: any("cross-signing" in body for _, body in self.heard), "words")
        tell("explained", **{"with": next(b for _, b in self.heard if "cross-signing" in b)})
        # The bot's next message to the others is withheld from this device.
        tell("listening")
        await self.until(lambda: bool(self.withheld), "the withheld notice")
        tell("withheld", code=self.withheld[0])
        (bot,) = nio.device_store.active_user_devices(order["bot"])
        await nio.start_key_verification(bot)
        (sas,) = nio.key_verifications.values()
        await self.until(lambda: sas.canceled or self.cancelled, "the end of the comparison")
        tell("compared", code=sas.cancel_code or self.cancelled[0])


async def main() -> None:
    with tempfile.TemporaryDirectory() as store:
        app = App(json.loads(sys.argv[1]), store)
        try:
            await app.play()
            tell("done")
        except Exception as error:  # noqa: BLE001 (told to whoever drives this)
            tell("failed", why=repr(error))
        finally:
            await app.nio.close()


asyncio.run(main())

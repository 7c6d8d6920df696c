"""The bot's encryption, trust and guard in the test process: real keys, real store, no homeserver."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.matrix.client import Client
from bot.matrix.crypto_store import CipherStore
from bot.matrix.guard import Guard, Verdict
from bot.matrix.identity import CrossSigning
from bot.matrix.machine import Machine
from bot.matrix.olm import OurOlm
from bot.matrix.rooms import MEGOLM, Room
from bot.matrix.trust import Trust
from tests.support.adversary import ForgedDevice, JsonObject, Target, published

BOT: Final = "@steward:committee.test"
ROOM: Final = "!committee:committee.test"
OTHER_ROOM: Final = "!other:committee.test"
NOWHERE: Final = "http://127.0.0.1:9"
"""Nothing is asked of a homeserver here; a request would fail."""


@dataclass(slots=True)
class Inside:
    """One device of the bot that is in ``ROOM`` and ``OTHER_ROOM``."""

    machine: Machine
    trust: Trust
    guard: Guard
    rooms: dict[str, Room]
    store: CipherStore
    known: set[str]
    """People the bot has to do with."""

    def target(self, one_time_keys: int = 50) -> Target:
        """Return the bot's device as others see it, with fresh one-time keys."""
        account = self.machine._account
        account.generate_one_time_keys(one_time_keys)
        offered = [key.to_base64() for key in account.one_time_keys.values()]
        account.mark_keys_as_published()
        self.machine.olm.save_account()
        return Target(
            BOT, account.curve25519_key.to_base64(), account.ed25519_key.to_base64(), offered
        )

    def admit(self, user: str) -> None:
        """Let somebody join both rooms."""
        self.known.add(user)
        for room in self.rooms.values():
            room.members[user] = "join"

    def member(self, user: str) -> tuple[ForgedDevice, CrossSigning]:
        """Add a member with one device that follows the rules."""
        self.admit(user)
        device, identity = ForgedDevice(user), CrossSigning.create()
        self.publish(user, identity, device.keys(identity))
        return device, identity

    def publish(self, user: str, identity: CrossSigning, *devices: JsonObject) -> None:
        """Publish somebody's keys, as the homeserver would."""
        self.trust._learn(user, published(user, identity, *devices))

    def judge(self, event: object, room: str = ROOM) -> Verdict:
        return self.guard.judge(self.rooms[room], event)


@contextmanager
def inside(path: Path) -> Iterator[Inside]:
    """Open (or open again) the bot's encryption in a store file."""
    client = Client(NOWHERE, BOT)
    client.resume("BOTDEVICE", "")
    store = CipherStore.at(
        path, key=bytes(32), pickle_key=bytes(32), user_id=BOT, device_id="BOTDEVICE"
    )
    rooms = {name: Room(name, encrypted=True) for name in (ROOM, OTHER_ROOM)}
    for room in rooms.values():
        room.members[BOT] = "join"
        room.apply({"type": "m.room.encryption", "state_key": "", "content": {"algorithm": MEGOLM}})
    trust = Trust(client, [])
    known: set[str] = set()
    olm = OurOlm(BOT, "BOTDEVICE", store, rooms.__contains__)
    machine = Machine(client, olm, store, trust, known.__contains__)
    try:
        yield Inside(machine, trust, Guard(machine, trust, BOT), rooms, store, known)
    finally:
        store.close()

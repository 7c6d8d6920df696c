"""Other people's cross-signing identities and devices, pinned at first sight."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from enum import Enum
from itertools import filterfalse
from typing import Any

from bot.matrix.client import Client, MatrixError
from bot.matrix.signing import is_signed, is_signed_as
from storage.chat.identities import Pin
from storage.core.lazy_dataclass import dataclass

QUERY_SIZE = 200
"""People asked about in one request."""

PATIENCE = 60.0
"""Seconds before somebody whose server did not answer is asked about again."""


class IdentityStanding(Enum):
    """How a person's master key compares with the pinned one."""

    NONE = "none"
    """No usable cross-signing identity."""
    PINNED = "pinned"
    """The identity seen first, unchanged."""
    CHANGED = "changed"
    """Another master key than the one seen first: suspended until a lead accepts it."""


@dataclass(frozen=True, slots=True)
class Device:
    """One published device whose own signature holds."""

    user: str
    id: str
    ed25519: str
    curve25519: str
    cross_signed: bool
    """Whether the person's self-signing key, itself signed by their master key, signed it."""


@dataclass(frozen=True, slots=True)
class PublishedIdentity:
    """The master key and devices of a person, as far as signatures bear them out."""

    user: str
    master: str | None = None
    devices: Mapping[str, Device] = field(default_factory=dict)


class Trust:
    """Identities and devices of the people in the bot's rooms, queried when they change."""

    def __init__(self, client: Client, pins: Iterable[Pin]) -> None:
        self._client = client
        self._pins = {pin.person: pin for pin in pins}
        self._people: dict[str, PublishedIdentity] = {}
        self._claims: Counter[str] = Counter()
        """How many known devices name each identity key."""
        self._stale: set[str] = set()
        self._asked: dict[str, float] = {}
        self.news: list[Pin] = []
        """Pins to be saved: first sights and changes, in order."""

    def person(self, user: str) -> PublishedIdentity:
        """The identity a person has published; empty if none is known."""
        # Asked for everybody in a room with each message that goes there.
        known = self._people.get(user)
        return PublishedIdentity(user) if known is None else known

    def knows(self, user: str) -> bool:
        """Whether a person's homeserver has told their keys; False while it has been away since we came."""
        return user in self._people

    def unknown(self, users: Iterable[str]) -> Iterator[str]:
        """People among these whose keys nobody has told."""
        return filterfalse(self._people.__contains__, users)

    def standing(self, user: str) -> IdentityStanding:
        """How a person's present master key compares with the pinned one."""
        person, pin = self.person(user), self._pins.get(user)
        if person.master is None or pin is None:
            return IdentityStanding.NONE
        return IdentityStanding.PINNED if person.master == pin.pinned else IdentityStanding.CHANGED

    def pin(self, user: str) -> Pin | None:
        """The pin of a person; None if nothing was pinned."""
        return self._pins.get(user)

    def repin(self, pin: Pin) -> None:
        """Pin the master key that a lead accepted, once the acceptance is saved."""
        self._pins[pin.person] = pin

    def changed(self) -> list[Pin]:
        """People whose identity is not the one seen first."""
        return [pin for pin in self._pins.values() if pin.offered is not None]

    def may_read(self, user: str) -> list[Device]:
        """The devices that room keys may be shared with: cross-signed, identity as pinned."""
        if self.standing(user) is not IdentityStanding.PINNED:
            return []
        return [device for device in self.person(user).devices.values() if device.cross_signed]

    def left_out(self, user: str) -> int:
        """How many devices of a person get no room keys."""
        return len(self.person(user).devices) - len(self.may_read(user))

    def owner(self, curve25519: str) -> Device | None:
        """Whose device an identity key is."""
        for person in self._people.values():
            for device in person.devices.values():
                if device.curve25519 == curve25519:
                    return device
        return None

    def shares_key(self, device: Device) -> bool:
        """Whether another device claims the same identity key: whose it is cannot be told.

        Anybody may publish a key that is not theirs. A session opened for such a claim would be
        used for the key's owner too, who could not read it.
        """
        return self._claims[device.curve25519] > 1

    def mark_stale(self, users: Iterable[str]) -> None:
        """Query keys anew for tracked people among those the homeserver reports as changed."""
        self._stale.update(user for user in users if user in self._people)
        for user in self._stale:
            self._asked.pop(user, None)

    def track(self, users: Iterable[str]) -> None:
        """Follow the keys of people who are in the bot's rooms."""
        self._stale.update(user for user in users if user not in self._people)

    def doubt(self, user: str) -> None:
        """Query a person's devices anew after a message from an unknown one, but not all the time."""
        self._stale.add(user)

    async def refresh(self) -> None:
        """Ask for everybody who is new or changed. People whose server is away stay as they were.

        Waits for our own homeserver as long as that takes: without this nothing can be believed.
        """
        now = time.monotonic()
        due = sorted(u for u in self._stale if now - self._asked.get(u, -PATIENCE) >= PATIENCE)
        for start in range(0, len(due), QUERY_SIZE):
            some = due[start : start + QUERY_SIZE]
            answer = await self._ask(some)
            if answer is None and len(some) > 1:
                # One name the homeserver does not like spoils the question about all.
                for user in some:
                    self._asked[user] = now
                    self._learn(user, await self._ask([user]) or {})
                continue
            for user in some:
                self._asked[user] = now
                self._learn(user, answer or {})

    async def _ask(self, users: list[str]) -> Mapping[str, Any] | None:
        """One question; None when the homeserver refuses to answer it."""
        try:
            return await self._client.insist(
                "POST",
                "/keys/query",
                {"device_keys": {user: [] for user in users}, "timeout": 10_000},
                timeout=40.0,
            )
        except MatrixError:
            return None

    def _learn(self, user: str, answer: Mapping[str, Any]) -> None:
        devices = _of(answer, "device_keys", user)
        if devices is None:
            # A server that is away is listed under failures and its people are left out.
            return
        self._stale.discard(user)
        master = _public(_of(answer, "master_keys", user), user, "master")
        signing = _of(answer, "self_signing_keys", user)
        self_signing = _public(signing, user, "self_signing")
        if master is None or signing is None or not is_signed(signing, user, master):
            self_signing = None
        known = (_device(user, name, keys, self_signing) for name, keys in devices.items())
        for device in self.person(user).devices.values():
            self._claims[device.curve25519] -= 1
        self._people[user] = PublishedIdentity(
            user, master, {d.id: d for d in known if d is not None}
        )
        for device in self.person(user).devices.values():
            self._claims[device.curve25519] += 1
        self._compare(user, master)

    def _compare(self, user: str, master: str | None) -> None:
        pin = self._pins.get(user)
        now = time.time_ns() // 1_000_000
        if pin is None:
            if master is None:
                return
            pin = Pin(user, master, now, None, None)
        elif master is not None and master != pin.pinned:
            if pin.offered == master:
                return
            pin = replace(pin, offered=master, offered_at=now)
        elif master == pin.pinned and pin.offered is not None:
            pin = replace(pin, offered=None, offered_at=None)
        else:
            return
        self._pins[user] = pin
        self.news.append(pin)

    def noted(self, count: int) -> None:
        """Forget the oldest changes, which are on disk by now."""
        del self.news[:count]


def _of(answer: Mapping[str, Any], kind: str, user: str) -> Mapping[str, Any] | None:
    table = answer.get(kind)
    value = table.get(user) if isinstance(table, dict) else None
    return value if isinstance(value, dict) else None


def _public(key: Mapping[str, Any] | None, user: str, usage: str) -> str | None:
    """The one public key of a published cross-signing key, if it is what it says."""
    if key is None or key.get("user_id") != user:
        return None
    uses, keys = key.get("usage"), key.get("keys")
    if not isinstance(uses, list) or usage not in uses or not isinstance(keys, dict):
        return None
    if len(keys) != 1:
        return None
    name, public = next(iter(keys.items()))
    return public if isinstance(public, str) and name == f"ed25519:{public}" else None


def _device(user: str, name: str, keys: object, self_signing: str | None) -> Device | None:
    if not isinstance(keys, dict) or keys.get("user_id") != user or keys.get("device_id") != name:
        return None
    public = keys.get("keys")
    if not isinstance(public, dict):
        return None
    ed25519, curve25519 = public.get(f"ed25519:{name}"), public.get(f"curve25519:{name}")
    if not isinstance(ed25519, str) or not isinstance(curve25519, str):
        return None
    if not is_signed_as(keys, user, name, ed25519):
        return None
    signed = self_signing is not None and is_signed(keys, user, self_signing)
    return Device(user, name, ed25519, curve25519, signed)

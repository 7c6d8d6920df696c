"""Our device: its published keys, its Olm sessions, and the room keys people send it."""

import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import field
from typing import Any, Protocol

import vodozemac
from nio.crypto import InboundGroupSession, OlmDevice
from nio.crypto.sessions import Session
from nio.events import DummyEvent, RoomKeyEvent

from bot.matrix.client import (
    AFTER_NONSENSE,
    Client,
    JsonObject,
    MatrixError,
    NotNow,
)
from bot.matrix.olm import DeviceMessage, OurOlm, moved_to
from bot.matrix.read_positions import Key
from bot.matrix.signing import canonical, from_unpadded, is_signed_as
from bot.matrix.trust import Device, Trust
from bot.process import failpoints
from storage.core.lazy_dataclass import dataclass

CLAIM_SIZE = 100
"""Devices asked for a one-time key in one request."""

STRANGERS = 100
"""To-device messages of strangers that are opened within STRANGERS_PER seconds, all together."""

STRANGERS_PER = 3600.0

MOST_TOLD = 100
"""Messages of other bots to our device that wait to be looked at; they say everything again."""


class Store(Protocol):
    """What we use of the crypto store beyond nio's own interface."""

    def atomic(self) -> AbstractContextManager[object]:
        """Let several saves commit at once, or none of them."""

    def purge(self) -> None:
        """Leave no older version of a row in the files."""

    def delete_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Delete a room key."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What one write does to received Megolm sessions: move forward, delete, or write anew."""

    forward: Mapping[Key, int] = field(default_factory=dict)
    """The first message index that each session can read afterwards."""
    away: AbstractSet[Key] = frozenset()
    """Sessions to delete."""
    again: Collection[Key] = ()
    """Sessions to write anew unchanged, so that the write does not show which one was moved."""


def contained(error: BaseException) -> BaseException:
    """Re-raise what must end the process; return any other error that one bad event may have caused.

    vodozemac's own panics are not Exceptions, so the net has to be wider than ``Exception``.
    """
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return error
    raise error


class Machine:
    """The encryption state of the bot's device, over nio's Olm machine and vodozemac."""

    def __init__(
        self,
        client: Client,
        olm: OurOlm,
        store: Store,
        trust: Trust,
        knows: Callable[[str], bool],
    ) -> None:
        """``knows`` tells whether a sender has to do with us; others are heard only now and then.

        Not never: a room key may overtake the news that its sender has joined.
        """
        self._knows = knows
        self._strangers = 0
        self._strangers_since = time.monotonic()
        self._client = client
        self.olm = olm
        self._store = store
        self._trust = trust
        self._account = olm.account._account  # noqa: SLF001 (nio exposes no fallback keys)
        self._one_time_keys: int | None = None if olm.account.shared else 0
        self._fallback_missing = not olm.account.shared
        self._doubtful = bool(self._account.one_time_keys or self._account.fallback_key)
        self.told: deque[DeviceMessage] = deque(maxlen=MOST_TOLD)
        """What other bots said to our device and nobody has looked at yet."""
        self.malformed = 0
        """To-device messages dropped since start because they could not be read as such."""

    @property
    def ed25519(self) -> str:
        """The device's public signing key, unpadded base64."""
        return str(self._account.ed25519_key.to_base64())

    @property
    def curve25519(self) -> str:
        """The device's public identity key, unpadded base64."""
        return str(self._account.curve25519_key.to_base64())

    # -- what we publish ---------------------------------------------------------------------

    def sign(self, value: Mapping[str, Any]) -> str:
        """The device's signature of a JSON object, unpadded base64."""
        return str(self._account.sign(canonical(value)).to_base64())

    def note_counts(self, sync: Mapping[str, Any]) -> None:
        """Take over the homeserver's count of our one-time keys; a missing count is zero."""
        counts = sync.get("device_one_time_keys_count")
        if isinstance(counts, dict):
            self._one_time_keys = _count(counts)
        unused = sync.get("device_unused_fallback_key_types")
        if isinstance(unused, list):
            self._fallback_missing = "signed_curve25519" not in unused

    async def publish_keys(self) -> None:
        """Upload device keys once, and one-time and fallback keys whenever they run low.

        Private halves are saved before the public ones leave, so that a crash in between leaves
        no key out there that we cannot use.
        """
        self._set_aside_doubtful()
        limit = self._account.max_number_of_one_time_keys
        low = self._one_time_keys is not None and self._one_time_keys < limit // 2
        if not (low or self._fallback_missing or not self.olm.account.shared):
            return
        if low and not self._account.one_time_keys:
            self._account.generate_one_time_keys(limit - (self._one_time_keys or 0))
        if self._fallback_missing and not self._account.fallback_key:
            self._account.generate_fallback_key()
        self.olm.save_account()
        failpoints.reach("before_upload")
        body: JsonObject = {
            "one_time_keys": self._signed_keys(self._account.one_time_keys),
            "fallback_keys": self._signed_keys(self._account.fallback_key, fallback=True),
        }
        if not self.olm.account.shared:
            body["device_keys"] = self._device_keys()
        answer = await self._client.insist("POST", "/keys/upload", body)
        failpoints.reach("after_upload")
        self._account.mark_keys_as_published()
        self.olm.account.shared = True
        self.olm.save_account()
        self._one_time_keys = _count(answer.get("one_time_key_counts"))
        self._fallback_missing = False

    def _set_aside_doubtful(self) -> None:
        """Never offer keys again whose upload an earlier run did not see answered.

        Some may have been handed out already, and a key handed out twice opens one message only.
        Their private halves stay, for those who got them.
        """
        if self._doubtful:
            self._doubtful = False
            self._account.mark_keys_as_published()
            self.olm.save_account()

    def _device_keys(self) -> JsonObject:
        device, user = self._client.device, self._client.user
        keys: JsonObject = {
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "device_id": device,
            "user_id": user,
            "keys": {
                f"curve25519:{device}": self._account.curve25519_key.to_base64(),
                f"ed25519:{device}": self._account.ed25519_key.to_base64(),
            },
        }
        return self._signed(keys)

    def _signed_keys(self, keys: Mapping[str, Any], *, fallback: bool = False) -> JsonObject:
        mark: JsonObject = {"fallback": True} if fallback else {}
        return {
            f"signed_curve25519:{name}": self._signed({"key": key.to_base64(), **mark})
            for name, key in keys.items()
        }

    def _signed(self, value: JsonObject) -> JsonObject:
        signature = {f"ed25519:{self._client.device}": self.sign(value)}
        return {**value, "signatures": {self._client.user: signature}}

    # -- what we are sent --------------------------------------------------------------------

    def take(self, events: Collection[object]) -> set[tuple[str, str]]:
        """Handle one sync's to-device messages in one transaction of the store.

        They may come from total strangers: each is guarded by itself. Returns the room keys that
        arrived, as (room, session id).
        """
        arrived: set[tuple[str, str]] = set()
        if not events:
            return arrived
        with self._store.atomic():
            for event in events:
                try:
                    key = self._take_one(event)
                except BaseException as error:  # noqa: BLE001 (one bad event never ends the loop)
                    contained(error)
                    self.malformed += 1
                else:
                    if key is not None:
                        arrived.add(key)
        return arrived

    def _take_one(self, event: object) -> tuple[str, str] | None:
        # Only encrypted messages mean anything to us: room keys are never requested, forwarded
        # or accepted in clear. Requests for keys are for people's own devices.
        if not isinstance(event, dict) or event.get("type") != "m.room.encrypted":
            return None
        content, sender = event["content"], event["sender"]
        if content["algorithm"] != "m.olm.v1.curve25519-aes-sha2" or not isinstance(sender, str):
            return None
        sealed = content["ciphertext"].get(self._account.curve25519_key.to_base64())
        if sealed is None:
            return None
        if not self._knows(sender) and self._too_many_strangers():
            self.malformed += 1
            return None
        sender_key = vodozemac.Curve25519PublicKey.from_base64(content["sender_key"]).to_base64()
        first = sealed["type"] == 0
        message = (
            vodozemac.PreKeyMessage.from_base64(sealed["body"])
            if first
            else vodozemac.AnyOlmMessage.normal(from_unpadded(sealed["body"]))
        )
        try:
            opened = self.olm.decrypt(sender, sender_key, message)
        finally:
            if first:
                # A new session used up a one-time key; the account without it is saved with the
                # session, or the key would come back after a restart.
                self.olm.save_account()
                failpoints.reach("within_keys")
        if isinstance(opened, RoomKeyEvent):
            return opened.room_id, opened.session_id
        if isinstance(opened, DeviceMessage):
            self.told.append(opened)
        elif not isinstance(opened, DummyEvent):
            self.malformed += 1
        return None

    def _too_many_strangers(self) -> bool:
        """Each message of a stranger may leave a session behind: that must have an end."""
        now = time.monotonic()
        if now - self._strangers_since >= STRANGERS_PER:
            self._strangers, self._strangers_since = 0, now
        self._strangers += 1
        return self._strangers > STRANGERS

    # -- reading once --------------------------------------------------------------------------

    def move_on(self, moves: Moves) -> None:
        """Advance, delete or rewrite sessions, durably and all at once.

        Messages behind the advanced index cannot be read again.
        """
        sessions = self.olm.inbound_group_store
        away = [found for key in moves.away if (found := self._session(key)) is not None]
        kept: dict[Key, InboundGroupSession] = {}
        for key in {*moves.forward, *moves.again} - moves.away:
            session = self._session(key)
            moved = session and moved_to(session, moves.forward.get(key, 0))
            if moved is not None:
                kept[key] = moved
            elif session is not None:
                away.append(session)
        with self._store.atomic():
            for key in sorted(kept):
                self.olm.save_inbound_group_session(kept[key])
            for session in away:
                self._store.delete_inbound_group_session(session)
        for session in kept.values():
            sessions.add(session)
        for session in away:
            sessions[session.room_id][session.sender_key].pop(session.id, None)
        # What they were before is in the store's log as well.
        self._store.purge()

    def sessions(self) -> list[Key]:
        """The sessions in which we were written to."""
        known = self.olm.inbound_group_store
        return [(each.room_id, f"{each.sender_key} {each.id}") for each in known]

    def forget_own(self) -> None:
        """Delete keys to our own messages, which earlier versions kept."""
        own = self.olm.account.identity_keys["curve25519"]
        theirs = [each for each in self.olm.inbound_group_store if each.sender_key == own]
        if theirs:
            keys = {(each.room_id, f"{own} {each.id}") for each in theirs}
            self.move_on(Moves(away=keys))

    def _session(self, key: Key) -> InboundGroupSession | None:
        sender_key, _, session_id = key[1].partition(" ")
        return self.olm.inbound_group_store.get(key[0], sender_key, session_id)

    # -- Olm sessions with others ------------------------------------------------------------

    def session_with(self, device: Device) -> Session | None:
        """The Olm session to use with a device; None where there is none yet."""
        session: Session | None = self.olm.session_store.get(device.curve25519)
        return session

    async def open_sessions(self, devices: Iterable[Device]) -> None:
        """Claim a one-time key for each device without a session. Raises NotNow to try again.

        Devices that offer no usable key stay without a session; that is for the caller to see.
        """
        missing = [
            device
            for device in devices
            if self.session_with(device) is None and not self._trust.shares_key(device)
        ]
        for start in range(0, len(missing), CLAIM_SIZE):
            some = {(d.user, d.id): d for d in missing[start : start + CLAIM_SIZE]}
            wanted: dict[str, dict[str, str]] = {}
            for user, name in some:
                wanted.setdefault(user, {})[name] = "signed_curve25519"
            answer = await self._client.request(
                "POST", "/keys/claim", {"one_time_keys": wanted, "timeout": 10_000}, timeout=40.0
            )
            claimed = answer.get("one_time_keys")
            if not isinstance(claimed, dict):
                raise NotNow(AFTER_NONSENSE)
            with self._store.atomic():
                for (user, name), device in some.items():
                    self._start_session(device, _nested(claimed, user, name))

    def _start_session(self, device: Device, offered: object) -> None:
        if not isinstance(offered, dict) or len(offered) != 1:
            return
        name, key = next(iter(offered.items()))
        if not str(name).startswith("signed_curve25519:") or not isinstance(key, dict):
            return
        if not is_signed_as(key, device.user, device.id, device.ed25519):
            return
        try:
            self.olm.create_session(key["key"], device.curve25519)
        except BaseException as error:  # noqa: BLE001 (a key that is none is one device's trouble)
            contained(error)

    async def send_to(
        self, kind: str, messages: Iterable[tuple[Device, Mapping[str, Any]]]
    ) -> None:
        """Encrypt one to-device message for each device and send them in one request. Raises NotNow."""
        bodies: dict[str, dict[str, JsonObject]] = {}
        with self._store.atomic():
            for device, content in messages:
                session = self.session_with(device)
                if session is None:
                    # It is being mended at this moment.
                    raise NotNow(0.1)
                sealed = self.olm._olm_encrypt(  # noqa: SLF001 (there is no public name for it)
                    session, _olm_device(device), kind, dict(content)
                )
                bodies.setdefault(device.user, {})[device.id] = sealed
        if bodies:
            path = f"/sendToDevice/m.room.encrypted/{os.urandom(12).hex()}"
            await self._client.request("PUT", path, {"messages": bodies})

    async def mend_sessions(self) -> None:
        """Open a new session with devices whose messages could no longer be read, and say so."""
        broken = [self._trust.owner(device.curve25519) for device in self.olm.wedged_devices]
        self.olm.wedged_devices.clear()
        self.olm.outgoing_to_device_messages.clear()
        for device in broken:
            if device is None or not device.cross_signed:
                continue
            before = self.session_with(device)
            self.olm.session_store._entries.pop(device.curve25519, None)  # noqa: SLF001
            try:
                await self.open_sessions([device])
                if self.session_with(device) is not None:
                    await self.send_to("m.dummy", [(device, {})])
            except (NotNow, MatrixError):
                # One device's trouble: it hears from us when it is next sent something.
                pass
            if before is not None:
                self.olm.session_store.add(device.curve25519, before)

    def know(self, devices: Iterable[Device]) -> None:
        """Tell nio's machine the owners of identity keys, so that it can mark broken sessions."""
        for device in devices:
            self.olm.device_store.add(_olm_device(device))


def _count(counts: object) -> int:
    """How many one-time keys the homeserver says it holds; nonsense counts as none."""
    count = counts.get("signed_curve25519") if isinstance(counts, dict) else None
    return max(0, count) if isinstance(count, int) else 0


def _olm_device(device: Device) -> OlmDevice:
    keys = {"ed25519": device.ed25519, "curve25519": device.curve25519}
    return OlmDevice(device.user, device.id, keys)


def _nested(table: Mapping[str, Any], *path: str) -> object:
    value: object = table
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value

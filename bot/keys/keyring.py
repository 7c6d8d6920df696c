"""The data key and the slots that wrap it: passphrase or recovery key -> data key -> sub-keys.

``keyslots.json`` is the only place where the data key is stored, and only wrapped: AES-256-GCM
under Argon2id of a passphrase, or under HKDF of the printed recovery key (256 random bits need no
stretching). Changing a passphrase wraps the same data key anew, so an old copy of keyslots.json
still opens with the old passphrase.
"""

from __future__ import annotations

import secrets
from dataclasses import field
from pathlib import Path

from bot.keys import slots as key_slots
from bot.keys.data_key import KEY_BYTES, DataKey, Purpose
from bot.keys.recovery_key import RecoveryKey
from bot.keys.slots import Cost, StoredSlot, unwrap, wrap
from bot.process.data_directory import write_private
from storage.core.lazy_dataclass import dataclass
from storage.core.refusals import StorageRefusal, WrongKey

__all__ = ["Cost", "DataKey", "Purpose", "Renewed", "Slot", "WeakPassphrase"]

SHORTEST_PASSPHRASE = 12

FAST = Cost(memory_kib=8 << 10, iterations=1, lanes=1)
"""For the demo and tests, whose data is thrown away."""


class WeakPassphrase(StorageRefusal):
    """The new passphrase would not stand against somebody who has the disk."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot's number and kind, which are no secret."""

    number: int
    kind: str


def create(path: Path, passphrase: str, *, cost: Cost | None = None) -> tuple[DataKey, RecoveryKey]:
    """Make the data key and its first two slots. The recovery key is nowhere else: print it.

    ``cost`` is for tests and the demo. Raises ``WeakPassphrase``; FileExistsError when there are
    keys already, because overwriting them would lose the data.
    """
    if path.exists():
        raise FileExistsError(path)
    key, recovery = DataKey(secrets.token_bytes(KEY_BYTES)), RecoveryKey.generate()
    slots = (wrap(1, key, _checked(passphrase), cost or Cost()), wrap(2, key, recovery))
    _write(path, slots)
    return key, recovery


def unlock(path: Path, secret: str) -> DataKey:
    """The data key, from a passphrase or the recovery key as typed.

    Raises ``WrongKey``, ``DamagedFile``, ``NewerDatabase`` or ``StorageRefusal``. Takes about half
    a second for each passphrase slot, on purpose: call it in a thread.
    """
    return unwrap(_read(path), secret)[0]


def unlock_content(content: bytes, named: Path, secret: str) -> DataKey:
    """Like ``unlock``, for slots that are part of the file ``named``."""
    return unwrap(key_slots.parse(content, named), secret)[0]


def content(path: Path) -> bytes:
    """The bytes of the key slots file; unreadable without a passphrase or recovery key.

    Raises StorageRefusal if the file is missing.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise StorageRefusal(
            f"There is no {path.name} in {path.parent}, so nothing there can be opened. For a new "
            "installation run steward init; otherwise bring the file back from a backup."
        ) from None


@dataclass(frozen=True, slots=True)
class Renewed:
    """A new data key and its slots, not written to keyslots.json yet."""

    old: DataKey = field(repr=False)
    key: DataKey = field(repr=False)
    recovery: RecoveryKey = field(repr=False)
    slots: bytes


def renew(path: Path, passphrase: str) -> Renewed:
    """Make a new data key with one slot for the passphrase and one for a new recovery key.

    Writes nothing. Raises WrongKey for the recovery key: a slot for a passphrase needs the
    passphrase.
    """
    stored = _read(path)
    old, opened = unwrap(stored, passphrase)
    if opened.kind != "passphrase":
        raise WrongKey(
            "This takes the passphrase, not the recovery key. If it is lost, choose a new one first "
            "with steward passphrase."
        )
    key, recovery = DataKey(secrets.token_bytes(KEY_BYTES)), RecoveryKey.generate()
    number = _next_number(stored)
    fresh = (wrap(number, key, passphrase, opened.cost), wrap(number + 1, key, recovery))
    return Renewed(old, key, recovery, key_slots.written(fresh))


def slots(path: Path) -> tuple[Slot, ...]:
    """Number and kind of every slot; needs no passphrase."""
    return tuple(Slot(slot.number, slot.kind) for slot in _read(path))


def change_passphrase(path: Path, old: str, new: str, *, cost: Cost | None = None) -> None:
    """Replace the slot that ``old`` opens. Given the recovery key, replace all passphrases."""
    stored = _read(path)
    key, opened = unwrap(stored, old)
    replaced = {opened.number}
    if opened.kind == "recovery":
        replaced = {slot.number for slot in stored if slot.kind == "passphrase"}
    fresh = wrap(_next_number(stored), key, _checked(new), cost or Cost())
    _write(path, (*(slot for slot in stored if slot.number not in replaced), fresh))


def change_recovery_key(path: Path, secret: str) -> RecoveryKey:
    """Make a new recovery key; the printed one opens nothing any more."""
    stored = _read(path)
    key, _ = unwrap(stored, secret)
    recovery = RecoveryKey.generate()
    fresh = wrap(_next_number(stored), key, recovery)
    _write(path, (*(slot for slot in stored if slot.kind != "recovery"), fresh))
    return recovery


def _next_number(stored: tuple[StoredSlot, ...]) -> int:
    return max((slot.number for slot in stored), default=0) + 1


def _checked(passphrase: str) -> str:
    if len(key_slots.typed(passphrase)) < SHORTEST_PASSPHRASE:
        raise WeakPassphrase(
            f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters: whoever takes the disk "
            "can try billions of short ones. Five or six random words are good and can be typed."
        )
    return passphrase


def _read(path: Path) -> tuple[StoredSlot, ...]:
    return key_slots.parse(content(path), path)


def _write(path: Path, stored: tuple[StoredSlot, ...]) -> None:
    write_private(path, key_slots.written(stored))

"""The data key and the slots that wrap it: passphrase or recovery key -> data key -> sub-keys.

``keyslots.json`` is the only place where the data key is stored, and only wrapped: AES-256-GCM
under Argon2id of a passphrase, or under HKDF of the printed recovery key (256 random bits need no
stretching). Changing a passphrase wraps the same data key anew, so an old copy of keyslots.json
still opens with the old passphrase.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from bot.datadir import write_private
from bot.recovery_key import RecoveryKey
from storage.refusals import DamagedFile, NewerDatabase, StorageRefusal, WrongKey

FORMAT = 1
KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
SHORTEST_PASSPHRASE = 12


class Purpose(Enum):
    """What a sub-key is for. The values go into the derivation: never change one."""

    APP_DATABASE = "steward 1 app database"
    NIO_STORE = "steward 1 nio store"
    NIO_PICKLE = "steward 1 nio pickle"
    BACKUP = "steward 1 backup"
    FORGOTTEN = "steward 1 forgotten"
    BALLOTS = "steward 1 ballots"


class WeakPassphrase(StorageRefusal):
    """The new passphrase would not stand against somebody who has the disk."""


class LastSlot(StorageRefusal):
    """Without this slot nothing could open the data any more."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """The 32 random bytes that everything else is derived from."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: Purpose) -> bytes:
        """The 32-byte key for one purpose; knowing one says nothing about the others."""
        return _hkdf(self.secret, b"", purpose.value.encode())


def _from_hex(value: object) -> object:
    if not isinstance(value, str):
        return value
    content = bytes.fromhex(value)
    if content.hex() != value:
        # Capitals and spaces mean the same, but we never write them: something has changed it.
        raise ValueError("hex")
    return content


Hex = Annotated[bytes, BeforeValidator(_from_hex), PlainSerializer(bytes.hex, when_used="json")]


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cost(_Stored):
    """What one guess at a passphrase costs. The default: 256 MiB and about half a second.

    The bounds refuse a tampered file that would have us allocate the machine's memory.
    """

    memory_kib: Annotated[int, Field(ge=32, le=4 << 20)] = 256 << 10
    iterations: Annotated[int, Field(ge=1, le=100)] = 3
    lanes: Annotated[int, Field(ge=1, le=64)] = 4


class _Slot(_Stored):
    """One wrapping of the data key. ``cost`` is there for a passphrase only."""

    number: int
    kind: Literal["passphrase", "recovery"]
    cost: Cost | None = None
    salt: Hex
    nonce: Hex
    wrapped: Hex


class _Slots(_Stored):
    format: Annotated[int, Field(ge=1, le=FORMAT)]
    slots: tuple[_Slot, ...]
    sha256: str

    @model_validator(mode="after")
    def _unchanged(self) -> Self:
        if self.sha256 != _digest(self.slots):
            raise ValueError("digest")
        return self


@dataclass(frozen=True, slots=True)
class Slot:
    """What may be said about a slot: its number, for removing it, and its kind."""

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
    slots = (_wrap(1, key, _checked(passphrase), cost or Cost()), _wrap(2, key, recovery))
    _write(path, slots)
    return key, recovery


def unlock(path: Path, secret: str) -> DataKey:
    """The data key, from a passphrase or the recovery key as typed.

    Raises ``WrongKey``, ``DamagedFile``, ``NewerDatabase`` or ``StorageRefusal``. Takes about half
    a second for each passphrase slot, on purpose: call it in a thread.
    """
    return _open(_read(path), secret)[0]


def slots(path: Path) -> tuple[Slot, ...]:
    """The slots there are; needs no passphrase."""
    return tuple(Slot(slot.number, slot.kind) for slot in _read(path))


def add_slot(path: Path, secret: str, passphrase: str, *, cost: Cost | None = None) -> Slot:
    """Let another passphrase open the data as well; ``secret`` is one that does already."""
    stored = _read(path)
    key, _ = _open(stored, secret)
    added = _wrap(_next_number(stored), key, _checked(passphrase), cost or Cost())
    _write(path, (*stored, added))
    return Slot(added.number, added.kind)


def change_passphrase(path: Path, old: str, new: str, *, cost: Cost | None = None) -> None:
    """Replace the slot that ``old`` opens. Given the recovery key, replace all passphrases."""
    stored = _read(path)
    key, opened = _open(stored, old)
    replaced = {opened.number}
    if opened.kind == "recovery":
        replaced = {slot.number for slot in stored if slot.kind == "passphrase"}
    fresh = _wrap(_next_number(stored), key, _checked(new), cost or Cost())
    _write(path, (*(slot for slot in stored if slot.number not in replaced), fresh))


def change_recovery_key(path: Path, secret: str) -> RecoveryKey:
    """Make a new recovery key; the printed one opens nothing any more."""
    stored = _read(path)
    key, _ = _open(stored, secret)
    recovery = RecoveryKey.generate()
    fresh = _wrap(_next_number(stored), key, recovery)
    _write(path, (*(slot for slot in stored if slot.kind != "recovery"), fresh))
    return recovery


def remove_slot(path: Path, number: int, *, secret: str) -> None:
    """Remove a slot; ``secret`` must open another one, so that nobody locks themselves out."""
    stored = _read(path)
    rest = tuple(slot for slot in stored if slot.number != number)
    if len(rest) == len(stored):
        raise StorageRefusal(f"There is no key slot {number}.")
    if not rest:
        raise LastSlot("This is the last key slot; without it nothing could open the data.")
    try:
        _open(rest, secret)
    except WrongKey:
        raise LastSlot(
            f"Give a passphrase that belongs to another slot than {number}: it proves that the "
            "data can still be opened afterwards."
        ) from None
    _write(path, rest)


def _next_number(stored: tuple[_Slot, ...]) -> int:
    return max((slot.number for slot in stored), default=0) + 1


def _checked(passphrase: str) -> str:
    if len(_typed(passphrase)) < SHORTEST_PASSPHRASE:
        raise WeakPassphrase(
            f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters: whoever takes the disk "
            "can try billions of short ones. Five or six random words are good and can be typed."
        )
    return passphrase


def _typed(passphrase: str) -> str:
    # One keyboard composes é, another sends e and an accent; a file ends with a line break.
    return unicodedata.normalize("NFC", passphrase.strip("\r\n"))


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(secret)


def _wrapping_key(secret: str | RecoveryKey, salt: bytes, cost: Cost | None) -> bytes:
    if isinstance(secret, RecoveryKey):
        return _hkdf(secret.secret, salt, b"steward 1 recovery slot")
    if cost is None:
        raise ValueError("a passphrase slot says what a guess costs")
    stretch = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    try:
        return stretch.derive(_typed(secret).encode())
    except MemoryError:
        raise StorageRefusal(
            f"Opening the data takes {cost.memory_kib >> 10} MiB of free memory for a moment, and "
            "there is not enough. Stop something else, or use the recovery key."
        ) from None


def _wrap(number: int, key: DataKey, secret: str | RecoveryKey, cost: Cost | None = None) -> _Slot:
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    kind: Literal["passphrase", "recovery"]
    kind = "recovery" if isinstance(secret, RecoveryKey) else "passphrase"
    wrapping = AESGCM(_wrapping_key(secret, salt, cost))
    wrapped = wrapping.encrypt(nonce, key.secret, _bound(number, kind, cost))
    return _Slot(number=number, kind=kind, cost=cost, salt=salt, nonce=nonce, wrapped=wrapped)


def _bound(number: int, kind: str, cost: Cost | None) -> bytes:
    """What the wrapping authenticates besides the key: nothing in a slot can be exchanged."""
    stretching = cost.model_dump() if cost else None
    return json.dumps([FORMAT, number, kind, stretching], sort_keys=True).encode()


def _open(stored: tuple[_Slot, ...], secret: str) -> tuple[DataKey, _Slot]:
    for slot, candidate in _attempts(stored, secret):
        wrapping = AESGCM(_wrapping_key(candidate, slot.salt, slot.cost))
        bound = _bound(slot.number, slot.kind, slot.cost)
        try:
            return DataKey(wrapping.decrypt(slot.nonce, slot.wrapped, bound)), slot
        except InvalidTag:
            continue
    if RecoveryKey.resembles(secret):
        if RecoveryKey.parse(secret) is None:
            raise WrongKey(
                "There is a typo in the recovery key. Compare it with the printed one; capitals matter."
            )
        raise WrongKey("This recovery key is not (or no longer) the one for this data directory.")
    raise WrongKey(
        "Wrong passphrase. Mind capital letters and the keyboard layout. If it is lost, give the "
        "printed recovery key (all twelve groups) instead; without either the data cannot be "
        "opened by anyone."
    )


def _attempts(stored: tuple[_Slot, ...], secret: str) -> Iterator[tuple[_Slot, str | RecoveryKey]]:
    recovery = RecoveryKey.parse(secret)
    for slot in stored:
        if slot.kind == "recovery" and recovery is not None:
            yield slot, recovery
    for slot in stored:
        if slot.kind == "passphrase":
            yield slot, secret


def _digest(stored: tuple[_Slot, ...]) -> str:
    """Not a secret and not a signature: it tells a damaged file from a wrong passphrase."""
    content = json.dumps([slot.model_dump(mode="json") for slot in stored], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _read(path: Path) -> tuple[_Slot, ...]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise StorageRefusal(
            f"There is no {path.name} in {path.parent}, so nothing there can be opened. For a new "
            "installation run steward init; otherwise bring the file back from a backup."
        ) from None
    try:
        stored = json.loads(text)
        if isinstance(stored, dict) and isinstance(stored.get("format"), int):
            _refuse_newer(path, stored["format"])
        content = _Slots.model_validate_json(text)
    except ValueError:  # also what JSON, UTF-8 and pydantic raise; theirs would quote the file
        raise DamagedFile(
            f"{path} is damaged: its content is not what was written. Bring it back from a backup "
            "(it does not change unless a passphrase does)."
        ) from None
    return content.slots


def _refuse_newer(path: Path, found: int) -> None:
    if found > FORMAT:
        raise NewerDatabase(
            f"{path} was written by a newer Steward (format {found}; this release knows {FORMAT}). "
            "Install the newer release."
        )


def _write(path: Path, stored: tuple[_Slot, ...]) -> None:
    content = _Slots(format=FORMAT, slots=stored, sha256=_digest(stored))
    write_private(path, content.model_dump_json(indent=2).encode() + b"\n")

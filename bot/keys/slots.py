"""Key slots as they are stored: each wraps the data key once, under a passphrase or recovery key."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from bot.keys.data_key import KEY_BYTES, DataKey, hkdf
from bot.keys.recovery_key import RecoveryKey
from storage.core.refusals import DamagedFile, NewerDatabase, StorageRefusal, WrongKey

FORMAT = 1
NONCE_BYTES = 12
SALT_BYTES = 16


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


class StoredSlot(_Stored):
    """One wrapping of the data key. ``cost`` is there for a passphrase only."""

    number: int
    kind: Literal["passphrase", "recovery"]
    cost: Cost | None = None
    salt: Hex
    nonce: Hex
    wrapped: Hex


class _Slots(_Stored):
    format: Annotated[int, Field(ge=1, le=FORMAT)]
    slots: tuple[StoredSlot, ...]
    sha256: str

    @model_validator(mode="after")
    def _unchanged(self) -> Self:
        if self.sha256 != digest(self.slots):
            raise ValueError("digest")
        return self


def typed(passphrase: str) -> str:
    """The passphrase in Unicode form NFC, without its final line break."""
    # One keyboard composes é, another sends e and an accent; a file ends with a line break.
    return unicodedata.normalize("NFC", passphrase.strip("\r\n"))


def _wrapping_key(secret: str | RecoveryKey, salt: bytes, cost: Cost | None) -> bytes:
    if isinstance(secret, RecoveryKey):
        return hkdf(secret.secret, salt, b"steward 1 recovery slot")
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
        return stretch.derive(typed(secret).encode())
    except MemoryError:
        raise StorageRefusal(
            f"Opening the data takes {cost.memory_kib >> 10} MiB of free memory for a moment, and "
            "there is not enough. Stop something else, or use the recovery key."
        ) from None


def wrap(
    number: int, key: DataKey, secret: str | RecoveryKey, cost: Cost | None = None
) -> StoredSlot:
    """A new slot: the data key under a passphrase or a recovery key."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    kind: Literal["passphrase", "recovery"]
    kind = "recovery" if isinstance(secret, RecoveryKey) else "passphrase"
    wrapping = AESGCM(_wrapping_key(secret, salt, cost))
    wrapped = wrapping.encrypt(nonce, key.secret, _bound(number, kind, cost))
    return StoredSlot(number=number, kind=kind, cost=cost, salt=salt, nonce=nonce, wrapped=wrapped)


def _bound(number: int, kind: str, cost: Cost | None) -> bytes:
    """What the wrapping authenticates besides the key: nothing in a slot can be exchanged."""
    stretching = cost.model_dump() if cost else None
    return json.dumps([FORMAT, number, kind, stretching], sort_keys=True).encode()


def unwrap(stored: tuple[StoredSlot, ...], secret: str) -> tuple[DataKey, StoredSlot]:
    """The data key and the slot that a passphrase or a typed recovery key opens. Raises ``WrongKey``."""
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


def _attempts(
    stored: tuple[StoredSlot, ...], secret: str
) -> Iterator[tuple[StoredSlot, str | RecoveryKey]]:
    recovery = RecoveryKey.parse(secret)
    for slot in stored:
        if slot.kind == "recovery" and recovery is not None:
            yield slot, recovery
    for slot in stored:
        if slot.kind == "passphrase":
            yield slot, secret


def digest(stored: tuple[StoredSlot, ...]) -> str:
    """The checksum of the slots, which tells a damaged file from a wrong passphrase; no signature."""
    content = json.dumps([slot.model_dump(mode="json") for slot in stored], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _refuse_newer(path: Path, found: int) -> None:
    if found > FORMAT:
        raise NewerDatabase(
            f"{path} was written by a newer Steward (format {found}; this release knows {FORMAT}). "
            "Install the newer release."
        )


def parse(text: bytes, named: Path) -> tuple[StoredSlot, ...]:
    """The slots in the content of a file. Raises ``DamagedFile``, ``NewerDatabase``."""
    try:
        stored = json.loads(text)
        if isinstance(stored, dict) and isinstance(stored.get("format"), int):
            _refuse_newer(named, stored["format"])
        content = _Slots.model_validate_json(text)
    except ValueError:  # also what JSON, UTF-8 and pydantic raise; theirs would quote the file
        raise DamagedFile(
            f"{named} is damaged: its content is not what was written. Bring it back from a backup "
            "(it does not change unless a passphrase does)."
        ) from None
    return content.slots


def written(stored: tuple[StoredSlot, ...]) -> bytes:
    """The content of a file of slots."""
    content = _Slots(format=FORMAT, slots=stored, sha256=digest(stored))
    return content.model_dump_json(indent=2).encode() + b"\n"

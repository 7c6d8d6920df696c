"""Key slots as they are stored: each wraps the data key once, under a passphrase or recovery key."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bot.keys.data_key import KEY_BYTES, DataKey, hkdf
from bot.keys.recovery_key import RecoveryKey
from storage.core.as_json import CLOSED_JSON, plain
from storage.core.bounds import Within
from storage.core.lazy_dataclass import dataclass
from storage.core.refusals import DamagedFile, NewerDatabase, StorageRefusal, WrongKey

FORMAT = 1
NONCE_BYTES = 12
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess at a passphrase costs. The default: 256 MiB and about half a second.

    The bounds refuse a tampered file that would have us allocate the machine's memory.
    """

    memory_kib: Annotated[int, Within(32, 4 << 20)] = 256 << 10
    iterations: Annotated[int, Within(1, 100)] = 3
    lanes: Annotated[int, Within(1, 64)] = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSlot:
    """One wrapping of the data key. ``cost`` is there for a passphrase only."""

    number: int
    kind: Literal["passphrase", "recovery"]
    cost: Cost | None = None
    salt: bytes
    nonce: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slots:
    format: Annotated[int, Within(1, FORMAT)]
    slots: tuple[StoredSlot, ...]
    sha256: str


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
    stretching = plain(cost) if cost else None
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
    content = json.dumps([plain(slot) for slot in stored], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _refuse_newer(path: Path, found: int) -> None:
    if found > FORMAT:
        raise NewerDatabase(
            f"{path} was written by a newer Steward (format {found}; this release knows {FORMAT}). "
            "Install the newer release."
        )


def _unchanged(content: _Slots) -> _Slots:
    if content.sha256 != digest(content.slots):
        raise ValueError("digest")
    return content


def parse(text: bytes, named: Path) -> tuple[StoredSlot, ...]:
    """The slots in the content of a file. Raises ``DamagedFile``, ``NewerDatabase``."""
    try:
        stored = json.loads(text)
        if isinstance(stored, dict) and isinstance(stored.get("format"), int):
            _refuse_newer(named, stored["format"])
        content = _unchanged(CLOSED_JSON.read(_Slots, stored))
    except ValueError:  # also what JSON and UTF-8 raise; theirs would quote the file
        raise DamagedFile(
            f"{named} is damaged: its content is not what was written. Bring it back from a backup "
            "(it does not change unless a passphrase does)."
        ) from None
    return content.slots


def written(stored: tuple[StoredSlot, ...]) -> bytes:
    """The content of a file of slots."""
    content = _Slots(format=FORMAT, slots=stored, sha256=digest(stored))
    return json.dumps(plain(content), indent=2, ensure_ascii=False).encode() + b"\n"

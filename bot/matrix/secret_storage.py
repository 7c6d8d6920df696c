"""Secret storage (SSSS) with ``m.secret_storage.v1.aes-hmac-sha2``: our seeds, recoverable."""

import hmac
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.matrix.signing import from_unpadded, unpadded

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"


def _keys(key: bytes, name: str) -> tuple[bytes, bytes]:
    derived = HKDF(SHA256(), length=64, salt=bytes(32), info=name.encode()).derive(key)
    return derived[:32], derived[32:]


def _crypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    encryptor = Cipher(AES(key), CTR(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def encrypt(key: bytes, name: str, secret: bytes) -> dict[str, str]:
    """One secret under a storage key; ``name`` is the account data type it is stored as."""
    aes, mac = _keys(key, name)
    iv = bytearray(os.urandom(16))
    iv[8] &= 0x7F  # bit 63 is cleared for implementations that count in 64 bits (spec)
    ciphertext = _crypt(aes, bytes(iv), secret)
    return {
        "iv": unpadded(bytes(iv)),
        "ciphertext": unpadded(ciphertext),
        "mac": unpadded(hmac.digest(mac, ciphertext, "sha256")),
    }


def decrypt(key: bytes, name: str, stored: dict[str, str]) -> bytes:
    """The secret; ValueError when the key is another one or the data was changed."""
    aes, mac = _keys(key, name)
    ciphertext = from_unpadded(stored["ciphertext"])
    if not hmac.compare_digest(
        hmac.digest(mac, ciphertext, "sha256"), from_unpadded(stored["mac"])
    ):
        raise ValueError
    return _crypt(aes, from_unpadded(stored["iv"]), ciphertext)


def describe(key: bytes) -> dict[str, Any]:
    """The key's description, by which a client checks that a typed recovery key is the right one."""
    proof = encrypt(key, "", bytes(32))
    return {"algorithm": ALGORITHM, "iv": proof["iv"], "mac": proof["mac"], "name": "Steward"}

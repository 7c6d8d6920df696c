"""Our seeds in secret storage, as other clients have to be able to read them."""

import hmac
import os
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.secret_storage import ALGORITHM, decrypt, describe, encrypt
from bot.matrix.signing import from_unpadded, unpadded

KEY = bytes(range(32))
NAME = "m.cross_signing.master"


def read_as_specified(key: bytes, name: str, stored: dict[str, str]) -> bytes:
    """The specification's steps, written down a second time: HKDF by hand, HMAC, AES-CTR."""
    extracted = hmac.digest(bytes(32), key, sha256)
    first = hmac.digest(extracted, name.encode() + b"\x01", sha256)
    second = hmac.digest(extracted, first + name.encode() + b"\x02", sha256)
    ciphertext = from_unpadded(stored["ciphertext"])
    assert hmac.digest(second, ciphertext, sha256) == from_unpadded(stored["mac"])
    cipher = Cipher(AES(first), CTR(from_unpadded(stored["iv"]))).decryptor()
    return cipher.update(ciphertext) + cipher.finalize()


@given(st.binary(max_size=100), st.text(max_size=30))
def test_others_can_read_it(secret: bytes, name: str) -> None:
    stored = encrypt(KEY, name, secret)
    assert read_as_specified(KEY, name, stored) == secret
    assert decrypt(KEY, name, stored) == secret
    assert all("=" not in value for value in stored.values())


def test_the_counter_leaves_room_for_implementations_with_64_bits() -> None:
    for _ in range(200):
        assert from_unpadded(encrypt(KEY, NAME, b"x")["iv"])[8] < 0x80


def test_the_same_secret_never_looks_the_same() -> None:
    stored = [encrypt(KEY, NAME, b"secret") for _ in range(50)]
    assert len({each["iv"] for each in stored}) == 50
    assert len({each["ciphertext"] for each in stored}) == 50


def test_another_key_or_name_reads_nothing() -> None:
    stored = encrypt(KEY, NAME, b"secret")
    for key, name in ((os.urandom(32), NAME), (KEY, "m.cross_signing.self_signing")):
        with pytest.raises(ValueError):  # noqa: PT011 (any)
            decrypt(key, name, stored)


@pytest.mark.parametrize("part", ["ciphertext", "mac"])
def test_a_changed_byte_is_noticed(part: str) -> None:
    stored = encrypt(KEY, NAME, b"secret")
    changed = bytearray(from_unpadded(stored[part]))
    changed[0] ^= 1
    with pytest.raises(ValueError):  # noqa: PT011 (any)
        decrypt(KEY, NAME, {**stored, part: unpadded(bytes(changed))})


def test_a_client_can_check_a_typed_recovery_key() -> None:
    """The specification: 32 zero bytes under the empty name have to give the same MAC."""
    described = describe(KEY)
    assert described["algorithm"] == ALGORITHM
    zeros = read_as_zeros(KEY, described["iv"])
    assert zeros == described["mac"]
    assert read_as_zeros(os.urandom(32), described["iv"]) != described["mac"]


def read_as_zeros(key: bytes, iv: str) -> str:
    extracted = hmac.digest(bytes(32), key, sha256)
    first = hmac.digest(extracted, b"\x01", sha256)
    second = hmac.digest(extracted, first + b"\x02", sha256)
    cipher = Cipher(AES(first), CTR(from_unpadded(iv))).encryptor()
    return unpadded(hmac.digest(second, cipher.update(bytes(32)) + cipher.finalize(), sha256))

"""Signed JSON against the specification's own examples and an independent implementation."""

import json
from typing import Any

import pytest
import vodozemac
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.signing import (
    SigningKey,
    canonical,
    from_unpadded,
    is_signed,
    is_signed_as,
    unpadded,
)

USER = "@ana:x.org"

# From the specification's appendix "Signing JSON": seed, then signatures of {} and of an object.
SEED = "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"
SPECIFIED = [
    (
        {},
        "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ",
    ),
    (
        {"one": 1, "two": "Two"},
        "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
    ),
]


@pytest.mark.parametrize(("value", "signature"), SPECIFIED)
def test_the_examples_of_the_specification(value: dict[str, Any], signature: str) -> None:
    key = SigningKey(from_unpadded(SEED))
    signed = key.sign(value, "domain")
    assert signed["signatures"]["domain"][f"ed25519:{key.public}"] == signature
    assert is_signed(signed, "domain", key.public)


CANONICAL: list[tuple[dict[str, Any], str]] = [
    ({}, "{}"),
    ({"one": 1, "two": "Two"}, '{"one":1,"two":"Two"}'),
    ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
    ({"a": "日本語"}, '{"a":"日本語"}'),
    ({"本": 2, "日": 1}, '{"日":1,"本":2}'),
    ({"a": "\u65e5"}, '{"a":"日"}'),
    ({"a": None}, '{"a":null}'),
    ({"a": 1, "signatures": {"x": {}}, "unsigned": {"age": 1}}, '{"a":1}'),
]


@pytest.mark.parametrize(("value", "text"), CANONICAL)
def test_canonical_json(value: dict[str, Any], text: str) -> None:
    assert canonical(value).decode() == text


@given(st.binary(max_size=200))
def test_base64_without_padding_and_back(raw: bytes) -> None:
    assert "=" not in unpadded(raw)
    assert from_unpadded(unpadded(raw)) == raw


@pytest.mark.parametrize("text", ["a", "ab*=", "é", "ab\ncd", "-_-_"])
def test_what_is_no_base64_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any)
        from_unpadded(text)


def signed() -> tuple[SigningKey, dict[str, Any]]:
    key = SigningKey(bytes(range(32)))
    return key, key.sign({"user_id": USER, "keys": {"a": "b"}, "n": 1}, USER)


def test_every_change_breaks_a_signature() -> None:
    key, value = signed()
    assert is_signed(value, USER, key.public)
    assert is_signed({**value, "unsigned": {"age": 5}}, USER, key.public)
    for change in ({"n": 2}, {"n": "1"}, {"more": None}, {"keys": {"a": "c"}}):
        assert not is_signed({**value, **change}, USER, key.public)
    assert not is_signed({name: value[name] for name in value if name != "n"}, USER, key.public)


def test_a_signature_counts_for_its_user_key_and_name_alone() -> None:
    key, value = signed()
    other = SigningKey(bytes(32))
    assert not is_signed(value, "@ben:x.org", key.public)
    assert not is_signed(value, USER, other.public)
    assert not is_signed_as(value, USER, "DEVICE", key.public)
    # Moved under another key's name, it is still not that key's.
    signature = value["signatures"][USER][f"ed25519:{key.public}"]
    moved = {**value, "signatures": {USER: {f"ed25519:{other.public}": signature}}}
    assert not is_signed(moved, USER, other.public)


def test_an_independent_implementation_agrees() -> None:
    key, value = signed()
    signature = vodozemac.Ed25519Signature.from_base64(
        value["signatures"][USER][f"ed25519:{key.public}"]
    )
    vodozemac.Ed25519PublicKey.from_base64(key.public).verify_signature(canonical(value), signature)
    account = vodozemac.Account()
    public = account.ed25519_key.to_base64()
    bare = {"user_id": USER, "n": 1}
    theirs = str(account.sign(canonical(bare)).to_base64())
    assert is_signed_as({**bare, "signatures": {USER: {"ed25519:D": theirs}}}, USER, "D", public)


def test_a_second_signature_keeps_the_first() -> None:
    key, value = signed()
    other = SigningKey(bytes(32))
    both = other.sign(value, USER)
    assert is_signed(both, USER, key.public)
    assert is_signed(both, USER, other.public)


odd = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=9), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(odd, odd, odd)
def test_nothing_odd_is_signed_and_nothing_raises(one: Any, two: Any, three: Any) -> None:
    key, value = signed()
    assert is_signed({**value, "signatures": one}, USER, key.public) is False
    assert is_signed({**value, "signatures": {USER: two}}, USER, key.public) is False
    name = f"ed25519:{key.public}"
    assert is_signed({**value, "signatures": {USER: {name: three}}}, USER, key.public) is False
    assert is_signed(value, USER, json.dumps(one)) is False


def test_a_private_key_is_not_shown() -> None:
    key = SigningKey(bytes(range(32)))
    assert unpadded(key.seed) not in repr(key)
    assert key.seed.hex() not in repr(key)

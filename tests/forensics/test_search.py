"""The examiner's eyes: whoever finds nothing must be able to find something."""

import base64
import json
import os
import random
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from tests.forensics import search as searching
from tests.forensics.search import Canary, forms, search

PHRASE = "Łucja Świętopełk likes ſtraße & Ökotopia"
BEFORE, AFTER = "something before ", " and after"

DISGUISES: dict[str, Callable[[str], bytes]] = {
    "as it is": lambda text: text.encode(),
    "capitals": lambda text: text.upper().encode(),
    "folded": lambda text: text.casefold().encode(),
    "utf-16 little": lambda text: text.encode("utf-16-le"),
    "utf-16 big": lambda text: b"\0" + text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "hex in capitals": lambda text: text.encode().hex().upper().encode(),
    "url": lambda text: quote(text, safe="").encode(),
    "form": lambda text: quote_plus(text).encode(),
    "json": lambda text: json.dumps({"body": text}).encode(),
    "json in json": lambda text: json.dumps(json.dumps({"body": text})).encode(),
    "repr": lambda text: ascii({"body": text}).encode(),
    "backwards": lambda text: text[::-1].encode(),
    "base64 of utf-16": lambda text: base64.b64encode(text.encode("utf-16-le")),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_phrase_is_found_in_every_disguise(disguise: str) -> None:
    content = os.urandom(5000) + DISGUISES[disguise](BEFORE + PHRASE + AFTER) + os.urandom(5000)
    assert search([Canary("phrase", PHRASE)], {"file": content})


@pytest.mark.parametrize("offset", range(6))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_text_and_keys_are_found_in_base64_wherever_they_begin(
    offset: int, encode: Callable[[bytes], bytes]
) -> None:
    key = os.urandom(32)
    for canary, raw in ((Canary("phrase", PHRASE), PHRASE.encode()), (Canary("key", key), key)):
        content = encode(b"x" * offset + raw + b"after")
        assert search([canary], {"file": os.urandom(1000) + content})


def test_keys_are_found_raw_in_hex_and_in_base32() -> None:
    key = os.urandom(32)
    for content in (
        key,
        key.hex().upper().encode(),
        base64.b32encode(key),
        repr(key.hex()).encode(),
    ):
        assert search([Canary("key", key)], {"file": b"key=" + content})


@pytest.mark.parametrize("length", [6, 7, 8, 11, 32, 200])
@pytest.mark.parametrize("small", [0, 1 << 13])
def test_a_key_is_found_wherever_it_lies(
    length: int, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every place in a word, at both ends, and across what is held at a time."""
    monkeypatch.setattr(searching, "PIECE", 101)
    monkeypatch.setattr(searching, "SMALL", small)
    key, noise = os.urandom(length), os.urandom(450)
    for at in range(len(noise) - length + 1):
        content = noise[:at] + key + noise[at + length :]
        assert [hit.form for hit in search([Canary("key", key)], {"f": content})] == ["raw"]


def test_whatever_is_found_is_found_in_the_order_of_what_is_sought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if each form were looked for by itself in each place; capitals count where they have to."""
    monkeypatch.setattr(searching, "PIECE", 5000)
    monkeypatch.setattr(searching, "SMALL", 500)
    chance = random.Random(8)
    canaries = [
        Canary("word", "Periwinkle"),
        Canary("key", b"AbCdEfGh"),
        Canary("name", "łucja kò"),
    ]
    needles = [needle for each in canaries for _form, needle, _exact in forms(each)]
    places = {}
    for number in range(30):
        pieces = [os.urandom(chance.randrange(3000)) for _each in range(chance.randrange(9))]
        between = [chance.choice((bytes, bytes.upper))(chance.choice(needles)) for _each in pieces]
        places[f"file {number}"] = b"".join(map(bytes.__add__, pieces, between))
    expected = [
        (each, form, name)
        for each in canaries
        for form, needle, exact in forms(each)
        for name, content in places.items()
        if needle in (content if exact else content.lower())
    ]
    assert len(expected) > 40
    assert [(hit.canary, hit.form, hit.place) for hit in search(canaries, places)] == expected


def test_nothing_is_found_in_noise() -> None:
    assert (
        search([Canary("phrase", PHRASE), Canary("key", os.urandom(32))], {"f": os.urandom(10**6)})
        == []
    )

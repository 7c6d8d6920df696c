"""Pairing codes: read as they were told, however they are typed; a slip is told by its word."""

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition import pairing_code
from commands.coalition.pairing_code import (
    NotACode,
    PairingCode,
    Swapped,
    Unfitting,
    UnknownWord,
    WrongWord,
    fingerprint_of,
    read,
    rows,
    spelled,
    words,
)

KEY = "0a" * 21 + "x"
CODE = PairingCode(
    "@steward:north.example.org", fingerprint_of("@steward:north.example.org", KEY), "0123456789"
)


def _told(code: PairingCode = CODE) -> tuple[str, ...]:
    found = spelled(code)
    assert found is not None
    return found


def test_the_list_is_the_published_one() -> None:
    path = Path(pairing_code.__file__).parent / "words" / "english.txt"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest in (path.parent / "README.md").read_text()
    assert len(words()) == 2048
    assert len({word[:4] for word in words()}) == 2048


def test_a_code_holds_what_it_must() -> None:
    assert len(CODE.fingerprint) * 4 >= 96
    assert read(" ".join(_told())) == CODE
    assert len(_told()) == 27


@given(
    bot=st.from_regex(r"@[a-zA-Z0-9._=/+\-é]{1,40}:[a-z0-9.\-]{1,40}", fullmatch=True),
    fingerprint=st.binary(min_size=12, max_size=12),
    number=st.binary(min_size=5, max_size=5),
)
def test_whatever_was_spelled_is_read(bot: str, fingerprint: bytes, number: bytes) -> None:
    code = PairingCode(bot, fingerprint.hex(), number.hex())
    said = spelled(code)
    if said is not None:
        assert read(" ".join(said)) == code


def test_how_it_is_typed_does_not_matter() -> None:
    told = _told()
    numbered = "\n".join(f"{n}. {row.upper()}," for n, row in enumerate(rows(told), 1))
    assert read(numbered) == CODE
    assert read(" ".join(word[:4] for word in told)) == CODE


def test_a_word_that_is_not_in_the_list_is_told() -> None:
    told = list(_told())
    right = told[6]
    told[6] = right[:-1] + "q"
    with pytest.raises(UnknownWord) as found:
        read(" ".join(told))
    assert (found.value.place, found.value.word, found.value.meant) == (7, told[6], right)


@given(place=st.integers(0, 26), other=st.integers(0, 2047))
def test_one_wrong_word_is_found_and_mended(place: int, other: int) -> None:
    told = list(_told())
    right, told[place] = told[place], words()[other]
    if right == told[place]:
        return
    with pytest.raises(NotACode) as found:
        read(" ".join(told))
    if isinstance(found.value, WrongWord):
        assert (found.value.place, found.value.word) == (place + 1, told[place])
        assert found.value.meant == right
        assert read(found.value.whole) == CODE
    else:
        # The last word wrong is sometimes like two that changed places.
        assert isinstance(found.value, Swapped)
        assert place == 26


@given(place=st.integers(0, 23))
def test_two_words_that_changed_places_are_found(place: int) -> None:
    told = list(_told())
    told[place], told[place + 1] = told[place + 1], told[place]
    if told == list(_told()):
        return
    with pytest.raises(Swapped) as found:
        read(" ".join(told))
    assert read(found.value.whole) == CODE


@given(st.integers())
def test_many_wrong_words_are_never_a_code(seed: int) -> None:
    chance = random.Random(seed)
    told = list(_told())
    for place in chance.sample(range(27), 5):
        told[place] = chance.choice(words())
    if told != list(_told()):
        with pytest.raises(NotACode):
            read(" ".join(told))


@pytest.mark.parametrize("typed", ["", "abandon", "abandon " * 300, " ".join(_told()[:-1])])
def test_too_few_or_too_many_words_are_no_code(typed: str) -> None:
    with pytest.raises((Unfitting, WrongWord)):
        read(typed)


def test_another_account_with_the_same_key_has_another_fingerprint() -> None:
    assert fingerprint_of("@a:x", KEY) != fingerprint_of("@b:x", KEY)

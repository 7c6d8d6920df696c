"""Messages between bots: canonical JSON within bounds; everything else is no message."""

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition import wire
from storage.core.bounds import Length

MESSAGE: dict[str, Any] = {
    "version": 1,
    "coalition": "0" * 32,
    "kind": "hello",
    "epoch": 0,
    "counter": 1,
    "body": {"label": "North"},
}


@dataclass(frozen=True, slots=True)
class Named:
    """A body with a bounded text."""

    label: Annotated[str, Length(5)]


def test_a_message_is_read_as_it_was_written() -> None:
    message = wire.read(MESSAGE)
    assert wire.written(message) == MESSAGE
    assert wire.as_body(Named, message.body) == Named("North")
    assert wire.canonical(MESSAGE) == (
        '{"body":{"label":"North"},"coalition":"' + "0" * 32 + '","counter":1,"epoch":0,'
        '"kind":"hello","version":1}'
    )


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": True},
        {"version": 1.0},
        {"coalition": "0" * 31},
        {"coalition": "G" * 32},
        {"kind": "k" * 41},
        {"kind": None},
        {"epoch": -1},
        {"counter": 0},
        {"counter": 1 << 53},
        {"counter": "1"},
        {"body": []},
        {"body": {"x": 0.5}},
        {"body": {"x": "\ud800"}},
        {"body": {"x": 1 << 53}},
        {"body": {"x": [[[[[[[[[]]]]]]]]]}},
        {"body": {"x": "é" * wire.LONGEST}},
        {"more": 1 << 60},
    ],
)
def test_what_is_not_of_its_form_is_no_message(change: dict[str, Any]) -> None:
    with pytest.raises(wire.NotAMessage):
        wire.read(MESSAGE | change)


@pytest.mark.parametrize("name", MESSAGE)
def test_each_field_is_needed(name: str) -> None:
    with pytest.raises(wire.NotAMessage):
        wire.read({key: value for key, value in MESSAGE.items() if key != name})


@pytest.mark.parametrize(
    "change",
    [{}, {"body": []}, {"body": 0.5}, {"body": {"x": "é" * wire.LONGEST}}, {"more": 1 << 60}],
)
def test_of_a_newer_version_the_heading_is_read(change: dict[str, Any]) -> None:
    message = wire.read(MESSAGE | {"version": wire.VERSION + 1} | change)
    assert (message.newer, message.counter, message.body) == (True, 1, {})
    assert not wire.read(MESSAGE).newer, "the control: this version is not"


@pytest.mark.parametrize("name", [each for each in MESSAGE if each != "body"])
def test_a_newer_version_has_the_same_heading(name: str) -> None:
    newer = MESSAGE | {"version": wire.VERSION + 1}
    with pytest.raises(wire.NotAMessage):
        wire.read({key: value for key, value in newer.items() if key != name})


def test_unknown_fields_are_ignored_and_counted() -> None:
    assert wire.read(MESSAGE | {"more": 1}) == wire.read(MESSAGE)
    assert wire.unknown_fields(Named, {"label": "North", "x": 1, "y": 2}) == 2


def test_a_body_of_another_form_is_refused() -> None:
    for body in ({}, {"label": 1}, {"label": "Northern"}, "[", "[]"):
        with pytest.raises(wire.NotAMessage):
            wire.as_body(Named, body)


@pytest.mark.parametrize(
    "words",
    ["two\nlines", "a\x02b", "\u202eevil", "\ue000", "x" * 41, "K7QX is closed", "bar ▇▇▇"],
)
def test_words_that_people_read_hide_and_imitate_nothing(words: str) -> None:
    with pytest.raises(ValueError, match="must"):
        wire.OneLine(40)(words)


@pytest.mark.parametrize("words", ["North", "Zahlungen, Köln", "深圳", "کارگران‌ها", "👩‍🔧 fitters"])
def test_words_of_any_language_are_taken(words: str) -> None:
    assert wire.OneLine(40)(words) == words


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON | st.fixed_dictionaries(dict.fromkeys(MESSAGE, JSON)))
def test_whatever_comes_is_read_or_refused(block: object) -> None:
    try:
        message = wire.read(block)
    except wire.NotAMessage:
        return
    assert wire.read(wire.written(message)) == message

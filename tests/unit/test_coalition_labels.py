"""What committees may be called before others: never a mention, markup, an address, or another's look-alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition.labels import (
    LONGEST,
    apart,
    as_label,
    fit_label,
    fit_text,
    looks_like,
    taken,
)


@pytest.mark.parametrize(
    "label",
    [
        "North",
        "Payments, Milan",
        "St. Pauli (night)",
        "Łódź 2",
        "深圳",
        "Милан",
        "L'Aquila",
        "Games #2 – Berlin",
        "São Paulo/Rio",
        "Αθήνα",
        "दिल्ली",
    ],
)
def test_what_committees_are_called_is_taken_as_it_is(label: str) -> None:
    assert fit_label(label) == label


@pytest.mark.parametrize(
    "label",
    [
        "",
        " North",
        "North  West",
        "@room",
        "@lea:example.org",
        "#north:example.org",
        "example.org",
        "https://example.org",
        "<b>North</b>",
        "**North**",
        "`North`",
        "[North](x)",
        "North\nSteward: done",
        "North\u202eh",
        "Nor\u200bth",
        "Nоrth",
        "🚩",
        "2026",
        "x" * (LONGEST + 1),
        "Cafe\u0301",
    ],
)
def test_what_could_ping_link_or_deceive_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="must"):
        fit_label(label)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Milan", "milan"),
        ("Milan", "Milán"),
        ("Milan", "Mi1an"),
        ("Milan", "Mi lan"),
        ("North", "N0rth"),
        ("Turin", "Turın"),
        ("Berlin", "Berlln"),
        ("Sopot", "Ѕорот"),
        ("Bern", "Bem"),
    ],
)
def test_look_alikes_are_one(one: str, other: str) -> None:
    assert looks_like(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Milan", "Turin"), ("North", "South"), ("深圳", "上海")]
)
def test_control_others_are_not(one: str, other: str) -> None:
    assert not looks_like(one, other)


@given(st.text(max_size=70))
def test_nothing_that_is_taken_has_a_sign_that_apps_act_on(words: str) -> None:
    try:
        label = fit_label(words)
    except ValueError:
        return
    assert set("@<>`*_[]:\n\r\t\\|~!").isdisjoint(label)
    assert looks_like(label, label.swapcase()) or label.casefold() != label.swapcase().casefold()


def test_texts_of_others_have_no_control_signs_and_are_no_notices() -> None:
    assert fit_text("We ask.\nAll of us.") == "We ask.\nAll of us."
    for words in ("On-call\x07pay", "\u202eyap", "Secret poll K7QX: 12 ballots of 14."):
        with pytest.raises(ValueError, match="must"):
            fit_text(words)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("North", "North"),
        ("✊ North – on call!", "North – on call"),
        ("@lea:example.org", "Committee"),
        ("🚩", "Committee"),
        ("x" * 90, "x" * 40),
    ],
)
def test_a_committees_own_name_becomes_a_label(name: str, label: str) -> None:
    assert as_label(name, 40) == label


@given(st.text(max_size=90))
def test_any_name_becomes_one(name: str) -> None:
    label = as_label(name, 40)
    assert fit_label(label) == label


def test_a_namesake_of_a_namesake_has_the_next_number() -> None:
    assert apart("Berlin 2", ["Berlin", "Berlin 2"], 40) == "Berlin 3"
    assert apart("Berlin 2", ["Berlin", "Berlin 2", "Berlin 3"], 40) == "Berlin 4"
    assert apart("Berlin 2", ["Berlin"], 40) == "Berlin 2"
    assert apart("Area 51 2", ["Area 51 2"], 40) == "Area 51 3"


@given(st.text("Bb 1l0oé", min_size=1, max_size=40), st.integers(1, 12))
def test_a_label_with_a_number_is_nobody_elses_and_fits(name: str, many: int) -> None:
    label = as_label(name, 40)
    known: list[str] = []
    for _ in range(many):
        found = apart(label, known, 40)
        assert taken(found, known) is None
        assert len(fit_label(found)) <= 40
        known.append(found)
    assert known[0] == label

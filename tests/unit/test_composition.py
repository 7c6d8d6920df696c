"""How the product is put together. What is not as it shall be has a bound, and bounds only shrink.

Each bound is exact: whoever takes one away lowers it here in the same change, so that nobody takes it
back. ``python -m tests.support.house`` prints where they are. Imports that go upward are named in
pyproject.toml, and held in the same way by import-linter.
"""

from pathlib import Path

import pytest

from tests.support.house import House

LATE: frozenset[str] = frozenset(
    {
        "bot.app: desk.ending",
        "bot.app: desk.has_open_polls",
        "bot.app: desk.polls",
        "bot.app: desk.synced",
        "bot.app: dispatcher.brakes",
        "bot.app: dispatcher.files.limits",
        "bot.app: dispatcher.say_from_memory",
        "bot.app: dispatcher.waiting",
        "bot.app: dispatcher.watched",
        "bot.app: lambda: None if self._intake is None else self._intake.heard",
        "bot.app: queue.afterwards",
        "bot.app: self._intake",
        "bot.app: self._outbox",
        "bot.app: self._oversight",
        "bot.app: self._verifications",
        "bot.app: self._watched",
        "bot.polls.build: moving.watched",
    }
)
"""What a part is given after it was made, by module; to be empty."""

CIRCLES = 1
"""Groups of modules that need each other, imports for types counted; to be none."""

IN_CIRCLES = 2
"""Modules in them."""


@pytest.fixture(scope="module")
def house() -> House:
    return House.at(Path(__file__).resolve().parents[2])


def test_nothing_is_given_to_a_part_after_it_was_made(house: House) -> None:
    assert {f"{each.module}: {each.target}" for each in house.late} == LATE


def test_no_modules_need_each_other(house: House) -> None:
    found = house.circles
    assert (len(found), sum(map(len, found))) == (CIRCLES, IN_CIRCLES), found


def test_no_word_names_two_public_classes(house: House) -> None:
    assert house.namesakes == {}

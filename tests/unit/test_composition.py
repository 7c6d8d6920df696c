"""How the product is put together; ``python -m tests.support.house`` prints how it stands.

Which folder may import which is held by import-linter, in pyproject.toml.
"""

import pytest

from tests.support.house import House


@pytest.fixture(scope="module")
def house() -> House:
    return House.here()


def test_nothing_is_given_to_a_part_after_it_was_made(house: House) -> None:
    assert house.late == []


def test_no_modules_need_each_other(house: House) -> None:
    assert house.circles == []


def test_no_word_names_two_public_classes(house: House) -> None:
    assert house.namesakes == {}

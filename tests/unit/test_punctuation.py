"""Colons and semicolons that the program sets between two parts, as the reader's language writes them."""

import pytest

from commands.framework.i18n import speaking
from commands.shared.wording import semicolons, with_colon


@pytest.mark.parametrize(
    ("language", "told", "apart"),
    [
        ("en", "decided: 1, 2", "1, 2; 3"),
        ("de", "decided: 1, 2", "1, 2; 3"),
        ("fr", "decided\u00a0: 1, 2", "1, 2\u00a0; 3"),
        ("zh_Hans", "decided：1, 2", "1, 2；3"),
    ],
)
def test_signs_are_those_of_the_language(language: str, told: str, apart: str) -> None:
    with speaking(language):
        assert with_colon("decided", "1, 2") == told
        assert semicolons(["1, 2", "3"]) == apart

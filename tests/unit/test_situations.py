"""Ways in which disk and rights are wrong: each is said with path, user and what to type.

The situations are a table: ``tests/support/situation_table.py``.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import situations
from tests.support.situation_table import SITUATIONS
from tests.support.situations import Situation, as_an_operator


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with situations.place() as made:
        situations.fill(made)
        yield made


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_what_is_wrong_is_said(situation: Situation, template: Path) -> None:
    with situations.place() as place:
        situations.copied(template, place)
        try:
            situation.spoil(place)
        except PermissionError:
            pytest.skip("only root can give files away")
        situations.owned(place)
        before = [(place / name).read_bytes() for name in situation.stays]

        def filled(words: str) -> str:
            return words.replace("{place}", str(place))

        def within() -> None:
            if situation.within is not None:
                situation.within(place)

        ended = as_an_operator(filled(situation.typed).split(), within, place)
        told = " ".join(ended.output.split())
        assert ended.status == situation.status, ended
        for words in map(filled, situation.said):
            assert words in told, ended.output
        assert "our side" not in told
        assert "canary" not in told
        assert [(place / name).read_bytes() for name in situation.stays] == before


def test_the_table_is_large_enough() -> None:
    assert len(SITUATIONS) >= 60
    assert len({(each.name) for each in SITUATIONS}) == len(SITUATIONS)


def test_with_nothing_wrong_there_is_nothing_to_say(template: Path) -> None:
    """The control: in the same child, without a fault, the commands get further."""
    with situations.place() as place:
        situations.copied(template, place)
        situations.owned(place)
        ended = as_an_operator(
            ["status", "--config", str(place / "config.toml")], lambda: None, place
        )
        assert ended.status == 3, ended
        ended = as_an_operator(
            ["panic", "--yes", "--config", str(place / "config.toml")], lambda: None, place
        )
        assert ended.status == 0, ended
        assert not (place / "data" / "keyslots.json").exists()

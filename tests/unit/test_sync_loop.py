"""Asking for news: held while there is none, and not while the homeserver has our answers to deal with."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from bot.health.disk import DiskGuard
from bot.incoming.loop import SyncLoop
from bot.incoming.processor import SyncProcessor
from bot.matrix.starts import Starts
from bot.matrix.sync import Sync


class Enough(Exception):
    """Ends the loop."""


class Questions:
    """Stands for the sync endpoint: whether each question might be held."""

    def __init__(self) -> None:
        self.held: list[bool] = []

    async def next(self, since: str | None, *, wait: bool, until: float | None) -> dict[str, Any]:
        assert (since, until) == ("token", None)
        self.held.append(wait)
        if len(self.held) == 4:
            raise Enough
        return {"next_batch": "token"}


class Processing:
    """Stands for what processes answers, with replies that are on their way at two of four moments."""

    token = "token"

    def __init__(self) -> None:
        self.moments = [True, False, False, True]

    def may_be_held(self) -> bool:
        return self.moments.pop(0)

    async def take(self, _answer: Mapping[str, Any], _asked: float | None) -> None:
        """Nothing is in it."""


class Earlier:
    """Stands for the record of starts."""

    def look_at(self, _answer: Mapping[str, Any]) -> None:
        """Nobody else was started."""


async def test_a_question_is_held_only_when_nothing_of_ours_is_on_its_way() -> None:
    questions = Questions()
    loop = SyncLoop(
        cast("Sync", questions),
        cast("SyncProcessor", Processing()),
        cast("DiskGuard", None),
        cast("Starts", Earlier()),
        lambda: None,
    )
    with pytest.raises(Enough):
        await loop.run()
    assert questions.held == [True, False, False, True]

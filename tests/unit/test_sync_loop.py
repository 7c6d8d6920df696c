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
        self.asked: list[float] = []

    def may_be_held(self) -> bool:
        return self.moments.pop(0)

    async def take(self, _answer: Mapping[str, Any], asked: float, *, waited: bool) -> None:
        assert not waited
        self.asked.append(asked)


class Earlier:
    """Stands for the record of starts."""

    def look_at(self, _answer: Mapping[str, Any]) -> None:
        """Nobody else was started."""


def looping(questions: Questions, processing: Processing) -> SyncLoop:
    return SyncLoop(
        cast("Sync", questions),
        cast("SyncProcessor", processing),
        cast("DiskGuard", None),
        cast("Starts", Earlier()),
        lambda: None,
    )


async def test_a_question_is_held_only_when_nothing_of_ours_is_on_its_way() -> None:
    questions = Questions()
    with pytest.raises(Enough):
        await looping(questions, Processing()).run()
    assert questions.held == [True, False, False, True]


async def test_where_nothing_happens_for_long_what_was_asked_last_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a poll on a homeserver where nobody says anything would not be counted until somebody does.

    An answer that was not held may be one that the homeserver had kept: it counts as the one before.
    """
    now = iter(range(100))
    monkeypatch.setattr("bot.incoming.loop.clock.unix_time", lambda: float(next(now)))
    processing = Processing()
    with pytest.raises(Enough):
        await looping(Questions(), processing).run()
    assert processing.asked == [0, 1, 1]

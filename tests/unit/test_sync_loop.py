"""Asking for news where there is none for long: what was heard, and until when."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from bot.health.disk import DiskGuard
from bot.incoming.loop import SyncLoop
from bot.incoming.processor import SyncProcessor
from bot.matrix.client import Client
from bot.matrix.starts import Starts
from bot.matrix.sync import MARKS, Sync


class Enough(Exception):
    """Ends the loop."""


class Questions(Sync):
    """Stands for the sync endpoint: tells the next point after each question, and how each was worded."""

    def __init__(self, *points: str) -> None:
        super().__init__(cast("Client", None), 30.0)
        self.points = list(points)
        self.worded: list[str] = []

    async def next(
        self, since: str | None, *, wait: bool = True, until: float | None = None
    ) -> dict[str, Any]:
        assert (since, until, wait) == ("token", None, True)
        self.worded.append(self._mark)
        if not self.points:
            raise Enough
        return {"next_batch": self.points.pop(0)}


class Processing:
    """Stands for what processes answers, and never moves on: the token after each would be the same."""

    token = "token"

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def take(self, _answer: Mapping[str, Any], asked: float, *, waited: bool) -> None:
        assert not waited
        self.asked.append(asked)


class Earlier:
    """Stands for the record of starts."""

    def look_at(self, _answer: Mapping[str, Any]) -> None:
        """Nobody else was started."""


async def heard(
    monkeypatch: pytest.MonkeyPatch, questions: Questions, *, set_back: float = 0.0
) -> list[float]:
    """When each answer was asked for, on a clock that moves on by one with each question.

    Or is set back so far with each.
    """
    moves = -set_back or 1.0
    monkeypatch.setattr(
        "bot.incoming.loop.clock.unix_time", lambda: float(len(questions.worded) * moves)
    )
    processing = Processing()
    loop = SyncLoop(
        questions,
        cast("SyncProcessor", processing),
        cast("DiskGuard", None),
        cast("Starts", Earlier()),
        lambda: None,
    )
    with pytest.raises(Enough):
        await loop.run()
    return processing.asked


async def test_where_nothing_happens_for_long_what_was_asked_last_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a poll on a homeserver where nobody says anything would not be counted until somebody does."""
    questions = Questions("token", "token", "token")
    assert await heard(monkeypatch, questions) == [0, 1, 2]
    # What a homeserver kept of a question that was not held is not for one that is asked later.
    assert len(set(questions.worded)) == 4


async def test_what_is_asked_again_after_something_happened_counts_from_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its answer may be one that the homeserver kept for whoever did not hear it."""
    questions = Questions("further", "further", "token", "further")
    assert await heard(monkeypatch, questions) == [0, 0, 0, 3]


async def test_a_clock_that_is_set_back_meanwhile_makes_no_question_a_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a poll whose end comes only now would be counted on an answer from before it."""
    questions = Questions("further", "token", "further")
    asked = await heard(monkeypatch, questions, set_back=3600)
    assert all(at <= -3600 * n for n, at in enumerate(asked, 1))
    assert all(at > -3600 * n - 10 for n, at in enumerate(asked, 1))


def test_the_wording_comes_round_again() -> None:
    sync = Sync(cast("Client", None), 30.0)
    marks = set()
    for _ in range(2 * MARKS):
        sync.ask_anew()
        marks.add(sync._mark)
    assert marks == {" " * n for n in range(MARKS)}

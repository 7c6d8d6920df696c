"""How many sheets of a list are worked through before others have their turn."""

import time
from types import TracebackType
from typing import Final, Self

A_TURN: Final = 0.015
"""Seconds of computing for which others wait for the database, about, when they come in between."""
MOST: Final = 128
"""Sheets at once."""


class Pace:
    """Adapts how much is done at once to how long it took before: ``with pace:`` around the work."""

    def __init__(self) -> None:
        self.sheets = 1
        """How many sheets to work through at once."""
        self._begun = 0.0

    def __enter__(self) -> Self:
        self._begun = time.process_time()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Of the processor: on a busy machine less at once makes everybody wait for longer.
        took = time.process_time() - self._begun
        if took > A_TURN:
            self.sheets = max(self.sheets // 2, 1)
        elif took < A_TURN / 2:
            self.sheets = min(self.sheets * 2, MOST)

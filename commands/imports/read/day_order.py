"""The order of day and month in a list's days with slashes. Pure."""

import re
from enum import Enum

from storage.core.lazy_dataclass import dataclass

SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?: .*)?")


class Order(Enum):
    """The order of day and month in days with slashes."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(slots=True)
class DayOrderEvidence:
    """Evidence from the unambiguous days of one column for reading its ambiguous ones."""

    day_first: bool = False
    month_first: bool = False

    def look(self, cell: str) -> None:
        """Take one more cell into account."""
        match = SLASHED.fullmatch(cell)
        if match is not None:
            one, other = int(match[1]), int(match[2])
            self.day_first |= one > 12 >= other
            self.month_first |= other > 12 >= one

    @property
    def order(self) -> Order | None:
        """The order that the column keeps; None when it says nothing, or both."""
        if self.day_first == self.month_first:
            return None
        return Order.DAY_FIRST if self.day_first else Order.MONTH_FIRST

"""A check of benchmark tables: whole, and made of finite numbers, whatever the machine."""

import math
from collections.abc import Sequence

from benchmarks.page import markdown, number, text
from benchmarks.part import Table


def whole(tables: Sequence[Table]) -> None:
    """Raise AssertionError unless every table has rows, and each row a finite figure per column."""
    assert tables
    for table in tables:
        assert table.rows, table.title
        for row in table.rows:
            assert len(row.figures) == len(table.columns), row
            assert all(math.isfinite(figure) for figure in row.figures), row
            for column, figure in zip(table.columns, row.figures, strict=True):
                # A time or a share of nothing was not measured; what grows, and what may not be, is 0 at best.
                flat = any(word in row.label for word in ("memory", "open files", "for 10,000"))
                none = flat or row.bound == 0 or "log" in column
                assert figure > 0 or none, (row, column)
            assert row.label in text(table)
            assert number(row.figures[0]) in markdown(table)

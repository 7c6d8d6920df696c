"""A list that was read from a file or a message, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from storage.core.lazy_dataclass import dataclass
from storage.imports.uploads import Staged

if TYPE_CHECKING:
    # What reads lists is loaded with the first of them: most days bring none.
    from commands.imports.read.day_order import Order
    from commands.imports.read.fields import Field
    from commands.imports.read.tables import Table


@dataclass(frozen=True, slots=True)
class ListContents:
    """A list that was read: ready to be stored."""

    table: Table
    columns: Mapping[int, Field]
    orders: Mapping[int, Order]
    """How columns write days with slashes, where they tell."""
    lines: int
    sheets: tuple[str, ...] = field(default=(), repr=False)
    """The rows as JSON, some hundred each; none of them when they are staged."""
    title: str = ""
    """The sheet of a workbook that has several."""
    staged: Staged | None = None
    """Where the rows of a long list lie; it is never in memory as a whole."""

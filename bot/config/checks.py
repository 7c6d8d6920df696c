"""How values are written in config.toml and in variables."""

from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from storage.core.shapes import Exactly, Read, Shapes

_LONGEST_NUMBER: Final = 100


class Hidden:
    """Words that are shown nowhere."""

    # No dataclass: what writes those out would write the words.
    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def get_secret_value(self) -> str:
        """Return the words."""
        return self._words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and self._words == other._words

    def __hash__(self) -> int:
        return hash(self._words)

    def __repr__(self) -> str:
        return "Hidden('**********')"


def _number(kind: type[int] | type[float], wanted: str) -> Read:
    def number(value: object) -> float:
        found = None
        # Variables are text.
        if type(value) in {int, float} or (
            isinstance(value, str) and len(value) <= _LONGEST_NUMBER
        ):
            with suppress(ValueError, OverflowError):
                found = kind(cast("str", value))
        if found is None or (not isinstance(value, str) and found != value):
            raise ValueError(f"must be {wanted}")
        return found

    return number


_text: Final = Exactly("text in quotes", str)
WRITTEN: Final = Shapes(
    {
        int: _number(int, "a whole number"),
        float: _number(float, "a number"),
        str: _text,
        Path: lambda value: value if isinstance(value, Path) else Path(_text(value)),
        Hidden: lambda value: value if isinstance(value, Hidden) else Hidden(_text(value)),
    },
    closed=True,
)
"""Reads config.toml and variables."""

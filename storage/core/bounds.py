"""What a value must satisfy besides its type; stands in ``Annotated`` (``shapes.py``)."""

from typing import Any

from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Within:
    """Bounds of a number."""

    ge: float
    le: float

    def __call__(self, value: float) -> float:
        """Return the value, or raise ValueError."""
        # Written so that what is no number at all (nan) is refused.
        if not value >= self.ge:
            raise ValueError(f"must be greater than or equal to {self.ge}")
        if not value <= self.le:
            raise ValueError(f"must be less than or equal to {self.le}")
        return value


@dataclass(frozen=True, slots=True)
class Above:
    """A bound that a number itself must not have."""

    gt: float

    def __call__(self, value: float) -> float:
        """Return the value, or raise ValueError."""
        if not value > self.gt:
            raise ValueError(f"must be greater than {self.gt}")
        return value


@dataclass(frozen=True, slots=True)
class Length:
    """The most letters of a text."""

    most: int

    def __call__(self, value: str) -> str:
        """Return the value, or raise ValueError."""
        if len(value) > self.most:
            raise ValueError(f"must have at most {self.most} characters")
        return value


def some(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a list in which there is something, or raise ValueError."""
    if not value:
        raise ValueError("must have at least 1 item")
    return value


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The least that a number may be."""

    ge: float

    def __call__(self, value: float) -> float:
        """Return the value, or raise ValueError."""
        if not value >= self.ge:
            raise ValueError(f"must be greater than or equal to {self.ge}")
        return value

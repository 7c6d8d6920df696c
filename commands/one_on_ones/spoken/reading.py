"""What a spoken line says, read: whom it is about, and a typed value for each thing it tells. Pure."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from commands.one_on_ones.spoken.vocabulary import Detail, Verb
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Answer, Assessment, Contact, Evidence, Outcome

Value = Outcome | Assessment | Evidence | Answer | date | str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a line: by the contacts that the words may mean, or by words that mean none of them."""

    words: str
    contacts: tuple[Contact, ...] = ()
    number: int | None = None
    """Of the handle, where one was typed."""
    span: tuple[int, int] = (0, 0)
    """Which pieces of the line it is."""

    @property
    def typed(self) -> str:
        """What to type for the person: the handle, where it is known."""
        if self.number is not None:
            return f"M-{self.number}"
        if len(self.contacts) == 1:
            return self.contacts[0].handle
        return f'"{self.words}"'


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a whole line."""

    people: tuple[Person, ...] = ()
    values: Mapping[Detail, Value] = field(default_factory=dict)
    sure: bool = False
    """Whether a note was asked about before (``--yes``)."""
    doubtful: bool = False
    """Whether it is asked about although it is the only reading."""

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two readings apart."""
        return (
            tuple((each.number, each.contacts, each.words) for each in self.people),
            frozenset(self.values.items()),
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """All that can be made of a line: its readings, and the pieces that none of them uses."""

    act: Verb | None
    """What it begins with, if it says so."""
    readings: tuple[Reading, ...]
    unused: tuple[int, ...] = ()

"""Moves of the grammar of spoken lines: a part of a line, and what it tells. Pure."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby

from commands.one_on_ones.spoken import vocabulary as words
from commands.one_on_ones.spoken.reading import Person, Value
from commands.one_on_ones.spoken.vocabulary import Detail
from storage.core.lazy_dataclass import dataclass
from storage.names import folded


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of a line: where it ends, and what it tells."""

    end: int
    slot: Detail | None = None
    value: Value | None = None
    people: tuple[Person, ...] = ()
    sure: bool = False
    doubtful: bool = False
    unused: bool = False
    weak: bool = False
    """Whether it is meant so only of a talk."""
    more: tuple[tuple[Detail, Value], ...] = ()
    """Further values that the same words tell."""

    @property
    def idle(self) -> bool:
        """Whether it tells nothing."""
        return self.slot is None and not (self.people or self.sure or self.unused)


Path = tuple[Stretch, ...]


@cache
def table(name: str) -> Mapping[tuple[str, ...], object]:
    """A table of the vocabulary by its name: phrases as folded words, with what each means."""
    return dict(words.phrases_of(getattr(words, name)))


@cache
def keys() -> Mapping[str, Detail]:
    """Keys of one word, as they stand before an equals sign."""
    return {
        " ".join(phrase): slot
        for phrase, slot in table("KEYS").items()
        if isinstance(slot, Detail) and len(phrase) == 1
    }


@cache
def settings() -> frozenset[tuple[str, ...]]:
    """Where people met, as folded words."""
    return frozenset(tuple(folded(each).split()) for each in words.SETTINGS.split(","))


def unused_in(path: Path, start: int) -> tuple[int, ...]:
    """Which pieces a path leaves over, with the small words beside them that tell nothing alone."""
    ends = [start, *(move.end for move in path)]
    parts = list(zip(ends, path, strict=False))
    left = {number for number, (_at, move) in enumerate(parts) if move.unused}
    while left:
        beside = {
            number
            for number, (_at, move) in enumerate(parts)
            if number not in left and move.idle and ({number - 1, number + 1} & left)
        }
        if not beside:
            break
        left |= beside
    return tuple(
        at for number in sorted(left) for at in range(parts[number][0], parts[number][1].end)
    )


def runs(unused: Sequence[int]) -> list[list[int]]:
    """Pieces that are left over, those that stand together as one."""
    return [
        [at for _place, at in group]
        for _key, group in groupby(enumerate(unused), lambda pair: pair[1] - pair[0])
    ]

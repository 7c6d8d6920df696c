"""Plain values (JSON, TOML, columns) as the types that a declaration names, or not at all.

A declaration is a dataclass. What a value must satisfy besides its type stands in ``Annotated`` as a function
that returns the value, or raises ValueError with what it must be. (pydantic does the same for 9 MB and a tenth
of a second of each start.)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from storage.core.lazy_dataclass import dataclass

T = TypeVar("T")
Read = Callable[[Any], Any]
"""Reads one value; raises Misfit, or ValueError with what it must be."""


class MismatchKind(Enum):
    """What can be the matter with a value."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One value that does not fit; never with the value, which may be a secret."""

    where: tuple[str | int, ...]
    """Fields, keys and places in lists, from the outside in."""
    problem: MismatchKind
    wanted: str = ""
    """What the value must be, as ValueError said it."""


class Unfit(ValueError):
    """A value does not fit; the message says what it must be."""


class Misfit(ValueError):
    """Values that are none of their declaration."""

    def __init__(self, *flaws: Mismatch) -> None:
        said = (f"{'.'.join(map(str, each.where))} {each.wanted}".strip() for each in flaws)
        super().__init__("; ".join(said))
        self.flaws: Final = flaws


@dataclass(frozen=True, slots=True)
class Embedded:
    """Stands in ``Annotated`` where a value of another source is written as text."""

    load: Read
    """Makes a plain value of the text."""
    shapes: "Shapes"


class Shapes:
    """Reads values of one source: ``simple`` says how it writes what has no parts.

    ``closed`` sources have no key that no field is called by.
    """

    def __init__(self, simple: Mapping[object, Read], *, closed: bool) -> None:
        self._simple = simple
        self._closed = closed
        self._made: dict[object, Read] = {}

    def read(self, kind: type[T], value: object) -> T:
        """The value as ``kind``. Raises Misfit with everything that is wrong."""
        return cast("T", _within((), self.reader(kind), value))

    def reader(self, kind: Any) -> Read:
        """What reads a type; made once."""
        made = self._made.get(kind)
        if made is None:
            made = self._made[kind] = self._make(kind)
        return made

    def fields(self, kind: type) -> Mapping[str, Read]:
        """What reads each field of a dataclass, in their order."""
        hints = get_type_hints(kind, include_extras=True)
        return {each.name: self.reader(hints[each.name]) for each in fields(kind) if each.init}

    def _make(self, kind: Any) -> Read:
        if (simple := self._simple.get(kind)) is not None:
            return simple
        if kind in {Any, object}:
            return lambda value: value
        if isinstance(kind, NewType):
            return self.reader(kind.__supertype__)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return _one_of([each.value for each in kind], kind)
        if is_dataclass(kind):
            return self._declared(cast("type", kind))
        return self._compound(kind)

    def _compound(self, kind: Any) -> Read:
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._annotated(inner[0], inner[1:])
        if origin in {Union, UnionType}:
            some = [self.reader(each) for each in inner if each is not NoneType]
            return _first_of(some, or_none=NoneType in inner)
        if origin is Literal:
            return _one_of(inner, lambda value: value)
        if origin is tuple and inner[-1:] != (...,):
            return _each_its_own([self.reader(each) for each in inner])
        if origin in {tuple, frozenset, list}:
            return _listed(self.reader(inner[0]), origin)
        if origin is not None and issubclass(origin, Mapping):
            return _keyed(*map(self.reader, inner))
        raise TypeError(f"nobody has said how {kind} is read")

    def _annotated(self, kind: Any, said: tuple[Any, ...]) -> Read:
        for each in said:
            if isinstance(each, Embedded):
                within, load = each.shapes.reader(kind), each.load
                return lambda value: within(load(value))
        read, checks = self.reader(kind), tuple(each for each in said if callable(each))

        def checked(value: object) -> Any:
            found = read(value)
            for check in checks:
                found = check(found)
            return found

        return checked

    def _declared(self, kind: type) -> Read:
        needed = [
            each.name
            for each in fields(kind)
            if each.init and each.default is MISSING and each.default_factory is MISSING
        ]
        # Made when the first value comes: a declaration may name itself.
        known: dict[str, Read] = {}

        def declared(value: object) -> Any:
            if isinstance(value, kind):
                return value
            if not isinstance(value, Mapping):
                raise Unfit("must be a table")
            if not known:
                known.update(self.fields(kind))
            there = {name: found for name, found in value.items() if name in known}
            flaws = [
                Mismatch((name,), MismatchKind.MISSING) for name in needed if name not in there
            ]
            if self._closed:
                flaws += [
                    Mismatch((str(n),), MismatchKind.UNKNOWN) for n in value if n not in known
                ]
            given = _every(((name, known[name], found) for name, found in there.items()), flaws)
            return kind(**{str(name): each for name, each in given})

        return declared


def _within(place: tuple[str | int, ...], read: Read, value: object) -> Any:
    try:
        return read(value)
    except Misfit as misfit:
        raise Misfit(
            *(Mismatch((*place, *each.where), each.problem, each.wanted) for each in misfit.flaws)
        ) from None
    except ValueError as unfit:
        raise Misfit(Mismatch(place, MismatchKind.UNFIT, str(unfit))) from None


def _every(
    parts: Iterable[tuple[str | int, Read, object]], flaws: list[Mismatch]
) -> list[tuple[str | int, Any]]:
    """Each part read, with its place; raises Misfit with the flaws of all."""
    found = []
    for place, read, value in parts:
        try:
            found.append((place, _within((place,), read, value)))
        except Misfit as misfit:
            flaws += misfit.flaws
    if flaws:
        raise Misfit(*flaws)
    return found


def _one_of(values: Iterable[Any], make: Read) -> Read:
    # With their types: 1 and True are the same to Python.
    known = {(type(each), each): make(each) for each in values}

    def one_of(value: object) -> Any:
        try:
            return known[type(value), value]
        except (KeyError, TypeError):
            *most, last = (repr(each) for _kind, each in known)
            wanted = " or ".join(filter(None, (", ".join(most), last)))
            raise Unfit(f"must be {wanted}") from None

    return one_of


def _first_of(some: list[Read], *, or_none: bool) -> Read:
    if or_none and len(some) == 1 and isinstance(some[0], Exactly):
        return Exactly(some[0].wanted, *some[0].kinds, NoneType)

    def first_of(value: object) -> Any:
        if value is None and or_none:
            return None
        for read in some[:-1]:
            try:
                return read(value)
            except ValueError:
                continue
        return some[-1](value)

    return first_of


def _listed(read: Read, make: Callable[[Iterable[Any]], Any]) -> Read:
    def listed(value: object) -> Any:
        if not isinstance(value, list | tuple):
            raise Unfit("must be a list")
        return make(each for _at, each in _every(((n, read, v) for n, v in enumerate(value)), []))

    return listed


def _each_its_own(reads: list[Read]) -> Read:
    def each_its_own(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) != len(reads):
            raise ValueError(f"must be a list of {len(reads)}")
        parts = ((n, *each) for n, each in enumerate(zip(reads, value, strict=True)))
        return tuple(each for _at, each in _every(parts, []))

    return each_its_own


def _keyed(key: Read, read: Read) -> Read:
    def keyed(value: object) -> dict[Any, Any]:
        if not isinstance(value, Mapping):
            raise Unfit("must be a table")
        names = _every(((str(name), key, name) for name in value), [])
        found = _every(((str(name), read, each) for name, each in value.items()), [])
        return {name: each for (_at, name), (_too, each) in zip(names, found, strict=True)}

    return keyed


class Exactly:
    """Takes a value of one of these very types as it is: no bool for an int."""

    __slots__ = ("kinds", "wanted")

    def __init__(self, wanted: str, *kinds: type) -> None:
        self.wanted = wanted
        self.kinds = frozenset(kinds)

    def __call__(self, value: Any) -> Any:
        """Return the value, or raise Unfit."""
        if type(value) not in self.kinds:
            raise Unfit(f"must be {self.wanted}")
        return value


TEXT: Final = Exactly("a text", str)


def real(value: object) -> float:
    """Take a number with or without a point."""
    if type(value) not in {int, float}:
        raise ValueError("must be a number")
    return float(cast("float", value))


def from_text(wanted: str, make: Callable[[str], Any]) -> Read:
    """Read what is written as text; what ``make`` refuses is never said with the text, which may be secret."""

    def read(value: object) -> Any:
        try:
            return make(TEXT(value))
        except (ValueError, LookupError):
            raise Unfit(f"must be {wanted}") from None

    return read

"""Resolvers: how typed words are looked up. A type brings its Resolver along beside its Reader.

``Annotated[Contact, reader, Resolver(in_care)]``: the reader makes a reference of the words, the
resolver the record of the reference, before the command is run. The command neither sees the
reference nor names the repositories that it takes.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

from commands.framework.reader import without_none
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Resolver:
    """Looks up what somebody means.

    ``find`` is given what was read, and then, like a command, whatever it names by type: the Context,
    repositories bound to the transaction, ledgers. It raises Refusal.
    """

    find: Callable[..., Awaitable[object]]
    finds_unsaid: bool = False
    """Whether words may be left out: then ``find`` is given None, and finds what is usual."""
    idle: Callable[[Any], bool] | None = None
    """Tells of what was read, by itself, that ``find`` has nothing to find: what it depends on is not looked up."""

    @property
    def needs(self) -> Mapping[str, type]:
        """What ``find`` depends on, by parameter."""
        return _needs(self.find, 1)


@dataclass(frozen=True, slots=True)
class Unsaid:
    """How to find a value that nobody types and everybody means, like the meeting that is on.

    Part of a type without a reader. ``find`` is given whatever it names by type. It raises Refusal.
    """

    find: Callable[..., Awaitable[object]]

    @property
    def needs(self) -> Mapping[str, type]:
        """What ``find`` depends on, by parameter."""
        return _needs(self.find, 0)


def resolver_of(kind: object) -> Resolver | None:
    """The resolver that a type brings along; None if what was read is what is meant."""
    return next((each for each in _brought(kind) if isinstance(each, Resolver)), None)


def unsaid_of(kind: object) -> Unsaid | None:
    """How a type that nobody types is found; None if it does not say."""
    return next((each for each in _brought(kind) if isinstance(each, Unsaid)), None)


def _brought(kind: object) -> tuple[Any, ...]:
    return getattr(without_none(kind), "__metadata__", ())


@cache
def _needs(find: Callable[..., Awaitable[object]], skipped: int) -> Mapping[str, type]:
    hints = get_type_hints(find)
    return {name: hints[name] for name in list(inspect.signature(find).parameters)[skipped:]}

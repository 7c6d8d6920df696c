"""How people are named: ``@ana``, and in full where two of a committee have that name or one that looks like it.

Who that is stands with the committee (storage/chat/called_alike.py). As with the language (i18n.py), it is said
once around everything that is worded for a committee. Where nobody said it people are named in full.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from storage.core.model import Committee, UserId

_alike: ContextVar[frozenset[str] | None] = ContextVar("alike", default=None)
_NONE: frozenset[str] = frozenset()


@contextmanager
def naming(committee: Committee | None) -> Iterator[None]:
    """Name people inside the block as this committee calls them; in full where there is none, or nobody looked yet."""
    alike = None if committee is None else committee.alike
    token = _alike.set(frozenset(alike.split()) if alike else None if alike is None else _NONE)
    try:
        yield
    finally:
        _alike.reset(token)


def named(user: UserId | str) -> str:
    """Return what a member of the committee is called, ``@ana``, or ``@ana:example.org`` where there are two."""
    name, alike = user.partition(":")[0], _alike.get()
    return user if alike is None or name.removeprefix("@") in alike else name

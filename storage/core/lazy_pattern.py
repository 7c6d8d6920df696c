"""Regular expressions that are compiled when they are first used.

To compile those that are needed seldom takes a start a thirtieth longer. A mistake in one is found when all are
compiled, as a test does.
"""

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class LazyPattern:
    """What ``re.compile`` gives, as far as it is used. ``re``'s own functions do not take it, as a type checker says."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    if TYPE_CHECKING:

        def match(self, string: str, pos: int = 0) -> re.Match[str] | None:
            """As ``re.Pattern.match``."""

        def fullmatch(self, string: str, pos: int = 0) -> re.Match[str] | None:
            """As ``re.Pattern.fullmatch``."""

        def search(self, string: str, pos: int = 0) -> re.Match[str] | None:
            """As ``re.Pattern.search``."""

        def split(self, string: str, maxsplit: int = 0) -> list[Any]:
            """As ``re.Pattern.split``."""

        def findall(self, string: str, pos: int = 0) -> list[Any]:
            """As ``re.Pattern.findall``."""

        def finditer(
            self, string: str, pos: int = 0, endpos: int = sys.maxsize
        ) -> Iterator[re.Match[str]]:
            """As ``re.Pattern.finditer``."""

        def sub(
            self, repl: str | Callable[[re.Match[str]], str], string: str, count: int = 0
        ) -> str:
            """As ``re.Pattern.sub``."""

    else:

        def __getattr__(self, name: str) -> "Any":
            compiled = re.compile(self.pattern, self._flags)
            # Found there once: from then on it is an attribute like any other.
            for each in ("match", "fullmatch", "search", "split", "findall", "finditer", "sub"):
                setattr(self, each, getattr(compiled, each))
            return getattr(compiled, name)


def lazy_pattern(pattern: str, flags: int = 0) -> LazyPattern:
    """Compile a regular expression when it is first used."""
    return LazyPattern(pattern, flags)

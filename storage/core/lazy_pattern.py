"""Regular expressions that are compiled when they are first used.

To compile those that are needed seldom takes a start a thirtieth longer. A mistake in one is found when all are
compiled, as a test does.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    lazy_pattern = re.compile
else:
    from typing import Any

    class lazy_pattern:  # noqa: N801 (it stands for a function)
        """``re.compile``, later. To ``re``'s own functions hand its ``pattern``: they take no other class."""

        def __init__(self, pattern: str, flags: int = 0) -> None:
            self.pattern = pattern
            self._flags = flags

        def __getattr__(self, name: str) -> Any:
            # Found here once: from then on it is an attribute like any other.
            compiled = re.compile(self.pattern, self._flags)
            for each in ("match", "fullmatch", "search", "sub", "split", "findall", "finditer"):
                setattr(self, each, getattr(compiled, each))
            return getattr(compiled, name)

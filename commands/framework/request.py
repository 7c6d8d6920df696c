"""What a message asks for, once it is read: a command with typed values, or why nobody can tell."""

from collections.abc import Mapping

from commands.framework.errors import Refusal
from commands.framework.spec import Command
from commands.framework.values import Pasted
from storage.core.lazy_dataclass import dataclass

NOTHING_BELOW = Pasted("")


@dataclass(frozen=True, slots=True)
class Request:
    """A command with every typed value read."""

    command: Command
    arguments: Mapping[str, object]
    below: Pasted = NOTHING_BELOW
    """The lines under the command, where it takes any."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """A message that could not be read as a request: why, and for which command it was meant."""

    refusal: Refusal
    command: Command | None
    """None: nobody can tell."""
    certain: bool = False
    """Whether the command is known; if not, their words may belong to a private one."""
    settled: bool = False
    """Whether nothing else is to be made of it: what was meant has to be asked."""

"""Typed secrets that nobody else may read afterwards: redacted, and never repeated. Pure."""

from collections.abc import Callable
from dataclasses import replace

from commands.framework.errors import Refusal
from commands.framework.reply import Audience, Block, Code, Items, Line, Part, Reply, Strong
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that one command takes and keeps; typed with any other command, it is misplaced."""

    holds: Callable[[str], bool]
    """Whether a text has it in it, or looks like it."""
    without: Callable[[str], str]
    """The text with signs in its place."""
    begins: frozenset[str]
    """First words of messages that were meant for where it belongs, whatever command they are."""
    misplaced: Callable[[], Refusal]
    """What is said to whoever types it with another command."""

    def concerns(self, text: str) -> bool:
        """Whether a message with the secret in it was meant for the command that takes the secret."""
        first = text.lstrip().lstrip("!").split(maxsplit=1)[:1]
        return bool(first) and first[0].casefold().rstrip(".,:") in self.begins

    def taken_away(self, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        """Remove the secret from replies, and have the message they answer redacted.

        Replies to the whole room keep the secret: they say it on purpose.
        """
        bare = tuple(
            reply
            if reply.audience is Audience.ROOM
            else replace(reply, blocks=tuple(map(self._bare, reply.blocks)))
            for reply in replies
        )
        return (replace(bare[0], retract=True), *bare[1:]) if bare else bare

    def _bare(self, block: Block) -> Block:
        if isinstance(block, Items):
            return Items(tuple(map(self._bare_line, block.lines)), block.numbered)
        return self._bare_line(block)

    def _bare_line(self, line: Line) -> Line:
        return tuple(map(self._bare_part, line))

    def _bare_part(self, part: Part) -> Part:
        if isinstance(part, Code | Strong):
            return type(part)(self.without(part.text))
        return self.without(part)

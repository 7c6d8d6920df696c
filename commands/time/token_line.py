"""A line of tokens in one language, as the grammar rules read it."""

from collections.abc import Iterator, Mapping

from commands.time.language import Language
from commands.time.signs import Sign
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class TokenLine:
    """The tokens of a line with everything each of them may begin in one language."""

    edges: tuple[Mapping[Sign, list[tuple[int, object]]], ...]
    """By token and sign: where it ends, and what it means."""
    language: Language
    digits: tuple[bool, ...]
    """Which tokens are numbers in digits."""
    ordinals: tuple[bool, ...]
    dashes: tuple[bool, ...]
    glued: tuple[bool, ...]
    """Which tokens a hyphen joins to the word before."""

    def ordinal(self, at: int) -> bool:
        """Whether the token at ``at`` is a number with an ending: 5th, 5."""
        return at < len(self.ordinals) and self.ordinals[at]

    def is_in_words(self, at: int, end: int) -> bool:
        """Whether these tokens are a plain number in words: march fifteen, beside march fifteenth."""
        ordinal = any(stop == end for stop, _value in self.take(at, Sign.ORDINAL))
        return not self.digits[at] and not ordinal

    def begins(self, at: int, *signs: Sign) -> bool:
        """Whether one of ``signs`` may begin at ``at``."""
        return any(True for _edge in self.take(at, *signs))

    def is_dash(self, at: int) -> bool:
        """Whether the token at ``at`` is a hyphen and no word."""
        return self.dashes[at] or self.glued[at]

    def names_day(self, at: int) -> bool:
        """Whether the token at ``at`` makes the number before it a day of the month: 29日."""
        return any(unit == "day-name" for _end, unit in self.take(at, Sign.UNIT))

    def is_behind(self, at: int, sign: Sign) -> bool:
        """Whether ``sign`` may end right before ``at``."""
        return any(end == at for edges in self.edges[:at] for end, _value in edges.get(sign, ()))

    def __len__(self) -> int:
        return len(self.edges)

    def take(self, at: int, *signs: Sign) -> Iterator[tuple[int, object]]:
        """Read one of ``signs`` at ``at``: yields where each reading ends, and its value."""
        if at < len(self.edges):
            for sign in signs:
                yield from self.edges[at].get(sign, ())

    def numbers(self, at: int) -> Iterator[tuple[int, int]]:
        """Read a whole number at ``at``: yields where each reading ends, and the number."""
        for end, value in self.take(at, Sign.NUMBER):
            if isinstance(value, int):
                yield end, value

    def counts(self, at: int) -> Iterator[tuple[int, int]]:
        """A number, or the "an" of "in an hour"."""
        yield from self.numbers(at)
        for end, _value in self.take(at, Sign.ONE):
            yield end, 1
        if self.language.bare_units:
            yield from ((at, 1) for _edge in self.take(at, Sign.UNIT))

    def skipping(self, at: int, *signs: Sign) -> Iterator[int]:
        """Yield ``at`` itself, and every place behind one of ``signs`` that begins at ``at``."""
        yield at
        for end, _value in self.take(at, *signs):
            yield end

"""Search for somebody's name in free words, and blanking the name. Pure."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from storage.names import folded

BLANK = "[…]"
SHORTEST = 3
"""Fewest letters of a one-word name; shorter ones are too often other words."""
_APOSTROPHES = "'’"
_OF_SOMEBODY = ("'s", "’s")


class NamePatterns:
    """The names, numbers and addresses of one person, prepared for searching texts."""

    def __init__(self, names: Iterable[str], addresses: Iterable[str] = ()) -> None:
        every = {tuple(folded(name).split()) for name in names}
        found = {words for words in every if len(words) > 1 or len("".join(words)) >= SHORTEST}
        self._sequences = sorted(found | {words[::-1] for words in found}, key=len, reverse=True)
        self._by_first: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for words in self._sequences:
            self._by_first[words[0]].append(words)
        self._addresses = tuple(each.casefold() for each in addresses if each)
        self._starts = _starts(names, self._addresses)

    def blanked(self, text: str) -> str | None:
        """Return the text with every mention replaced by ``[…]``; None when nobody is mentioned."""
        cut = list(self._spans(text))
        if not cut:
            return None
        parts, last = [], 0
        for start, end in cut:
            parts += [text[last:start], BLANK]
            last = end
        return "".join([*parts, text[last:]])

    def blanked_in_json(self, written: str, ids: Collection[str]) -> str | None:
        """Return JSON with every mention within its texts replaced; None when nobody is mentioned.

        ``ids``: fields whose texts are no words, and stay unless they have a space. What is no JSON is read as a text.
        """
        try:
            value = json.loads(written)
        except ValueError:
            return self.blanked(written)
        better = self._blanked_within(value, ids, is_id=False)
        if better == value:
            return None
        return json.dumps(better, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def _blanked_within(self, value: Any, ids: Collection[str], *, is_id: bool) -> Any:
        match value:
            case str():
                spared = is_id and " " not in value
                return value if spared else self.blanked(value) or value
            case list():
                return [self._blanked_within(each, ids, is_id=is_id) for each in value]
            case dict():
                return {
                    name: self._blanked_within(each, ids, is_id=name in ids)
                    for name, each in value.items()
                }
        return value

    def mentioned(self, value: Any) -> bool:
        """Whether any text within a JSON value mentions the person; also JSON inside text."""
        if isinstance(value, str):
            return self.blanked(value) is not None
        if isinstance(value, dict):
            return any(self.mentioned(each) for pair in value.items() for each in pair)
        return isinstance(value, list | tuple) and any(map(self.mentioned, value))

    def in_row(self, cells: Sequence[str]) -> bool:
        """Whether the cells of a list's row mention the person, however the name is split between cells."""
        said = {word for cell in cells for word in folded(cell).split()}
        if any(set(words) <= said for words in self._sequences):
            return True
        bare = {cell.strip().casefold().removeprefix("mailto:") for cell in cells}
        return any(address in bare for address in self._addresses)

    @property
    def pattern(self) -> tuple[str, tuple[str, ...]]:
        """Return an SQL condition on ``{column}`` that every mention meets, and its parameters."""
        return " OR ".join("{column} LIKE ? ESCAPE '\\'" for _ in self._starts), self._starts

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        tokens = list(_tokens(text))
        said = [word for word, _start, _end in tokens]
        lowered = text.casefold() if len(text.casefold()) == len(text) else text.lower()
        spans = [
            (tokens[first][1], tokens[first + len(words) - 1][2])
            for first, begin in enumerate(said)
            for words in self._by_first.get(begin, ())
            if tuple(said[first : first + len(words)]) == words
        ]
        for address in self._addresses:
            at = lowered.find(address)
            while at >= 0:
                spans.append((at, at + len(address)))
                at = lowered.find(address, at + 1)
        last = 0
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= last:
                yield start, end
                last = end


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text folded, each with where it stands."""
    start: int | None = None
    for at, char in enumerate(text + " "):
        within = char.isalnum() or unicodedata.category(char)[0] == "M" or char in _APOSTROPHES
        if within and start is None:
            start = at
        elif not within and start is not None:
            word, end = text[start:at], at
            if word.casefold().endswith(_OF_SOMEBODY):
                word, end = word[:-2], at - 2
            key = folded(word)
            if key:
                yield key, start, end
            start = None


def _starts(names: Iterable[str], addresses: Iterable[str]) -> tuple[str, ...]:
    """Patterns for LIKE, which folds ASCII only: the longest word of each name as it may be written."""
    found: set[str] = set()
    for name in names:
        words = name.replace("’", "'").split("'")[0].split() or name.split()
        longest = max(words, key=len, default="")
        for form in (longest, longest.lower(), longest.upper(), longest.title(), folded(longest)):
            found |= {form, json.dumps(form)[1:-1]}
    found |= set(addresses)
    return tuple(
        "%" + form.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        for form in sorted(found)
        if form
    )

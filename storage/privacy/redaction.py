"""Somebody's name in words that are about others: found and blanked. Pure, and the tables it is for."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from storage.core.database import Transaction
from storage.core.driver import Row
from storage.core.model import CommitteeId
from storage.core.slices import in_slices
from storage.names import folded

BLANK = "[…]"
SHORTEST = 3
"""Letters of a one-word name; shorter ones are words of their own too often."""
_APOSTROPHES = "'’"
_OF_SOMEBODY = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column with words that people typed, and whose rows are a committee's (``t``, ``?1``)."""

    table: str
    column: str
    key: str
    whose: str


TEXTS = (
    *(
        TextColumn("conversations", column, "id", "t.committee = ?1")
        for column in ("issue", "ask", "note")
    ),
    TextColumn("assessments", "note", "id", "t.committee = ?1"),
    TextColumn("notes", "note", "id", "t.committee = ?1"),
    TextColumn("follow_ups", "what", "id", "t.committee = ?1"),
    TextColumn(
        "follow_up_events",
        "result",
        "id",
        "(SELECT f.committee FROM follow_ups AS f WHERE f.id = t.follow_up) = ?1",
    ),
    TextColumn(
        "turf_reasons",
        "why",
        "entry",
        "(SELECT h.committee FROM history AS h WHERE h.id = t.entry) = ?1",
    ),
    TextColumn(
        "meeting_versions",
        "title",
        "id",
        "(SELECT m.committee FROM meetings AS m WHERE m.id = t.meeting) = ?1",
    ),
    TextColumn(
        "calendar_files",
        "title",
        "id",
        "(SELECT m.committee FROM meetings AS m WHERE m.id = t.meeting) = ?1",
    ),
    *(
        TextColumn(
            table,
            "words",
            "id",
            "(SELECT o.committee FROM occurrences AS o WHERE o.id = t.occurrence) = ?1",
        )
        for table in ("agenda_items", "minute_lines")
    ),
    TextColumn("actions", "words", "id", "t.committee = ?1"),
    TextColumn("holds", "why", "id", "t.committee = ?1"),
    TextColumn("audits", "words", "id", "t.committee = ?1"),
    TextColumn("exports", "why", "id", "t.committee = ?1"),
    TextColumn("imports", "name", "id", "t.committee = ?1"),
    TextColumn("tests", "name", "id", "t.committee = ?1"),
    TextColumn(
        "test_figures",
        "why",
        "id",
        "(SELECT s.committee FROM tests AS s WHERE s.id = t.test) = ?1",
    ),
)
"""Every column with free words. A test compares this with the schema."""


class NamePatterns:
    """What somebody is called, ready to be looked for."""

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
        """The text without them; None when it does not mention them."""
        cut = list(self._spans(text))
        if not cut:
            return None
        parts, last = [], 0
        for start, end in cut:
            parts += [text[last:start], BLANK]
            last = end
        return "".join([*parts, text[last:]])

    def mentioned(self, value: Any) -> bool:
        """Whether any text within this mentions them; JSON within text as well."""
        if isinstance(value, str):
            return self.blanked(value) is not None
        if isinstance(value, dict):
            return any(self.mentioned(each) for pair in value.items() for each in pair)
        return isinstance(value, list | tuple) and any(map(self.mentioned, value))

    def in_row(self, cells: Sequence[str]) -> bool:
        """Whether a row of a list speaks of them, in whatever cells the parts of the name stand."""
        said = {word for cell in cells for word in folded(cell).split()}
        if any(set(words) <= said for words in self._sequences):
            return True
        bare = {cell.strip().casefold().removeprefix("mailto:") for cell in cells}
        return any(address in bare for address in self._addresses)

    @property
    def pattern(self) -> tuple[str, tuple[str, ...]]:
        """A condition on ``{column}`` that every text mentioning them fulfils, and what it binds."""
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


@dataclass(frozen=True, slots=True)
class Redaction:
    """Texts of one committee. Forgetting reads them all: there is no index of every word."""

    tx: Transaction
    committee: CommitteeId

    async def count(self, names: NamePatterns, but: Sequence[int]) -> int:
        """How many texts about others mention somebody; ``but``: their own records."""
        return sum([len(await self._found(text, names, but)) for text in TEXTS])

    async def blank(self, names: NamePatterns) -> int:
        """Take them out of every text; from how many."""
        blanked = 0
        for text in TEXTS:
            for key, better in await self._found(text, names, ()):
                blanked += 1
                await self.tx.execute(
                    f"UPDATE {text.table} SET {text.column} = ? WHERE {text.key} = ?", (better, key)
                )
        return blanked

    async def _found(
        self, text: TextColumn, names: NamePatterns, but: Sequence[int]
    ) -> list[tuple[int, str]]:
        rows = await self._rows(text, names, but)
        better = await in_slices((row["key"], names.blanked(row["words"])) for row in rows)
        return [(key, words) for key, words in better if words is not None]

    async def _rows(self, text: TextColumn, names: NamePatterns, but: Sequence[int]) -> list[Row]:
        condition, bound = names.pattern
        if not bound:
            return []
        about = {
            "follow_up_events": "(SELECT f.contact FROM follow_ups AS f WHERE f.id = t.follow_up)",
            "turf_reasons": "(SELECT h.contact FROM history AS h WHERE h.id = t.entry)",
            "exports": "NULL",
            "imports": "NULL",
            "tests": "NULL",
            "test_figures": "NULL",
            "meeting_versions": "NULL",
            "calendar_files": "NULL",
            "agenda_items": "NULL",
            "minute_lines": "NULL",
            "actions": "NULL",
        }.get(text.table, "t.contact")
        numbered = condition.format(column=f"t.{text.column}")
        return await self.tx.all(
            f"SELECT t.{text.key} AS key, t.{text.column} AS words FROM {text.table} AS t "
            f"WHERE {text.whose} AND ({_bound(numbered, 3)}) AND NOT EXISTS "
            f"(SELECT 1 FROM json_each(?2) AS own WHERE own.value = {about})",
            (self.committee, json.dumps(list(but)), *bound),
        )


def _bound(condition: str, first: int) -> str:
    """Numbers the question marks, for they stand among numbered ones."""
    parts = condition.split("?")
    return "".join(part if n == 0 else f"?{first + n - 1}{part}" for n, part in enumerate(parts))

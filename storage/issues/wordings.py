"""Wordings of issues: which of them are on the committee's list, and what each is counted as."""

from collections.abc import Iterable, Mapping

from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId
from storage.core.repository import Common
from storage.names import folded

MOST_WORDS = 500
"""Wordings kept by one committee."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One row about a word: ``means`` is what it is counted as, itself if it is on the list, else None."""

    said: str
    means: str | None


@dataclass(frozen=True, slots=True)
class IssueList:
    """The issues a committee keeps, and other words for them. Case and accents make no difference."""

    means: Mapping[str, str]
    """Folded word to the folded word that it is counted as; itself for what is on the list."""
    names: Mapping[str, str]
    """Folded word to the word as it was typed."""

    @classmethod
    def of(cls, rows: Iterable[Wording]) -> "IssueList":
        """Make the list of rows, oldest first: the last row about a word is true."""
        means: dict[str, str] = {}
        names: dict[str, str] = {}
        for row in rows:
            key = _key(row.said)
            names[key] = row.said
            if row.means is None:
                means.pop(key, None)
            else:
                means[key] = _key(row.means)
                names.setdefault(means[key], row.means)
        return cls(means, names)

    def key(self, words: str) -> str:
        """Return the folded issue that words are counted as: their own, if nothing is said about them."""
        at, seen = _key(words), set[str]()
        while at in self.means and self.means[at] != at and at not in seen:
            seen.add(at)
            at = self.means[at]
        return at

    def name(self, key: str, typed: str = "") -> str:
        """Return the words for a folded issue; ``typed`` where nothing is said about them."""
        return self.names.get(key) or typed or key

    def knows(self, words: str) -> bool:
        """Whether the words are an issue on the list, or another word for one."""
        return self.listed(self.key(words))

    def listed(self, key: str) -> bool:
        """Whether a folded issue is on the list."""
        return self.means.get(key) == key

    @property
    def keys(self) -> list[str]:
        """The folded issues on the list, in the order in which they were added."""
        return [key for key, means in self.means.items() if key == means]

    def others(self, key: str) -> list[str]:
        """Return the other words that are counted as a folded issue, as they were typed."""
        return [self.name(word) for word in self.means if word != key and self.key(word) == key]


def _key(words: str) -> str:
    return folded(words) or words.strip().casefold()


@dataclass(frozen=True, slots=True)
class Wordings(Common):
    """One committee's wordings of issues. No contacts: who named which stands in talks."""

    async def list(self) -> IssueList:
        """Return the list as it is now."""
        return IssueList.of(
            await self.tx.records(
                Wording,
                "SELECT said, means FROM live_issue_words AS w WHERE w.committee = ? "
                "AND w.id > 0 ORDER BY w.id",
                (self.committee,),
            )
        )

    async def say(self, entry: EntryId, said: str, means: str | None) -> None:
        """Save what a word is counted as: itself, another word, or nothing (None: off the list)."""
        await self.tx.add(
            "issue_words", committee=self.committee, said=said, means=means, entry=entry
        )

    async def full(self) -> bool:
        """Whether the committee keeps as many wordings as there is room for."""
        kept = await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM issue_words WHERE committee = ? AND id > 0 LIMIT ?)",
            (self.committee, MOST_WORDS),
        )
        return kept >= MOST_WORDS

"""Where names of people may stand in a text, told by its words alone. Pure.

A name is two of somebody's words that follow each other, "Okafor, Sam" as well. One word by itself looks like a
name only beside words of talks, "call Sam", "Priya signed", because so many first names are words, or a
colleague's. Any other word that is not in everybody's mouth may be the name of somebody the author knows.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from commands.framework.mentions import MENTION
from commands.names.everyday import ALSO_NAMES, EVERYDAY
from commands.names.talk_words import BEFORE, BEFORE_IN_TWO, BEHIND, BEHIND_IN_TWO
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern
from storage.names import folded
from storage.names.spelling import PARTICLES

MOST_LETTERS: Final = 4_096
"""Letters of a text that are looked through: no line is longer."""

_WORD = lazy_pattern(r"[^\W\d_](?:[\w'’]|[\u0300-\u036f])*")
_WITHIN_A_NAME = lazy_pattern(r"[\s\-‐‑–.,'’\"“”„«»*_`]{1,4}")
"""What may stand between two words of a name; a line break, a bar or a question mark does not."""
_NO_WORDS = lazy_pattern(r"\w+://\S+|@\S+")
"""Links, and colleagues as they are typed: nobody's name in words."""
_OWNED = lazy_pattern(r"['’]s$", re.IGNORECASE)
_ONE_WORD_NAMES = lazy_pattern(r"[\u3400-\u9fff\uac00-\ud7af]+")
"""Scripts that write a name as one word, without blanks around."""

_LONGEST_IN_ONE: Final = 4
_LONGEST_BEFORE: Final = 14
"""Letters before a word in which the word of a talk stands that goes with it."""


@dataclass(frozen=True, slots=True)
class NamePlace:
    """Words of a text that may be a name."""

    start: int
    end: int
    words: tuple[str, ...]
    """Two folded words, in the order of the alphabet, or a single one."""
    likely: bool
    """Whether the words look like a name, whoever there is."""
    whole: bool = False
    """Whether a single word counts only as all of a name: in scripts that part no words."""
    alone: bool = False
    """Whether it is a single word that nothing makes a name, but that somebody may be called by."""


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    plain: str
    capital: bool
    joined: bool
    """Whether it may be of one name with the word before."""

    @property
    def unusual(self) -> bool:
        """Whether it is a name, or a word of a trade or another language."""
        return self.plain not in EVERYDAY and self.plain not in ALSO_NAMES

    @property
    def may_be_a_name(self) -> bool:
        return self.unusual or (self.capital and self.plain in ALSO_NAMES)


def names_in(text: str, members: Collection[str] = ()) -> list[NamePlace]:
    """Every place of a text where a name may stand.

    ``members``: user ids whose mentions are no names, since everybody sees who is in the room.
    """
    words = _words(text, members)
    pairs = list(_pairs(words))
    whole = {at for each in pairs if each.likely for at in (each.start, each.end)}
    # "call Zora Quill" is about her, and about no other Zora.
    first = [e for e in _beside_talk(text, words) if whole.isdisjoint({e.start, e.end})]
    known = {each.start for each in first} | _of_two_with_capitals(pairs, words)
    return [*pairs, *first, *_in_one_word(text, words), *_alone(words, known)]


def questions(found: Sequence[NamePlace]) -> int:
    """How many look-ups it takes to say which likely names are somebody's: one for each of them.

    So a text full of names tells no more for less than one that names one person.
    """
    return len({each.words for each in found if each.likely})


def replaced(text: str, found: Sequence[tuple[NamePlace, str]]) -> str:
    """The text with other words in the places of names; places that touch are one name."""
    joined: list[tuple[int, int, str]] = []
    for named, instead in sorted(found, key=lambda pair: (pair[0].start, -pair[0].end)):
        if joined and named.start < joined[-1][1]:
            start, end, first = joined[-1]
            joined[-1] = (start, max(end, named.end), first)
        else:
            joined.append((named.start, named.end, instead))
    for start, end, instead in reversed(joined):
        text = text[:start] + instead + text[end:]
    return text


def _pairs(words: Sequence[_Word]) -> Iterator[NamePlace]:
    """Two words that follow each other, particles between them left out: "Jan van den Berg"."""
    before: _Word | None = None
    for each in words:
        if not each.joined:
            before = None
        if each.plain in PARTICLES:
            continue
        if before is not None and _could_be_both(before, each):
            likely = before.may_be_a_name and each.may_be_a_name
            pair = tuple(sorted((before.plain, each.plain)))
            yield NamePlace(before.start, each.end, pair, likely)
        before = each


def _could_be_both(one: _Word, other: _Word) -> bool:
    """Whether they can be a name at all: "will young people come" has none, "Will Young" is one."""
    if one.plain == other.plain or min(len(one.plain), len(other.plain)) < 2:
        return False
    return one.unusual or other.unusual or (one.capital and other.capital)


def _words(text: str, members: Collection[str]) -> list[_Word]:
    bare = MENTION.sub(lambda found: _masked(found, members), text[:MOST_LETTERS])
    bare = _NO_WORDS.sub(lambda found: "\n" * len(found[0]), bare)
    words: list[_Word] = []
    for found in _WORD.finditer(bare):
        said = _OWNED.sub("", found[0]).rstrip("'’")
        plain = folded(said)
        if not plain:
            continue
        between = bare[words[-1].end if words else 0 : found.start()]
        joined = bool(words) and _WITHIN_A_NAME.fullmatch(between) is not None
        end = found.start() + len(said)
        words.append(_Word(found.start(), end, plain, said[0].isupper(), joined))
    return words


def _masked(found: re.Match[str], members: Collection[str]) -> str:
    """A mention without its address, and without its words where they are a member's."""
    if found[1] in members:
        return "\n" * len(found[0])
    return "\n" * (len(found[0]) - len(found[2]) - 1) + found[2] + "\n"


def _beside_talk(text: str, words: Sequence[_Word]) -> Iterator[NamePlace]:
    """Single words that stand beside a word of talks."""
    for at, each in enumerate(words):
        if not each.may_be_a_name or each.plain in PARTICLES or len(each.plain) < 2:
            continue
        before, behind = words[at - 1 : at] if at else [], words[at + 1 : at + 2]
        told = any(one.plain in BEFORE or _talks(text, one) for one in before)
        if (
            told
            or any(one.plain in BEHIND for one in behind)
            or _told_in_two(words[at + 1 : at + 3])
        ):
            yield NamePlace(each.start, each.end, (each.plain,), likely=True)


def _of_two_with_capitals(pairs: Sequence[NamePlace], words: Sequence[_Word]) -> set[int]:
    """Where the words of whole names begin, "Zora Quill": they are about nobody else."""
    capital = {each.start for each in words if each.capital}
    ends = {each.end: each.start for each in words}
    starts = [(each.start, ends[each.end]) for each in pairs if each.likely]
    return {at for both in starts if capital.issuperset(both) for at in both}


def _alone(words: Sequence[_Word], known: Collection[int]) -> Iterator[NamePlace]:
    """Single words that are nobody's name by their looks, and yet no everyday word."""
    for each in words:
        if each.unusual and each.start not in known and len(each.plain) > 1:
            yield NamePlace(each.start, each.end, (each.plain,), likely=False, alone=True)


def _talks(text: str, word: _Word) -> bool:
    """Whether a word and the one before it are of a talk: "1on1 with"."""
    before = folded(text[max(0, word.start - _LONGEST_BEFORE) : word.end]).split()[-2:]
    return " ".join(before) in BEFORE_IN_TWO


def _told_in_two(behind: Sequence[_Word]) -> bool:
    """Whether the words behind a word are of a talk: "has signed"."""
    return " ".join(each.plain for each in behind) in BEHIND_IN_TWO


def _in_one_word(text: str, words: Sequence[_Word]) -> Iterator[NamePlace]:
    """Names in scripts without blanks: each part of a word that is as long as names are."""
    for word in words:
        for run in _ONE_WORD_NAMES.finditer(text, word.start, word.end):
            for length in range(2, _LONGEST_IN_ONE + 1):
                for start in range(run.start(), run.end() - length + 1):
                    end = start + length
                    alone = (start, end) == (word.start, word.end)
                    said = (folded(text[start:end]),)
                    yield NamePlace(start, end, said, likely=alone, whole=True)

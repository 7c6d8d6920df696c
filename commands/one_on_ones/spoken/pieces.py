"""Cutting a line that somebody said into pieces: words, quoted ones, keys with an equals sign or colon. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from commands.framework.handles import typed_handle
from commands.framework.words import Word, each_word
from commands.one_on_ones.spoken.vocabulary import (
    ANSWERS,
    EVIDENCE,
    KEYS,
    OUTCOMES,
    cjk_words,
    is_cjk,
    phrases_of,
)
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

MOST = 60
"""Pieces of a line that are looked at; a longer line is left to the strict form."""
_ENDS = ",;.:!?。、…"
_STOPS = ",;.。、"
_GLUED = re.compile(r"([0-5])([a-z]+)", re.IGNORECASE | re.ASCII)
_CJK_DAY = re.compile(
    r"(?:下个?|这个?|本|上个?)?(?:周|星期|礼拜)[一二三四五六日天]|大?后天|明[天早晚]|昨[天晚]|前天|今[天晚]|下周"
)
_DASHES = frozenset("-–—−·•|/")


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a line, or several in quotes."""

    text: str
    """As it was typed, without the comma behind it."""
    plain: str
    """Folded; empty for a mere sign."""
    quoted: bool = False
    key: str | None = None
    """What stood before an equals sign or a colon, folded."""
    ends: str = ""
    """The signs behind it: a comma, a full stop."""
    glued: bool = False
    """Whether it was written in one with the piece before."""

    @property
    def handle(self) -> int | None:
        """The number of the handle it is; None for other words."""
        return None if self.quoted or self.key is not None else typed_handle(self.text)

    @property
    def stop(self) -> bool:
        """Whether a sentence or a part of one ends behind it."""
        numbered = self.text.isdecimal() and self.ends == "."
        return not numbered and any(sign in _STOPS for sign in self.ends)

    @property
    def shown(self) -> str:
        """The piece as it can be typed again."""
        words = f'"{self.text}"' if self.quoted else self.text
        return words if self.key is None else f"{self.key}={words}"


def pieces_of(line: str) -> list[Piece]:
    """Cut a cleaned line into pieces; of a longer one, into more than ``MOST``. Raises Refusal for an open quote."""
    found: list[Piece] = []
    for word in each_word(_spaced(line)):
        found += _of(word)
        if len(found) > 2 * MOST:
            # However many of them are two halves of a handle.
            break
    return _handles_joined(found)


def words_shown(pieces: Sequence[Piece]) -> str:
    """Pieces as a line to be typed again."""
    shown = ""
    for piece in pieces:
        shown += ("" if piece.glued or not shown else " ") + piece.shown
        shown += "," if piece.stop and piece is not pieces[-1] else ""
    return shown


def words_kept(pieces: Sequence[Piece]) -> str:
    """Pieces as free words, with the signs they were typed with; of the last, those of a question alone."""
    kept = ""
    for piece in pieces:
        kept += ("" if piece.glued or not kept else " ") + piece.text
        kept += piece.ends if piece is not pieces[-1] else piece.ends.strip(_STOPS + ":")
    return kept.strip()


def _spaced(line: str) -> str:
    """Blanks around the commas between words, and behind a key with a colon."""
    line = re.sub(r"(?<=[^\s\d]),(?=\S)", ", ", line)
    return re.sub(r"(?<=[^\W\d])([;、])(?=\S)", r"\1 ", line)


def _of(word: Word) -> Iterator[Piece]:
    if word.quoted:
        yield Piece(word.text, folded(word.text), quoted=True, key=word.key)
        return
    key, text = word.key, word.text
    if key is None:
        before, _colon, after = text.partition(":")
        if after and folded(before) in _keys() and not after.startswith("//"):
            key, text = folded(before), after
    bare = text.rstrip(_ENDS).strip("()")
    ends = text[text.rfind(bare[-1:]) + 1 :].strip("()") if bare else text
    if key is None and bare in {"&", "+"}:
        yield Piece(bare, "and")
        return
    if key is None and all(sign in _DASHES for sign in bare):
        # A mere sign parts the words around it.
        yield Piece("", "", ends=",")
        return
    parts = list(_parts(bare)) or [bare]
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        yield Piece(
            part,
            folded(part),
            key=key if at == 0 else None,
            ends=ends if last else "",
            glued=at > 0,
        )


def _parts(text: str) -> Iterator[str]:
    """``2did`` as two words, and the words of a script that has no blanks."""
    if (match := _GLUED.fullmatch(text)) and folded(match[2]) in _evidence():
        yield from match.groups()
        return
    if not any(map(is_cjk, text)):
        yield text
        return
    yield from (part for part in _CJK.split(text) if part)


@cache
def _keys() -> frozenset[str]:
    return frozenset(" ".join(words) for words in phrases_of(KEYS) if len(words) == 1)


@cache
def _evidence() -> frozenset[str]:
    return frozenset(" ".join(words) for words in phrases_of(EVIDENCE) if len(words) == 1)


_WORDS = "|".join(
    re.escape(word)
    for word in cjk_words(*(phrases_of(table) for table in (OUTCOMES, EVIDENCE, ANSWERS, KEYS)))
    if len(word) > 1
)
_CJK = re.compile(
    rf"({_CJK_DAY.pattern}|{_WORDS}|(?<=\D)[0-5](?!\d)|[，。、]|(?<=[0-5])说|(?<=[0-5])做)"
)


def _handles_joined(pieces: list[Piece]) -> list[Piece]:
    """``M 41`` is one handle."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.plain == "m"
            and not last.quoted
            and last.key is None
            and piece.key is None
            and piece.text.isdecimal()
        ):
            joined[-1] = Piece(f"M-{piece.text}", f"m {piece.text}", ends=piece.ends)
            continue
        joined.append(piece)
    return joined

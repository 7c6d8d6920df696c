"""Words kept exactly as they were typed, for parameters like a poll's options. Pure.

Commas, bars, line breaks, signs and quotes mean something in such text. Only ``key=value`` is taken out.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from commands.framework.clean import clean, straighten
from commands.framework.errors import cut, refuse
from commands.framework.shown_names import shown_key
from commands.framework.suggest import suggest
from commands.framework.words import Word
from storage.core.lazy_pattern import lazy_pattern

QUOTES = '"“”„‟«»'
"""Quotes that hold words together; apostrophes do not, they stand in names."""
QUOTED = f"[{QUOTES}][^{QUOTES}]*[{QUOTES}]"
_FLAG = lazy_pattern(rf"{QUOTED}|(?:^|(?<=\s))--([a-z]{{3,20}})(?=\s|$)", re.IGNORECASE)
_LIKE_A_KEY = lazy_pattern(
    rf"{QUOTED}|(?:^|(?<=[\s,;|]))([a-z]{{3,12}})\s?=\s?(?=\S)", re.IGNORECASE
)


def kept(text: str, words: int) -> str:
    """Cut the first ``words`` words off a message; the rest keeps its lines, quotes and signs.

    Raises Refusal for text that cannot be a command, as ``clean`` does.
    """
    clean(text)
    straight = unicodedata.normalize("NFC", straighten(text)).strip()
    begun = re.match(rf"(?:\S+\s*){{{words}}}", straight)
    return straight[begun.end() :] if begun else ""


def apart(
    body: str,
    keys: Iterable[str],
    also: Mapping[str, str],
    heard: Mapping[str, str] = MappingProxyType({}),
) -> list[Word]:
    """Take every unquoted ``key=value`` out of a text: the rest as one word, then a word for each value.

    ``also`` maps other spellings to keys, ``heard`` those in other languages, which are near to slips. A value may go on for several words where the line or another key
    follows. Raises Refusal for a key that is almost one of ``keys``, and for an unknown ``--flag``.
    """
    names = {key: key for key in keys} | dict(also)
    either = "|".join(sorted(names, key=len, reverse=True))
    key = rf"(?:{either})[ \t]?=[ \t]?"
    several = rf"[^\s,;|?{QUOTES}]+(?:[ \t]+(?!{key})[^\s,;|?={QUOTES}]+)*(?=[ \t]*(?:$|{key}))"
    pattern = re.compile(
        rf"(?P<held>{QUOTED})|(?<![^\s,;|])(?P<key>{either})[ \t]?=[ \t]?"
        rf"(?:(?P<quoted>{QUOTED})|(?P<bare>{several}|[^\s,;|]+))",
        re.IGNORECASE | re.MULTILINE,
    )
    found: list[Word] = []

    def take(match: re.Match[str]) -> str:
        if match["held"] is not None:
            return match["held"]
        value = match["quoted"][1:-1] if match["quoted"] else match["bare"]
        found.append(Word(value.strip(), quoted=True, key=names[match["key"].lower()]))
        return ""

    rest = pattern.sub(take, body).strip()
    for flag in _FLAG.finditer(rest):
        if flag[1]:
            raise refuse("I do not know --{flag} here.", flag=cut(flag[1]))
    for slip in _LIKE_A_KEY.finditer(rest):
        close = suggest(slip[1], [*names, *heard]) if slip[1] else None
        if close is not None:
            raise refuse(
                "I do not know {key}=. Did you mean {close}=?",
                key=cut(slip[1]),
                close=shown_key(heard.get(close, close)),
            )
    return ([Word(rest, quoted=True)] if rest else []) + found

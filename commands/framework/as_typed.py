"""Words kept as they were typed, for what no rule of cutting a line may touch: a poll's options. Pure.

Commas, bars, line breaks, signs and quotes mean something there. Only ``key=value`` is taken out.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from commands.framework.clean import clean, straighten
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.suggest import suggest
from commands.framework.words import Word

QUOTES = '"“”„‟«»'
"""Quotes that hold words together; apostrophes do not, they stand in names."""
QUOTED = f"[{QUOTES}][^{QUOTES}]*[{QUOTES}]"
_FLAG = re.compile(rf"{QUOTED}|(?:^|(?<=\s))--([a-z]{{3,20}})(?=\s|$)", re.IGNORECASE)
_LIKE_A_KEY = re.compile(rf"{QUOTED}|(?:^|(?<=[\s,;|]))([a-z]{{3,12}})\s?=\s?(?=\S)", re.IGNORECASE)


def kept(text: str, words: int) -> str:
    """A message without its first words, its lines and everything in them as they are.

    Raises Refusal for what cannot be meant, as ``clean`` does.
    """
    clean(text)
    straight = unicodedata.normalize("NFC", straighten(text)).strip()
    begun = re.match(rf"(?:\S+\s*){{{words}}}", straight)
    return straight[begun.end() :] if begun else ""


def apart(body: str, keys: Iterable[str], also: Mapping[str, str]) -> list[Word]:
    """The text as one word, and behind it every ``key=value`` that stood in it, outside of quotes.

    ``also`` has other words for keys. A value may go on for several words where the line ends behind
    them. Raises Refusal for a key that is almost one of these.
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
            raise refuse(_("I do not know --{flag} here."), flag=cut(flag[1]))
    for slip in _LIKE_A_KEY.finditer(rest):
        close = suggest(slip[1].lower(), list(names)) if slip[1] else None
        if close is not None:
            raise refuse(
                _("I do not know {key}=. Did you mean {close}=?"), key=cut(slip[1]), close=close
            )
    return ([Word(rest, quoted=True)] if rest else []) + found

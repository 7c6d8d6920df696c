"""Cutting a poll's options apart: by lines, bars, numbers, commas, "or". Pure; raises Ambiguous."""

import re
import unicodedata
from itertools import pairwise

from commands.framework.as_typed import QUOTES
from storage.core.lazy_pattern import lazy_pattern

MARKS = QUOTES + "「」『』"
"""Quotes that hold a question or an option together."""
_HELD = lazy_pattern(
    rf"(?<!\w)(?:[{MARKS}][^{MARKS}]*[{MARKS}]|['‘’‚][^'‘’‚\n]*['‘’])(?!\w)"
    r"|\([^()\n]*(?:[,;/|、،]|\s(?:or|oder|ou|o)\s)[^()\n]*\)"
)
"""What is not cut: words in quotes, and a list in brackets as in "yes (more, sooner)"."""
_HOLDERS = range(0xE000, 0xE400)
"""Letters for private use: one stands for each quoted option while the rest is cut."""

_BULLET = lazy_pattern(r"\s*(?:[•◦▪●○*·–—‣➤→-]|\[[ xX]?\]|[☐☑▢])\s+(?=\S)")
_TIGHT = lazy_pattern(r"\s*(?:[•◦▪●○‣➤→☐☑▢]\s*(?=\S)|[·*–—-](?=[^\W\d]))")
_NUMBER = lazy_pattern(
    r"\s*\(?(?:(\d{1,2})[.):]|(\d{1,2})\ufe0f?\u20e3|([a-zA-Z])[.)])(?:\s+|(?<=\u20e3))(?=\S)"
)
_INLINE = lazy_pattern(
    r"(?:^|(?<=[\s,;]))\(?(?:\d{1,2}[.):]|[a-zA-Z][.)])\s+(?=\S)|\d{1,2}\ufe0f?\u20e3\s*"
)

_SLASHED, _ARROWS = lazy_pattern(r"\s/\s"), lazy_pattern(r"\s[>›]\s")
_OR = lazy_pattern(
    r"\s+(?:or|oder|ou|o|u|eller|lub|albo|czy|или|veya|ya da|vs\.?|versus)\s+|\s*(?:还是|或者|または|それとも)\s*",
    re.IGNORECASE,
)
_JOINS = lazy_pattern(
    r"^(?:or|oder|ou|eller|lub|albo|или|veya|and|und|et|og|och|oraz)\s+", re.IGNORECASE
)
_AND = lazy_pattern(r"\s(?:and|und|y|et|e|og|och|en|i|и|ve)\s|[&＆]", re.IGNORECASE)
_THOUSANDS = lazy_pattern(r"(?<=\d),(?=\d{3}(?!\d))")
_BETWEEN_DIGITS = lazy_pattern(r"(?<=\d),(?=\d)")
_SPACED_COMMA = lazy_pattern(r",\s|[^\d],|,[^\d\s]")

_SIGNS = lazy_pattern("[^\\s](?:[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d.)*")
"""An emoji with what belongs to it."""
_DASHED = lazy_pattern(r"\s+[•–—-]\s+")


class Ambiguous(Exception):
    """Options can be cut in several ways; ``likeliest`` is the best guess, to be asked about."""

    def __init__(self, likeliest: list[str]) -> None:
        super().__init__()
        self.likeliest = likeliest


def cut_apart(text: str) -> list[str]:
    """Cut options apart; empty ones, numbers and bullets stay. Raises Ambiguous."""
    held: list[str] = []
    # They stand for what is held, and mean nothing to anybody who types them.
    text = text.translate(dict.fromkeys(_HOLDERS))

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return chr(_HOLDERS[len(held) - 1])

    covered = _HELD.sub(hold, text) if len(_HELD.findall(text)) < len(_HOLDERS) else text

    def shown(option: str) -> str:
        """The quoted words back in; the quotes go where they hold the whole option."""
        option = option.strip()
        if len(option) == 1 and ord(option) in _HOLDERS:
            whole = held[ord(option) - _HOLDERS[0]]
            return whole if whole.startswith("(") else whole[1:-1].strip()
        put_back = (
            held[ord(each) - _HOLDERS[0]] if ord(each) in _HOLDERS else each for each in option
        )
        return "".join(put_back)

    try:
        return [shown(option) for option in _cut(covered)]
    except Ambiguous as several:
        raise Ambiguous([shown(option) for option in several.likeliest]) from None


def without_numbers(options: list[str]) -> list[str]:
    """The options without the bullets or numbers in front, where all have them, in order."""
    if len(options) < 2:
        return options
    for bullet in (_BULLET, _TIGHT):
        if all(bullet.match(option) for option in options):
            return without_numbers([bullet.sub("", option, count=1) for option in options])
    found = [_NUMBER.match(option) for option in options]
    marks = [match and (match[1] or match[2] or match[3].casefold()) for match in found]
    if None in marks or not _in_order([str(mark) for mark in marks]):
        return options
    bare = [_NUMBER.sub("", option, count=1).strip() for option in options]
    # "1. Mai, 2. Mai" are days, not the first and the second of two Mays.
    return bare if len({key_of(each) for each in bare}) == len(bare) else options


def key_of(option: str) -> str:
    """By what two options are told apart: signs count, capitals and accents do not."""
    flat = unicodedata.normalize("NFKD", option).casefold()
    return "".join(letter for letter in flat if unicodedata.category(letter) != "Mn")


def _in_order(marks: list[str]) -> bool:
    if all(mark.isdecimal() for mark in marks):
        numbers = [int(mark) for mark in marks]
        return numbers[0] in {0, 1} and all(b == a + 1 for a, b in pairwise(numbers))
    return marks == [chr(ord("a") + at) for at in range(len(marks))]


def _cut(text: str) -> list[str]:
    """By what cuts most plainly: lines, then what stands between, then numbers in front, then words."""
    lines = [row.strip() for row in text.splitlines() if row.strip()]
    if len(lines) > 1:
        return _by_lines(lines)
    text = lines[0] if lines else ""
    found = (
        _by_bars(text) or _by_numbers(text) or _by_bullets(text) or _by_what_stands_between(text)
    )
    if found is not None:
        return found
    # A number in front of the only option does not make two of it.
    return [text] if _NUMBER.match(text) else _by_words(text)


def _by_bars(text: str) -> list[str] | None:
    for bar in (r"[|¦]", ";"):
        if re.search(bar, text):
            return _between(re.split(bar, text))
    return None


def _by_what_stands_between(text: str) -> list[str] | None:
    for comma in "、،":
        if comma in text:
            return _between(text.split(comma))
    if "," in text:
        return _by_amounts(text) or _by_commas(text)
    for between in (_SLASHED, _ARROWS, _OR):
        parts = between.split(text)
        if len(parts) > 1:
            return _between(parts)
    return None


def _by_bullets(text: str) -> list[str] | None:
    """``- plaza - hall``; a dash in front of something else is no part of it."""
    bullet = _BULLET.match(text)
    if bullet is None:
        return None
    behind = text[bullet.end() :]
    dashed = _DASHED.split(behind)
    return _between(dashed) if len(dashed) > 1 else _cut(behind)


def _by_lines(lines: list[str]) -> list[str]:
    """One option a line. Lines with separators at their ends and in their middle are a wrapped list."""
    ends = [row[-1] in ",;|、" for row in lines]
    bare = [row.rstrip(" ,;|、") for row in lines]
    numbered = without_numbers(bare) != bare
    inner = [bool(re.search(r"[|;、]|,(?!\d{3}\b)", row)) for row in bare]
    if numbered or not any(inner):
        return bare
    if any(ends) or (inner[0] and not all(inner)):
        raise Ambiguous([part.strip() for row in bare for part in re.split(r"[,;|、]", row)])
    return bare


def _by_numbers(text: str) -> list[str] | None:
    """``1. town hall 2. plaza``: None without such numbers in order."""
    starts = [match.start() for match in _INLINE.finditer(text)]
    if len(starts) < 2 or text[: starts[0]].strip():
        return None
    parts = [text[a:b].strip(" ,;|") for a, b in pairwise([*starts, len(text)])]
    return parts if without_numbers(parts) != parts else None


def _by_amounts(text: str) -> list[str] | None:
    """``$20,000 or $25,000``, ``1,5% / 2,0%``: commas within numbers only, something else between."""
    for between in (_SLASHED, _OR):
        parts = between.split(text)
        commas = [part.count(",") for part in parts]
        amounts = all(len(_BETWEEN_DIGITS.findall(part)) == part.count(",") <= 1 for part in parts)
        thousands = sum(commas) == len(_THOUSANDS.findall(text))
        if len(parts) > 1 and amounts and (thousands or set(commas) == {1}):
            return _between(parts)
    return None


def _by_commas(text: str) -> list[str]:
    text = text.strip().removesuffix(",")
    spaced = _SPACED_COMMA.search(text) is not None
    if not spaced and _THOUSANDS.search(text):
        # "1,000,500" may be one number, two or three.
        raise Ambiguous(text.split(","))
    within = _BETWEEN_DIGITS if re.search(r",\s", text) else _THOUSANDS
    kept = within.sub("\x1f", text) if spaced else text
    parts = [part.replace("\x1f", ",").strip() for part in kept.split(",")]
    last = _JOINS.sub("", parts[-1])
    if len(parts) > 2 and last != parts[-1]:
        return [*parts[:-1], last]
    tail = _OR.split(parts[-1])
    return [*parts[:-1], *tail] if len(tail) == 2 else parts


def _by_words(text: str) -> list[str]:
    """Without anything between them, two words are two options, and so are several signs."""
    words = text.split()
    if len(words) == 1:
        return _by_slashes(text)
    quoted = any(ord(letter) in _HOLDERS for letter in text)
    if len(parts := re.split(r"\s+(?:of|か|أو|או)\s+", text)) > 1:
        raise Ambiguous(parts)
    if not quoted and (_AND.search(text) or "/" in text):
        raise Ambiguous(words)
    if len(words) > 2 and not quoted and not all(map(_is_sign, words)):
        raise Ambiguous(words)
    return words


def _by_slashes(word: str) -> list[str]:
    if "/" in word and not re.search(r"\d/\d", word):
        return _between(word.split("/"))
    signs = _SIGNS.findall(word)
    if len(signs) > 1 and not any(letter.isalnum() for letter in word):
        raise Ambiguous(signs)
    return [word] if word else []


def _is_sign(word: str) -> bool:
    """Whether a word is no word: 👍, +1, C++, A."""
    return len(word) == 1 or any(not letter.isalpha() for letter in word)


def _between(parts: list[str]) -> list[str]:
    """The parts, an empty one at the beginning or end left out: a bar too many there says nothing."""
    parts = [part.strip(" ,") for part in parts]
    if len(parts) > 2 and not parts[0]:
        parts = parts[1:]
    if len(parts) > 2 and not parts[-1]:
        parts = parts[:-1]
    return parts

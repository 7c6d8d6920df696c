"""Pairing codes: words that say whose bot is meant, what its key looks like, and which invitation it is. Pure.

Words come from a published list (commands/coalition/words/README.md). The last two are a checksum that finds
one mistyped word and two that changed places, as those of book numbers do: sums modulo a prime.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final

from commands.framework.suggest import suggest
from storage.core.lazy_dataclass import dataclass

FINGERPRINT: Final = 12
"""Bytes of a master key's fingerprint in a code: 96 bits, which nobody finds another key for."""
NUMBER: Final = 5
"""Bytes of the one-time number."""
PRIME: Final = 2053
"""The smallest prime above the number of words."""
MOST_WORDS: Final = 250
BEGINNING: Final = 4
"""Letters by which a word is known: no two of the list begin with the same."""

_SIGNS: Final = "abcdefghijklmnopqrstuvwxyz0123456789.-_=/+:"
"""What user ids are made of (specification: User identifiers); other bytes are escaped."""
_ESCAPE: Final = len(_SIGNS)
_BASE: Final = len(_SIGNS) + 1


@dataclass(frozen=True, slots=True)
class PairingCode:
    """What a code says."""

    bot: str
    """The user id of the bot that made it."""
    fingerprint: str
    """Of that bot's master key: ``fingerprint_of``."""
    number: str
    """Known to whoever was told the code; hexadecimal."""


class NotACode(ValueError):
    """Words are no code."""


class UnknownWord(NotACode):
    """A word is not in the list."""

    def __init__(self, place: int, word: str, meant: str | None) -> None:
        super().__init__("unknown word")
        self.place: Final = place
        """Counted from 1."""
        self.word: Final = word
        self.meant: Final = meant
        """The word of the list that is like it; None if none is."""


class WrongWord(NotACode):
    """A word is in the list, and cannot be the one that was told."""

    def __init__(self, place: int, word: str, meant: str, whole: str) -> None:
        super().__init__("wrong word")
        self.place: Final = place
        self.word: Final = word
        self.meant: Final = meant
        self.whole: Final = whole
        """All words, with the right one in its place."""


class Swapped(NotACode):
    """Two words that follow each other changed places."""

    def __init__(self, place: int, whole: str) -> None:
        super().__init__("swapped words")
        self.place: Final = place
        """Of the first of them."""
        self.whole: Final = whole


class Unfitting(NotACode):
    """Several words are wrong, too many, or missing."""

    def __init__(self, count: int) -> None:
        super().__init__("words do not fit")
        self.count: Final = count


def fingerprint_of(bot: str, master: str) -> str:
    """A fingerprint of a bot's master key (unpadded base64), bound to its user id: 96 bits of SHA-256 in hex."""
    return hashlib.sha256(f"{bot} {master}".encode()).digest()[:FINGERPRINT].hex()


def spelled(code: PairingCode) -> tuple[str, ...] | None:
    """The words of a code; None if its checksum has no word, and another number is to be taken."""
    whole = int.from_bytes(bytes.fromhex(code.fingerprint))
    whole |= int.from_bytes(bytes.fromhex(code.number)) << (8 * FINGERPRINT)
    whole |= _packed(code.bot) << (8 * (FINGERPRINT + NUMBER))
    places = []
    while whole:
        whole, place = divmod(whole, len(words()))
        places.append(place)
    checks = _checks(places)
    if max(checks) >= len(words()):
        return None
    return tuple(words()[place] for place in (*places, *checks))


def read(typed: str) -> PairingCode:
    """Read a code however it was typed: capitals, numbers of rows, signs and line breaks do not matter.

    A word may be cut to its first four letters. Raises NotACode with what is the matter.
    """
    said = re.findall(r"[a-z]+", typed.casefold())
    if not 10 <= len(said) <= MOST_WORDS:
        raise Unfitting(len(said))
    places = [_place(number, word) for number, word in enumerate(said, 1)]
    _compare(places)
    whole = 0
    for place in reversed(places[:-2]):
        whole = whole * len(words()) + place
    bits = 8 * FINGERPRINT
    fingerprint = (whole & ((1 << bits) - 1)).to_bytes(FINGERPRINT).hex()
    number = (whole >> bits & ((1 << 8 * NUMBER) - 1)).to_bytes(NUMBER).hex()
    return PairingCode(_unpacked(whole >> (bits + 8 * NUMBER)), fingerprint, number)


def rows(code: Sequence[str], each: int = 4) -> list[str]:
    """The words in rows of four, as they are read out."""
    return [" ".join(code[start : start + each]) for start in range(0, len(code), each)]


@cache
def words() -> tuple[str, ...]:
    """The list of words, in its order."""
    text = resources.files("commands.coalition").joinpath("words/english.txt").read_text("utf-8")
    return tuple(text.split())


@cache
def _places() -> dict[str, int]:
    """Where each word stands, by itself and by its beginning."""
    whole = {word: place for place, word in enumerate(words())}
    return {word[:BEGINNING]: place for word, place in whole.items()} | whole


def _place(number: int, word: str) -> int:
    found = _places().get(word)
    if found is None:
        meant = _places().get(word[:BEGINNING]) if len(word) > BEGINNING else None
        like = words()[meant] if meant is not None else suggest(word, words())
        raise UnknownWord(number, word, like)
    return found


def _checks(places: Sequence[int]) -> tuple[int, int]:
    plain = sum(places) % PRIME
    return plain, sum(n * place for n, place in enumerate(places, 1)) % PRIME


def _compare(places: list[int]) -> None:
    """Raise NotACode if the checksum does not fit, with the word that is probably wrong."""
    *told, first, second = places
    plain, weighted = _checks(told)
    off, far = (plain - first) % PRIME, (weighted - second) % PRIME
    if off == far == 0:
        return
    if off == 0:
        for n in range(len(told) - 1):
            if (told[n + 1] - told[n]) % PRIME == far:
                raise Swapped(
                    n + 1, _whole([*told[:n], told[n + 1], told[n], *told[n + 2 :]], places)
                )
        wrong, right = len(told) + 2, weighted
    elif far == 0:
        wrong, right = len(told) + 1, plain
    else:
        wrong = far * pow(off, -1, PRIME) % PRIME
        if not 1 <= wrong <= len(told):
            raise Unfitting(len(places))
        right = (told[wrong - 1] - off) % PRIME
    if right >= len(words()):
        raise Unfitting(len(places))
    mended = [*places]
    mended[wrong - 1] = right
    whole = " ".join(words()[place] for place in mended)
    raise WrongWord(wrong, words()[places[wrong - 1]], words()[right], whole)


def _whole(told: Sequence[int], places: Sequence[int]) -> str:
    return " ".join(words()[place] for place in (*told, *places[-2:]))


def _packed(bot: str) -> int:
    """A user id as a number, without its @."""
    number = 1
    for byte in bot.removeprefix("@").encode():
        at = _SIGNS.find(chr(byte))
        digits = (at,) if at >= 0 else (_ESCAPE, *divmod(byte, _BASE))
        for digit in digits:
            number = number * _BASE + digit
    return number


def _unpacked(number: int) -> str:
    """The user id that ``_packed`` made a number of. Raises NotACode."""
    digits = []
    while number > 1:
        number, digit = divmod(number, _BASE)
        digits.append(digit)
    raw = bytearray()
    waiting = iter(reversed(digits))
    try:
        for digit in waiting:
            if digit == _ESCAPE:
                raw.append(next(waiting) * _BASE + next(waiting))
            else:
                raw.append(ord(_SIGNS[digit]))
        return f"@{raw.decode()}"
    except (StopIteration, ValueError, UnicodeDecodeError):
        raise NotACode("no user id") from None

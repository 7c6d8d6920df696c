"""Reading one cell, whatever a spreadsheet did to its value. Pure."""

import re
import unicodedata
from datetime import date, timedelta

from commands.framework.clean import straighten
from commands.imports.read.day_order import SLASHED, Order
from commands.time.written import full_year, written_days

_BLANKS = frozenset(
    {"", "-", "--", "---", "–", "—", ".", "?", "n/a", "#n/a", "k.a.", "k. a.", "s/d", "s/n", "n.n."}
)
"""What people write into a cell when there is nothing to say."""
NOTHING = frozenset({"na", "nan", "none", "null", "nil", "<na>", "#null!"})
"""What programs write for nothing, and what some people and places are called."""
_AS_TEXT = re.compile(r'="([^"=]*)"')
_STARTS_A_FORMULA = ("=", "@", "+", "-", "\t", "\r")
_NO_FORMULA = re.compile(
    r"[+-]?[\d\s./()-]+|[+-]\s?[^\W\d_][^\W\d_\s.'’,-]*(?:[\s.'’,-]+[^\W\d_]+)*\.?"
)
"""A number, or a name: -Berg is what an app left of a double one."""
_TAKEN_AS_TEXT = re.compile(r"'(?=[=@+\-\d])")
"""The mark before a cell that a spreadsheet shall not compute; in 't Hooft it belongs to the name."""
_PLAIN = re.compile(r"[A-Za-z0-9À-ÖØ-öø-ſ]+(?:[ .’-][A-Za-z0-9À-ÖØ-öø-ſ]+)*")
"""Cells in which nothing is to be straightened: composed letters, and one sign between two words."""
_EXCEL_DAY_NULL = date(1899, 12, 30)
"""Excel counts days from here, because it believes in a 29 February 1900."""
FIRST_YEAR, LAST_YEAR = 1940, 2100


class Formula(Exception):
    """A cell that a spreadsheet would compute; we neither compute it nor keep it."""


class Damaged(Exception):
    """A number of which a spreadsheet has kept only the first digits: 1.23E+11."""


class NoDayInCell(Exception):
    """A cell that is no date."""


class TwoWays(Exception):
    """A date that is another one with day and month exchanged."""


def value(cell: str, *, nothing: frozenset[str] = NOTHING) -> str | None:
    """The words in a cell, None for nothing. Raises Formula.

    ``="00123"`` and ``'00123`` are how spreadsheets write a number that must stay as it is.
    ``nothing``: words of programs that mean an empty cell here.
    """
    if _PLAIN.fullmatch(cell):
        return None if cell.casefold() in nothing else cell
    words = " ".join(unicodedata.normalize("NFC", straighten(cell)).split())
    words = "".join(c for c in words if unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"})
    as_text = _AS_TEXT.fullmatch(words)
    words = (as_text[1] if as_text else _TAKEN_AS_TEXT.sub("", words, count=1)).strip()
    if words.casefold() in _BLANKS or words.casefold() in nothing:
        return None
    if words.startswith(_STARTS_A_FORMULA) and not _NO_FORMULA.fullmatch(words):
        raise Formula
    return words


NAMES_ARE_WRITTEN: frozenset[str] = frozenset()
"""Somebody may be called Null or Na."""
AREAS_ARE_WRITTEN = NOTHING - {"na"}
"""North America may be called NA."""

_THOUSANDS = re.compile(r"\d{1,3}(?:([.,\s'’])\d{3})(?:\1\d{3})*")
_NO_FRACTION = re.compile(r"(?<=\d)[.,]0{1,3}$")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?e\+\d+", re.IGNORECASE)


def external_id(words: str) -> str:
    """Normalize an employer's number: 1001.0 becomes 1001, and 1,000 becomes 1000. Raises Damaged.

    Leading zeros stay, as the employer writes them; ``number_key`` leaves them out of account.
    """
    if words.isascii() and words.isdigit():
        return words
    number = words.removeprefix("#").strip() or words
    if _SHORTENED.fullmatch(number):
        raise Damaged
    if not _THOUSANDS.fullmatch(number):
        number = _NO_FRACTION.sub("", number)
    return re.sub(r"[.,\s'’]", "", number) if _THOUSANDS.fullmatch(number) else number


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_TIME = re.compile(
    r"(?:,|\bt?)?\s*\b\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?:\s?(?:[ap]\.?\s?m\.?|uhr|h|z|utc|gmt))?$",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def day(words: str, order: Order | None) -> date:
    """Read a cell as a day. Raises NoDayInCell, and TwoWays when slashes leave the order open."""
    try:
        return _in_reason(_day(words, order))
    except ValueError:
        raise NoDayInCell from None


def _day(words: str, order: Order | None) -> date:
    if match := _ISO.fullmatch(words) or _COMPACT.fullmatch(words):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := SLASHED.fullmatch(words):
        return _slashed(int(match[1]), int(match[2]), full_year(match[3]), order)
    if re.fullmatch(r"\d{5}(\.\d+)?", words):
        return _EXCEL_DAY_NULL + timedelta(days=int(words[:5]))
    alone = _TIME.sub("", words).rstrip(" ,") if ":" in words or "h" in words else words
    if match := _DOTTED.fullmatch(alone):
        return date(full_year(match[3]), int(match[2]), int(match[1]))
    found = written_days(alone)
    if len(found) > 1:
        raise TwoWays
    if not found:
        raise NoDayInCell
    return next(iter(found))


def _slashed(one: int, other: int, year: int, order: Order | None) -> date:
    if one > 12 or (order is Order.DAY_FIRST and other <= 12):
        return date(year, other, one)
    if other > 12 or order is Order.MONTH_FIRST or one == other:
        return date(year, one, other)
    raise TwoWays


def _in_reason(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NoDayInCell
    return found

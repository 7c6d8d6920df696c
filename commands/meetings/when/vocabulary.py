"""What each word may mean in a language: CLDR's names of days and months, cities, and the words of languages.py."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from commands.meetings.when.language import Language
from commands.meetings.when.languages import LANGUAGES
from commands.meetings.when.tokens import Shape, Token, tokens
from commands.zones.places import cities

_NEVER_A_PLACE = frozenset({"la", "sf", "rio", "center", "reunion", "midway", "nome", "troll", "casey", "davis",
                            "easter", "christmas", "palmer", "current", "sao paulo de"})  # fmt: skip
"""Cities whose names are words that stand beside times for another reason."""
_ABBREVIATIONS = {
    "America/New_York": "et est edt", "America/Chicago": "ct cdt", "America/Denver": "mt mdt",
    "America/Los_Angeles": "pt pst pdt", "Europe/Berlin": "cet cest mez mesz", "Europe/Lisbon": "wet west",
    "Europe/Athens": "eet eest", "UTC": "utc gmt z",
}  # fmt: skip
"""CST, IST, BST, AST and MST stand for zones in several countries: whoever types them is asked for a city."""


class Sign(Enum):
    """What a word or number stands for."""

    NUMBER = auto()
    ORDINAL = auto()
    CLOCK = auto()
    DOTTED = auto()
    DATE = auto()
    SLASHED = auto()
    DAY = auto()
    FUSED = auto()
    WEEKDAY = auto()
    EVERY_WEEKDAY = auto()
    MONTH = auto()
    THIS = auto()
    NEXT = auto()
    COMING = auto()
    THIS_WEEK = auto()
    NEXT_WEEK = auto()
    AT = auto()
    ON = auto()
    FILL = auto()
    AHEAD = auto()
    FROM_NOW = auto()
    UNIT = auto()
    SPAN = auto()
    """half an hour, in minutes"""
    ONE = auto()
    MARK = auto()
    HALF = auto()
    """am, pm"""
    PART = auto()
    NOON = auto()
    MIDNIGHT = auto()
    PAST = auto()
    TO = auto()
    BEFORE = auto()
    AFTER = auto()
    PLUS = auto()
    MINUS = auto()
    FROM = auto()
    UNTIL_TIME = auto()
    AND = auto()
    EVERY = auto()
    OTHER = auto()
    UNTIL = auto()
    OF_MONTH = auto()
    PLACE = auto()
    """first, last"""
    ZONE = auto()
    TIME_WORD = auto()


@dataclass(frozen=True, slots=True)
class Edge:
    """From one token to ``end``, everything between meaning one thing."""

    end: int
    sign: Sign
    value: object = None


Phrase = tuple[tuple[str, ...], Sign, object]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language, ready to be looked up."""

    language: Language
    words: frozenset[str]
    phrases: dict[str, tuple[Phrase, ...]]
    """By first word."""

    def edges(self, line: list[Token]) -> list[tuple[Edge, ...]] | None:
        """What every token may begin; None when a word is not of this language."""
        texts = [each.text for each in line]
        if any(t.shape is Shape.WORD and t.text not in self.words for t in line):
            return None
        return [tuple(self._edges(line, texts, at)) for at in range(len(line))]

    def _edges(self, line: list[Token], texts: list[str], at: int) -> Iterator[Edge]:
        token = line[at]
        match token.shape:
            case Shape.NUMBER:
                yield Edge(at + 1, Sign.NUMBER, token.numbers[0])
            case Shape.ORDINAL:
                yield Edge(at + 1, Sign.ORDINAL, token.numbers[0])
            case Shape.CLOCK:
                yield Edge(at + 1, Sign.CLOCK, (*token.numbers, token.text))
            case Shape.DOTTED:
                yield Edge(at + 1, Sign.DOTTED, (*token.numbers, token.text))
            case Shape.DAY:
                yield Edge(at + 1, Sign.DATE, token.numbers)
            case Shape.SLASHED:
                yield Edge(at + 1, Sign.SLASHED, token.numbers)
            case Shape.WORD:
                pass
        for words, sign, value in self.phrases.get(token.text, ()):
            end = at + len(words)
            if end - at == 1 or tuple(texts[at:end]) == words:
                yield Edge(end, sign, value)


@cache
def vocabulary(code: str) -> Vocabulary:
    """The vocabulary of a language we have a row for."""
    language = LANGUAGES[code]
    table: dict[str, list[Phrase]] = {}
    for phrase, sign, value in _everything(language):
        table.setdefault(phrase[0], []).append((phrase, sign, value))
    words = {word for listed in table.values() for phrase, _s, _v in listed for word in phrase}
    unique = {first: tuple(dict.fromkeys(listed)) for first, listed in table.items()}
    return Vocabulary(language, frozenset(words), unique)


def _everything(language: Language) -> Iterator[Phrase]:
    locale = Locale.parse(language.code)
    yield from _names(locale, language.code)
    yield from _own(language)
    yield from _numbers(language)
    yield from _zones(language.code)
    yield (("-",), Sign.UNTIL_TIME, None)
    yield ((",",), Sign.FILL, None)
    yield (("pm",), Sign.HALF, 12)
    # In German "am" stands before days.
    if language.code != "de":
        yield (("am",), Sign.HALF, 0)


def _names(locale: Locale, code: str) -> Iterator[Phrase]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            named = locale.days[context].get(width, {})
            for number, name in named.items():
                yield from _each(str(name), Sign.WEEKDAY, int(number))
            for number, name in locale.months[context].get(width, {}).items():
                yield from _each(str(name), Sign.MONTH, int(number))
    if code == "en":
        yield from _each("sept", Sign.MONTH, 9)


def _own(language: Language) -> Iterator[Phrase]:
    valued: tuple[tuple[Sign, Iterable[tuple[str, object]]], ...] = (
        (Sign.DAY, _turned(language.days)),
        (Sign.WEEKDAY, _turned(language.weekdays)),
        (Sign.EVERY_WEEKDAY, _turned(language.plural_weekdays)),
        (Sign.PLACE, _turned(language.places)),
        (Sign.FUSED, language.fused.items()),
        (Sign.BEFORE, language.before.items()),
        (Sign.AFTER, language.after.items()),
        (Sign.SPAN, language.spans.items()),
    )
    for sign, rows in valued:
        for spoken, value in rows:
            yield from _each(spoken, sign, value)
    for spoken, sign, value in _plain_rows(language):
        yield from _each(spoken, sign, value)
    if language.code in {"de", "nl"}:
        yield from _compounds(language)
    if language.code == "de":
        # "So um 15 Uhr": on Sunday, or just then.
        yield (("so", "um"), Sign.AT, None)


def _turned(rows: dict[int, str]) -> Iterable[tuple[str, int]]:
    return ((spoken, n) for n, spoken in rows.items())


def _plain_rows(language: Language) -> list[tuple[str, Sign, object]]:
    return [
        (language.at, Sign.AT, None),
        (language.on, Sign.ON, None),
        (language.fill, Sign.FILL, None),
        (language.this, Sign.THIS, None),
        (language.next, Sign.NEXT, None),
        (language.coming, Sign.COMING, None),
        (language.this_week, Sign.THIS_WEEK, None),
        (language.next_week, Sign.NEXT_WEEK, None),
        (language.ahead, Sign.AHEAD, None),
        (language.from_now, Sign.FROM_NOW, None),
        (language.minutes, Sign.UNIT, "minutes"),
        (language.hours, Sign.UNIT, "hours"),
        (language.days_unit, Sign.UNIT, "days"),
        (language.weeks, Sign.UNIT, "weeks"),
        (language.months, Sign.UNIT, "months"),
        (language.half_hour, Sign.SPAN, 30),
        (language.one, Sign.ONE, 1),
        (language.mark, Sign.MARK, None),
        (language.morning, Sign.PART, "morning"),
        (language.noon_part, Sign.PART, "noon"),
        (language.afternoon, Sign.PART, "afternoon"),
        (language.evening, Sign.PART, "evening"),
        (language.night, Sign.PART, "night"),
        (language.small_hours, Sign.PART, "small"),
        (language.noon, Sign.NOON, None),
        (language.midnight, Sign.MIDNIGHT, None),
        (language.past, Sign.PAST, None),
        (language.to, Sign.TO, None),
        (language.plus, Sign.PLUS, None),
        (language.minus, Sign.MINUS, None),
        (language.range_from, Sign.FROM, None),
        (language.range_to, Sign.UNTIL_TIME, None),
        (language.range_and, Sign.AND, None),
        (language.every, Sign.EVERY, None),
        (language.other, Sign.OTHER, None),
        (language.until, Sign.UNTIL, None),
        (language.of_month, Sign.OF_MONTH, None),
        (language.time_word, Sign.TIME_WORD, None),
    ]


def _compounds(language: Language) -> Iterator[Phrase]:
    """Dienstagabend, dinsdagavond: the language writes them as one word."""
    parts = {
        "de": {"morning": "morgen|vormittag|früh", "afternoon": "nachmittag", "evening": "abend"},
        "nl": {"morning": "ochtend|morgen", "afternoon": "middag", "evening": "avond"},
    }[language.code]
    names = Locale.parse(language.code).days["format"]["wide"]
    for number, name in names.items():
        for part, spoken in parts.items():
            for each in spoken.split("|"):
                yield from _each(f"{name}{each}", Sign.WEEKDAY, (int(number), part))
                yield from _each(f"{name} {each}", Sign.WEEKDAY, (int(number), part))


def _numbers(language: Language) -> Iterator[Phrase]:
    for n, spoken in enumerate(language.numbers.split(), start=1):
        yield from _each(spoken, Sign.NUMBER, n)
    for n, spoken in language.more_numbers.items():
        yield from _each(spoken, Sign.NUMBER, n)
    if language.code == "zh":
        digits = "零一二三四五六七八九"
        for n in range(13, 60):
            tens, one = divmod(n, 10)
            word = ("" if tens == 1 else digits[tens]) + "十" + (digits[one] if one else "")
            yield from _each(word, Sign.NUMBER, n)
        yield from _each("年", Sign.UNIT, "year")
        yield from _each("月", Sign.UNIT, "month-name")
        yield from _each("号|日|號", Sign.UNIT, "day-name")
        yield from _each("分", Sign.UNIT, "minute-mark")
        yield from _each("一刻", Sign.NUMBER, 15)


def _zones(code: str) -> Iterator[Phrase]:
    known = available_timezones()
    for key, spoken in _ABBREVIATIONS.items():
        for word in spoken.split():
            if key in known:
                yield ((word,), Sign.ZONE, key)
    for name, key in cities(code):
        if name not in _NEVER_A_PLACE and len(name) > 2:
            yield from _each(name, Sign.ZONE, key)


def _each(spoken: str, sign: Sign, value: object) -> Iterable[Phrase]:
    for phrase in spoken.split("|"):
        cut = tokens(phrase) if phrase else None
        if cut:
            yield (tuple(token.text for token in cut), sign, value)

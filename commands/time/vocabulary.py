"""Vocabularies: what each word may mean in a language, from CLDR, the cities and languages.py."""

from collections.abc import Iterable, Iterator
from functools import cache

from commands.framework.i18n import SOURCE_LANGUAGE
from commands.time.language import Language
from commands.time.languages import LANGUAGES
from commands.time.signs import Edge, Sign
from commands.time.tokens import Shape, Token, tokens
from commands.zones import cldr
from commands.zones.places import cities, city_beside_a_time, zone_keys
from commands.zones.spoken import ABBREVIATIONS
from storage.core.later import for_a_while
from storage.core.lazy_dataclass import dataclass

LONGEST_CITY = 4
"""Words, or signs of Chinese."""
_NEVER_A_PLACE = frozenset({"la", "sf", "rio", "center", "reunion", "midway", "nome", "troll", "casey", "davis",
                            "easter", "christmas", "palmer", "current", "sao paulo de"})  # fmt: skip
"""Cities whose names are words that stand beside times for another reason."""
_ALSO_WORDS = frozenset({"at", "art", "cat", "cot", "eat", "pet", "wat", "west"})
"""Abbreviations of zones that are words of some language as well."""


_WITHOUT_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

Phrase = tuple[tuple[str, ...], Sign, object]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What may be said, by first words, and all words of it."""

    by_first: dict[str, tuple[Phrase, ...]]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language, ready to be looked up."""

    language: Language
    own: Phrases
    """What begins with a word that the language has beside the places, which all have together."""
    places: Phrases

    def knows(self, word: str) -> bool:
        """Whether a word may stand in a time."""
        return word in self.own.words or word in self.places.words

    def beginning_with(self, word: str) -> tuple[Phrase, ...]:
        """Return what may be said that begins with a word."""
        here = self.own.by_first.get(word)
        return self.places.by_first.get(word, ()) if here is None else here

    def edges(self, line: list[Token]) -> list[tuple[Edge, ...]] | None:
        """Everything that each token of a line may begin; None when a word is not of this language."""
        texts = [each.text for each in line]
        unknown = {
            at
            for at, token in enumerate(line)
            if token.shape is Shape.WORD and not self.knows(token.text)
        }
        places: tuple[tuple[int, int, str], ...] = ()
        if unknown:
            if max(unknown) - min(unknown) >= LONGEST_CITY:
                return None
            found = _places(tuple((t.shape is Shape.WORD, t.text) for t in line))
            places = tuple(p for p in found if p[0] <= min(unknown) and max(unknown) < p[1])
            if not places:
                return None
        edges = [tuple(self._edges(line, texts, at)) for at in range(len(line))]
        for start, end, key in places:
            edges[start] += (Edge(end, Sign.ZONE, key),)
        return edges

    def _edges(self, line: list[Token], texts: list[str], at: int) -> Iterator[Edge]:
        token = line[at]
        yield from (Edge(at + 1, sign, value) for sign, value in _shown(token))
        for words, sign, value in self.beginning_with(token.text):
            end = at + len(words)
            if end - at == 1 or tuple(texts[at:end]) == words:
                yield Edge(end, sign, value)


@for_a_while(64)
def _places(line: tuple[tuple[bool, str], ...]) -> tuple[tuple[int, int, str], ...]:
    """Names of large cities in a line: where each begins and ends, and its zone.

    Looked up once for all languages; each takes only those with a word that means nothing else to
    it, so that no city is read by mistake. line: of each token, whether it is a word, and its text.
    """
    found: list[tuple[int, int, str]] = []
    for at in range(len(line)):
        for end in range(at + 1, min(at + LONGEST_CITY, len(line)) + 1):
            if not line[end - 1][0]:
                break
            words = [text for _is_word, text in line[at:end]]
            joined = "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)
            key = city_beside_a_time(joined)
            if key is not None:
                found.append((at, end, key))
    return tuple(found)


def _shown(token: Token) -> Iterator[tuple[Sign, object]]:
    """What the shape of a token may mean in any language."""
    match token.shape:
        case Shape.NUMBER:
            yield Sign.NUMBER, token.numbers[0]
            if len(token.text) > 2:
                yield Sign.MILITARY, (*divmod(token.numbers[0], 100), token.text)
        case Shape.ORDINAL:
            yield Sign.ORDINAL, token.numbers[0]
        case Shape.CLOCK:
            yield Sign.CLOCK, (*token.numbers, token.text)
        case Shape.DOTTED:
            yield Sign.DOTTED, (*token.numbers, token.text)
        case Shape.DAY:
            yield Sign.DATE, token.numbers
        case Shape.SLASHED:
            yield Sign.SLASHED, token.numbers
        case Shape.WORD:
            pass


@cache
def vocabulary(code: str) -> Vocabulary:
    """The vocabulary of a language we have a row for."""
    language, places = LANGUAGES[code], _places_of_all()
    common = dict(cities(SOURCE_LANGUAGE))
    called = {name: key for name, key in cities(code) if common.get(name) != key}
    own = _by_first((*_everything(language), *_cities(called.items())))
    # What begins with a word of a language is looked up there alone: with the places that begin so too.
    for first in own.keys() & places.by_first.keys():
        own[first] += tuple(p for p in places.by_first[first] if " ".join(p[0]) not in called)
    return Vocabulary(language, _phrases(own), places)


@cache
def _places_of_all() -> Phrases:
    """Zones and cities as English calls them, and nearly all languages do: 1,300 phrases, kept once."""
    return _phrases(_by_first((*_zones(), *_cities(cities(SOURCE_LANGUAGE)))))


def _by_first(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, dict[Phrase, None]] = {}
    for phrase in phrases:
        found.setdefault(phrase[0][0], {})[phrase] = None
    return {first: tuple(listed) for first, listed in found.items()}


def _phrases(by_first: dict[str, tuple[Phrase, ...]]) -> Phrases:
    words = {word for listed in by_first.values() for each, _s, _v in listed for word in each}
    return Phrases(by_first, frozenset(words))


def _everything(language: Language) -> Iterator[Phrase]:
    """What the language says, but for places that are called as in English."""
    names = cldr.names(language.code)
    for name, number in names.days:
        yield from _each(name, Sign.WEEKDAY, number)
    for name, number in names.months:
        yield from _each(name, Sign.MONTH, number)
    yield from _own(language, names)
    yield from _numbers(language)
    yield (("-",), Sign.UNTIL_TIME, None)
    yield ((",",), Sign.FILL, None)
    yield (("pm",), Sign.HALF, 12)
    if language.code == "en":
        yield (("p",), Sign.HALF, 12)
        yield (("a",), Sign.HALF, 0)
    # In German "am" stands before days.
    if language.code != "de":
        yield (("am",), Sign.HALF, 0)


def _own(language: Language, names: cldr.Names) -> Iterator[Phrase]:
    valued: tuple[tuple[Sign, Iterable[tuple[str, object]]], ...] = (
        (Sign.DAY, _turned(language.days)),
        (Sign.WEEKDAY, _turned(language.weekdays)),
        (Sign.EVERY_WEEKDAY, _turned(language.plural_weekdays)),
        (Sign.PLACE, _turned(language.places)),
        (Sign.MONTH, _turned(language.month_names)),
        (Sign.ORDINAL, ((spoken, n) for n, spoken in enumerate(language.ordinals.split(","), 1))),
        (Sign.WEEKS_ON, language.weeks_on.items()),
        (Sign.EACH, language.each.items()),
        (Sign.DAY_SET, language.day_sets.items()),
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
        yield from _compounds(language, names.weekdays)
    if language.so:
        # "So um 15 Uhr", "so gegen drei": on Sunday, or just then.
        for spoken in language.at.split("|"):
            yield from _each(f"{language.so} {spoken}", Sign.AT, None)


def _turned(rows: dict[int, str]) -> Iterable[tuple[str, int]]:
    return ((spoken, n) for n, spoken in rows.items())


def _plain_rows(language: Language) -> list[tuple[str, Sign, object]]:
    return [
        (language.at, Sign.AT, None),
        (language.on, Sign.ON, None),
        (language.fill, Sign.FILL, None),
        (language.this, Sign.THIS, None),
        (language.next, Sign.NEXT, 0),
        (language.coming, Sign.COMING, None),
        (language.this_week, Sign.THIS_WEEK, None),
        (language.next_week, Sign.NEXT_WEEK, 0),
        (language.this_month, Sign.SOME_MONTH, 0),
        (language.next_month, Sign.SOME_MONTH, 1),
        (language.month_end, Sign.MONTH_END, None),
        (language.by, Sign.BY, None),
        (language.week_after_next, Sign.NEXT_WEEK, 1),
        (language.nearest, Sign.NEAREST, None),
        (language.last, Sign.LAST, None),
        (language.last_behind, Sign.LAST_BEHIND, None),
        (language.after_next, Sign.AFTER_NEXT, None),
        (language.before_next, Sign.NEXT, 1),
        (language.on_from, Sign.ON_FROM, None),
        (language.back, Sign.BACK, None),
        (language.ago, Sign.AGO, None),
        (language.halfway, Sign.HALF_HOUR, None),
        (language.ish, Sign.ISH, None),
        (language.ahead, Sign.AHEAD, None),
        (language.from_now, Sign.FROM_NOW, None),
        (language.minutes, Sign.UNIT, "minutes"),
        (language.hours, Sign.UNIT, "hours"),
        (language.days_unit, Sign.UNIT, "days"),
        (language.weeks, Sign.UNIT, "weeks"),
        (language.fortnights, Sign.UNIT, "fortnights"),
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


def _compounds(language: Language, weekdays: tuple[tuple[str, int], ...]) -> Iterator[Phrase]:
    """Dienstagabend, dinsdagavond: the language writes them as one word."""
    parts = {
        "de": {
            "morning": "morgen|vormittag|früh",
            "noon": "mittag",
            "afternoon": "nachmittag",
            "evening": "abend",
        },
        "nl": {"morning": "ochtend|morgen", "afternoon": "middag", "evening": "avond"},
    }[language.code]
    for name, number in weekdays:
        for part, spoken in parts.items():
            for each in spoken.split("|"):
                yield from _each(f"{name}{each}", Sign.WEEKDAY, (number, part))
                yield from _each(f"{name} {each}", Sign.WEEKDAY, (number, part))


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


def _zones() -> Iterator[Phrase]:
    known = zone_keys()
    # CST, IST, BST, AST and MST are several zones: whoever types them is asked for a city.
    for word, key in ABBREVIATIONS.items():
        if key in known and word not in _ALSO_WORDS:
            yield ((word,), Sign.ZONE, key)


def _cities(named: Iterable[tuple[str, str]]) -> Iterator[Phrase]:
    for name, key in named:
        if name not in _NEVER_A_PLACE and len(name) > 2:
            yield from _each(name, Sign.ZONE, key)


def _each(spoken: str, sign: Sign, value: object) -> Iterable[Phrase]:
    for phrase in spoken.split("|"):
        # Whoever has no such key writes ae for ä.
        for written in dict.fromkeys((phrase, phrase.translate(_WITHOUT_UMLAUTS))):
            cut = tokens(written) if written else None
            if cut:
                yield (tuple(token.text for token in cut), sign, value)

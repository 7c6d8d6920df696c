"""Words in the reader's language: gettext for sentences, Babel for dates, numbers and lists."""

import gettext
import io
import re
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal

DOMAIN = "steward"
CATALOGUES = Path(__file__).resolve().parents[2] / "locales"
SOURCE_LANGUAGE = "en"

NAMES: Final = ("command", "key", "topic", "placeholder")
"""The contexts of names that people type; other contexts tell apart what sentences mean."""
_NAME = re.compile(
    rf'^msgctxt "({"|".join(NAMES)})"\nmsgid "([^"]*)"\nmsgstr "([^"]*)"$', re.MULTILINE
)
"""A name in a catalogue's source; it has no quotes in it."""

_locale: ContextVar[str] = ContextVar("locale", default=SOURCE_LANGUAGE)
_heard: ContextVar[tuple[str, ...]] = ContextVar("heard", default=())
_clock: ContextVar[ZoneInfo | None] = ContextVar("clock", default=None)

T = TypeVar("T")


class _Within(Generic[T]):
    """A block in which a context variable has a value; a generator around it costs each message four times as much."""

    __slots__ = ("_token", "_value", "_variable")

    def __init__(self, variable: ContextVar[T], value: T) -> None:
        self._variable, self._value = variable, value

    def __enter__(self) -> None:
        self._token = self._variable.set(self._value)

    def __exit__(self, *_: object) -> None:
        self._variable.reset(self._token)


def speaking(locale: str) -> AbstractContextManager[None]:
    """Answer in the language of this locale inside the block; an unknown locale means English."""
    return _Within(_locale, locale if _known(locale) else SOURCE_LANGUAGE)


def hearing(*languages: str) -> AbstractContextManager[None]:
    """Read words that are typed in these languages, too, inside the block.

    Of a word that means something in several the first of them is taken: the committee's before the writer's own.
    """
    return _Within(_heard, tuple(each for each in languages if _known(each)))


def on_clock(zone: ZoneInfo | None) -> AbstractContextManager[None]:
    """Tell times inside the block on the clock of whoever reads them; None: nobody knows who that is."""
    return _Within(_clock, zone)


def readers_clock(usual: ZoneInfo) -> ZoneInfo:
    """Return the clock of whoever reads what is worded now; ``usual`` where nobody knows.

    For words that several people get, each in their direct chat (``in_each_language``); what one person asked
    for is told on ``ctx.clock``.
    """
    return _clock.get() or usual


def languages_heard() -> tuple[str, ...]:
    """Return in which languages words may be typed here, English first: it always works."""
    return tuple(dict.fromkeys((SOURCE_LANGUAGE, *_heard.get(), _locale.get())))


def in_languages_heard(make: Callable[[], T]) -> list[T]:
    """Return what is made in each language in which words may be typed here, in their order."""
    made = []
    for language in languages_heard():
        with speaking(language):
            made.append(make())
    return made


def current_locale() -> Locale:
    """The locale of whoever is being answered."""
    return Locale.parse(_locale.get())


def _(message: str) -> str:
    """The sentence in the reader's language."""
    return _catalogue(_locale.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The sentence in the reader's language and in the form the number asks for."""
    return _catalogue(_locale.get()).ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """The words in the reader's language, where the same English means several things: the context says which."""
    return _catalogue(_locale.get()).pgettext(context, message)


def speaks_source_language() -> bool:
    """Whether English is spoken, in which every sentence stands in the source."""
    return _locale.get() == SOURCE_LANGUAGE


def name_in_catalogue(context: str, english: str) -> str:
    """The entry for a name that people type (shown_names.py) in the reader's language."""
    return _catalogue(_locale.get()).pgettext(context, english)


def catalogue_of(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; its sentences are loaded with it."""
    return _catalogue(language)


def names_kept(language: str) -> dict[tuple[str, str], str]:
    """Return the names that people type in a language, by context and English, without loading its sentences.

    They are a tenth of a catalogue, for languages that nobody here reads.
    """
    where = CATALOGUES / language / "LC_MESSAGES"
    source, compiled = where / f"{DOMAIN}.po", where / f"{DOMAIN}.mo"
    if compiled.exists() and not _newer(source, compiled):
        return _names_in(compiled.read_bytes())
    found = _NAME.finditer(source.read_text(encoding="utf-8")) if source.exists() else ()
    return {(each[1], each[2]): each[3] for each in found}


def _names_in(compiled: bytes) -> dict[tuple[str, str], str]:
    """The names of a compiled catalogue, as gettext lays it out."""
    _magic, _version, many, english, translated = struct.unpack_from("<5I", compiled)
    found = {}
    for at in range(many):
        length, start = struct.unpack_from("<2I", compiled, english + 8 * at)
        context, between, name = compiled[start : start + length].partition(b"\x04")
        if between and context.decode() in NAMES:
            length, start = struct.unpack_from("<2I", compiled, translated + 8 * at)
            said = compiled[start : start + length]
            found[context.decode(), name.decode()] = said.decode()
    return found


def a_day(day: date, today: date) -> str:
    """A day with its weekday, "Fri 27 Nov"; with the year when it is not this one."""
    if _locale.get() == SOURCE_LANGUAGE:
        # CLDR's plain English is American; day before month is read the same everywhere.
        return f"{day:%a} {day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")
    # Imported late: English has no use for it.
    from babel.dates import format_skeleton  # noqa: PLC0415

    skeleton = "MMMEd" if day.year == today.year else "yMMMEd"
    # The skeleton formatter wants a time; noon is on that day in the zone it assumes, UTC.
    noon = datetime.combine(day, time(12), UTC)
    return str(format_skeleton(skeleton, noon, locale=_locale.get()))


def a_time(at: datetime, zone: ZoneInfo) -> str:
    """A moment on the reader's clock, "Fri 27 Nov 14:05"."""
    local = at.astimezone(zone)
    return f"{a_day(local.date(), local.date())} {local:%H:%M}"


def weekday_and_time(at: datetime, zone: ZoneInfo) -> str:
    """A moment within a week on the clock of a zone, "Fri 14:05"."""
    local = at.astimezone(zone)
    if _locale.get() == SOURCE_LANGUAGE:
        return f"{local:%a %H:%M}"
    # As above.
    from babel.dates import format_date  # noqa: PLC0415

    return f"{format_date(local, 'EEE', locale=_locale.get())} {local:%H:%M}"


def city(zone: ZoneInfo) -> str:
    """A time zone by its city, as the reader's language calls it."""
    named = {} if _locale.get() == SOURCE_LANGUAGE else current_locale().time_zones
    if "city" in named.get(zone.key, {}):
        return str(named[zone.key]["city"])
    return zone.key.rpartition("/")[2].replace("_", " ")


def a_time_there(at: datetime, zone: ZoneInfo) -> str:
    """A moment with the city whose clock it is told on, "Fri 27 Nov 14:05 Madrid"."""
    return f"{a_time(at, zone)} {city(zone)}"


def a_number(value: int) -> str:
    """A number with the separators of the reader's language."""
    return str(format_decimal(value, locale=_locale.get()))


def one_of(choices: Sequence[str]) -> str:
    """The choices in a sentence: reached, busy, or refused."""
    return str(format_list(list(choices), style="or", locale=_locale.get()))


def all_of(choices: Sequence[str]) -> str:
    """The items in a sentence: English, Deutsch, and Español."""
    return str(format_list(list(choices), style="standard", locale=_locale.get()))


def joined(items: Iterable[str]) -> str:
    """The items of a list without an end: a, b, c in English, a、b、c in Chinese."""
    if _locale.get() == SOURCE_LANGUAGE:
        return ", ".join(items)
    return _between(_locale.get()).join(items)


def comma() -> str:
    """What stands between two parts of a list: ", " in English, "、" in Chinese."""
    return joined(("", ""))


@cache
def _between(locale: str) -> str:
    """What stands between two items of a list, as CLDR has it."""
    first, _items, rest = Locale.parse(locale).list_patterns["standard"]["middle"].partition("{0}")
    return str(first + rest.removesuffix("{1}"))


@cache
def _known(locale: str) -> bool:
    try:
        Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return False
    return True


@cache
def available() -> tuple[str, ...]:
    """Return the codes of the languages in which the bot speaks: the source's, and those with a catalogue."""
    found = (path.parent.parent.name for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.[mp]o"))
    return (SOURCE_LANGUAGE, *sorted(set(found)))


@cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    """The catalogue of a language, loaded when its first sentence is said, and never before."""
    where = CATALOGUES / locale / "LC_MESSAGES"
    source, compiled = where / f"{DOMAIN}.po", where / f"{DOMAIN}.mo"
    if compiled.exists() and not _newer(source, compiled):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    if not source.exists():
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(source)))


def compile_catalogue(source: Path) -> bytes:
    """Return a catalogue (.po) as gettext reads it at run time (.mo)."""
    # Only who works on a catalogue comes here: releases and the image bring them compiled.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    made = io.BytesIO()
    with source.open("rb") as file:
        write_mo(made, read_po(file))
    return made.getvalue()


def _newer(source: Path, compiled: Path) -> bool:
    return source.exists() and source.stat().st_mtime > compiled.stat().st_mtime

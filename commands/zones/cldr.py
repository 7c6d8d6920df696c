"""Names that CLDR has in the languages that times are read in, kept in cldr.json.

Babel would keep all it knows of a language for as long as the bot runs: 8 MB for nine of them, of
which this is a hundredth. ``make docs`` writes the file anew.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from babel import Locale, localedata

from storage.core.lazy_dataclass import dataclass

FILE: Final = Path(__file__).with_name("cldr.json")
LANGUAGES: Final = ("en", "de", "es", "fr", "it", "pt", "nl", "pl", "zh")
"""As commands/time/languages.py has them."""

Numbered = tuple[tuple[str, int], ...]
"""Names, each with its number."""


@dataclass(frozen=True, slots=True)
class Names:
    """What one language calls things."""

    days: Numbered
    """Every name of each day of the week, long and short; 0 is Monday."""
    months: Numbered
    """Every name of each month; 1 is January."""
    weekdays: Numbered
    """The long names of the days."""
    cities: Mapping[str, str]
    """The cities that time zones are named after, by the zone's key."""


def names(language: str) -> Names:
    """Read the names in a language; from Babel where the file has not got it."""
    if language not in LANGUAGES:
        return _of_babel(language)
    kept = json.loads(FILE.read_text(encoding="utf-8"))[language]
    days, months, weekdays = (
        tuple((str(name), int(number)) for name, number in kept[key])
        for key in ("days", "months", "weekdays")
    )
    return Names(days, months, weekdays, kept["cities"])


def kept() -> str:
    """The content that cldr.json should have."""
    rows = {language: _as_json(_of_babel(language)) for language in LANGUAGES}
    return json.dumps(rows, ensure_ascii=False, indent=0) + "\n"


def _as_json(found: Names) -> dict[str, Any]:
    return {
        "days": found.days,
        "months": found.months,
        "weekdays": found.weekdays,
        "cities": found.cities,
    }


@contextmanager
def _as_if_first() -> Iterator[None]:
    """Have Babel read languages as if none had been read before.

    Languages share what they inherit, and Babel writes into it what it makes of it for one of them: after Japanese,
    months of Dutch are Japanese (``findings/babel-months-of-another-language.sh``).
    """
    with localedata._cache_lock:  # noqa: SLF001 (Babel has no other way)
        before, localedata._cache = localedata._cache, {}  # noqa: SLF001
        try:
            yield
        finally:
            localedata._cache = before  # noqa: SLF001


def _of_babel(language: str) -> Names:
    with _as_if_first():
        return _read(Locale.parse(language))


def _read(locale: Locale) -> Names:
    wide = ((str(name), int(number)) for number, name in locale.days["format"]["wide"].items())
    zones = locale.time_zones.items()
    return Names(
        tuple(dict.fromkeys(_every(locale.days))),
        tuple(dict.fromkeys(_every(locale.months))),
        tuple(wide),
        {key: str(named["city"]) for key, named in zones if "city" in named},
    )


def _every(forms: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            for number, name in forms[context].get(width, {}).items():
                yield str(name), int(number)


if __name__ == "__main__":
    FILE.write_text(kept(), encoding="utf-8")

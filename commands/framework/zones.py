"""Time zones by the name of a city or country, as people say it. Pure."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from commands.framework.errors import ECHO, Refusal, cut, refuse
from commands.framework.i18n import SOURCE_LANGUAGE, _, current_locale, one_of
from storage.names import folded

SUGGESTIONS = 3

# Not Etc/, US/ and the like, which hold second names of the same zones.
_REGIONS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
            "Europe/", "Indian/", "Pacific/")  # fmt: skip

# Cities people say that the time zone database has no entry for.
_CITIES = {
    "amsterdam": "Europe/Amsterdam", "atlanta": "America/New_York", "austin": "America/Chicago",
    "bangalore": "Asia/Kolkata", "barcelona": "Europe/Madrid", "bengaluru": "Asia/Kolkata",
    "boston": "America/New_York", "cologne": "Europe/Berlin", "dallas": "America/Chicago",
    "delhi": "Asia/Kolkata", "edinburgh": "Europe/London", "frankfurt": "Europe/Berlin",
    "geneva": "Europe/Zurich", "glasgow": "Europe/London", "hamburg": "Europe/Berlin",
    "houston": "America/Chicago", "hyderabad": "Asia/Kolkata", "krakow": "Europe/Warsaw",
    "la": "America/Los_Angeles", "lyon": "Europe/Paris", "manchester": "Europe/London",
    "miami": "America/New_York", "milan": "Europe/Rome", "montreal": "America/Montreal",
    "mumbai": "Asia/Kolkata", "munich": "Europe/Berlin", "nyc": "America/New_York",
    "ottawa": "America/Toronto", "philadelphia": "America/New_York",
    "porto": "Europe/Lisbon", "portland": "America/Los_Angeles", "rio": "America/Sao_Paulo",
    "san diego": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles", "sf": "America/Los_Angeles", "tel aviv": "Asia/Jerusalem",
    "valencia": "Europe/Madrid", "washington": "America/New_York",
}  # fmt: skip


def read_zone(text: str) -> ZoneInfo:
    """The zone a city, country or IANA name means. Raises Refusal with up to three suggestions."""
    wanted = folded(text)
    known = _places(str(current_locale()))
    keys = known.get(wanted, ())
    if len(keys) == 1:
        return ZoneInfo(keys[0])
    if keys:
        raise _which(text, [_city(key) for key in keys[:SUGGESTIONS]])
    close = [name for name in known if wanted and name.startswith(wanted)][:SUGGESTIONS]
    close = close or _nearest(wanted[:ECHO], known)
    cities = dict.fromkeys(_shown(name, known[name]) for name in close)
    raise _which(text, list(cities))


def _nearest(wanted: str, known: Iterable[str]) -> list[str]:
    """The names most like it, and no others much less like it than the best."""
    near = get_close_matches(wanted, known, n=SUGGESTIONS, cutoff=0.6)
    likeness = {n: SequenceMatcher(None, n, wanted).ratio() for n in near}
    return [n for n in near if likeness[n] >= likeness[near[0]] - 0.1]


def _which(text: str, cities: list[str]) -> Refusal:
    if cities:
        refusal = refuse(
            _("I do not know “{place}”. Did you mean {cities}?"),
            place=cut(text),
            cities=one_of(cities),
        )
        refusal.suggested = True
        return refusal
    return refuse(
        _("I do not know “{place}”. Name the biggest city near you, like Madrid or New York."),
        place=cut(text),
    )


def _shown(name: str, keys: tuple[str, ...]) -> str:
    """A place as suggested: its own spelling, or the folded name where that is another's."""
    city = _city(keys[0])
    return city if folded(city) == name else name.title()


def _city(key: str) -> str:
    return key.rpartition("/")[2].replace("_", " ")


@cache
def _places(locale: str) -> dict[str, tuple[str, ...]]:
    """Folded names of places, each with the zones it may mean."""
    places: dict[str, tuple[str, ...]] = {}
    zones = available_timezones()
    for key in sorted(zones):
        if key.startswith(_REGIONS):
            places.setdefault(folded(key), (key,))
            places.setdefault(folded(_city(key)), (key,))
    places |= {folded("UTC"): ("UTC",), folded("GMT"): ("UTC",)}
    for language in {SOURCE_LANGUAGE, locale}:
        _add_spoken(places, Locale.parse(language), zones)
    for name, key in _CITIES.items():
        if key in zones:
            places.setdefault(name, (key,))
    return places


def _add_spoken(places: dict[str, tuple[str, ...]], locale: Locale, zones: set[str]) -> None:
    """What CLDR calls cities and countries in a language."""
    for key, spoken in locale.time_zones.items():
        if key in zones and "city" in spoken:
            places.setdefault(folded(spoken["city"]), (key,))
    of_territory = get_global("territory_zones")
    for code, name in locale.territories.items():
        keys = tuple(key for key in of_territory.get(code, ()) if key in zones)
        if keys and len(code) == 2:
            places.setdefault(folded(str(name)), keys)


@cache
def cities(language: str) -> tuple[tuple[str, str], ...]:
    """Names of cities, folded, as English and a language have them, each with its zone's key."""
    countries = {
        folded(str(name))
        for code in {SOURCE_LANGUAGE, language}
        for name in Locale.parse(code).territories.values()
    }
    return tuple(
        (name, keys[0])
        for name, keys in _places(language).items()
        if len(keys) == 1 and name not in countries and "/" not in name
    )

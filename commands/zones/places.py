"""Finding the time zone meant by a city, a region, a country or an abbreviation. Pure but for files.

What bears several names or lies in several zones is settled by how many people live there, and by the
committee's own zone; where that leaves a doubt that matters, it is asked. Zones that show the same
time for the next year are no doubt.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from sys import intern
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.core import get_global

from commands.framework.errors import ECHO, Grasp, Refusal, cut, refuse
from commands.framework.i18n import SOURCE_LANGUAGE, current_locale, one_of
from commands.framework.reply import line
from commands.zones import cldr, spoken
from commands.zones.gazetteer import (
    NamedPlace,
    PlaceKind,
    called,
    largest,
    names_beginning,
    ranked,
    read_places,
)
from storage.core.later import Later, for_a_while
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

if TYPE_CHECKING:
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import OSA
else:
    fuzz = Later("rapidfuzz.fuzz")
    process = Later("rapidfuzz.process")
    OSA = Later("rapidfuzz.distance.OSA")

SUGGESTIONS = 3
CHOICES = 4
FAR_MORE = 3
"""Where this many times as many people live, a city is meant rather than its namesake."""
NEARLY_ALL = 10
"""With this many times as many people in one zone, a country's or region's zone is that one."""
WORTH_ASKING = 30
"""A namesake on the committee's own clock is asked about unless it is this much smaller."""
FOREIGN_NAME = 20
"""So much larger than its namesake is what a foreign or former name means: Vienne is Vienna, while
Cancún is not Changchun, nor Islamabad Chattogram, nor Waterloo Austin."""
LARGE = 300_000
"""From so many people on, a city is known beside a time: Brno and Nice, not Split and Mobile."""
LIKE = 75.0
"""How like a name must be to be suggested, of 100."""
_OFFSET = re.compile(r"(?:utc|gmt)?\s*[+\-−]\s*\d{1,2}(?::?\d{2})?(?:\s*h)?", re.IGNORECASE)


LONGEST_NAME = 100
"""Letters of what may be a place, its country and a word for time included."""


@dataclass(frozen=True, slots=True)
class NamedZone:
    """A time zone, and the place it was named by."""

    zone: ZoneInfo
    place: str = ""
    """As people say it, with its country; empty where the zone's own name says as much."""
    elsewhere: str = ""
    """Another place of that name, on another clock, as it can be typed; empty if there is none."""

    @property
    def key(self) -> str:
        """The zone's IANA name, like Europe/Berlin."""
        return self.zone.key


@dataclass(frozen=True, slots=True)
class _Candidate:
    zone: ZoneInfo
    label: str
    people: int


def read_zone(text: str, now: datetime, home: ZoneInfo) -> NamedZone:
    """Read the time zone that a person means.

    now: aware. home: the committee's zone, which settles some doubts. Raises Refusal: with what it
    may be where several zones are meant, with up to three suggestions where the name is not known.
    """
    if len(text) > LONGEST_NAME:
        # No place is called so, and looking for something like it would keep everybody waiting.
        raise _nothing_like(text)
    if _OFFSET.fullmatch(text.strip()):
        raise refuse(
            "“{offset}” is right for half of the year only, where clocks change. Name the biggest"
            " city near you, like Madrid or New York.",
            offset=cut(text),
        )
    key = _iana(text)
    if key is not None:
        return NamedZone(ZoneInfo(key))
    meant = _abbreviated(text)
    if any(_clock(each.zone, now) == _clock(home, now) for each in meant):
        return NamedZone(home)
    if meant:
        return _settled(text, meant, now, home, FAR_MORE)
    name, places = _places(text)
    if places:
        return _settled(text, _candidates(name, places), now, home, _margin(places))
    of_database = _zone_cities(str(current_locale())).get(folded(text))
    if of_database is not None:
        return NamedZone(ZoneInfo(of_database))
    raise _unknown(text)


# -- what a name may mean


def _places(text: str) -> tuple[str, list[NamedPlace]]:
    """The places a text names, and by what: Berlin, UK, Valencia ES, Berlin time."""
    words = text.split()
    while words:
        said = " ".join(words)
        name = spoken.NICKNAMES.get(folded(said), said)
        places = called(name) or _qualified(name)
        if places or folded(words[-1]) not in spoken.TIME_WORDS:
            return name, places
        words.pop()
    return text, []


def _iana(text: str) -> str | None:
    """A name as the database has it: Europe/Paris, US/Pacific, Etc/GMT+5, EST5EDT."""
    name = "_".join(text.split()).casefold()
    if "/" not in name and name not in spoken.PLAIN_KEYS:
        return None
    key = _keys().get(name)
    if key is None or key.startswith(spoken.REGIONS):
        return key
    return str(get_global("zone_aliases").get(key, key))


@cache
def zone_keys() -> frozenset[str]:
    """The keys of all zones. Looking for them reads a folder for each region."""
    return frozenset(available_timezones())


@cache
def _keys() -> dict[str, str]:
    return {key.casefold(): key for key in zone_keys()}


def _abbreviated(text: str) -> list[_Candidate]:
    words = [word for word in folded(text).split() if word not in spoken.TIME_WORDS]
    meant = spoken.ABBREVIATIONS.get(" ".join(words), "")
    found = ((key, _zone(key)) for key in meant.split())
    return [_Candidate(zone, _city(key), 1) for key, zone in found if zone is not None]


def _qualified(text: str) -> list[NamedPlace]:
    """Portland, Maine; Valencia ES; San José (Costa Rica)."""
    words = text.replace(",", " ").replace("(", " ").replace(")", " ").split()
    for cut_at in range(len(words) - 1, 0, -1):
        head, tail = " ".join(words[:cut_at]), " ".join(words[cut_at:])
        within = _areas(tail)
        found = [
            place
            for place in called(head)
            if (place.country, "") in within or (place.country, folded(place.region)) in within
        ]
        if found:
            return found
    return []


def _areas(text: str) -> set[tuple[str, str]]:
    """Countries, and regions in them, that go by a name or by two letters."""
    areas = {
        (place.country, folded(place.name) if place.kind is PlaceKind.REGION else "")
        for place in called(text)
        if not place.is_city
    }
    if len(text) == 2:
        areas.add((text.upper(), ""))
    for country, regions in spoken.REGION_CODES.items():
        name = regions.get(text.upper())
        if name is not None:
            areas.add((country, folded(name)))
    return areas


# Two: English and one more. Reading times wants those of nine languages, once each.
@lru_cache(maxsize=2)
def _zone_cities(locale: str) -> dict[str, str]:
    """Cities that only the time zone database and CLDR know, folded, each with its key."""
    keys = zone_keys()
    known = {"utc": "UTC", "gmt": "UTC"}
    for key in sorted(keys):
        if key.startswith(spoken.REGIONS) and key not in spoken.NO_CITIES:
            known.setdefault(intern(folded(_city(key))), key)
    for language in dict.fromkeys((locale, SOURCE_LANGUAGE)):
        for key, city in cldr.names(language).cities.items():
            if key in keys:
                known.setdefault(intern(folded(city)), key)
    return known


def _candidates(name: str, places: Sequence[NamedPlace]) -> list[_Candidate]:
    found: list[_Candidate] = []
    for place in _meant(name, places):
        for spot in place.spots:
            zone = _zone(spot.zone)
            if zone is not None:
                label = _label(place) if place.is_city else spot.city
                found.append(_Candidate(zone, label, spot.people))
    return found


def _meant(name: str, places: Sequence[NamedPlace]) -> list[NamedPlace]:
    """Without those that have the name in some other language only, unless they are far larger."""
    wanted = folded(name)
    exactly = [place for place in places if f"{folded(place.name)} ".startswith(f"{wanted} ")]
    largest = max((_size(place) for place in exactly), default=0)
    # One letter off is another name, unless it is the larger place: Rome is not Lomé, Odessa is Odesa.
    own = [
        place
        for place in places
        if place in exactly or (_bears(place, wanted) and _size(place) > largest)
    ]
    least = max((_size(place) for place in own), default=0) * FOREIGN_NAME
    city = any(place.is_city and _size(place) >= LARGE for place in own)
    # Brasília is no foreign name of Brazil to whoever names a city.
    foreign = (each for each in places if each not in own and (each.is_city or not city))
    return [*own, *(each for each in foreign if _size(each) >= least)]


def _bears(place: NamedPlace, wanted: str) -> bool:
    """Whether the folded name is its own, or begins it, or is one letter off: Odessa is Odesa."""
    own = folded(place.name)
    return f"{own} ".startswith(f"{wanted} ") or OSA.distance(own, wanted) <= 1


def _size(place: NamedPlace) -> int:
    return sum(spot.people for spot in place.spots)


def _zone(key: str) -> ZoneInfo | None:
    """The zone of this name; None if this machine's data do not have it yet."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _label(place: NamedPlace) -> str:
    area = place.region or _country(place.country)
    return place.name if place.name in area else f"{place.name} ({area})"


def _country(code: str) -> str:
    return str(current_locale().territories.get(code, code))


def _city(key: str) -> str:
    return key.rpartition("/")[2].replace("_", " ")


# -- which of them


def _margin(places: Iterable[NamedPlace]) -> int:
    """How many times as many people settle it; a city is seldom meant by its state's name alone."""
    kinds = {place.kind is PlaceKind.CITY for place in places}
    return 2 * NEARLY_ALL if len(kinds) > 1 else FAR_MORE if True in kinds else NEARLY_ALL


def _settled(
    text: str, candidates: Sequence[_Candidate], now: datetime, home: ZoneInfo, margin: int
) -> NamedZone:
    """The one that is meant. Raises Refusal where that is in doubt, and it matters."""
    groups: dict[tuple[timedelta | None, ...], list[_Candidate]] = {}
    for each in candidates:
        groups.setdefault(_clock(each.zone, now), []).append(each)
    ordered = sorted(groups.values(), key=_people, reverse=True)
    best, *others = ordered
    ours = groups.get(_clock(home, now))
    if others and ours is not best:
        near = _people(ours) if ours is not None else 0
        if near * margin > _people(best) and ours is not None:
            best, others = ours, [group for group in ordered if group is not ours]
        elif near * WORTH_ASKING > _people(best) or _people(others[0]) * margin > _people(best):
            raise _several(text, ordered)
    chosen = max(best, key=lambda each: each.people)
    said = "" if folded(chosen.label).startswith(folded(_city(chosen.zone.key))) else chosen.label
    doubt = bool(others) and _people(others[0]) * WORTH_ASKING > _people(best)
    return NamedZone(chosen.zone, said, _first(others[0]) if doubt else "")


def _people(group: Sequence[_Candidate]) -> int:
    return sum(each.people for each in group)


def _first(group: Sequence[_Candidate]) -> str:
    return max(group, key=lambda each: each.people).label


def _clock(zone: ZoneInfo, now: datetime) -> tuple[timedelta | None, ...]:
    """What a zone's clocks show over the coming year, twice a month."""
    return tuple((now + timedelta(days=15 * n)).astimezone(zone).utcoffset() for n in range(25))


def _several(text: str, groups: Sequence[Sequence[_Candidate]]) -> Refusal:
    worth = [group for group in groups if _people(group) * WORTH_ASKING > _people(groups[0])]
    said = line(
        "“{place}” has more than one time. Which is yours: {cities}?",
        place=cut(text),
        cities=one_of([_first(group) for group in worth[:CHOICES]]),
    )
    return Refusal(said, grasp=Grasp.GUESS)


# -- what nobody knows


def _unknown(text: str) -> Refusal:
    cities = _suggestions(folded(text)[:ECHO])
    if cities:
        said = line(
            "I do not know “{place}”. Did you mean {cities}?",
            place=cut(text),
            cities=one_of(cities),
        )
        return Refusal(said, grasp=Grasp.GUESS)
    return _nothing_like(text)


def _nothing_like(text: str) -> Refusal:
    return refuse(
        "I do not know “{place}”. Name the biggest city near you, like Madrid or New York.",
        place=cut(text),
    )


# A line is fitted to a command's values in more than one way, each with the same unknown words.
@for_a_while(8)
def _suggestions(wanted: str) -> tuple[str, ...]:
    """Names most like it: of any place that begins so, and of the largest however they begin."""
    if not any(letter.isalpha() for letter in wanted):
        return ()
    of_the_largest = _ranks_of_the_largest()
    begun = names_beginning(wanted[:2]) if len(wanted) > 1 else []
    like = dict((*_likest(wanted, begun), *_likest(wanted, of_the_largest.keys())))
    least = max(like.values(), default=0.0) - 5
    near = [(name, score) for name, score in like.items() if score >= least]
    # Few are near: only of these it is read how large they are.
    found = [
        (-round(score / 10), of_the_largest.get(name, rank), -score, key)
        for (name, score), (rank, key) in zip(near, ranked([n for n, _s in near]), strict=True)
    ]
    found.sort(key=lambda each: each[:3])
    shown: dict[str, None] = {}
    for place in read_places(dict.fromkeys(key for *_order, key in found)):
        shown.setdefault(place.name)
        if len(shown) == SUGGESTIONS:
            break
    return tuple(shown)


def _likest(wanted: str, names: Collection[str]) -> Iterator[tuple[str, float]]:
    """The names most like the wanted one, each with how like it is, of 100."""
    found = process.extract(wanted, names, scorer=fuzz.ratio, limit=40, score_cutoff=LIKE)
    return ((name, score) for name, score, _index in found)


@cache
def _ranks_of_the_largest() -> dict[str, int]:
    return {intern(folded(place.name)): rank for rank, place in enumerate(largest())}


@for_a_while(256)
def city_beside_a_time(name: str) -> str | None:
    """The zone of the large city that a word beside a time can only mean, or None."""
    known = _meant(name, called(name))
    places = [place for place in known if place.is_city]
    bearing = [place for place in places if _bears(place, folded(name))]
    if bearing and places and _size(max(places, key=_size)) > max(map(_size, bearing)):
        return None
    spots = [place.spots[0] for place in places]
    large = [spot for spot in spots if spot.people >= LARGE]
    if not large or len(name) < 2:
        return None
    others = [s.people for p in known for s in p.spots if s.zone != large[0].zone]
    return None if max(others, default=0) * FAR_MORE > large[0].people else large[0].zone


def cities(language: str) -> tuple[tuple[str, str], ...]:
    """Names of cities that may stand beside a time, folded, each with its zone's key.

    Those of the time zone database and CLDR, and the thousand largest where no other is meant.
    """
    return tuple((_of_the_largest() | _zone_cities(language)).items())


@cache
def _of_the_largest() -> dict[str, str]:
    known: dict[str, str] = {}
    for place in largest():
        spots = [spot for each in called(place.name) for spot in each.spots]
        others = [spot.people for spot in spots if spot.zone != place.spots[0].zone]
        if max(others, default=0) * FAR_MORE < place.spots[0].people:
            known[folded(place.name)] = place.spots[0].zone
    return known

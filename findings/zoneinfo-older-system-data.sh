#!/bin/sh
# zoneinfo of Python 3.11: a newer tzdata that is pinned changes nothing beside an older system's copy.
#
# One would guess: whoever pins a newer tzdata than the system has, gets its rules. The documentation
# calls the package a fallback, but a pin reads as "at least this".
# What happens: every directory of TZPATH comes first, however old; the package is read only for zones
# that the system lacks altogether. Nothing says so, and dates of one zone silently follow one source,
# dates of a zone that is new follow the other.
#
# Seen with Python 3.11.7, tzdata 2026.6 (2026f), beside a system's copy of 2025b, on 2026-11-29:
#   with the system's: -08:00
#   without it: -07:00
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install -q --disable-pip-version-check tzdata==2026.6
# The system's copy of last year, whatever this machine has.
"$place/venv/bin/pip" install -q --disable-pip-version-check --target "$place/old" tzdata==2025.2

cat >"$place/ask.py" <<'END'
from datetime import datetime
from zoneinfo import ZoneInfo

print(datetime(2026, 12, 15, 12, tzinfo=ZoneInfo("America/Vancouver")).isoformat()[-6:])
END
with=$(PYTHONTZPATH="$place/old/tzdata/zoneinfo" "$place/venv/bin/python" "$place/ask.py")
without=$(PYTHONTZPATH='' "$place/venv/bin/python" "$place/ask.py")
echo "with the system's: $with"
echo "without it: $without"
[ "$with" = "-08:00" ] && [ "$without" = "-07:00" ]

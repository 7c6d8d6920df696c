#!/bin/sh
# khal 0.14.1: an older version of an event replaces a newer one.
#
# One would guess: importing the first file of a meeting after the second, whose SEQUENCE is higher,
# leaves the newer time, as RFC 5546 has it (2.1.4: the highest SEQUENCE obsoletes the others).
# What happens: the last file that was opened wins, whatever its SEQUENCE; the meeting is shown at
# its old time again. Whoever opens an old message by mistake misses the meeting.
# Seen on 2026-11-29 with khal 0.14.1, icalendar 7.3.2 and Python 3.11:
#   after 2: 21:00; after 1: 19:00
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check khal==0.14.1 icalendar==7.3.2
export HOME="$there" XDG_CONFIG_HOME="$there" XDG_DATA_HOME="$there/data" XDG_CACHE_HOME="$there/cache" TZ=UTC
mkdir "$there/khal" "$there/calendar"
cat > "$there/khal/config" <<END
[calendars]
[[calendar]]
path = $there/calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = UTC
default_timezone = UTC
END
event() { # SEQUENCE HOUR
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT \
        UID:circle@example.org "DTSTAMP:2026110${1}T120000Z" "SEQUENCE:$1" \
        "DTSTART:20261203T${2}0000Z" "DTEND:20261203T${2}3000Z" SUMMARY:Circle END:VEVENT END:VCALENDAR
}
shown() {
    event "$1" "$2" > "$there/event.ics"
    "$there/venv/bin/khal" import --batch -a calendar "$there/event.ics"
    "$there/venv/bin/khal" list --format '{start-time}' --day-format '' 2026-12-03 1d
}
newer=$(shown 2 21)
older=$(shown 1 19)
echo "after 2: $newer; after 1: $older"
[ "$newer" = 21:00 ]
[ "$older" = 19:00 ]

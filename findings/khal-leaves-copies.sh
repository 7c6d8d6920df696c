#!/bin/sh
# khal 0.14.1: every import of an event that is there leaves two more files of it on the disk.
#
# One would guess: importing a newer version of an event overwrites its file, so that what it said
# before, and nothing else, is gone.
# What happens: the event is right in khal, and beside its file lie two named <uid>.ics<letters> with
# the new text, which khal never looks at and never removes. They stay when the event is deleted:
# a title that was taken back is still readable there, and whatever syncs the folder may carry it.
# Seen on 2026-11-29 with khal 0.14.1, icalendar 7.3.2 and Python 3.11:
#   files after the first import: 1, after the second: 3; still there once it is deleted: 2
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
import() { # SEQUENCE TITLE
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT \
        UID:circle@example.org DTSTAMP:20261101T120000Z "SEQUENCE:$1" \
        DTSTART:20261203T190000Z DTEND:20261203T203000Z "SUMMARY:$2" END:VEVENT END:VCALENDAR \
        > "$there/event.ics"
    "$there/venv/bin/khal" import --batch -a calendar "$there/event.ics"
}
files() { find "$there/calendar" -type f | wc -l | tr -d ' '; }
import 0 Dentist
first=$(files)
import 1 Circle
second=$(files)
# As every program that shares the folder deletes an event: by its file.
rm "$there/calendar/circle@example.org.ics"
left=$(grep -l Circle "$there"/calendar/* | wc -l | tr -d ' ')
echo "files after the first import: $first, after the second: $second; still there once it is deleted: $left"
[ "$first" = 1 ]
[ "$second" = 3 ]
[ "$left" = 2 ]

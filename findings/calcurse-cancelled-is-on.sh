#!/bin/sh
# calcurse 4.7.1: a file that says a meeting is off adds the meeting.
#
# One would guess: an event with STATUS:CANCELLED is marked, removed or left out.
# What happens: STATUS is not looked at, nor is UID: the meeting that is off stands in the calendar a
# second time, as any other appointment. To say that something is off by a file makes it look doubly on.
# Seen on 2026-11-29 with calcurse 4.7.1-1 of Debian 12:
#   2 appointments
# Wants apt (the package is unpacked into a temporary folder, nothing is installed) and ncurses.
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
(cd "$there" && apt-get -qq download calcurse=4.7.1-1 && dpkg-deb -x calcurse_*.deb .)
export HOME="$there" TZ=UTC TERM=dumb
mkdir "$there/data"
event() { # SEQUENCE STATUS
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT \
        UID:circle@example.org "DTSTAMP:2026110${1}T120000Z" "SEQUENCE:$1" "STATUS:$2" \
        DTSTART:20261203T190000Z DTEND:20261203T203000Z SUMMARY:Circle END:VEVENT END:VCALENDAR
}
for version in '1 CONFIRMED' '2 CANCELLED'; do
    # shellcheck disable=SC2086 (two words on purpose)
    event $version > "$there/event.ics"
    "$there/usr/bin/calcurse" -D "$there/data" -i "$there/event.ics" > /dev/null 2>&1
done
found=$("$there/usr/bin/calcurse" -D "$there/data" -Q --from 12/03/2026 --days 1 | grep -c Circle)
echo "$found appointments"
[ "$found" = 2 ]

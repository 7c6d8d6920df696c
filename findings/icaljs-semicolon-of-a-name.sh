#!/bin/sh
# ical.js 2.2.1: "\;" in a card's full name keeps its backslash, "\," does not.
#
# One would guess: both escapes are undone, since RFC 6350, 3.4, allows a backslash before either
# in any value, and writers (vobject among them) put one before both.
# What happens: FN is read as "Ota\; Kenji", and so it stands in every list of Thunderbird 153, which
# reads cards with ical.js. A writer that leaves semicolons alone outside of N is read rightly.
# Seen on 2026-11-29 with ical.js 2.2.1 and Node 20:
#   Ota\; Kenji | Ota, Kenji | Ota; Kenji
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
cd "$there"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$there" ical.js@2.2.1 > /dev/null
cat > read.cjs <<'END'
const ICAL = require("ical.js");
const name = (written) =>
  new ICAL.Component(
    ICAL.parse(`BEGIN:VCARD\r\nVERSION:4.0\r\nFN:${written}\r\nEND:VCARD\r\n`),
  ).getFirstPropertyValue("fn");
console.log(["Ota\\; Kenji", "Ota\\, Kenji", "Ota; Kenji"].map(name).join(" | "));
END
found=$(node read.cjs)
echo "$found"
[ "$found" = 'Ota\; Kenji | Ota, Kenji | Ota; Kenji' ]

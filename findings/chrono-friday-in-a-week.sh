#!/bin/sh
# chrono-node's German reader takes "Freitag in einer Woche 19 Uhr" (Friday week, 7 pm) as one whole.
#
# One would guess: a result that covers the weekday's name is on that weekday.
# What happens: the text it says it has read is the whole phrase, "Freitag" included, and the result is
# a Thursday, today in a week. Nothing in the result shows that the weekday went uncounted.
# chrono-node 2.9.0 under Node 20. Output seen on 29 November 2026, read from Thursday 26 March 2026:
#   Freitag in einer Woche 19 Uhr -> Thu 2026-04-02
set -eu

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
npm install --silent --no-audit --no-fund --ignore-scripts chrono-node@2.9.0 >/dev/null
cat >read.mjs <<'EOF'
import { de } from "chrono-node";
const thursday = new Date(2026, 2, 26, 13, 30);
const found = de.parse("Freitag in einer Woche 19 Uhr", thursday);
const day = found[0].start.date();
const weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][day.getDay()];
const date = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
console.log(`${found[0].text} -> ${weekday} ${date}`);
EOF
said=$(node read.mjs)
echo "$said"
test "$said" = "Freitag in einer Woche 19 Uhr -> Thu 2026-04-02"

#!/bin/sh
# vobject 0.9.9: of several nicknames in one line all but the first are lost, also when it writes.
#
# One would guess: NICKNAME:Sam,Sammy (a list of values: RFC 2426, 3.1.3; RFC 6350, 6.2.3) is read as
# two names, or at least as the text that stands there, and written again as it was.
# What happens: the value is "Sam", and serialize() writes NICKNAME:Sam. A program on vobject that
# changes anything in a card drops the other names. In lines of their own all of them survive.
# Seen on 2026-11-29 with vobject 0.9.9 and Python 3.11:
#   one line: ['Sam'] written NICKNAME:Sam; two lines: ['Sam', 'Sammy']
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check vobject==0.9.9
"$there/venv/bin/python" - <<'END'
import vobject

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sam Okafor\r\nN:Okafor;Sam;;;\r\n{}END:VCARD\r\n"


def read(lines):
    card = vobject.readOne(CARD.format(lines))
    written = [row for row in card.serialize().split("\r\n") if row.startswith("NICKNAME")]
    return [each.value for each in card.nickname_list], written


together, written = read("NICKNAME:Sam,Sammy\r\n")
apart, _written = read("NICKNAME:Sam\r\nNICKNAME:Sammy\r\n")
print(f"one line: {together} written {', '.join(written)}; two lines: {apart}")
assert together == ["Sam"]
assert written == ["NICKNAME:Sam"]
assert sorted(apart) == ["Sam", "Sammy"]
END

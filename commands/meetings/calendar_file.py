"""Calendar files that tell a phone when, and nobody what: no names, no place, no link, no union. Pure.

Such a file leaves encryption: calendars upload what they hold. So every field there is has its line
here, and no library fills in others. RFC 5545; times in UTC, because a zone's name would say where.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from commands.framework.reply import CalendarFile
from storage.meetings import Occurrence

NAME = "invite.ics"
MEDIA = "text/calendar"
LONGEST_LINE = 75
"""Octets before a line is folded."""
MOST_TIMES = 8
"""Times of a series in one file: no rule is written, so that clocks changing need none either."""


def calendar(
    times: Sequence[Occurrence], uid: str, person: str, title: str, now: datetime
) -> CalendarFile:
    """The times as one file for one person, who alone gets these ids."""
    rows = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calendar//EN", "CALSCALE:GREGORIAN"]
    for each in times[:MOST_TIMES]:
        rows += _event(each, uid, person, title, now)
    rows.append("END:VCALENDAR")
    return CalendarFile("".join(f"{line}\r\n" for row in rows for line in _folded(row)))


def _event(time: Occurrence, uid: str, person: str, title: str, now: datetime) -> list[str]:
    name = hashlib.sha256(f"{uid}\n{time.rid}\n{person}".encode()).hexdigest()[:32]
    return [
        "BEGIN:VEVENT",
        f"UID:{name}@invalid",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{time.seq}",
        f"STATUS:{'CONFIRMED' if time.live else 'CANCELLED'}",
        f"DTSTART:{_utc(time.at)}",
        f"DTEND:{_utc(time.ends)}",
        f"SUMMARY:{escaped(title)}",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """A text value: no control character, and nothing in it begins another line or value."""
    flat = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    kept = " ".join(flat.split())
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(row: str) -> Iterator[str]:
    """Lines of at most 75 octets, cut between letters; what follows begins with a space."""
    line, size = "", 0
    for letter in row:
        weight = len(letter.encode())
        if size + weight > LONGEST_LINE:
            yield line
            line, size = " ", 1
        line, size = line + letter, size + weight
    yield line

"""Calendar files that tell a phone when, and nobody what: no names, no place, no link, no union. Pure.

Such a file leaves encryption: calendars upload what they hold. So every field there is has its line
here. Times are in UTC, because a zone's name would say where.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from commands.framework.reply import CalendarFile
from storage.meetings import Occurrence

if TYPE_CHECKING:
    from icalendar import Event

NAME = "invite.ics"
MEDIA = "text/calendar"
MOST_TIMES = 8
"""Times of a series in one file: no rule is written, so that clocks changing need none either."""


def calendar(
    times: Sequence[Occurrence], uid: str, person: str, title: str, now: datetime
) -> CalendarFile:
    """The times as one file for one person, who alone gets these ids."""
    # Imported late: it takes a quarter of a second, and most starts never write such a file.
    from icalendar import Calendar  # noqa: PLC0415

    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//calendar//EN")
    made.add("calscale", "GREGORIAN")
    for each in times[:MOST_TIMES]:
        made.add_component(_event(each, uid, person, title, now))
    return CalendarFile(made.to_ical().decode())


def _event(time: Occurrence, uid: str, person: str, title: str, now: datetime) -> Event:
    name = hashlib.sha256(f"{uid}\n{time.rid}\n{person}".encode()).hexdigest()[:32]
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", f"{name}@invalid")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", time.seq)
    event.add("status", "CONFIRMED" if time.live else "CANCELLED")
    event.add("dtstart", time.at.astimezone(UTC))
    event.add("dtend", time.ends.astimezone(UTC))
    event.add("summary", one_line(title))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def one_line(text: str) -> str:
    """A title without control characters, so that nothing in it begins another line."""
    flat = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(flat.split())

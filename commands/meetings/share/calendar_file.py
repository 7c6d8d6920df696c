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
from storage.meetings.meetings import Occurrence

if TYPE_CHECKING:
    from icalendar import Event

NAME = "invite.ics"
MEDIA = "text/calendar"
_JOINERS = "\u200c\u200d"
"""Persian words and families of emoji fall apart without them."""
MOST_TIMES = 8
"""Times of a series in one file: no rule is written, so that clocks changing need none either."""


def calendar(
    times: Sequence[Occurrence], uid: str, person: str, title: str, now: datetime
) -> CalendarFile:
    """Write the times as one file for one person, with ids only they get. ``now`` is the time of writing."""
    # Imported late: it takes a quarter of a second, and most starts never write such a file.
    from icalendar import Calendar  # noqa: PLC0415

    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//calendar//EN")
    made.add("calscale", "GREGORIAN")
    # What is on comes first, because some phones take the first event of a file and no other; so
    # does the nearest.
    for each in sorted(times, key=lambda one: (not one.live, one.at)):
        made.add_component(_event(each, uid, person, title, now))
    return CalendarFile(made.to_ical().decode())


def _event(time: Occurrence, uid: str, person: str, title: str, now: datetime) -> Event:
    name = hashlib.sha256(f"{uid}\n{time.rid}\n{person}".encode()).hexdigest()[:32]
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", f"{name}@invalid")
    stamp = now.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", stamp)
    # Fossify takes a change only if this is later than what it has.
    event.add("last-modified", stamp)
    event.add("sequence", time.seq)
    event.add("status", "CONFIRMED" if time.live else "CANCELLED")
    event.add("dtstart", time.at.astimezone(UTC))
    event.add("dtend", time.ends.astimezone(UTC))
    event.add("summary", one_line(title))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def one_line(text: str) -> str:
    """Clean a title of control characters, so that nothing in it begins another line of the file.

    What joins letters or parts of an emoji stays; other invisible characters go, without a gap.
    """
    return " ".join("".join(map(_plain, text)).split())


def _plain(char: str) -> str:
    match unicodedata.category(char):
        case "Cc" | "Zl" | "Zp" | "Zs":
            return " "
        case "Cf":
            return char if char in _JOINERS else ""
        case "Cs":
            return ""
        case _:
            return char

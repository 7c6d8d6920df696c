"""Calendar files: well formed, and silent about everything but when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]
from ical.calendar_stream import IcsCalendarStream

from commands.framework.reply import CalendarFile
from commands.meetings.share.calendar_file import calendar, one_line
from storage.meetings.meetings import MeetingId, Occurrence, OccurrenceId
from tests.support.readers import in_javascript

MADRID = ZoneInfo("Europe/Madrid")
START = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
LONGEST_LINE = 75
"""Octets before a line is folded."""
FIELDS = {
    "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "SUMMARY", "CLASS",
    "TRANSP",
}  # fmt: skip


def time(number: int = 0, *, seq: int = 0, live: bool = True) -> Occurrence:
    at = START + timedelta(weeks=number)
    local = at.astimezone(MADRID).replace(tzinfo=None)
    return Occurrence(
        OccurrenceId(number), MeetingId(7), 7, "Strike committee of Payments", f"rid{number}", local,
        MADRID, 90, at, at + timedelta(minutes=90), seq, live,
    )  # fmt: skip


def events(text: str) -> list[dict[str, str]]:
    """A reader of our own: unfolds, and fails on anything that is not a plain list of events."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    rows = text.removesuffix("\r\n").split("\r\n")
    assert all(len(row.encode()) <= LONGEST_LINE for row in rows)
    whole = "\r\n".join(rows).replace("\r\n ", "").split("\r\n")
    assert whole[0] == "BEGIN:VCALENDAR"
    assert whole[-1] == "END:VCALENDAR"
    found: list[dict[str, str]] = []
    for row in whole[4:-1]:
        name, _colon, value = row.partition(":")
        if name == "BEGIN":
            found.append({})
        elif name != "END":
            found[-1][name] = value
    assert all(set(each) == FIELDS for each in found)
    return found


def test_nothing_but_when() -> None:
    file = calendar([time()], "a" * 32, "@ana:example.org", "Appointment", START)
    (event,) = events(file.text)
    assert event["DTSTART"] == "20260331T170000Z"
    assert event["DTEND"] == "20260331T183000Z"
    assert event["SUMMARY"] == "Appointment"
    for word in ("ana", "Strike", "Payments", "Madrid", "example.org", "Steward", "a" * 32):
        assert word not in file.text


def test_a_series_is_single_times() -> None:
    file = calendar([time(n) for n in range(8)], "u", "@ana:example.org", "Appointment", START)
    found = events(file.text)
    assert len({event["UID"] for event in found}) == 8
    assert "RRULE" not in file.text
    # Clocks change between none of these; the wall time is theirs, the file's is UTC.
    assert {event["DTSTART"][9:] for event in found} == {"170000Z"}


def test_a_change_keeps_its_name_and_counts_on() -> None:
    first, moved, gone = (
        events(calendar([each], "u", "@ana:example.org", "x", START).text)[0]
        for each in (time(), time(seq=1), time(seq=2, live=False))
    )
    assert first["UID"] == moved["UID"] == gone["UID"]
    assert [each["SEQUENCE"] for each in (first, moved, gone)] == ["0", "1", "2"]
    assert gone["STATUS"] == "CANCELLED"


def test_what_is_on_comes_first_and_the_nearest_of_it() -> None:
    times = [time(0, seq=1, live=False), time(2), time(1), time(3, seq=1, live=False)]
    found = events(calendar(times, "u", "@ana:example.org", "x", START).text)
    assert [(each["STATUS"], each["DTSTART"][:8]) for each in found] == [
        ("CONFIRMED", "20260407"),
        ("CONFIRMED", "20260414"),
        ("CANCELLED", "20260331"),
        ("CANCELLED", "20260421"),
    ]


def test_around_the_times_there_is_nothing_to_act_on_and_no_zone() -> None:
    """No METHOD, which would make it an invitation to answer; no zone, which would say where."""
    text = calendar([time(n) for n in range(3)], "u", "@ana:example.org", "x", START).text
    rows = text.split("\r\n")
    head, tail = rows[: rows.index("BEGIN:VEVENT")], rows[-2:]
    assert head == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calendar//EN", "CALSCALE:GREGORIAN",
    ]  # fmt: skip
    assert tail == ["END:VCALENDAR", ""]
    assert {row for row in rows if row.startswith(("BEGIN", "END"))} == {
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT",
    }  # fmt: skip
    assert ";" not in text


def test_it_says_when_it_was_made() -> None:
    (event,) = events(calendar([time()], "u", "@ana:example.org", "x", START).text)
    assert event["LAST-MODIFIED"] == event["DTSTAMP"] == "20260331T170000Z"


def test_two_people_s_files_cannot_be_matched() -> None:
    one, other = (
        events(calendar([time()], "u", who, "x", START).text)[0]["UID"]
        for who in ("@ana:example.org", "@ben:example.org")
    )
    assert one != other


@pytest.mark.parametrize(
    "title",
    [
        "Dentist\r\nATTACH:https://evil.example.org",
        "Dentist\nBEGIN:VALARM",
        "a\u2028DESCRIPTION:x",
        "a\x85URL:x",
        "semi;colon, comma and \\ back",
        "ж" * 60,
        "牙医" * 40,
        "می‌خواهم به دندانپزشک بروم " * 4,
        "👩‍👧‍👦 children, then dentist",
        "رؤية الطبيب\u202e evil \u2066x",
        "Arbeits\u00adgruppe",
    ],
)
def test_a_title_stays_one_value(title: str) -> None:
    (event,) = events(calendar([time()], "u", "@ana:example.org", title, START).text)
    assert set(event) == FIELDS
    assert "\n" not in event["SUMMARY"]
    for read in (by_ical, by_vobject, by_icaljs):
        assert [
            told for told, *_times in read(calendar([time()], "u", "@a:b.example", title, START))
        ] == [one_line(title)]


def by_ical(file: CalendarFile) -> list[tuple[object, ...]]:
    """Titles, times and states as one library reads them."""
    read = IcsCalendarStream.calendar_from_ics(file.text)
    return [
        (
            each.summary,
            each.dtstart,
            each.dtend,
            each.sequence,
            each.status.value if each.status else None,
        )
        for each in read.events
    ]


def by_vobject(file: CalendarFile) -> list[tuple[object, ...]]:
    """And as another does, whose authors have nothing to do with the first."""
    read = vobject.readOne(file.text)
    return [
        (
            each.summary.value,
            each.dtstart.value,
            each.dtend.value,
            int(each.sequence.value),
            each.status.value,
        )
        for each in read.vevent_list
    ]


def by_icaljs(file: CalendarFile) -> list[tuple[object, ...]]:
    """And as Thunderbird does, which finds no field that has no line here."""
    assert all(set(e["names"]) == FIELDS for e in in_javascript("calendar", file.text))
    return [
        (
            each["summary"],
            datetime.fromisoformat(each["start"]),
            datetime.fromisoformat(each["end"]),
            each["sequence"],
            each["status"],
        )
        for each in in_javascript("calendar", file.text)
    ]


def test_three_readers_read_the_same() -> None:
    times = [time(0), time(1, seq=1), time(2, seq=2, live=False)]
    file = calendar(times, "u", "@ana:example.org", "Appointment", START)
    wanted = [
        ("Appointment", each.at, each.ends, each.seq, "CONFIRMED" if each.live else "CANCELLED")
        for each in times
    ]
    assert by_ical(file) == wanted
    assert by_vobject(file) == wanted
    assert by_icaljs(file) == wanted


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Arbeits\u00adgruppe", "Arbeitsgruppe"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\ud800b", "ab"),
        ("tab\tand\nline", "tab and line"),
    ],
)
def test_invisible_letters_go_and_what_joins_stays(title: str, shown: str) -> None:
    assert one_line(title) == shown

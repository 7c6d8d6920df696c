"""Personal data in turf: who has whom in their care, and why."""

from storage.privacy.declarations import (
    IN_RECORDS,
    Disclosure,
    Expiry,
    PersonalData,
    PersonalTable,
    RetentionClock,
)

_OF_ENTRY = "(SELECT h.{column} FROM history AS h WHERE h.id = t.entry)"
_ENTERED_THEN = (
    "t.entry IN (SELECT r.entry FROM turf_reasons AS r JOIN history AS h ON h.id = r.entry "
    "WHERE h.committee = ?1 AND h.at >= ?2 AND h.at < ?3)"
)

PERSONAL = PersonalData(
    tables=(
        PersonalTable(
            "assignments",
            shown=Disclosure(
                "t.organizer, t.part, iif(t.ended, 'ended', NULL), r.why",
                "JOIN history AS h ON h.id = t.entry "
                "LEFT JOIN turf_reasons AS r ON r.entry = t.entry",
            ),
        ),
        PersonalTable(
            "turf_reasons",
            key="entry",
            whose=f"{_OF_ENTRY.format(column='committee')} = ?1",
            about=_OF_ENTRY.format(column="contact"),
            words=("why",),
            expiry=Expiry(RetentionClock.NOTES, within=_ENTERED_THEN),
            erased="DELETE FROM turf_reasons WHERE entry IN "
            f"(SELECT id FROM history WHERE contact {IN_RECORDS})",
        ),
    ),
    nobody=("absences", "barred", "digests"),
)

"""Personal data in attendance: who came to which meeting."""

from storage.privacy.declarations import (
    Disclosure,
    Expiry,
    PersonalData,
    PersonalTable,
    RetentionClock,
)

_BEGAN_THEN = (
    "t.occurrence IN (SELECT o.id FROM occurrences AS o WHERE o.committee = ?1 "
    "AND o.start_at >= ?2 AND o.start_at < ?3)"
)

PERSONAL = PersonalData(
    tables=(
        PersonalTable(
            "attendances",
            whose="(SELECT o.committee FROM occurrences AS o WHERE o.id = t.occurrence) = ?1",
            shown=Disclosure(
                "'#' || m.number, substr(o.start_local, 1, 10), iif(t.came, 'came', 'did not come')",
                "JOIN history AS h ON h.id = t.entry JOIN occurrences AS o ON o.id = t.occurrence "
                "JOIN meetings AS m ON m.id = o.meeting",
            ),
            contacted="t.contact",
            expiry=Expiry(RetentionClock.DEEDS, within=_BEGAN_THEN),
        ),
    ),
)

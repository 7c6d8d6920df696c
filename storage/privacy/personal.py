"""Personal data in legal bases, holds, audits and exports."""

from storage.privacy.declarations import (
    IN_RECORDS,
    Expiry,
    PersonalData,
    PersonalTable,
    RetentionClock,
    written,
)

PERSONAL = PersonalData(
    tables=(
        PersonalTable("bases", shown=written("t.basis, t.on_day"), contacted="t.contact"),
        PersonalTable(
            "holds",
            words=("why",),
            shown=written("t.why, iif(t.ended_at IS NULL, NULL, 'ended')", taken_back="0"),
        ),
        PersonalTable(
            "audits",
            words=("words",),
            shown=written("t.action, t.words", taken_back="0"),
            expiry=Expiry(RetentionClock.VIEWS),
            erased=f"UPDATE audits SET contact = NULL, words = '' WHERE contact {IN_RECORDS}",
        ),
        PersonalTable("exports", about=None, words=("why",)),
    ),
    # A mark of whom not to add again is a seal: no name can be read from it.
    nobody=("clocks", "forgotten", "remnants", "seals"),
)

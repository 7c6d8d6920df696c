"""Personal data in history: once somebody is forgotten, entries no longer name the contact."""

from storage.privacy.declarations import IN_RECORDS, PersonalData, PersonalTable

PERSONAL = PersonalData(
    tables=(
        PersonalTable(
            "history",
            erased=f"UPDATE history SET forgotten = 1, contact = NULL WHERE contact {IN_RECORDS}",
        ),
    ),
)

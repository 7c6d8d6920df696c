"""Who did what to whom: once somebody is forgotten, history says no more of whom it was."""

from storage.privacy.declarations import IN_RECORDS, PersonalData, PersonalTable

PERSONAL = PersonalData(
    tables=(
        PersonalTable(
            "history",
            erased=f"UPDATE history SET forgotten = 1, contact = NULL WHERE contact {IN_RECORDS}",
        ),
    ),
)

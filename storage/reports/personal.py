"""Personal data in reports: figures derived from what other jobs declare."""

from storage.privacy.declarations import IN_RECORDS, PersonalData, PersonalTable

PERSONAL = PersonalData(
    tables=(
        PersonalTable("rating_moves"),
        PersonalTable(
            "unsettled",
            erased=f"DELETE FROM unsettled WHERE committee = ?2 AND contact {IN_RECORDS}",
        ),
    ),
    nobody=("releases", "unit_counts", "unit_talks"),
)

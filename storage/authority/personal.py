"""Personal data in records of who looked at whom."""

from storage.privacy.declarations import (
    Disclosure,
    Expiry,
    PersonalData,
    PersonalTable,
    RetentionClock,
)

PERSONAL = PersonalData(
    tables=(
        PersonalTable(
            "views",
            shown=Disclosure("NULL", "", at="t.at", by="t.viewer", taken_back="0"),
            expiry=Expiry(RetentionClock.VIEWS),
        ),
        PersonalTable(
            "look_ups",
            shown=Disclosure("NULL", "", at="t.at", by="t.viewer", taken_back="0", order="t.at"),
        ),
    ),
    nobody=("foundings", "look_ups_refused", "seconds", "shown", "spent", "standings"),
)

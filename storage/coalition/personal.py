"""Personal data in coalitions: none about contacts. What leads typed may name somebody all the same."""

from storage.privacy.declarations import PersonalData, PersonalTable

_OF_COALITION = "t.coalition IN (SELECT c.id FROM coalitions AS c WHERE c.committee = ?1)"
_OF_MEMBER = (
    "t.member IN (SELECT m.id FROM coalition_members AS m JOIN coalitions AS c ON c.id = m.coalition"
    " WHERE c.committee = ?1)"
)

PERSONAL = PersonalData(
    tables=(
        PersonalTable("coalitions", about=None, words=("title", "label")),
        PersonalTable(
            "coalition_said", whose=_OF_COALITION, about=None, words=("body", "sentence")
        ),
        PersonalTable("coalition_polls", whose=_OF_COALITION, about=None, words=("body",)),
        PersonalTable("coalition_heard", whose=_OF_MEMBER, about=None, words=("sentence",)),
        PersonalTable("coalition_proposals", whose=_OF_COALITION, about=None, words=("body",)),
        PersonalTable("coalition_tests", whose=_OF_COALITION, about=None, words=("name", "letter")),
    ),
    nobody=(
        "coalition_codes",
        "coalition_consents",
        "coalition_counts",
        "coalition_gives",
        "coalition_knocks",
        "coalition_meeting_counts",
        "coalition_meetings",
        "coalition_lines",
        "coalition_members",
        "coalition_sides",
        "coalition_tables",
        "coalition_told_times",
        "coalition_poll_words",
    ),
)

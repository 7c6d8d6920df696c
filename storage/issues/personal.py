"""Personal data in issues: words that may name somebody. Who named which stands in talks."""

from storage.privacy.declarations import PersonalData, PersonalTable

PERSONAL = PersonalData(
    tables=(PersonalTable("issue_words", about=None, words=("said", "means")),),
)

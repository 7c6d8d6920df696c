"""Personal data in first weeks: none about contacts, and no words that people typed."""

from storage.privacy.declarations import PersonalData

PERSONAL = PersonalData(nobody=("buddies", "first_weeks"))

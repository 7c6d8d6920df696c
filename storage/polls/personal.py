"""Nothing about contacts: what is asked and answered in polls lies in another database."""

from storage.privacy.declarations import PersonalData

PERSONAL = PersonalData(nobody=("poll_presence", "poll_roster", "small_print"))

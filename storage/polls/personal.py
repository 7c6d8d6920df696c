"""Personal data in polls: nothing about contacts. Questions and ballots lie in another database."""

from storage.privacy.declarations import PersonalData

PERSONAL = PersonalData(
    nobody=("poll_presence", "poll_roster", "practice_poll", "practice_vote", "small_print")
)

"""Every program of an insider: what it is after, its budget, what is promised, and how it was before.

``f159b98`` and ``main`` (60dd46f) were measured with these programs on the product as it was then; None
where the programs cannot speak to it. `docs/threat-model.md` shows the same rows, and a test compares.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

MEMBER: Final = "hostile member"
LEAD: Final = "hostile lead"
EXPELLED: Final = "expelled keeper"
TWO: Final = "member of two committees"
ADMIN: Final = "homeserver's administrator"
CREATOR: Final = "a poll's creator"
VOTERS: Final = "k-1 voters"


class Unit(Enum):
    """What is counted."""

    NAMES = "names"
    RATINGS = "ratings"
    VOTES = "votes"
    SECONDS = "seconds"
    MESSAGES = "messages"
    RECORDS = "records"
    DAYS = "days"
    RESTARTS = "restarts"
    MEMORY = "MiB"


@dataclass(frozen=True, slots=True)
class Attack:
    """One program."""

    key: str
    who: str
    goal: str
    unit: Unit
    budget: str
    at_most: float
    """What is promised. A bound that is a measurement, not a promise, says so in the page."""
    f159b98: float | None = None
    main: float | None = None
    awaits: str = ""
    """Whose fix makes the promise true; empty: it has to hold now."""


ATTACKS: Final = (
    # -- a member ----
    Attack("walk", MEMBER, "names, by how they begin", Unit.NAMES,
           "600 messages, a day", 40, f159b98=92, main=94),
    Attack("eleven", MEMBER, "who of the employer's list is in the records, in minutes",
           Unit.NAMES, "600 messages, 11 minutes", 100, f159b98=196, main=155),
    Attack("asks back", MEMBER, "names, by every command that asks back", Unit.NAMES,
           "600 messages, 11 minutes", 40, f159b98=28, main=29),
    Attack("spelled", MEMBER, "last names, letter by letter once the limit is spent", Unit.NAMES,
           "500 messages", 0, f159b98=5, main=0),
    Attack("handles", MEMBER, "names, one handle after the other", Unit.NAMES,
           "600 messages, a day", 40, f159b98=30, main=30),
    Attack("directory", MEMBER, "who of the employer's list is in the records", Unit.NAMES,
           "600 messages, a day", 100, f159b98=196, main=155),
    Attack("titles", MEMBER, "who of the employer's list is in the records, by titles others would read",
           Unit.NAMES, "900 messages, a day", 40),
    Attack("namesakes", MEMBER, "who of the employer's list is in the records, by calling one's own so",
           Unit.NAMES, "20 names, a lead who looks for doubles", 0),
    Attack("spent", MEMBER, "commands that tell a name once the limit is spent", Unit.NAMES,
           "every command twice", 0, f159b98=27, main=27),
    Attack("paste", MEMBER, "the employer's list as a list of signatures", Unit.NAMES,
           "100 messages, a day", 100, f159b98=151, main=144),
    Attack("marks", MEMBER, "marks in others' turf, read", Unit.RATINGS,
           "40 messages", 0, f159b98=30, main=30),
    Attack("void", MEMBER, "marks in others' turf, taken back", Unit.RECORDS,
           "40 messages", 0, f159b98=30, main=30),
    Attack("live", MEMBER, "marks, from counts that move as they are made", Unit.RATINGS,
           "12 marks watched", 0, f159b98=12, main=12),
    Attack("leaders", MEMBER, "marks, from the groups of leaders of one's own", Unit.RATINGS,
           "4 people planted, one review list", 0),
    Attack("beliefs", MEMBER, "marks of people who went to another, from one's ratings of them",
           Unit.RATINGS, "5 people handed on", 0),
    Attack("reports", MEMBER, "ratings, from reports that move", Unit.RATINGS,
           "10 ratings watched", 0, f159b98=0, main=0),
    Attack("cover", MEMBER, "people kept after standing in for somebody", Unit.NAMES,
           "10 merges", 0, f159b98=10, main=10),
    Attack("storm", MEMBER, "messages of the bot by planning meetings", Unit.MESSAGES,
           "100 meetings and 40 daily series, one day", 60, main=217),
    Attack("block", MEMBER, "the loop held by one message", Unit.SECONDS,
           "6 messages, 200 people in the records", 0.1, f159b98=0.09, main=0.28),
    Attack("flood", MEMBER, "another's wait (p99) while lists are pasted", Unit.SECONDS,
           "20 messages of 30 lines of 25 names", 1, f159b98=5.88, main=9.96),
    Attack("file wait", MEMBER, "another's wait (longest) while a large file is sent", Unit.SECONDS,
           "5 files of up to 20 MB", 1, f159b98=0.35, main=0.48),
    Attack("file restarts", MEMBER, "restarts by a large file", Unit.RESTARTS,
           "5 files of up to 20 MB", 0, f159b98=0, main=0),
    Attack("file memory", MEMBER, "memory by a large file", Unit.MEMORY,
           "5 files of up to 20 MB", 300, f159b98=502, main=633),
    # -- a lead ----
    Attack("forget", LEAD, "people deleted without a look", Unit.RECORDS,
           "14 messages", 0, f159b98=14, main=14),
    Attack("forget shown", LEAD, "people deleted, each after a look", Unit.RECORDS,
           "80 messages, an hour", 5, f159b98=40, main=40),
    Attack("untraced", LEAD, "ratings seen without a trace in !audit", Unit.RATINGS,
           "every list there is", 0, f159b98=5, main=5),
    Attack("own care", LEAD, "ratings seen without a trace, taken into one's own care for a moment",
           Unit.RATINGS, "an area, 5 cards", 0),
    Attack("swap", LEAD, "lines of another's import changed after the check", Unit.RECORDS,
           "5 messages", 0, f159b98=4, main=4),
    Attack("undo", LEAD, "acts of a lead taken back when demoted", Unit.RECORDS,
           "3 acts", 0, f159b98=2, main=2),
    Attack("postpone", LEAD, "days that a poll is kept open", Unit.DAYS,
           "12 postponements", 14, f159b98=133, main=133),
    Attack("own keepers", LEAD, "ratings in an export asked and approved by two accounts of theirs",
           Unit.RATINGS, "2 accounts", 0, f159b98=4, main=4),
    Attack("demoted", LEAD, "files to a keeper demoted before the approval", Unit.RECORDS,
           "3 messages", 0, f159b98=1, main=1),
    # -- an expelled keeper ----
    Attack("export", EXPELLED, "ratings in an export that comes after the part has ended",
           Unit.RATINGS, "one approved export", 0, f159b98=4, main=4),
    Attack("export names", EXPELLED, "names in it, people added since among them",
           Unit.NAMES, "one approved export", 0, f159b98=9, main=9),
    # -- two committees ----
    Attack("across", TWO, "names of the other committee", Unit.NAMES,
           "every command, 10 handles", 0, f159b98=0, main=0),
    Attack("twin", TWO, "another's people added to one's own, by its name", Unit.RECORDS,
           "one !setup", 0, f159b98=5, main=5),
    # -- the homeserver ----
    Attack("forged names", ADMIN, "names, by accounts and roles that the room has not heard of",
           Unit.NAMES, "2 accounts", 0, f159b98=8, main=8),
    Attack("forged look-ups", ADMIN, "names, by the same accounts once the room has heard of them",
           Unit.NAMES, "2 accounts", 40, f159b98=8, main=8),
    Attack("forged ratings", ADMIN, "ratings in an export of theirs", Unit.RATINGS,
           "2 accounts", 0, f159b98=4, main=4),
    Attack("hidden", ADMIN, "names for a member whose removal is kept from the bot", Unit.NAMES,
           "8 questions", 8, f159b98=7, main=7),
    Attack("hidden offboard", ADMIN, "the same after !offboard", Unit.NAMES,
           "8 questions", 0, f159b98=0, main=0),
    Attack("late", ADMIN, "names for questions delivered after the removal", Unit.NAMES,
           "8 questions", 0, f159b98=0, main=0),
    Attack("backdated", ADMIN, "seats on a roster, by joins that are dated back", Unit.VOTES,
           "2 accounts", 0, f159b98=2, main=2),
    # -- polls ----
    Attack("difference", CREATOR, "Tia's vote, by asking again without her", Unit.VOTES,
           "8 rounds, an accomplice", 0, f159b98=8, main=8),
    Attack("difference k", CREATOR, "the same, without her and two accomplices, k=3", Unit.VOTES,
           "8 rounds, 2 accomplices", 0, f159b98=8, main=8),
    Attack("watch", CREATOR, "Tia's vote, by all that is told meanwhile", Unit.VOTES,
           "6 polls", 0, f159b98=0, main=0),
    Attack("twin rooms", CREATOR, "her vote, by asking in a twin room without her", Unit.VOTES,
           "8 rounds, no accomplice", 0, main=8),
    Attack("imitate", CREATOR, "lines that look like a result", Unit.MESSAGES,
           "3 questions", 0, f159b98=8, main=8),
    Attack("k-1", VOTERS, "Tia's vote among those of four others", Unit.VOTES,
           "8 rounds, k-1 accomplices", 0, f159b98=0, main=0),
    Attack("k-1 alone", VOTERS, "Tia's vote when nobody else votes", Unit.VOTES,
           "8 rounds, k-1 accomplices", 8, f159b98=8, main=8),
)  # fmt: skip

BY_KEY: Final = {attack.key: attack for attack in ATTACKS}


def number(amount: float) -> str:
    """As the tables show it."""
    return f"{amount:.2f}" if amount != int(amount) else str(int(amount))

"""Rules of a first week: which tip comes when, what it is about, and when ratings are compared. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.structure_tests.model import Belief

TIP_DAYS = (1, 3, 6)
"""Days after somebody joined on which a tip may come."""
BUDDY_FOR = timedelta(weeks=4)
"""How long somebody is a buddy, where nobody ends it earlier."""
NEW_FOR = timedelta(weeks=4)
"""How long after joining somebody counts as new."""
TEN_TALKS = 10
"""One-on-ones after which somebody needs no tips, and may compare ratings with deeds."""
ENOUGH_ASKED = 3
"""People whom somebody rated 1 or 2, and who were asked, from which on a comparison says something."""


class TipTopic(Enum):
    """The subject of a tip: the next thing that somebody has not done yet."""

    FIRST_CONTACT = "first contact"
    FIRST_TALK = "first talk"
    DUE = "due"
    GO_ON = "go on"


@dataclass(frozen=True, slots=True)
class FirstWeek:
    """How far a new organizer has come, in counts and one handle."""

    people: int
    """Contacts who are theirs."""
    example: str | None
    """The handle of one of them, one whom nobody talked to if there is one."""
    talks: int
    """One-on-ones they had themselves."""
    due: int
    """Follow-ups that are due by today."""
    buddy: UserId | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of the people somebody rated 1 or 2: how many were asked, and how many did it."""

    asked: int
    did: int


def tip_due(joined: date, today: date, told: int) -> int | None:
    """The tip that is due today, by its day after joining; None: none, for good or for now.

    A tip comes on its day or not at all: whatever hindered it, none is late. ``told`` is the last one sent.
    """
    since = (today - joined).days
    return since if since in TIP_DAYS and since > told else None


def topic(week: FirstWeek) -> TipTopic | None:
    """What a tip is about for somebody who has come this far; None: they need none any more."""
    if week.talks >= TEN_TALKS:
        return None
    if not week.people and not week.talks:
        return TipTopic.FIRST_CONTACT
    if not week.talks:
        return TipTopic.FIRST_TALK
    return TipTopic.DUE if week.due else TipTopic.GO_ON


def comparison(beliefs: Iterable[Belief]) -> Comparison | None:
    """How 1s and 2s compare with deeds; None where too few were asked for it to say something."""
    ours = [each for each in beliefs if each.rating is not None and each.rating <= 2]
    asked = sum(each.asked for each in ours)
    if asked < ENOUGH_ASKED:
        return None
    return Comparison(asked, sum(each.did for each in ours))

"""Quotas: how much one person may make, destroy and send to others, in one table. Pure.

Generous for honest use: the busiest organizer of a campaign's busiest day stays below. A lead may make
three times as much. Whoever runs the bot raises or lowers all of it at once: ``[limits] making_percent``.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import Enum

from commands.roles.standing import Role
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEADS_MAKE = 3
"""How many times as much a lead may make."""


class QuotaItem(Enum):
    """A kind of thing that one member makes, as quotas count it."""

    CONTACT = "contact"
    CHANGE = "change"
    """Of what is on record about a contact: name, place, state, role, basis."""
    ALIAS = "alias"
    NOTE = "note"
    TALK = "talk"
    RATING = "rating"
    FOLLOW_UP = "follow-up"
    MERGE = "merge"
    TURF = "turf"
    ABSENCE = "absence"
    BUDDY = "buddy"
    TEST = "test"
    MARK = "mark"
    SHEET = "sheet"
    MEETING = "meeting"
    SERIES = "series"
    TIME_POLL = "time poll"
    ANSWER = "answer"
    AGENDA = "agenda"
    DUTY = "duty"
    MINUTE = "minute"
    ACTION = "action"
    IMPORT = "import"
    EXPORT = "export"
    HOLD = "hold"
    AREA = "area"
    ATTENDANCE = "attendance"
    """A note of which contacts came to a meeting, however many."""
    ISSUE = "issue"
    """A wording of an issue."""
    UNDO = "undo"
    LEAVING = "leaving"
    """Somebody's part is ended: its rate is that of Act.OFFBOARD."""
    DIRECT = "direct"
    """Messages to others, by direct chat, because of one person."""
    IN_ROOM = "in room"
    """Messages into the room because of something typed elsewhere."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Limits for one kind of thing; a limit that is None does not apply."""

    a_day: int | None = None
    each: int | None = None
    """Open at a time, of one person's."""
    together: int | None = None
    """Open at a time, of everybody's; leads may go on, so that nobody is shut out by others."""


QUOTAS: Mapping[QuotaItem, Quota] = {
    QuotaItem.CONTACT: Quota(a_day=200),
    QuotaItem.CHANGE: Quota(a_day=300),
    QuotaItem.ALIAS: Quota(a_day=60),
    QuotaItem.NOTE: Quota(a_day=150),
    QuotaItem.TALK: Quota(a_day=400),
    QuotaItem.RATING: Quota(a_day=400),
    QuotaItem.FOLLOW_UP: Quota(a_day=400, each=500),
    QuotaItem.MERGE: Quota(a_day=100),
    QuotaItem.TURF: Quota(a_day=150),
    QuotaItem.ABSENCE: Quota(a_day=20),
    QuotaItem.BUDDY: Quota(a_day=20),
    QuotaItem.TEST: Quota(a_day=15, each=15, together=30),
    QuotaItem.MARK: Quota(a_day=600),
    QuotaItem.SHEET: Quota(a_day=60, each=20),
    QuotaItem.MEETING: Quota(a_day=60, each=25, together=80),
    QuotaItem.SERIES: Quota(a_day=60, each=6, together=20),
    QuotaItem.TIME_POLL: Quota(a_day=60, each=5, together=15),
    QuotaItem.ANSWER: Quota(a_day=300),
    QuotaItem.AGENDA: Quota(a_day=100),
    QuotaItem.DUTY: Quota(a_day=60),
    QuotaItem.MINUTE: Quota(a_day=600),
    QuotaItem.ACTION: Quota(a_day=120, each=50, together=400),
    QuotaItem.IMPORT: Quota(a_day=20, each=15, together=40),
    QuotaItem.EXPORT: Quota(a_day=10, each=3),
    QuotaItem.HOLD: Quota(a_day=20, each=100),
    QuotaItem.AREA: Quota(a_day=40, together=2_000),
    QuotaItem.ATTENDANCE: Quota(a_day=300),
    QuotaItem.ISSUE: Quota(a_day=60),
    QuotaItem.UNDO: Quota(a_day=100),
    QuotaItem.LEAVING: Quota(a_day=100),
    QuotaItem.DIRECT: Quota(a_day=300),
    QuotaItem.IN_ROOM: Quota(a_day=60),
}

COUNTED: Mapping[EntryKind, tuple[QuotaItem, ...]] = {
    EntryKind.CONTACT_ADDED: (QuotaItem.CONTACT,),
    EntryKind.CONTACT_EDITED: (QuotaItem.CHANGE,),
    EntryKind.MOVED: (QuotaItem.CHANGE,),
    EntryKind.STATE_CHANGED: (QuotaItem.CHANGE,),
    EntryKind.ROLE_CHANGED: (QuotaItem.CHANGE,),
    EntryKind.BASED: (QuotaItem.CHANGE,),
    EntryKind.FOLLOWING_CHANGED: (QuotaItem.CHANGE,),
    EntryKind.NAMED: (QuotaItem.ALIAS,),
    EntryKind.NOTED: (QuotaItem.NOTE,),
    EntryKind.CONVERSATION_LOGGED: (QuotaItem.TALK,),
    EntryKind.CONVERSATION_EDITED: (QuotaItem.TALK,),
    EntryKind.ASSESSED: (QuotaItem.RATING,),
    EntryKind.FOLLOW_UP_DONE: (QuotaItem.FOLLOW_UP,),
    EntryKind.FOLLOW_UP_SNOOZED: (QuotaItem.FOLLOW_UP,),
    EntryKind.FOLLOW_UP_ADDED: (QuotaItem.FOLLOW_UP,),
    EntryKind.MERGED: (QuotaItem.MERGE,),
    EntryKind.TOLD_APART: (QuotaItem.MERGE,),
    EntryKind.TURF_ASSIGNED: (QuotaItem.TURF,),
    EntryKind.TURF_MOVED: (QuotaItem.TURF,),
    EntryKind.TURF_RELEASED: (QuotaItem.TURF,),
    EntryKind.AWAY: (QuotaItem.ABSENCE,),
    EntryKind.BUDDY_CHANGED: (QuotaItem.BUDDY,),
    EntryKind.OFFBOARDED: (QuotaItem.LEAVING,),
    EntryKind.TEST_OPENED: (QuotaItem.TEST,),
    EntryKind.TEST_CHANGED: (QuotaItem.TEST,),
    EntryKind.TEST_CLOSED: (QuotaItem.TEST,),
    EntryKind.TEST_MARKED: (QuotaItem.MARK,),
    EntryKind.TEST_COUNTED: (QuotaItem.MARK,),
    EntryKind.TEST_AMENDED: (QuotaItem.MARK,),
    EntryKind.MEETING_CHANGED: (QuotaItem.MEETING, QuotaItem.SERIES, QuotaItem.TIME_POLL),
    EntryKind.ANSWERED: (QuotaItem.ANSWER,),
    EntryKind.AGENDA_CHANGED: (QuotaItem.AGENDA,),
    EntryKind.ROLE_TAKEN: (QuotaItem.DUTY,),
    EntryKind.MINUTED: (QuotaItem.MINUTE,),
    EntryKind.ACTION_CHANGED: (QuotaItem.ACTION,),
    EntryKind.FIELDS_CHANGED: (QuotaItem.CHANGE,),
    EntryKind.ATTENDED: (QuotaItem.ATTENDANCE,),
    EntryKind.ISSUES_CHANGED: (QuotaItem.ISSUE,),
    EntryKind.UNDONE: (QuotaItem.UNDO,),
    EntryKind.TALK_WITHDRAWN: (QuotaItem.UNDO,),
    EntryKind.TALK_MOVED_AWAY: (QuotaItem.UNDO,),
}
"""As what an entry of history counts."""

NOT_TYPED = frozenset({EntryKind.LISTED, EntryKind.LIST_CHANGED})
"""What an import writes, a sheet at a time; its own quota is QuotaItem.IMPORT."""


def kinds_of(thing: QuotaItem) -> tuple[EntryKind, ...]:
    """The kinds of history entries that count as this thing."""
    return tuple(kind for kind, things in COUNTED.items() if thing in things)


def things_of(kinds: Iterable[EntryKind]) -> set[QuotaItem]:
    """The things that history entries of these kinds count as."""
    return {thing for kind in kinds for thing in COUNTED.get(kind, ())}


class Act(Enum):
    """An act that destroys, or takes away from others, more than its maker made."""

    FORGET = "forget"
    CLOSE_TEST = "close test"
    CANCEL_POLL = "cancel poll"
    SAVE_IMPORT = "save import"
    UNDO_IMPORT = "undo import"
    DROP_LIST = "drop list"
    """A list of employees or of signatures that waits, with what was decided in it."""
    OFFBOARD = "offboard"
    MOVE_TURF = "move turf"
    RELEASE = "release"
    LEAVE = "leave"
    """A contact is said to have left or not to belong: a clock deletes them later."""
    MERGE = "merge"
    CANCEL_MEETING = "cancel meeting"
    DROP_ACTION = "drop action"
    DROP_FIELD = "drop field"
    """What is kept of everybody in one field: all phone numbers."""
    END_HOLD = "end hold"
    UNFORGET = "unforget"
    IDENTITY = "identity"
    UNDO_OTHERS = "undo others"


@dataclass(frozen=True, slots=True)
class Rate:
    """The number of acts one person may do alone. More takes another lead (``!second``)."""

    an_hour: int
    a_day: int

    @property
    def much(self) -> int:
        """How many acts in a day make the bot tell the leads."""
        return max(2, (self.an_hour + 1) // 2)

    @property
    def second_adds(self) -> int:
        """How many more one lead's agreement allows."""
        return 2 * self.an_hour


RATES: dict[Act, Rate] = {
    Act.FORGET: Rate(5, 15),
    Act.CLOSE_TEST: Rate(4, 8),
    Act.CANCEL_POLL: Rate(3, 6),
    Act.SAVE_IMPORT: Rate(30, 60),
    Act.UNDO_IMPORT: Rate(3, 6),
    Act.DROP_LIST: Rate(10, 30),
    Act.OFFBOARD: Rate(4, 8),
    Act.MOVE_TURF: Rate(5, 12),
    Act.RELEASE: Rate(40, 120),
    Act.LEAVE: Rate(40, 120),
    Act.MERGE: Rate(60, 200),
    Act.CANCEL_MEETING: Rate(8, 20),
    Act.DROP_ACTION: Rate(30, 90),
    Act.DROP_FIELD: Rate(2, 4),
    Act.END_HOLD: Rate(4, 10),
    Act.UNFORGET: Rate(5, 15),
    Act.IDENTITY: Rate(6, 15),
    Act.UNDO_OTHERS: Rate(5, 15),
}

SECOND_HOLDS = HOUR
"""For how long another lead's agreement allows more."""
ASKED_FOR = DAY
"""For how long another lead may think about a request."""


def quota_of(thing: QuotaItem, role: Role, making_percent: int) -> Quota:
    """The quota of a thing for a role, scaled by the operator's ``making_percent``."""
    base, times = QUOTAS[thing], LEADS_MAKE if role >= Role.LEAD else 1

    def scaled(most: int | None, times: int) -> int | None:
        return None if most is None else max(1, most * times * making_percent // 100)

    together = None if role >= Role.LEAD else scaled(base.together, 1)
    return Quota(scaled(base.a_day, times), scaled(base.each, times), together)

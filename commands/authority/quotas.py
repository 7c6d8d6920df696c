"""How much one person may make, destroy and send to others: one table, and the sums over it. Pure.

Generous for honest use: the busiest organizer of a campaign's busiest day stays below. A lead may make
three times as much. Whoever runs the bot raises or lowers all of it at once: ``[limits] making_percent``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from commands.authority.standing import Role
from storage.core.model import Kind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEADS_MAKE = 3
"""How many times as much a lead may make."""


class Thing(Enum):
    """What one member can make, as it is counted."""

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
    UNDO = "undo"
    LEAVING = "leaving"
    """Somebody's part is ended: its rate is that of Act.OFFBOARD."""
    DIRECT = "direct"
    """Messages to others, by direct chat, because of one person."""
    IN_ROOM = "in room"
    """Messages into the room because of something typed elsewhere."""


@dataclass(frozen=True, slots=True)
class Quota:
    """None: not counted in that way."""

    a_day: int | None = None
    each: int | None = None
    """Open at a time, of one person's."""
    together: int | None = None
    """Open at a time, of everybody's; leads may go on, so that nobody is shut out by others."""


QUOTAS: Mapping[Thing, Quota] = {
    Thing.CONTACT: Quota(a_day=200),
    Thing.CHANGE: Quota(a_day=300),
    Thing.ALIAS: Quota(a_day=60),
    Thing.NOTE: Quota(a_day=150),
    Thing.TALK: Quota(a_day=400),
    Thing.RATING: Quota(a_day=400),
    Thing.FOLLOW_UP: Quota(a_day=400, each=500),
    Thing.MERGE: Quota(a_day=100),
    Thing.TURF: Quota(a_day=150),
    Thing.ABSENCE: Quota(a_day=20),
    Thing.TEST: Quota(a_day=15, each=15, together=30),
    Thing.MARK: Quota(a_day=600),
    Thing.SHEET: Quota(a_day=60, each=20),
    Thing.MEETING: Quota(a_day=60, each=25, together=80),
    Thing.SERIES: Quota(a_day=60, each=6, together=20),
    Thing.TIME_POLL: Quota(a_day=60, each=5, together=15),
    Thing.ANSWER: Quota(a_day=300),
    Thing.AGENDA: Quota(a_day=100),
    Thing.DUTY: Quota(a_day=60),
    Thing.MINUTE: Quota(a_day=600),
    Thing.ACTION: Quota(a_day=120, each=50, together=400),
    Thing.IMPORT: Quota(a_day=20, each=15, together=40),
    Thing.EXPORT: Quota(a_day=10, each=3),
    Thing.HOLD: Quota(a_day=20, each=100),
    Thing.AREA: Quota(a_day=40, together=2_000),
    Thing.UNDO: Quota(a_day=100),
    Thing.LEAVING: Quota(a_day=100),
    Thing.DIRECT: Quota(a_day=300),
    Thing.IN_ROOM: Quota(a_day=60),
}

COUNTED: Mapping[Kind, tuple[Thing, ...]] = {
    Kind.CONTACT_ADDED: (Thing.CONTACT,),
    Kind.CONTACT_EDITED: (Thing.CHANGE,),
    Kind.MOVED: (Thing.CHANGE,),
    Kind.STATE_CHANGED: (Thing.CHANGE,),
    Kind.ROLE_CHANGED: (Thing.CHANGE,),
    Kind.BASED: (Thing.CHANGE,),
    Kind.NAMED: (Thing.ALIAS,),
    Kind.NOTED: (Thing.NOTE,),
    Kind.CONVERSATION_LOGGED: (Thing.TALK,),
    Kind.CONVERSATION_EDITED: (Thing.TALK,),
    Kind.ASSESSED: (Thing.RATING,),
    Kind.FOLLOW_UP_DONE: (Thing.FOLLOW_UP,),
    Kind.FOLLOW_UP_SNOOZED: (Thing.FOLLOW_UP,),
    Kind.MERGED: (Thing.MERGE,),
    Kind.TOLD_APART: (Thing.MERGE,),
    Kind.TURF_ASSIGNED: (Thing.TURF,),
    Kind.TURF_MOVED: (Thing.TURF,),
    Kind.TURF_RELEASED: (Thing.TURF,),
    Kind.AWAY: (Thing.ABSENCE,),
    Kind.OFFBOARDED: (Thing.LEAVING,),
    Kind.TEST_OPENED: (Thing.TEST,),
    Kind.TEST_CHANGED: (Thing.TEST,),
    Kind.TEST_CLOSED: (Thing.TEST,),
    Kind.TEST_MARKED: (Thing.MARK,),
    Kind.TEST_COUNTED: (Thing.MARK,),
    Kind.TEST_AMENDED: (Thing.MARK,),
    Kind.MEETING_CHANGED: (Thing.MEETING, Thing.SERIES, Thing.TIME_POLL),
    Kind.ANSWERED: (Thing.ANSWER,),
    Kind.AGENDA_CHANGED: (Thing.AGENDA,),
    Kind.ROLE_TAKEN: (Thing.DUTY,),
    Kind.MINUTED: (Thing.MINUTE,),
    Kind.ACTION_CHANGED: (Thing.ACTION,),
    Kind.UNDONE: (Thing.UNDO,),
}
"""As what an entry of history counts."""

NOT_TYPED = frozenset({Kind.LISTED, Kind.LIST_CHANGED})
"""What an import writes, a sheet at a time; its own quota is Thing.IMPORT."""


def kinds_of(thing: Thing) -> tuple[Kind, ...]:
    """The entries of history that count as it."""
    return tuple(kind for kind, things in COUNTED.items() if thing in things)


def things_of(kinds: Iterable[Kind]) -> set[Thing]:
    """What these entries count as."""
    return {thing for kind in kinds for thing in COUNTED.get(kind, ())}


class Act(Enum):
    """What destroys, or takes away from others, more than its maker made."""

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
    END_HOLD = "end hold"
    UNFORGET = "unforget"
    IDENTITY = "identity"
    UNDO_OTHERS = "undo others"


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one person does it alone. More takes another lead (``!second``)."""

    an_hour: int
    a_day: int

    @property
    def much(self) -> int:
        """As many in a day, and the leads hear of it."""
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
    Act.END_HOLD: Rate(4, 10),
    Act.UNFORGET: Rate(5, 15),
    Act.IDENTITY: Rate(6, 15),
    Act.UNDO_OTHERS: Rate(5, 15),
}

SECOND_HOLDS = HOUR
"""For how long another lead's agreement allows more."""
ASKED_FOR = DAY
"""For how long another lead may think about it."""


def quota_of(thing: Thing, role: Role, making_percent: int) -> Quota:
    """What somebody may have of a thing, as whoever runs the bot has set it."""
    base, times = QUOTAS[thing], LEADS_MAKE if role >= Role.LEAD else 1

    def scaled(most: int | None, times: int) -> int | None:
        return None if most is None else max(1, most * times * making_percent // 100)

    together = None if role >= Role.LEAD else scaled(base.together, 1)
    return Quota(scaled(base.a_day, times), scaled(base.each, times), together)

"""What people type about meetings: numbers, plans with bars, answers, hours. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, NewType

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.mentions import MENTION, by_address, shown
from commands.framework.quoting import refuse_imitation
from commands.framework.reader import Form, Reader, Words, choice
from commands.framework.reply import Code
from commands.framework.values import Colleague
from commands.meetings.time_poll.availability import Times, read_times
from commands.time.read import read_length
from commands.time.refusals import day_to_come
from storage.core.model import Duty
from storage.names import folded

LONGEST_TITLE = 80
NEEDS = frozenset({"needs", "need"})
"""Begins the part of a plan that names people."""
LONGEST_ITEM = 200
USUAL_MINUTES = 60
LONGEST_MINUTES = 12 * 60


# -- numbers


_MeetingNumber = NewType("_MeetingNumber", int)


def _read_meeting(raw: str, _ctx: Context) -> _MeetingNumber:
    match = re.fullmatch(r"#?(\d{1,6})", raw)
    if match is None or int(match[1]) == 0:
        raise refuse(
            _("“{word}” is no meeting's number; {meet} shows them."),
            word=cut(raw),
            meet=Code("!meet"),
        )
    return _MeetingNumber(int(match[1]))


MeetingNumber = Annotated[
    _MeetingNumber,
    Reader(_read_meeting, "#NUMBER", lambda: _("Which meeting? !meet shows their numbers.")),
]
"""A meeting's number within its committee, #7."""


def _read_number(raw: str, _ctx: Context) -> int:
    match = re.fullmatch(r"#?(\d{1,6})", raw)
    if match is None or int(match[1]) == 0:
        raise refuse(_("“{word}” is no number of that kind."), word=cut(raw))
    return int(match[1])


OptionNumber = Annotated[int, Reader(_read_number, "NUMBER", lambda: _("Which one? Its number."))]
"""One of several choices."""

ActionNumber = Annotated[
    int, Reader(_read_number, "NUMBER", lambda: _("Which one? !actions shows their numbers."))
]
"""The number of something to be done."""


# -- what is planned


def _read_plan(raw: str, _ctx: Context) -> tuple[str, ...]:
    # A bar in the name that somebody goes by parts nothing: "Jo | IT".
    kept = MENTION.sub(lambda found: found[0].replace("|", "/").replace("¦", "/"), raw)
    parts = tuple(" ".join(part.split()) for part in re.split(r"[|¦]", kept))
    # Who is needed is asked of the app; a title is what it shows.
    parts = tuple(part if _of_people(part) else shown(part) for part in parts)
    if not any(parts):
        raise refuse(_("What, when, how long: with bars between."))
    return parts


def _of_people(part: str) -> bool:
    return part.partition(" ")[0].casefold() in NEEDS


Plan = Annotated[
    tuple[str, ...],
    Reader(_read_plan, "TEXT", lambda: _("What, and when?"), Words.rest(), Form.PEOPLE),
]
"""Parts with bars between: what, when, how long."""


def read_title(raw: str) -> str:
    """What a meeting is called. Raises Refusal."""
    if not raw:
        raise refuse(_("A meeting needs a name, before the first bar."))
    if len(raw) > LONGEST_TITLE:
        raise refuse(
            _("“{words}” is long for a name; {limit} letters at most."),
            words=cut(raw),
            limit=LONGEST_TITLE,
        )
    refuse_imitation((raw,))
    return raw


def read_minutes(raw: str) -> int:
    """How long it takes. Raises Refusal."""
    minutes = int(raw) if re.fullmatch(r"\d{1,3}", raw) else read_length(raw)
    if minutes is None or not 5 <= minutes <= LONGEST_MINUTES:
        raise refuse(_("How long is “{words}”? Like 90m or 1h30."), words=cut(raw))
    return minutes


TimesWords = Annotated[
    Times,
    Reader(
        lambda raw, _ctx: read_times(raw),
        "NUMBERS",
        lambda: _("Which times can you? Like 1 3 maybe 2."),
        Words.rest(),
    ),
]
"""When somebody can, by the numbers of the times."""


# -- agenda, roles and what is to be done


@dataclass(frozen=True, slots=True)
class TimedItem:
    """Something for the agenda, and how long it takes."""

    words: str
    minutes: int


def _read_item(raw: str, _ctx: Context) -> TimedItem:
    """``10m strike fund report``: the minutes first, or last, or five of them."""
    first, _space, rest = raw.partition(" ")
    minutes = read_length(first)
    words = rest.strip() if minutes is not None else raw.strip()
    if minutes is None:
        before, _sep, last = words.rpartition(" ")
        minutes = read_length(last)
        words = before if minutes is not None else words
    if not words or len(words) > LONGEST_ITEM:
        raise refuse(_("What is it about? Up to {limit} letters."), limit=LONGEST_ITEM)
    refuse_imitation((words,))
    return TimedItem(words, min(minutes or 5, LONGEST_MINUTES))


ItemWords = Annotated[
    TimedItem,
    Reader(_read_item, "MINUTES TEXT", lambda: _("What is it about?"), Words.rest()),
]
"""Something for the agenda, with its minutes in front or behind."""


def _more_duties() -> Mapping[Duty, str]:
    return {
        Duty.FACILITATOR: _("chair, moderator, facilitation"),
        Duty.NOTES: _("minutes, note-taker, notetaker"),
        Duty.STACK: _("queue, speakers"),
        Duty.TIME: _("timekeeper, clock"),
    }


DutyWord = Annotated[
    Duty,
    choice(
        Duty,
        "facilitator|notes|stack|time",
        lambda: _("Which role: facilitator, notes, stack or time?"),
        also=_more_duties,
    ),
]
"""A role at a meeting, in a word."""


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody is to do: who, what, by when. `owners.owner_of` decides who that is."""

    owner: Colleague | None
    words: str
    due: date | None
    mine: bool = False
    """Whether whoever types said that it is theirs: "me …"."""
    others: tuple[Colleague, ...] = ()
    """People named where it says what is to be done."""


_SOMEBODY = re.compile(rf"{MENTION.pattern}|(?<!\w)@(?:[^\s:@,;]+)(?::[\w.-]+(?::\d{{1,5}})?)?")
"""A mention, or a name with an @ as it is typed by hand."""
_NEXT_ONE = re.compile(r"(?:[,;&+/]|\b(?:and|und|y|e|et|en|och|og|i)\b)*\s*", re.IGNORECASE)


def _read_task(raw: str, ctx: Context) -> Task:
    """``@li print flyers by fri``: who may be left out, and so may the day."""
    owner: Colleague | None = None
    words = raw.strip()
    first = _SOMEBODY.match(words)
    if first is not None:
        owner = Colleague(by_address(first[0]))
        words = words[first.end() :].lstrip(" ,:;.!?")
        second = _SOMEBODY.match(words, _end_of(_NEXT_ONE, words))
        if second is not None:
            raise refuse(
                _("One person at a time, please: send it once for {one} and once for {other}."),
                one=cut(shown(first[0])),
                other=cut(shown(second[0])),
            )
    own = re.match(r"\S+(?=\s)", words)
    mine = owner is None and own is not None and folded(own[0]) in _myself()
    if mine and own is not None:
        words = words[own.end() :].lstrip(" ,:;")
    others = tuple(Colleague(by_address(found[0])) for found in _SOMEBODY.finditer(words))
    words = shown(words)
    before, by, day = words.rpartition(" by ")
    due: date | None = None
    if by:
        today = ctx.day
        due = day_to_come(day, today, ctx.locale)
        words = before
    words = words.strip()
    if not words or len(words) > LONGEST_ITEM:
        raise refuse(_("What is to be done? Up to {limit} letters."), limit=LONGEST_ITEM)
    refuse_imitation((words,))
    return Task(owner, words, due, mine, others)


def _end_of(pattern: re.Pattern[str], words: str) -> int:
    found = pattern.match(words)
    return 0 if found is None else found.end()


def _myself() -> set[str]:
    return {"me", "myself", "i", *(folded(word) for word in _("me, myself, I").split(","))}


TaskWords = Annotated[
    Task,
    Reader(
        _read_task,
        "@WHO TEXT by DAY",
        lambda: _("Who does what, by when?"),
        Words.rest(),
        Form.PEOPLE,
    ),
]
"""Who does what, by when."""


def people_in(raw: str) -> list[Colleague]:
    """The people of a list: with commas between, or one word each. Raises Refusal for none."""
    text = by_address(raw)
    parts = re.split(r"[,;]+", text) if re.search(r"[,;]", text) else text.split()
    joined = {"and", "&", "+", _("and")}
    found = [word for part in parts if (word := " ".join(part.split()).strip(".:"))]
    split = [more for word in found for more in _apart(word, joined)]
    people = [Colleague(word) for word in split if word not in joined]
    if not people:
        raise refuse(_("Which organizer? Like @ana."), example="")
    return people


def _apart(word: str, joined: set[str]) -> list[str]:
    """``@ana and @ben`` within a list with commas."""
    parts = word.split()
    return parts if word.startswith("@") else [" ".join(p for p in parts if p not in joined)]


# -- reminders


class Whereto(Enum):
    """Where reminders reach somebody."""

    ROOM = "room"
    DIRECT = "direct"
    OFF = "off"


def _more_wheretos() -> Mapping[Whereto, str]:
    return {
        Whereto.ROOM: _("mention, here"),
        Whereto.DIRECT: _("dm, private"),
        Whereto.OFF: _("none, never"),
    }


WheretoWord = Annotated[
    Whereto,
    choice(
        Whereto,
        "room|direct|off",
        lambda: _("Where: room, direct or off?"),
        also=_more_wheretos,
    ),
]
"""Where reminders reach somebody, in a word."""


def _read_quiet(raw: str, _ctx: Context) -> str:
    if folded(raw) in {"off", "none", "never", folded(_("off"))}:
        return "0-0"
    match = re.fullmatch(r"(\d{1,2})(?::00)?\s*(?:-|–|to|bis|a)\s*(\d{1,2})(?::00)?", raw.strip())
    if match is None or int(match[1]) > 24 or int(match[2]) > 24:
        raise refuse(_("“{words}” are no hours; like 22-8, or off."), words=cut(raw))
    return f"{int(match[1]) % 24}-{int(match[2]) % 24}"


QuietHours = Annotated[
    str,
    Reader(
        _read_quiet,
        "FROM-TO",
        lambda: _("From which hour to which? Like 22-8."),
        Words.upto(3),
    ),
]
"""22-8; "off" is never."""


# -- the way into a call


_MeetingLink = NewType("_MeetingLink", str)


_LINK = re.compile(
    # A host begins where a word does, and its parts have 63 letters at most (RFC 1035): a long word is
    # looked at once, not once for each of its letters.
    r"(?:https?|jitsi|zoommtg|msteams|tel|sip):/?/?\S+|(?<![\w.-])(?:[\w-]{1,63}\.)+[a-z]{2,63}/\S+",
    re.IGNORECASE,
)


_OF_MATRIX = re.compile(
    r"(?<![\w.-])(?:(?:https?://)?(?:www\.)?matrix\.to/#/|matrix:(?:u|r|roomid)/)"
    r"(?:(?!://)[^\s,;|])*",
    re.IGNORECASE,
)
"""A person, a room or a message, as apps write their addresses: no way into a call."""


def _read_link(raw: str, _ctx: Context) -> _MeetingLink:
    """An address. What stands around it is dropped; refusals never show it."""
    match = _LINK.search(_OF_MATRIX.sub(" ", raw))
    if match is None or len(match[0]) > 2000:
        raise refuse(_("That is no link I can read; it begins with https://."), example="")
    return _MeetingLink(match[0])


def holds_link(text: str) -> bool:
    """Whether a text has the way into a call in it, or looks like it."""
    return _LINK.search(_OF_MATRIX.sub(" ", text)) is not None


def without_links(text: str) -> str:
    return _LINK.sub("[…]", text)


MeetingLink = Annotated[
    _MeetingLink, Reader(_read_link, "LINK", lambda: _("Which link?"), Words.rest())
]
"""The address of a call."""

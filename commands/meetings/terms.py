"""What people type about meetings: numbers, plans with bars, answers, hours. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NewType

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.mentions import MENTION, by_address, shown
from commands.framework.quoting import refuse_imitation
from commands.framework.reply import Code
from commands.framework.values import Colleague
from commands.time.read import read_length
from commands.time.refusals import day_to_come
from storage.names import folded

LONGEST_TITLE = 80
NEEDS = frozenset({"needs", "need"})
"""Begins the part of a plan that names people."""
LONGEST_ITEM = 200
USUAL_MINUTES = 60
LONGEST_MINUTES = 12 * 60

MeetingNumber = NewType("MeetingNumber", int)
"""A meeting's number within its committee, #7."""

OptionNumber = NewType("OptionNumber", int)
"""One of several choices."""

ActionNumber = NewType("ActionNumber", int)

Plan = NewType("Plan", tuple[str, ...])
"""Parts with bars between: what, when, how long."""

QuietHours = NewType("QuietHours", str)
"""22-8; "off" is never."""

MeetingLink = NewType("MeetingLink", str)
"""The address of a call."""


class Whereto(Enum):
    """Where reminders reach somebody."""

    ROOM = "room"
    DIRECT = "direct"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ItemWords:
    """Something for the agenda, and how long it takes."""

    words: str
    minutes: int


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


def read_meeting(raw: str, _ctx: Context) -> MeetingNumber:
    match = re.fullmatch(r"#?(\d{1,6})", raw)
    if match is None or int(match[1]) == 0:
        raise refuse(
            _("“{word}” is no meeting's number; {meet} shows them."),
            word=cut(raw),
            meet=Code("!meet"),
        )
    return MeetingNumber(int(match[1]))


def read_number(raw: str, _ctx: Context) -> int:
    match = re.fullmatch(r"#?(\d{1,6})", raw)
    if match is None or int(match[1]) == 0:
        raise refuse(_("“{word}” is no number of that kind."), word=cut(raw))
    return int(match[1])


def read_plan(raw: str, _ctx: Context) -> Plan:
    # A bar in the name that somebody goes by parts nothing: "Jo | IT".
    kept = MENTION.sub(lambda found: found[0].replace("|", "/").replace("¦", "/"), raw)
    parts = tuple(" ".join(part.split()) for part in re.split(r"[|¦]", kept))
    # Who is needed is asked of the app; a title is what it shows.
    parts = tuple(part if _of_people(part) else shown(part) for part in parts)
    if not any(parts):
        raise refuse(_("What, when, how long: with bars between."))
    return Plan(parts)


def _of_people(part: str) -> bool:
    return part.partition(" ")[0].casefold() in NEEDS


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


def read_quiet(raw: str, _ctx: Context) -> QuietHours:
    if folded(raw) in {"off", "none", "never", folded(_("off"))}:
        return QuietHours("0-0")
    match = re.fullmatch(r"(\d{1,2})(?::00)?\s*(?:-|–|to|bis|a)\s*(\d{1,2})(?::00)?", raw.strip())
    if match is None or int(match[1]) > 24 or int(match[2]) > 24:
        raise refuse(_("“{words}” are no hours; like 22-8, or off."), words=cut(raw))
    return QuietHours(f"{int(match[1]) % 24}-{int(match[2]) % 24}")


def read_item(raw: str, _ctx: Context) -> ItemWords:
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
    return ItemWords(words, min(minutes or 5, LONGEST_MINUTES))


_SOMEBODY = re.compile(rf"{MENTION.pattern}|(?<!\w)@(?:[^\s:@,;]+)(?::[\w.-]+(?::\d{{1,5}})?)?")
"""A mention, or a name with an @ as it is typed by hand."""
_NEXT_ONE = re.compile(r"(?:[,;&+/]|\b(?:and|und|y|e|et|en|och|og|i)\b)*\s*", re.IGNORECASE)


def read_task(raw: str, ctx: Context) -> Task:
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
        today = ctx.now.astimezone(ctx.committee.zone).date()
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


def read_link(raw: str, _ctx: Context) -> MeetingLink:
    """An address. What stands around it is dropped; refusals never show it."""
    match = _LINK.search(_OF_MATRIX.sub(" ", raw))
    if match is None or len(match[0]) > 2000:
        raise refuse(_("That is no link I can read; it begins with https://."), example="")
    return MeetingLink(match[0])


def holds_link(text: str) -> bool:
    """Whether a text has the way into a call in it, or looks like it."""
    return _LINK.search(_OF_MATRIX.sub(" ", text)) is not None


def without_links(text: str) -> str:
    return _LINK.sub("[…]", text)

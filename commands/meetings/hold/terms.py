"""Types of parameters for holding a meeting: agenda, roles, action items. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from commands.framework.as_written import as_written
from commands.framework.context import Context
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal, cut, refuse
from commands.framework.i18n import _, in_languages_heard
from commands.framework.mentions import MENTION, by_address, shown
from commands.framework.quoting import refuse_imitation
from commands.framework.reader import Form, Reader, Words, choice
from commands.framework.reply import Code, line
from commands.framework.values import Colleague
from commands.meetings.terms import LONGEST_MINUTES, read_number
from commands.time.dates import read_day
from commands.time.read import read_length
from commands.time.refusals import day_to_come
from commands.time.terms import ALSO_WORDS, shown_time
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Duty
from storage.names import folded

LONGEST_ITEM = 200

ActionNumber = Annotated[
    int, Reader(read_number, "NUMBER", lambda: _("Which one? !actions shows their numbers."))
]
"""The number of something to be done."""


@dataclass(frozen=True, slots=True)
class TimedItem:
    """Something for the agenda, and how long it takes."""

    words: str
    minutes: int


def _read_item(raw: str, _ctx: Context) -> TimedItem:
    """``10m strike fund report``: the minutes first, or last, or five of them.

    Bars as in other lines, and who speaks behind the minutes, are no part of the words.
    """
    said, minutes = _without_bars(raw)
    first, _space, rest = said.partition(" ")
    words = said
    if minutes is None:
        minutes = read_length(first)
        words = rest.strip() if minutes is not None else said
    if minutes is None:
        speaker = re.search(r"(?:\s+@\S+)+$", words)
        who = "" if speaker is None else speaker[0]
        before, _sep, last = words.removesuffix(who).rpartition(" ")
        minutes = read_length(last)
        words = before + who if minutes is not None else words
    if not words or len(words) > LONGEST_ITEM:
        raise refuse("What is it about? Up to {limit} letters.", limit=LONGEST_ITEM)
    refuse_imitation((words,))
    return TimedItem(as_written(words), min(minutes or 5, LONGEST_MINUTES))


def _without_bars(raw: str) -> tuple[str, int | None]:
    """The words of a line with bars in it, and the minutes if they stand alone between two."""
    parts = [part.strip() for part in raw.split("|") if part.strip()]
    if len(parts) < len(("words", "minutes")):
        return (parts[0] if parts else "").strip(), None
    lengths = [found for part in parts if (found := read_length(part)) is not None]
    if len(lengths) != 1:
        return " – ".join(parts), None
    return " – ".join(part for part in parts if read_length(part) is None), lengths[0]


ItemWords = Annotated[
    TimedItem,
    Reader(
        _read_item,
        "MINUTES TEXT",
        lambda: _("What is it about?"),
        Words.rest(),
        posted=lambda item: item.words,
    ),
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
    """A task as typed: who, what, by when. `owners.owner_of` decides who that is."""

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


_DONE = re.compile(
    r"#?(\d{1,6})[.):]?\s+(?:is\s+)?"
    r"(?:done|finished|complete|completed|ready|ticked|fertig|erledigt|hecho|lista|listo|fait|✅)[\s.!✅✔👍🎉\ufe0f]*",
    re.IGNORECASE,
)
"""``!action 1 done``: nothing new to do."""


def _is_it_done(number: int) -> Refusal:
    done = f"!action done {number}"
    return Refusal(
        line(
            "Nothing new was written down. Is number {n} done? Then {done}",
            n=number,
            done=Code(done),
        ),
        example=NO_EXAMPLE,
        options=[AnswerOption("yes", done, unlisted=True), AnswerOption("no", "", unlisted=True)],
    )


def _read_task(raw: str, ctx: Context) -> Task:
    """``@li print flyers by fri``: who may be left out, and so may the day. Raises Refusal."""
    done = _DONE.fullmatch(raw.strip())
    if done is not None:
        raise _is_it_done(int(done[1]))
    owner: Colleague | None = None
    words = raw.strip()
    first = _SOMEBODY.match(words)
    if first is not None:
        owner = Colleague(by_address(first[0]))
        words = words[first.end() :].lstrip(" ,:;.!?")
        second = _SOMEBODY.match(words, _end_of(_NEXT_ONE, words))
        if second is not None:
            raise refuse(
                "One person at a time: send it once for {one} and once for {other}.",
                one=cut(shown(first[0])),
                other=cut(shown(second[0])),
            )
    own = re.match(r"\S+(?=\s)", words)
    mine = owner is None and own is not None and folded(own[0]) in _myself()
    if mine and own is not None:
        words = words[own.end() :].lstrip(" ,:;")
    others = tuple(Colleague(by_address(found[0])) for found in _SOMEBODY.finditer(words))
    words = shown(words)
    words, due = _until(words, ctx)
    if not words or len(words) > LONGEST_ITEM:
        raise refuse("What does somebody have to do? Up to {limit} letters.", limit=LONGEST_ITEM)
    refuse_imitation((words,))
    return Task(owner, as_written(words), due, mine, others)


def _until(words: str, ctx: Context) -> tuple[str, date | None]:
    """The words without the day behind them, and the day: behind ``by``, behind a bar, or alone."""
    before, by, day = words.rpartition(" by ")
    if by:
        return before.strip(), day_to_come(day, ctx.day, ctx.language)
    before, bar, day = words.rpartition("|")
    if bar:
        return before.strip(" |"), day_to_come(day.strip(), ctx.day, ctx.language)
    *others, last = words.split() or [""]
    found = None if folded(last) in ALSO_WORDS else read_day(last, ctx.day, ctx.language)
    if (
        not others
        or not isinstance(found, date)
        or found < ctx.day
        or folded(others[-1]) in _INSIDE
    ):
        return words.strip(), None
    kept = others[:-1] if folded(others[-1]) in _ON and len(others) > 1 else others
    return " ".join(kept), found


_ON = frozenset({"on", "until", "till", "due", "am", "bis", "el", "le"})
"""Words that part a day from what is to be done by then."""
_INSIDE = frozenset(
    {
        "for",
        "of",
        "from",
        "since",
        "after",
        "before",
        "next",
        "last",
        "the",
        "fur",
        "para",
        "pour",
        "de",
    }
)
"""Words that make a day part of what is to be done: flyers for Friday."""


def _end_of(pattern: re.Pattern[str], words: str) -> int:
    found = pattern.match(words)
    return 0 if found is None else found.end()


def _myself() -> set[str]:
    said = in_languages_heard(lambda: _("me, myself, I"))
    return {folded(word) for words in said for word in words.split(",")}


TaskWords = Annotated[
    Task,
    Reader(
        _read_task,
        "@WHO TEXT by DAY",
        lambda: _("Who does what, by when?"),
        Words.rest(),
        Form.PEOPLE,
        in_example=shown_time,
        posted=lambda task: task.words,
    ),
]
"""Who does what, by when."""

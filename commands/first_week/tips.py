"""The three tips of a first week. They stand on a lock screen: handles and counts, nobody's name."""

from datetime import date, datetime

from commands.first_week.rules import TEN_TALKS, TIP_DAYS, FirstWeek, TipTopic, topic
from commands.framework.reply import Code, Line, line, plural
from commands.shared.wording import short
from storage.core.database import Transaction
from storage.core.model import CommitteeId, UserId
from storage.first_week.buddies import Buddies
from storage.first_week.own_talks import OwnTalks
from storage.reports.next_steps import NextSteps
from storage.turf.turf import Turf


async def first_week_of(
    tx: Transaction, committee: CommitteeId, person: UserId, today: date, now: datetime
) -> FirstWeek:
    """How far somebody has come in a committee; ``today`` is their own day, ``now`` aware."""
    own = await NextSteps(tx, committee, today, now).own(person)
    pair = await Buddies(tx, committee).of(person, today)
    return FirstWeek(
        await Turf(tx, committee).load(person, today),
        None if own.example is None else f"M-{own.example}",
        await OwnTalks(tx, committee).count(person, TEN_TALKS),
        own.due,
        None if pair is None else pair.buddy,
    )


def tip(day: int, week: FirstWeek) -> list[Line]:
    """The tip of a day after joining for somebody who has come this far; empty: they need none."""
    about = topic(week)
    if about is None:
        return []
    return [_head(day, about, week), _somebody(week), _last(day)]


def _head(day: int, about: TipTopic, week: FirstWeek) -> Line:
    if about is TipTopic.FIRST_CONTACT:
        return _first_contact(day)
    if about is TipTopic.FIRST_TALK:
        return _first_talk(day, week)
    if about is TipTopic.DUE:
        return plural(
            "{talks} so far. {n} follow-up of yours is due, and that comes before anything new: {due}",
            "{talks} so far. {n} follow-ups of yours are due, and they come before anything new: {due}",
            week.due,
            talks=_talks(week),
            due=Code("!due"),
        )
    if day == TIP_DAYS[0]:
        return line(
            "{talks} already. {next} says who is next, why, and what to open with.",
            talks=_talks(week),
            next=Code("!next"),
        )
    return line(
        "{talks} so far. A talk needs a day for the next step, as in {log}; then {next}",
        talks=_talks(week),
        log=Code(f"log {week.example or 'M-1'} reached fri"),
        next=Code("!next"),
    )


def _first_contact(day: int) -> Line:
    add = Code("!contact add")
    if day == TIP_DAYS[0]:
        return line(
            "A first step: write down one person you know at work, {add}. To try it first: {tour}",
            add=add,
            tour=Code("!tour"),
        )
    if day == TIP_DAYS[-1]:
        return line(
            "Nobody is assigned to you yet. Ask a lead for three people, or begin with one you eat"
            " with: {add}",
            add=add,
        )
    return line("Whom do you sit next to, or share a break with? Begin with one: {add}", add=add)


def _first_talk(day: int, week: FirstWeek) -> Line:
    steps, next_ = Code(f"!help talk {week.example or 'M-1'}"), Code("!next")
    if day == TIP_DAYS[0]:
        return plural(
            "{n} person is yours. {next} says why now; {steps} shows the five steps of a talk.",
            "{n} people are yours. {next} says whom to talk to first; {steps} shows the five steps.",
            week.people,
            next=next_,
            steps=steps,
        )
    if day == TIP_DAYS[-1]:
        return line(
            "No talk yet? That is all right. Ten minutes are enough: listen, and ask one thing. {steps}",
            steps=steps,
        )
    return line(
        "The first talk is the hardest. The five steps, to read before it: {steps}", steps=steps
    )


def _talks(week: FirstWeek) -> str:
    return "".join(map(str, plural("{n} talk", "{n} talks", week.talks)))


def _somebody(week: FirstWeek) -> Line:
    """Whom to ask."""
    if week.buddy is not None:
        return line("Stuck? Ask {buddy}, your buddy.", buddy=short(week.buddy))
    return line("Somebody to ask? Choose a buddy: {buddy}", buddy=Code("!buddy @ben"))


def _last(day: int) -> Line:
    if day == TIP_DAYS[-1]:
        return line("That was the last tip.")
    return line(
        "Tip {n} of {all}. To stop them: {off}",
        n=TIP_DAYS.index(day) + 1,
        all=len(TIP_DAYS),
        off=Code("!tips off"),
    )

"""Words about buddies and tips. Whoever is told something unasked reads members' addresses, nothing else."""

from collections.abc import Sequence
from datetime import date

from commands.framework.i18n import a_day, joined
from commands.framework.reply import (
    Audience,
    Block,
    Code,
    Line,
    Reply,
    Strong,
    in_each_language,
    line,
    reply,
    say,
)
from commands.shared.wording import short
from storage.core.model import UserId
from storage.first_week.buddies import BuddyPair


def tell(to: Sequence[UserId], *blocks: Line) -> Reply:
    """A direct message to somebody who did not type the command."""
    return reply(*blocks, audience=Audience.NAMED, to=tuple(to))


def chosen(pair: BuddyPair, user: UserId, today: date) -> Reply:
    """Confirm who is whose buddy, to whoever said so."""
    until = Strong(a_day(pair.until, today))
    buddy, new = short(pair.buddy), short(pair.newcomer)
    if pair.newcomer == user:
        head = line("{buddy} is your buddy until {day}. I tell them now.", buddy=buddy, day=until)
        end = Code("!buddy end")
    else:
        head = line("{buddy} is the buddy of {new} until {day}.", buddy=buddy, new=new, day=until)
        end = Code(f"!buddy end {new}")
    return reply(
        head,
        line("A buddy answers questions, and sees nobody's people by it. Earlier: {end}", end=end),
    )


@in_each_language
def you_are_a_buddy(pair: BuddyPair, by: UserId, today: date) -> Reply:
    """Tell somebody that they are a buddy, what is asked of them, and how to say no."""
    new = short(pair.newcomer)
    until = a_day(pair.until, today)
    head = (
        line("{new} chose you as their buddy until {day}.", new=new, day=until)
        if by == pair.newcomer
        else line("{by} made you the buddy of {new} until {day}.", by=short(by), new=new, day=until)
    )
    return tell(
        [pair.buddy],
        head,
        line("Say hello today, meet once this week, and be there for questions."),
        line(
            "You see no more of their people than before. To say no: {end}",
            end=Code(f"!buddy end {new}"),
        ),
    )


@in_each_language
def you_have_a_buddy(pair: BuddyPair, by: UserId, today: date) -> Reply:
    """Tell somebody that a lead found a buddy for them."""
    return tell(
        [pair.newcomer],
        line(
            "{by} asked {buddy} to be your buddy until {day}: ask them whatever you like. To say no: {end}",
            by=short(by),
            buddy=short(pair.buddy),
            day=a_day(pair.until, today),
            end=Code("!buddy end"),
        ),
    )


@in_each_language
def no_longer(pair: BuddyPair, to: Sequence[UserId], by: UserId) -> Reply:
    """Tell the others of a pair that it has ended before its day."""
    return tell(
        to,
        line(
            "{by} ended it: {buddy} is no longer the buddy of {new}. Thank you both.",
            by=short(by),
            buddy=short(pair.buddy),
            new=short(pair.newcomer),
        ),
    )


@in_each_language
def another_now(pair: BuddyPair) -> Reply:
    """Tell somebody that the one they were the buddy of has another now."""
    return tell(
        [pair.buddy],
        line("{new} has another buddy now. Thank you for being theirs.", new=short(pair.newcomer)),
    )


def ended(pair: BuddyPair) -> Reply:
    """Confirm that a pair has ended."""
    return say(
        "{buddy} is no longer the buddy of {new}. To undo it, type {undo} within 15 minutes.",
        buddy=short(pair.buddy),
        new=short(pair.newcomer),
        undo=Code("!undo"),
    )


@in_each_language
def as_before(to: Sequence[UserId], by: UserId) -> Reply:
    """Tell those who heard of a buddy that it was taken back."""
    return tell(
        to,
        line(
            "{by} undid a change of who is whose buddy: {buddy} shows it now.",
            by=short(by),
            buddy=Code("!buddy"),
        ),
    )


def shown(own: BuddyPair | None, theirs: Sequence[BuddyPair], today: date) -> list[Block]:
    """Show somebody's buddy, and whose buddy they are."""
    blocks: list[Block] = []
    if own is not None:
        blocks.append(
            line(
                "Your buddy is {buddy}, until {day}.",
                buddy=Strong(short(own.buddy)),
                day=a_day(own.until, today),
            )
        )
    blocks += [
        line(
            "You are the buddy of {new}, until {day}.",
            new=Strong(short(pair.newcomer)),
            day=a_day(pair.until, today),
        )
        for pair in theirs
    ]
    return blocks


def no_buddy() -> Line:
    """Say that somebody has no buddy and is nobody's, and how one is chosen."""
    return line(
        "You have no buddy. Somebody to ask in the first weeks: {choose}",
        choose=Code("!buddy @ben"),
    )


def everybody(pairs: Sequence[BuddyPair], without: Sequence[UserId], today: date) -> list[Block]:
    """Show leads the other pairs, and who is new and has no buddy."""
    blocks: list[Block] = [
        line(
            "{buddy} is the buddy of {new}, until {day}.",
            buddy=short(pair.buddy),
            new=short(pair.newcomer),
            day=a_day(pair.until, today),
        )
        for pair in pairs
    ]
    if without:
        blocks.append(
            line(
                "New, and without a buddy: {who}. {choose}",
                who=Strong(joined(map(short, without))),
                choose=Code(f"!buddy @ben for {short(without[0])}"),
            )
        )
    return blocks

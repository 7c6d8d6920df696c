"""Words for when somebody's part in a committee ends, or begins again: what waits, what is withdrawn, who is told."""

from collections.abc import Sequence
from datetime import datetime

from commands.framework.context import Context
from commands.framework.i18n import _, a_time, joined
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.figures import people
from commands.shared.wording import short
from commands.turf.views import SHOWN, by_number, for_others, owed
from storage.chat.under_way import Withdrawn
from storage.core.model import Contact, UserId
from storage.first_week.buddies import BuddyPair
from storage.turf.absences import Absence
from storage.turf.turf import Handed


def in_their_calendar(organizer: UserId, dates: int) -> Line | None:
    """Say how many dates somebody who leaves keeps in their calendar, without further notice from the bot."""
    if not dates:
        return None
    return plural(
        "{n} date of a meeting is in {who}'s calendar, and I tell them no changes any"
        " more. Ask them to delete it.",
        "{n} dates of meetings are in {who}'s calendar, and I tell them no changes any"
        " more. Ask them to delete those.",
        dates,
        who=short(organizer),
    )


def still_to_do(organizer: UserId, actions: Sequence[int]) -> Line | None:
    """Say what somebody who leaves had to do; by number, since the words are for who asks."""
    if not actions:
        return None
    numbers = joined(str(each) for each in actions[:SHOWN])
    return plural(
        "Action {numbers} is still {who}'s to do. {give} hands it over.",
        "{n} actions are still {who}'s to do: {numbers}. {give} hands one over.",
        len(actions),
        numbers=numbers,
        who=short(organizer),
        give=Code(f"!action give {actions[0]} @ana"),
    )


@in_each_language
def departed(
    organizer: UserId,
    handed: Handed,
    contacts: Sequence[Contact],
    uncovered: Sequence[Absence],
    withdrawn: Withdrawn,
    without_buddy: Sequence[BuddyPair] = (),
) -> Reply:
    """The hand-over list, for the leads. The command in it takes over as many as it names."""
    who = short(organizer)
    blocks = [
        line(
            "{who} is no longer in the committee and sees nothing any more. Unassigned now:"
            " {people} and {owed}.",
            who=Strong(who),
            people=Strong(people(handed.contacts)),
            owed=owed(handed.follow_ups),
        )
    ]
    if contacts:
        blocks.append((by_number(contacts, handed.contacts),))
        blocks.append(
            line(
                "To give them to somebody: {give}. All of them: {unassigned}",
                give=Code(f"!turf assign @ana {' '.join(c.handle for c in contacts)}"),
                unassigned=Code("!turf unassigned"),
            )
        )
    blocks += [
        line("Nobody stands in for {who} any more.", who=short(absence.organizer))
        for absence in uncovered
    ]
    blocks += [
        line(
            "{new} has no buddy any more. {buddy} shows who has one.",
            new=short(pair.newcomer),
            buddy=Code("!buddy"),
        )
        for pair in without_buddy
    ]
    if withdrawn.is_news:
        blocks.append(_withdrawn(withdrawn))
    return reply(*blocks, audience=Audience.LEADS)


def ended(
    organizer: UserId, departed: Reply, kept: Sequence[Line | None], *, still_inside: bool
) -> Reply:
    """Tell the lead who ended somebody's part what became of it, and how to take it back.

    ``kept``: what the person keeps, or leaves undone.
    """
    inside = line(
        "I do nothing for {who} any more. Remove them from the room as well: they still"
        " read what you say there. If they come back to the room, that changes nothing.",
        who=short(organizer),
    )
    undo = line(
        "To give their people back, type {undo} within 15 minutes. To let them in again: {readmit}",
        undo=Code("!undo"),
        readmit=Code(f"!readmit {short(organizer)}"),
    )
    return reply(*departed.blocks, *kept, inside if still_inside else None, undo)


def given_back(
    organizer: UserId, carries: Handed, left: datetime, ctx: Context
) -> tuple[Reply, ...]:
    """Tell the lead who gave somebody their turf back, and the person, what they carry now."""
    words = say(
        "{who} has back everybody who was still unassigned since {when}, and has"
        " {people} and {owed} now.",
        who=Strong(organizer),
        when=a_time(left, ctx.clock),
        people=people(carries.contacts),
        owed=owed(carries.follow_ups),
    )
    if organizer == ctx.user:
        return (words,)
    return words, for_others(_gave_you_back(ctx.user), [organizer])


@in_each_language
def _gave_you_back(by: UserId) -> Reply:
    return say(
        "{by} gave you back the people you had when you left. {turf} and {due} show what is yours.",
        by=short(by),
        turf=Code("!turf"),
        due=Code("!due"),
    )


@in_each_language
def let_in_again(user: UserId, by: UserId) -> Reply:
    """Tell the leads that another lead let somebody in again."""
    return say("{by} let {user} back in.", by=by, user=user)


@in_each_language
def came_back(who: Sequence[UserId], committee: str) -> Reply:
    """Tell the leads who is back in the room, after their turf went to the pool when it showed them gone."""
    head = line(
        "Back in the room of {committee}. Their people became unassigned when the room"
        " showed them as gone. If it is really them, this gives them back:",
        committee=Strong(committee),
    )
    rows: list[Line] = [(Code(f"!turf back {user}"),) for user in who]
    return reply(head, listed(rows), audience=Audience.LEADS)


@in_each_language
def withdrawn(organizer: UserId, what: Withdrawn) -> Reply:
    """Tell the leads that somebody who carried nothing is gone from the committee."""
    head = line("{who} is no longer in the committee.", who=Strong(short(organizer)))
    return reply(head, _withdrawn(what), audience=Audience.LEADS)


def _withdrawn(what: Withdrawn) -> Line:
    """What others knew of, and what does not come any more."""
    parts = [
        *(_("export {n}").format(n=number) for number in what.exports),
        *(_("import {n}").format(n=number) for number in what.imports),
        *(_("list {n} of signatures").format(n=number) for number in what.sheets),
    ]
    return line("Withdrawn with that: {what}.", what=joined(parts))


@in_each_language
def unfit(committee: str) -> Reply:
    """Tell the leads that the bot is silent in an open room, and how to close the room."""
    words = line(
        "Anybody may join or read the room of {committee} now, so I say nothing there."
        " Messages for it wait up to a day, and answers come directly. Change it in"
        " Room settings, Security & Privacy: invited people only, history for members.",
        committee=Strong(committee),
    )
    return reply(words, audience=Audience.LEADS)

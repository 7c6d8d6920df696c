"""Words about follow-ups. Nobody is shamed: overdue is a number of days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from commands.framework.errors import AnswerOption, Refusal, impossible
from commands.framework.i18n import _, a_day, ngettext
from commands.framework.reply import (
    Block,
    Code,
    Line,
    Reply,
    Strong,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.wording import label, short, with_colon
from storage.contacts.follow_ups import Owed
from storage.core.model import Contact, FollowUp, UserId


def about(task: FollowUp) -> str:
    """A follow-up in one line: handle, name, what to do."""
    return with_colon(f"{task.handle} {task.name}", task.what or _("talk again"))


def due(tasks: Sequence[FollowUp], today: date, reader: UserId, *, more: bool, later: int) -> Reply:
    """List the follow-ups that are due; ``later`` is how many are planned after these."""
    if not tasks:
        rest = (
            plural(
                "Nothing due this week. {n} follow-up is planned for later.",
                "Nothing due this week. {n} follow-ups are planned for later.",
                later,
            )
            if later
            else line("Nothing due. Rest, or talk to somebody new.")
        )
        return reply(rest)
    blocks: list[Line] = [
        line(
            "When it is done: {example}, or just answer {short}",
            example=Code(f'!done {tasks[0].number} "signed the card"'),
            short=Code(f"{tasks[0].number} signed"),
        )
    ]
    if more:
        blocks.insert(0, line("And more after these."))
    return reply(line("Your follow-ups:"), listed([_row(t, today, reader) for t in tasks]), *blocks)


def with_taken_on(said: Reply, n: int) -> Reply:
    """Follow-ups, with how many things somebody took on in meetings, which have numbers of their own."""
    if n == 0:
        return said
    more = plural(
        "You took on {n} thing besides: {actions}",
        "You took on {n} things besides: {actions}",
        n,
        actions=Code("!actions"),
    )
    return replace(said, blocks=(*said.blocks, more))


def an_action(number: int) -> Refusal:
    """Say that a number is that of something taken on in a meeting, and no follow-up's."""
    done = f"!action done {number}"
    return impossible(
        "You have no open follow-up {number}, but you took something on with that number: {done}",
        number=number,
        done=Code(done),
    ).but(options=[AnswerOption("yes", done, unlisted=True)])


def next_step_or_result(number: int, words: str, result: str, day: date, today: date) -> Refusal:
    """Ask whether a day at the end of a result is that of a next step."""
    planned = f'!done {number} "{words}" next={day.isoformat()}'
    whole = f'!done {number} "{result}" --yes'
    return impossible(
        "Not saved yet. If {day} is the day of the next step, answer 1, or type {planned}. If it is part of"
        " the result, answer 2, or type {whole}.",
        day=Strong(a_day(day, today)),
        planned=Code(planned),
        whole=Code(whole),
    ).but(
        options=[
            AnswerOption(_("the next step"), planned),
            AnswerOption(_("part of the result"), whole),
        ]
    )


def team(owed: Sequence[Owed], week_late: int) -> Reply:
    """Counts by organizer, by name: for whoever looks after the others, not for a ranking."""
    if not owed:
        return say("Nobody has an open follow-up.")
    rows = [
        line(
            "{who}: {due} this week, {overdue} overdue",
            who=short(each.owner) if each.owner else _("unassigned"),
            due=each.due,
            overdue=Strong(str(each.overdue)) if each.overdue else "0",
        )
        for each in sorted(owed, key=lambda each: (each.owner == "", each.owner))
    ]
    blocks: list[Block] = [line("Follow-ups by organizer:"), listed(rows)]
    if week_late:
        blocks.append(
            plural(
                "{n} is a week late or more: ask whether they need help.",
                "{n} are a week late or more: ask whether they need help.",
                week_late,
            )
        )
    return reply(*blocks)


def _row(task: FollowUp, today: date, reader: UserId) -> Line:
    late = (today - task.due).days
    if late > 0:
        when = ngettext("{n} day overdue", "{n} days overdue", late).format(n=late)
    elif late == 0:
        when = _("today")
    else:
        when = a_day(task.due, today)
    row = line(
        "{number} · {about} · {when}",
        number=Strong(str(task.number)),
        about=about(task),
        when=Strong(when) if late > 0 else when,
    )
    if task.owner == reader:
        return row
    return (*row, *line(" · for {who}", who=short(task.owner)))


def added(contact: Contact, number: int, day: date, what: str | None, today: date) -> Reply:
    """Confirm a follow-up that no talk brought."""
    about = "" if what is None else f": {what}"
    head = line(
        "Follow-up {number}: {who}{about}, {day}.",
        number=number,
        who=Strong(label(contact)),
        about=about,
        day=Strong(a_day(day, today)),
    )
    return reply(head, line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo")))


def done(task: FollowUp, result: str, following: tuple[int, date] | None, today: date) -> Reply:
    """Confirm a closed follow-up, and the next one if there is one."""
    head = line("Done: {about} → {result}.", about=Strong(about(task)), result=result.rstrip("."))
    if following is None:
        return reply(head, line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo")))
    number, day = following
    tail = line("Next: {day} (follow-up {number})", day=Strong(a_day(day, today)), number=number)
    return reply(head, tail)


def snoozed(task: FollowUp, day: date, today: date) -> Reply:
    """Confirm that a follow-up moved to another day."""
    return say("Moved to {day}: {about}.", day=Strong(a_day(day, today)), about=about(task))

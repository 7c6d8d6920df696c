"""Words about a meeting being held: agenda, roles, minutes, action items."""

from collections.abc import Collection, Mapping, Sequence

from commands.framework.context import Context, UserId
from commands.framework.i18n import _, a_day, comma, joined, pgettext
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.meetings.wording import in_numbers, short
from commands.shared.wording import with_colon
from storage.core.model import Duty
from storage.meetings.actions import ActionItem
from storage.meetings.agendas import AgendaItem, Typed
from storage.meetings.meetings import Occurrence


def agenda(occurrence: Occurrence, items: Sequence[AgendaItem]) -> Reply:
    """List each item with its minutes, and the total against the meeting's length."""
    here = [each for each in items if each.state in {"open", "done"}]
    if not here:
        return say(
            "Nothing on the agenda of {title} #{number} yet. {add} puts something there.",
            title=Strong(occurrence.title),
            number=occurrence.number,
            add=Code("!agenda add 10m strike fund report"),
        )
    rows = [_item(each) for each in here]
    total = sum(each.minutes for each in here)
    over = total - occurrence.minutes
    told = _("{total} of {length} minutes.").format(total=total, length=occurrence.minutes)
    if over > 0:
        told = _("{total} minutes, {over} more than the meeting has.").format(
            total=total, over=over
        )
    head = line(
        "Agenda of {title} #{number}:", title=Strong(occurrence.title), number=occurrence.number
    )
    return reply(head, listed(rows), (told,))


def _item(each: AgendaItem) -> Line:
    done = " " + _("(done)") if each.state == "done" else ""
    return line(
        "{number}) {words}, {minutes} min{done}",
        number=each.number,
        words=each.words,
        minutes=each.minutes,
        done=done,
    )


def duty(which: Duty) -> str:
    """A meeting role in words."""
    return {
        Duty.FACILITATOR: _("facilitator"),
        Duty.NOTES: pgettext("who takes the minutes", "notes"),
        Duty.STACK: _("stack"),
        Duty.TIME: _("time"),
    }[which]


def roles(occurrence: Occurrence, held: Mapping[Duty, UserId], fresh: Collection[Duty]) -> Reply:
    """List who has which role; ``fresh`` roles went to the next person in turn."""
    rows: list[Line] = []
    for which in Duty:
        person = held.get(which)
        name = _("not filled") if person is None else short(person)
        turn = " " + _("(next in turn)") if which in fresh else ""
        rows.append(line("{label}: {names}", label=Strong(duty(which)), names=name + turn))
    head = line(
        "Roles in {title} #{number}:", title=Strong(occurrence.title), number=occurrence.number
    )
    how = line(
        "{take} takes one, {swap} changes yours for theirs.",
        take=Code("!roles take notes"),
        swap=Code("!swap @li"),
    )
    return reply(head, listed(rows), how)


def started(
    occurrence: Occurrence, items: Sequence[AgendaItem], held: Mapping[Duty, UserId]
) -> Reply:
    """Announce that a meeting has begun, with its agenda and roles."""
    named = joined(f"{duty(which)} {short(person)}" for which, person in held.items())
    head = line(
        "{title} #{number} has begun. Type {here} to be counted.",
        title=Strong(occurrence.title),
        number=occurrence.number,
        here=Code("!here"),
    )
    left = [_item(each) for each in items if each.state == "open"]
    return reply(
        head,
        (named,) if named else None,
        listed(left) if left else None,
        line(
            "Only what you type as {decide} and {action} goes into the minutes.",
            decide=Code("!decide"),
            action=Code("!action"),
        ),
    )


def stack(waiting: Sequence[UserId]) -> Reply:
    """List who waits to speak, in order."""
    if not waiting:
        return say("Nobody waits to speak.")
    names = joined(short(person) for person in waiting)
    return say("Stack: {names}", names=names)


def minutes(
    occurrence: Occurrence,
    lines: Sequence[Typed],
    taken_on: Sequence[ActionItem],
    items: Sequence[AgendaItem],
) -> Reply:
    """Write the minutes, from the typed lines alone."""
    begun = next((each.at for each in lines if each.kind == "start"), occurrence.at)
    ended = next((each.at for each in reversed(lines) if each.kind == "end"), occurrence.ends)
    zone = occurrence.zone
    present = dict.fromkeys(short(each.person) for each in lines if each.kind == "here")
    rows: list[Line] = [
        line(
            "{label}: {names}",
            label=Strong(_("here")),
            names=joined(present) or _("nobody typed it"),
        )
    ]
    rows += [
        line("{label}: {names}", label=Strong(_("decided")), names=each.words)
        for each in lines
        if each.kind == "decide"
    ]
    rows += [
        line("{label}: {names}", label=Strong(_("to do")), names=_task(a, occurrence))
        for a in taken_on
    ]
    left = [each for each in items if each.state == "open"]
    if left:
        names = joined(each.words for each in left)
        rows.append(line("{label}: {names}", label=Strong(_("not reached")), names=names))
    head = line(
        "Minutes of {title} #{number}, {day}, {start}–{end}:",
        title=Strong(occurrence.title),
        number=occurrence.number,
        day=a_day(occurrence.start.date(), occurrence.start.date()),
        start=f"{begun.astimezone(zone):%H:%M}",
        end=f"{ended.astimezone(zone):%H:%M}",
    )
    return reply(head, listed(rows))


def _by_number(each: ActionItem, occurrence: Occurrence) -> str:
    """Something to do without its words: whom it is about by handle, and by when."""
    by = "" if each.due is None else " " + a_day(each.due, occurrence.start.date())
    return in_numbers(each) + by


def _task(each: ActionItem, occurrence: Occurrence) -> str:
    by = (
        ""
        if each.due is None
        else comma() + _("by {day}").format(day=a_day(each.due, occurrence.start.date()))
    )
    return with_colon(f"{each.number}) {short(each.owner)}", f"{each.words}{by}")


def to_owners(occurrence: Occurrence, taken_on: Sequence[ActionItem]) -> tuple[Reply, ...]:
    """Tell each owner by direct message what they took on: numbers, since a lock screen shows it."""
    owners = dict.fromkeys(each.owner for each in taken_on)
    return tuple(_to_owner(occurrence, owner, taken_on) for owner in owners)


@in_each_language
def _to_owner(occurrence: Occurrence, owner: UserId, taken_on: Sequence[ActionItem]) -> Reply:
    theirs = [each for each in taken_on if each.owner == owner]
    head = plural(
        "You took on one thing in {title}:",
        "You took on {n} things in {title}:",
        len(theirs),
        title=occurrence.title,
    )
    rows = [(_by_number(each, occurrence),) for each in theirs]
    tail = line("{actions} shows what it is.", actions=Code("!actions"))
    return reply(head, listed(rows), tail, audience=Audience.NAMED, to=(owner,))


def action(made: ActionItem, owner: str, ctx: Context) -> Reply:
    """Confirm a new action item."""
    today = ctx.day
    by = _("no day") if made.due is None else a_day(made.due, today)
    return say(
        "{number}) {owner}: {words}, {by}. When it is done: {done}",
        number=made.number,
        owner=Strong(owner),
        words=made.words,
        by=by,
        done=Code(f"!action done {made.number}"),
    )


def actions(open_: Sequence[ActionItem], members: Collection[UserId], ctx: Context) -> Reply:
    """List action items, most urgent first; items of somebody who has left are nobody's."""
    if not open_:
        return say("There is nothing to do.")
    today = ctx.day
    rows: list[Line] = []
    for each in open_:
        owner = short(each.owner) if each.owner in members else _("nobody")
        by = "" if each.due is None else comma() + a_day(each.due, today)
        overdue = " " + _("(overdue)") if each.due is not None and each.due < today else ""
        rows.append(
            fill(
                "{number}) {owner}: {words}{by}{overdue}",
                number=each.number,
                owner=Strong(owner),
                words=each.words,
                by=by,
                overdue=overdue,
            )
        )
    return reply(listed(rows))

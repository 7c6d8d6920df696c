"""Words that confirm changes in a contact's life."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from commands.contacts.detail_views import field_name, same_as
from commands.contacts.terms import NewRole, Reason
from commands.framework.context import Context
from commands.framework.i18n import _, a_day, joined
from commands.framework.quoting import quoted
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    plural,
    reply,
)
from commands.shared.figures import DASH
from commands.shared.wording import a_place, label, part_words, short, state_words
from storage.contacts.changes import Placement
from storage.contacts.details import DetailField
from storage.core.model import Contact, Part, UserId


def _with_undo(*lines: Line) -> Reply:
    undo = line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo"))
    return reply(*lines, undo)


def _from(day: date, ctx: Context) -> str:
    return _("today") if day == ctx.today else a_day(day, ctx.today)


def edited(
    before: Contact,
    after: Contact,
    had: Mapping[DetailField, str] = MappingProxyType({}),
    given: Mapping[DetailField, str | None] = MappingProxyType({}),
    others: Mapping[DetailField, Sequence[Contact]] = MappingProxyType({}),
) -> Reply:
    """Confirm an edit: each old value beside its new one.

    ``had`` are the details before, ``given`` the new ones (None: taken out), ``others`` whoever has the same.
    """
    changes = [
        _("{old} → {new}").format(old=old, new=new)
        for old, new in (
            (before.name, after.name),
            (before.shift or _("no shift"), after.shift or _("no shift")),
            (state_words(before.state), state_words(after.state)),
        )
        if old != new
    ]
    changes += [
        _("{field}: {old} → {new}").format(
            field=field_name(field), old=had.get(field) or DASH, new=value or DASH
        )
        for field, value in given.items()
    ]
    what = " · ".join(changes) or _("nothing changed")
    head = line("{who}: {what}.", who=Strong(label(after)), what=what)
    return _with_undo(head, *(same_as(field, people) for field, people in others.items()))


def named(contact: Contact, names: Sequence[str]) -> Reply:
    """Confirm other names that a contact is found by."""
    others = [name for name in dict.fromkeys(names) if name != contact.name]
    if not others:
        return _with_undo(line("{who} has no other name now.", who=Strong(label(contact))))
    return _with_undo(
        line(
            "{who} is also found as {names}.",
            who=Strong(label(contact)),
            names=joined(quoted(name) for name in others),
        )
    )


def moved(
    contact: Contact, to: Placement, proposed: UserId | None, ctx: Context, *, new_area: bool
) -> Reply:
    """Confirm that a contact changes area or shift from a day on."""
    head = line(
        "{who}: {place} from {day}.",
        who=Strong(label(contact)),
        place=a_place(to.area, to.shift),
        day=Strong(_from(to.from_day, ctx)),
    )
    more: list[Line] = []
    if new_area:
        more.append(line("“{area}” is a new area. A mistake? {undo}", area=to.area, undo="!undo"))
    if proposed is not None:
        more.append(
            line(
                "Most people in {area} are assigned to {organizer}. Maybe they can take over?",
                area=to.area,
                organizer=short(proposed),
            )
        )
    if to.from_day <= ctx.today:
        more.append(line("Older figures keep counting them where they were."))
    else:
        more.append(line("Until then nothing changes."))
    return _with_undo(head, *more)


def _cancelled(count: int) -> list[Line]:
    if not count:
        return []
    return [plural("{n} open follow-up is cancelled.", "{n} open follow-ups are cancelled.", count)]


def left(contact: Contact, day: date, cancelled: int, ctx: Context) -> Reply:
    """Confirm that a contact left or will leave the unit, and how many follow-ups that cancels."""
    head = (
        _("{who} is no longer counted from {day} on; past figures keep them.")
        if day <= ctx.today
        else _("{who} leaves on {day} and counts until then; past figures keep them.")
    )
    said = fill(head, who=Strong(label(contact)), day=Strong(a_day(day, ctx.today)))
    return _with_undo(said, *_cancelled(cancelled))


def rejoined(contact: Contact, day: date, ctx: Context) -> Reply:
    """Confirm that a contact is in the unit again."""
    return _with_undo(
        line(
            "{who} is in the unit again from {day}.",
            who=Strong(label(contact)),
            day=Strong(_from(day, ctx)),
        ),
        line("Cancelled follow-ups stay closed."),
    )


def reason_words(reason: Reason) -> str:
    """The reason for excluding a contact, in words."""
    return {
        Reason.SUPERVISOR: _("supervisor"),
        Reason.OUTSIDE: _("outside the unit"),
        Reason.OTHER: _("other reason"),
    }[reason]


def excluded(contact: Contact, reason: Reason, day: date, cancelled: int, ctx: Context) -> Reply:
    """Confirm that a contact does not belong to the unit, and how many follow-ups that cancels."""
    return _with_undo(
        line(
            "{who} is no longer counted from {day} ({reason}). Nothing is deleted.",
            who=Strong(label(contact)),
            day=_from(day, ctx),
            reason=reason_words(reason),
        ),
        *_cancelled(cancelled),
    )


@in_each_language
def committee_member_excluded(contact: Contact, reason: Reason, ctx: Context) -> Reply:
    """Tell the leads at once that a committee member was taken out of the unit."""
    said = line(
        "{who} is on the committee, and {organizer} took them out of the unit ({reason}).",
        who=Strong(contact.handle),
        organizer=short(ctx.user),
        reason=reason_words(reason),
    )
    ask = line(
        "Please make sure that they leave the room; then type {role}.",
        role=Code(f"!contact role {contact.handle} none"),
    )
    return reply(said, ask, audience=Audience.LEADS)


def role(contact: Contact, word: NewRole, had: Sequence[Part], day: date, ctx: Context) -> Reply:
    """Confirm a contact's role in the committee or as a natural leader, or its end."""
    if word is NewRole.NONE:
        return _with_undo(
            line(
                "{who}: no longer {parts} from {day}.",
                who=Strong(label(contact)),
                parts=joined(map(part_words, had)),
                day=_from(day, ctx),
            )
        )
    said = line(
        "{who}: {part} from {day}.",
        who=Strong(label(contact)),
        part=Strong(part_words(Part(word.value))),
        day=_from(day, ctx),
    )
    if word is NewRole.LEADER:
        return _with_undo(said, line("A structure test shows whether people follow."))
    return _with_undo(said)


def noted(contact: Contact, words: str) -> Reply:
    """Confirm a note by repeating it."""
    return _with_undo(line("{who}: “{note}”", who=Strong(label(contact)), note=words))

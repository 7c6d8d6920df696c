"""Words about details of contacts: which fields are kept and why."""

from collections.abc import Mapping, Sequence

from commands.authority.previews import Preview
from commands.framework.i18n import _, a_number, joined
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
)
from commands.shared.wording import short, with_colon
from storage.contacts.details import DetailField, in_order
from storage.core.model import Contact, UserId


def field_name(field: DetailField) -> str:
    """A field, in words."""
    return {
        DetailField.PHONE: _("Phone"),
        DetailField.EMAIL: _("E-mail"),
        DetailField.LANGUAGE: _("Language"),
    }[field]


def shown(details: Mapping[DetailField, str]) -> str:
    """What is kept of somebody, on one line."""
    return " · ".join(with_colon(field_name(field), value) for field, value in in_order(details))


def fields(kept: Mapping[DetailField, str]) -> Reply:
    """Show which fields are kept, and why."""
    rows: list[Line] = [
        line("{field}: kept, because: {why}", field=Strong(field_name(field)), why=kept[field])
        if field in kept
        else line("{field}: not kept", field=Strong(field_name(field)))
        for field in DetailField
    ]
    hint = line(
        "A keeper of the data switches one on, with the reason: {on}",
        on=Code('!fields on phone why="to call before the vote"'),
    )
    return reply(line("What else organizers may keep about a contact:"), listed(rows), hint)


def switched_on(field: DetailField, why: str) -> Reply:
    """Confirm a field that is kept from now on."""
    key = field.value
    return reply(
        line(
            "{field} may be kept from now on, because: {why}",
            field=Strong(field_name(field)),
            why=why,
        ),
        line(
            "Organizers type {edit}. Only the contact's organizer and leads see it. To "
            "delete all of it: {off}",
            edit=Code(f"!contact edit M-41 {key}=…"),
            off=Code(f"!fields off {key}"),
        ),
    )


@in_each_language
def told_leads(field: DetailField, why: str, by: UserId) -> Reply:
    """Tell the leads that a field is kept from now on."""
    told = line(
        "{who} switched on a field of contacts: {field}, because: {why}",
        who=short(by),
        field=Strong(field_name(field)),
        why=why,
    )
    return reply(told, audience=Audience.LEADS)


def look_at_off(field: DetailField, people: int) -> Preview:
    """The preview of switching a field off: how much is deleted."""
    head = plural(
        "{field}: this deletes it for {n} person, for good. Nobody can undo that.",
        "{field}: this deletes it for {n} people, for good. Nobody can undo that.",
        people,
        field=Strong(field_name(field)),
        n=a_number(people),
    )
    do_it = line("To do it: {yes}", yes=Code(f"!fields off {field.value} --yes"))
    number = list(DetailField).index(field) + 1
    return Preview(f"field {number}", {"people": people}, reply(head, do_it))


def switched_off(field: DetailField, people: int) -> Reply:
    """Confirm that a field is not kept any more."""
    return reply(
        plural(
            "{field} is off. I deleted it for {n} person, and I am wiping the files now.",
            "{field} is off. I deleted it for {n} people, and I am wiping the files now.",
            people,
            field=Strong(field_name(field)),
            n=a_number(people),
        )
    )


def same_as(field: DetailField, others: Sequence[Contact]) -> Line:
    """Whoever else has the same phone number or address; they may be one person."""
    who = joined(f"{each.handle} {each.name}" for each in others[:3])
    return line("{field}: the same as for {who}.", field=field_name(field), who=who)

"""The one contact a person meant: by handle, or by a name that only one contact bears."""

from commands.contacts.rules import may_see
from commands.contacts.views import label, today
from commands.framework.context import Context
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import _
from commands.framework.reply import Code, line, listed
from commands.framework.values import ContactRef
from storage.absences import Absences
from storage.contacts import Contacts
from storage.model import Contact
from storage.names import words

SHOWN = 8


async def the_contact(contacts: Contacts, ref: ContactRef) -> Contact:
    """The contact meant. Raises Refusal with a list to choose from; never guesses."""
    if ref.number is not None:
        contact = await contacts.by_number(ref.number)
        if contact is None:
            raise refuse(
                _("There is no {handle} here. {find} looks by name."),
                handle=str(ref),
                find=Code("!contact find NAME"),
            )
        return contact
    name = ref.name or ""
    bearers = await contacts.named(name, SHOWN + 1)
    if len(bearers) > 1:
        raise _several(name, bearers)
    return bearers[0] if bearers else await _by_some_words(contacts, name)


async def in_care(contacts: Contacts, absences: Absences, ref: ContactRef, ctx: Context) -> Contact:
    """The contact meant, if this person may see and change what is kept about them."""
    contact = await the_contact(contacts, ref)
    stands_in = await absences.may_stand_in(contact, ctx.user, today(ctx))
    if not (may_see(contact, ctx.user, ctx.role) or stands_in):
        raise refuse(
            _("{who} is in another organizer's care. A lead can see more."),
            who=label(contact),
        )
    return contact


async def _by_some_words(contacts: Contacts, name: str) -> Contact:
    """Somebody by whole words of the name, if that can be nobody else."""
    said = set(words(name))
    found = await contacts.search(name, SHOWN + 1)
    names = await contacts.every_name([c.id for c in found.contacts])
    bearers = [c for c in found.contacts if said <= set(words(" ".join(names[c.id])))]
    if len(bearers) == 1 and found.complete:
        return bearers[0]
    if bearers:
        raise _several(name, bearers)
    raise await _nobody(contacts, name, list(found.contacts))


def _several(name: str, bearers: list[Contact]) -> Refusal:
    shown = bearers[:SHOWN]
    return Refusal(
        line(
            _("More than one contact could be “{name}”. Say which with the handle, like {handle}:"),
            name=cut(name),
            handle=Code(shown[0].handle),
        ),
        choices=listed([(label(c),) for c in shown], numbered=True),
    )


async def _nobody(contacts: Contacts, name: str, near: list[Contact]) -> Refusal:
    guesses = list({c.id: c for c in (*near, *await contacts.meant(name, SHOWN))}.values())
    if not guesses:
        return refuse(
            _("I know nobody named “{name}”. {add} adds somebody."),
            name=cut(name),
            add=Code("!contact add"),
        )
    return Refusal(
        line(_("I know nobody named exactly “{name}”. Did you mean:"), name=cut(name)),
        choices=listed([(label(c),) for c in guesses[:SHOWN]], numbered=True),
    )

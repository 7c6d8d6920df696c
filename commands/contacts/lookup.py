"""The one contact a person meant: by handle, or by a name that only one contact bears.

Organizers' own people are looked for among themselves, free of charge and without a glance at anybody
else. Who is nobody of theirs is looked for where it is needed, against a budget (shared/look_ups.py); an
answer about somebody outside of their care is the same whether there is such a person or not.
"""

from typing import Annotated

from commands.framework.context import Context, Role
from commands.framework.errors import AnswerOption, Refusal, cut, impossible, refuse
from commands.framework.i18n import _
from commands.framework.reader import reader_of
from commands.framework.reply import Code, fill, line, listed
from commands.framework.resolver import Resolver
from commands.framework.values import ContactRef, Who
from commands.shared.look_ups import Looking
from commands.shared.wording import label
from storage.contacts.contacts import Contacts, Found
from storage.core.model import Contact
from storage.names import words
from storage.turf.absences import Absences
from storage.turf.care import Care, InCare

SHOWN = 8


async def the_contact(ref: ContactRef, contacts: Contacts) -> Contact:
    """The contact meant, of all there are: for leads. Raises Refusal with a list to choose from."""
    if ref.number is not None:
        contact = await contacts.by_number(ref.number)
        if contact is None:
            raise _no_such(ref)
        return contact
    name = ref.name or ""
    bearers = await contacts.named(name, SHOWN + 1)
    if not bearers:
        found = await contacts.search(name, SHOWN + 1)
        bearers = await _by_some_words(contacts, name, found)
        if not bearers:
            raise _nobody(name, [*found.contacts, *await contacts.meant(name, SHOWN)])
    if len(bearers) > 1:
        raise _several(name, bearers)
    return bearers[0]


async def in_care(ref: ContactRef, ctx: Context, contacts: Contacts, absences: Absences) -> Contact:
    """Find the contact meant, if the person may see and change the contact's records. Raises Refusal."""
    if ctx.role >= Role.LEAD:
        return await the_contact(ref, contacts)
    care = await care_of(absences, ctx)
    contact = await one_of_own(contacts, care, ref)
    if contact is None:
        raise await _not_yours(contacts, care, ref)
    return contact


async def anybody(ref: ContactRef, contacts: Contacts, looking: Looking) -> Contact:
    """Find the contact meant, in one's own care or, counted, outside of it. Raises Refusal; never guesses."""
    if looking.everybody:
        return await the_contact(ref, contacts)
    care = await looking.care()
    own = await one_of_own(contacts, care, ref)
    if own is not None:
        return own
    if ref.number is not None:
        if not await looking.knows(ref.number):
            await looking.ask()
        contact = await contacts.by_number(ref.number)
        if contact is None:
            raise _no_such(ref)
        return (await looking.see([contact]))[0]
    name = ref.name or ""
    near = await own_near(contacts, care, name)
    if near:
        # One's own come first, also with a slip; somebody else goes by the handle.
        raise _nobody(name, near, others=True)
    await looking.ask()
    bearers = await contacts.named(name, SHOWN + 1)
    if not bearers:
        bearers = await _by_some_words(contacts, name, await contacts.search(name, SHOWN + 1))
    shown = await looking.see(bearers)
    if len(bearers) > 1:
        raise _several(name, shown)
    if not bearers:
        raise _nobody(name, [])
    return shown[0]


AnyContact = Annotated[Contact, reader_of(Who), Resolver(the_contact)]
"""A contact of all there are: for leads."""
ContactInCare = Annotated[Contact, reader_of(Who), Resolver(in_care)]
"""A contact in the care of whoever types the command; of all there are, for leads."""
CountedContact = Annotated[Contact, reader_of(Who), Resolver(anybody)]
"""A contact in one's own care or, counted, outside of it."""


async def care_of(absences: Absences, ctx: Context) -> Care:
    """Whose people somebody looks after today: their own, and those of whom they stand in for."""
    covered = await absences.covered_by(ctx.user, ctx.day)
    return Care(ctx.user, (ctx.user, *(absence.organizer for absence in covered)))


def among_own(contacts: Contacts) -> InCare:
    """The contacts of the same committee, found by whose they are."""
    return InCare(contacts.tx, contacts.committee, contacts.today)


async def one_of_own(contacts: Contacts, care: Care, ref: ContactRef) -> Contact | None:
    """Find the contact meant among the person's own people; None if none fits. Raises Refusal."""
    own = among_own(contacts)
    if ref.number is not None:
        return await own.by_number(care, ref.number)
    name = ref.name or ""
    bearers = await own.named(care, name, SHOWN + 1)
    if not bearers:
        found = await own.search(care, name, SHOWN + 1)
        bearers = await _by_some_words(contacts, name, found)
    if len(bearers) > 1:
        raise _several(name, bearers)
    return bearers[0] if bearers else None


async def bearers_in_care(name: str, contacts: Contacts, care: Care | None) -> list[Contact]:
    """The contacts in somebody's care, or of all (None, for leads), who have all these words in their name.

    Nothing is counted, and nobody is shown besides: at most as many as a question lists, and one more.
    """
    if care is None:
        bearers = await contacts.named(name, SHOWN + 1)
        found = Found((), complete=True) if bearers else await contacts.search(name, SHOWN + 1)
    else:
        own = among_own(contacts)
        bearers = await own.named(care, name, SHOWN + 1)
        found = Found((), complete=True) if bearers else await own.search(care, name, SHOWN + 1)
    if bearers:
        return bearers
    said = set(words(name))
    names = await contacts.every_name([c.id for c in found.contacts])
    return [c for c in found.contacts if said <= set(words(" ".join(names[c.id])))]


async def own_near(contacts: Contacts, care: Care, name: str) -> list[Contact]:
    """The person's own contacts whom words may mean."""
    own = among_own(contacts)
    found = await own.search(care, name, SHOWN)
    return [*found.contacts, *await own.meant(care, name, SHOWN)]


async def _by_some_words(contacts: Contacts, name: str, found: Found) -> list[Contact]:
    """The contacts with all the words whole; a single one only if nobody else can be meant."""
    said = set(words(name))
    names = await contacts.every_name([c.id for c in found.contacts])
    bearers = [c for c in found.contacts if said <= set(words(" ".join(names[c.id])))]
    if len(bearers) == 1 and not found.complete:
        raise _several(name, bearers)
    return bearers


def _several(name: str, bearers: list[Contact]) -> Refusal:
    shown = bearers[:SHOWN]
    return Refusal(
        line(
            "More than one contact could be “{name}”. Which one? Answer with a number, or {handle}:",
            name=cut(name),
            handle=Code(shown[0].handle),
        ),
        choices=listed([(label(c),) for c in shown], numbered=True),
        options=[AnswerOption(label(c), c.handle, name) for c in shown],
    )


def _no_such(ref: ContactRef) -> Refusal:
    return refuse(
        "There is no {handle} here. {find} searches by name.",
        handle=str(ref),
        find=Code("!contact find NAME"),
    )


async def _not_yours(contacts: Contacts, care: Care, ref: ContactRef) -> Refusal:
    """The refusal of whoever is not in somebody's care, or is on no record at all: the same words."""
    if ref.number is not None:
        return impossible(
            "{handle} is not one of your people. A lead can see more; {mine} shows yours.",
            handle=str(ref),
            mine=Code("!contact list"),
        )
    near = await own_near(contacts, care, ref.name or "")
    if near:
        return _nobody(ref.name or "", near)
    return impossible(
        "None of your people is named “{name}”. A lead can see more; {mine} shows yours.",
        name=cut(ref.name or ""),
        mine=Code("!contact list"),
    )


def _nobody(name: str, near: list[Contact], *, others: bool = False) -> Refusal:
    guesses = list({c.id: c for c in near}.values())
    if not guesses:
        add = f"!contact add {name.title() if name.islower() else name}"
        return refuse(
            "I know nobody named “{name}”. {add} adds them.", name=cut(name), add=Code(add)
        ).but(options=[AnswerOption("yes add", add, unlisted=True)])
    words = (
        _(
            "None of your people is named exactly “{name}”. For others use the handle, "
            "{find}. Did you mean:"
        )
        if others
        else _("I know nobody named exactly “{name}”. Did you mean:")
    )
    return Refusal(
        fill(words, name=cut(name), find=Code(f"!contact find {cut(name)} --all")),
        choices=listed([(label(c),) for c in guesses[:SHOWN]], numbered=True),
        options=[AnswerOption(label(c), c.handle, name) for c in guesses[:SHOWN]],
    )

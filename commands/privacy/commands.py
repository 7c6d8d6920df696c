"""Commands about what is kept about somebody: why, for how long, and deleting it."""

from commands.authority.budget import Acts
from commands.authority.previews import Previews
from commands.contacts.lookup import AnyContact, ContactInCare, the_contact
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.errors import Refusal
from commands.framework.values import ContactRef, Label, Sentence, Who
from commands.names.terms import PersonName
from commands.privacy import sent_views, views
from commands.privacy.rules import for_organizers
from commands.privacy.terms import BasisWord
from commands.roles.quotas import Act, QuotaItem
from commands.shared.background import BackgroundWork
from commands.shared.look_ups import Looking
from commands.shared.wording import label
from commands.time.terms import AnyDay
from storage.coalition.coalitions import Coalitions
from storage.coalition.sent_words import WordsSent
from storage.contacts.contacts import Contacts
from storage.core.model import Contact, EntryKind
from storage.history.entries import History
from storage.privacy.audits import AuditedAction, Audits
from storage.privacy.bases import Based, Bases
from storage.privacy.erasure import Erasure
from storage.privacy.forgotten import Described, Forgotten, Seal, traits
from storage.privacy.holds import Holds
from storage.privacy.subject_access import SubjectAccess

HOLDS = 6


@command(
    "subject",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!subject M-41",
    also=("privacy", "contact subject"),
)
async def subject(
    ctx: Context,
    contact: ContactInCare,
    *,
    erasure: Erasure,
    kept: SubjectAccess,
    audits: Audits,
    coalitions: Coalitions,
    sent: WordsSent,
) -> Reply:
    """Show everything that is kept about one of your contacts, for somebody who asks what that is.

    contact: their handle or name
    """
    await audits.keep(AuditedAction.SUBJECT, contact=contact.id)
    person = await erasure.person(contact.id)
    found = await kept.everything(person)
    others = None if await coalitions.own() is None else await sent.naming(person.sought)
    if ctx.role < Role.LEAD:
        if contact.organizer != ctx.user:
            # A phone number is for whose contact it is, and not for whoever stands in.
            found.pop("contact_details", None)
        return views.subject(contact, for_organizers(found), ctx, more=True, sent=others)
    return views.subject(contact, found, ctx, sent=others)


@command(
    "contact basis",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact basis M-41 consent",
    also=("basis",),
    makes=(QuotaItem.CHANGE,),
)
async def basis(
    ctx: Context,
    contact: ContactInCare,
    why: BasisWord,
    *,
    bases: Bases,
    history: History,
    on: AnyDay | None = None,
) -> Reply:
    """Write down why we may keep something about a contact: consent, membership, or interest.

    contact: their handle or name
    why: consent, member or interest
    on: the first day of it; today if you do not say
    """
    day = on or ctx.today
    if day > ctx.today:
        raise impossible("That day is still to come. Write it down when it is there.")
    entry = await history.record(EntryKind.BASED, contact.id)
    await bases.give(entry, contact.id, Based(why, day, ctx.user), ctx.now)
    return views.based(contact, why, day, ctx)


@command(
    "forget", who=Role.LEAD, where=Where.DIRECT, example="!forget M-41", destroys=(Act.FORGET,)
)
async def forget(
    ctx: Context,
    who: Who,
    *,
    contacts: Contacts,
    erasure: Erasure,
    forgotten: Forgotten,
    holds: Holds,
    audits: Audits,
    looking: Looking,
    acts: Acts,
    previews: Previews,
    sent: WordsSent,
    seal: Seal,
    background: BackgroundWork,
    yes: bool = False,
) -> Reply | tuple[Reply, ...]:
    """Delete everything about somebody who asks for it. First you see what goes.

    who: their handle, not the name
    yes: delete what you were just shown; nobody can bring it back
    """
    contact = await _by_handle(contacts, who)
    hold = await holds.of(contact.id)
    if hold is not None:
        raise refuse(
            "{who} is on hold ({why}): I delete nothing until a lead ends the hold.",
            who=contact.handle,
            why=hold.why,
            example=f"!hold end {contact.handle}",
        )
    person = await erasure.person(contact.id)
    others = await sent.naming(person.sought)
    amount, alone = await erasure.amount(person), await erasure.alone(person)
    look = views.look(contact, person, amount, alone, others, ctx)
    first = await previews.first(ctx, look, yes=yes)
    if first is not None:
        await looking.see([contact])
        return first
    await acts.spend(ctx, Act.FORGET)
    known_by = traits(person.names, person.areas, numbers=person.numbers, emails=person.emails)
    await forgotten.remember(seal, known_by, ctx.now)
    words = views.removed_since()
    erased = await erasure.forget(person, ctx.now, {"body": words})
    await audits.keep(AuditedAction.FORGOTTEN)
    background.wake_wiping()
    said = views.forgotten(contact, erased, sent_views.held(others, ctx))
    if contact.organizer in {None, ctx.user}:
        return said
    return (said, views.told_organizer(contact, contact.organizer))


async def _by_handle(contacts: Contacts, who: ContactRef) -> Contact:
    if who.number is None:
        raise refuse("Use the handle (M-41), not the name.")
    return await the_contact(who, contacts)


@command(
    "unforget",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!unforget "Sam Okafor" area=Payments',
    destroys=(Act.UNFORGET,),
)
async def unforget(
    ctx: Context,
    name: PersonName,
    *,
    forgotten: Forgotten,
    audits: Audits,
    acts: Acts,
    seal: Seal,
    area: Label | None = None,
    email: Label | None = None,
    yes: bool = False,
) -> Reply:
    """Let somebody who was forgotten be added again, when they come back by themselves.

    name: their name as it was
    area: where they worked then
    email: their address, if a list had it
    yes: let them be added again; nobody can undo that
    """
    if not yes:
        # Asked whoever it is: nobody learns for nothing who was forgotten.
        return views.before_unforgetting(name)
    lifted = await forgotten.lift(seal, Described(name, area=area, email=email))
    if not lifted:
        raise refuse(
            "Nobody with that name was forgotten there. Try it with the area they worked in then."
        )
    await acts.spend(ctx, Act.UNFORGET)
    await audits.keep(AuditedAction.UNFORGOTTEN)
    return views.unforgotten(name)


def _check_hold(contact: ContactRef | None = None, why: str | None = None) -> None:
    if contact is not None and why is None:
        raise refuse("Why? I keep the reason with the hold.")


@command(
    "hold",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!hold M-41 why="claim at the court"',
    may_make=(QuotaItem.HOLD,),
    check=_check_hold,
)
async def hold(
    ctx: Context,
    contact: AnyContact | None = None,
    *,
    contacts: Contacts,
    holds: Holds,
    audits: Audits,
    looking: Looking,
    why: Sentence | None = None,
) -> Reply:
    """Keep everything about somebody, as the law asks when there is a claim; or show who is on hold.

    contact: their handle or name
    why: the reason, for the record
    """
    if contact is None:
        found = await holds.all(HOLDS + 1)
        await looking.see(await contacts.all([each.contact for each in found[:HOLDS]]))
        return views.holds(found[:HOLDS], ctx, more=len(found) > HOLDS)
    if await holds.of(contact.id) is not None:
        raise refuse(
            "{who} is on hold already.", who=label(contact), example=f"!hold end {contact.handle}"
        )
    await holds.begin(contact.id, why or "")
    await audits.keep(AuditedAction.HOLD, contact=contact.id, words=why or "")
    return views.held(contact)


@command(
    "hold end",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!hold end M-41",
    destroys=(Act.END_HOLD,),
)
async def hold_end(
    ctx: Context, contact: AnyContact, *, holds: Holds, audits: Audits, acts: Acts
) -> Reply:
    """End a hold. I delete old records of this person again when their time is up.

    contact: their handle or name
    """
    if not await holds.end(contact.id):
        raise Refusal(refuse("{who} is not on hold.", who=label(contact)).problem, example="!hold")
    await acts.spend(ctx, Act.END_HOLD)
    await audits.keep(AuditedAction.HOLD_ENDED, contact=contact.id)
    return views.released(contact)

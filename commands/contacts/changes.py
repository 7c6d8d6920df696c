"""Commands for changes in a contact's life."""

from datetime import date

from commands.authority.budget import Acts
from commands.contacts import change_views as views
from commands.contacts.lookup import ContactInCare
from commands.contacts.name_questions import check_name
from commands.contacts.reach import Reach, check_kept, who_has_it_too
from commands.contacts.rules import state_of
from commands.contacts.terms import EmploymentStatus, NewRole, ReasonWord, RoleWord, StatusWord
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.errors import AnswerOption
from commands.framework.reply import Code
from commands.framework.values import Label, Note
from commands.names.terms import PersonName
from commands.roles.quotas import Act, QuotaItem
from commands.shared.discretion import ask_about
from commands.shared.wording import label
from commands.time.terms import AnyDay
from storage.contacts.changes import ContactChanges, Placement
from storage.contacts.contacts import Contacts
from storage.contacts.details import ContactDetails, DetailChoices
from storage.core.model import Contact, EntryKind, Membership, Part
from storage.core.model import Note as NoteTaken
from storage.history.entries import History
from storage.names import folded
from storage.turf.absences import Absences


def _check_edit(
    name: str | None = None,
    shift: str | None = None,
    status: EmploymentStatus | None = None,
    phone: str | None = None,
    email: str | None = None,
    language: str | None = None,
    area: str | None = None,
) -> None:
    if (name, shift, status, phone, email, language, area) == (None,) * 7:
        raise refuse("What changes? Add name=, shift= or status=.")
    if name is not None:
        check_name(name)


@command(
    "contact edit",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!contact edit M-41 name="Samuel Okafor" shift=night',
    also=("contact change", "contact rename"),
    makes=(QuotaItem.CHANGE,),
    check=_check_edit,
)
async def edit(
    ctx: Context,
    before: ContactInCare,
    *,
    contacts: Contacts,
    lives: ContactChanges,
    history: History,
    absences: Absences,
    choices: DetailChoices,
    details: ContactDetails,
    reach: Reach,
    name: PersonName | None = None,
    shift: Label | None = None,
    status: StatusWord | None = None,
    area: Label | None = None,
) -> Reply:
    """Correct a contact's name, shift or status, or how they are reached. The old version is kept.

    before: their handle or name
    name: what they are called at work
    shift: when they work, from today on
    status: employee, leave or contractor, from today on
    area: use !contact move instead, which keeps where they were
    """
    if area is not None:
        raise refuse(
            "I saved nothing: an area changes from a day on, so that earlier counts stay right.",
            example=f'!contact move {before.handle} area="{area}"',
        ).but(
            options=[
                AnswerOption("yes", f'!contact move {before.handle} area="{area}"', unlisted=True)
            ]
        )
    if status is not None and before.state.out:
        raise impossible(
            "To say that {who} is back: {rejoin}",
            who=label(before),
            rejoin=Code(f"!contact rejoin {before.handle}"),
        )
    given = await check_kept(reach, choices)
    entry = await history.record(EntryKind.CONTACT_EDITED, before.id)
    if name is not None:
        await lives.rename(entry, before.id, name)
    if shift is not None:
        await lives.move(entry, before.id, Placement(before.area, shift, ctx.today))
    if status is not None:
        await lives.become(entry, before.id, state_of(status), ctx.today)
    had = await details.of(before.id)
    for field, value in given.items():
        await details.give(entry, before.id, field, value)
    others = await who_has_it_too(ctx, before, given, details, contacts, absences)
    return views.edited(before, await _again(contacts, before), had, given, others)


async def _again(contacts: Contacts, contact: Contact) -> Contact:
    """The contact read again after a change."""
    return await contacts.by_id(contact.id) or contact


@command(
    "contact alias",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact alias M-41 Sammy",
    also=("contact nickname", "alias"),
    makes=(QuotaItem.ALIAS,),
    check=check_name,
)
async def alias(
    ctx: Context,
    contact: ContactInCare,
    name: PersonName,
    *,
    contacts: Contacts,
    lives: ContactChanges,
    history: History,
    preferred: bool = False,
    remove: bool = False,
) -> Reply:
    """Add another name for a contact, so that a search finds them.

    contact: their handle or name
    name: another name for them
    preferred: show this name instead of the other
    remove: forget this name again
    """
    del ctx
    if remove:
        known = (*await lives.names(contact.id), contact.name)
        if folded(name) not in map(folded, known):
            raise impossible("{who} has no other name “{name}”.", who=label(contact), name=name)
    entry = await history.record(EntryKind.NAMED, contact.id)
    if remove:
        await lives.no_longer_called(entry, contact.id, name)
    else:
        await lives.also_called(entry, contact.id, name, preferred=preferred)
    names = (await contacts.every_name([contact.id]))[contact.id]
    return views.named(await _again(contacts, contact), names)


def _check_move(area: str | None = None, shift: str | None = None) -> None:
    if area is None and shift is None:
        raise refuse("Where to? Add area= or shift=.")


@command(
    "contact move",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact move M-41 area=Search from=2026-05-01",
    makes=(QuotaItem.CHANGE,),
    check=_check_move,
)
async def move(
    ctx: Context,
    contact: ContactInCare,
    *,
    lives: ContactChanges,
    history: History,
    area: Label | None = None,
    shift: Label | None = None,
    from_: AnyDay | None = None,
) -> Reply:
    """Say that a contact works in another area or shift, from a day on.

    contact: their handle or name
    area: their new team or department
    shift: their new shift; the old one if you do not say
    from: the first day there; today if you do not say
    """
    from_day = from_ or ctx.today
    new_area = area is not None and not await lives.knows_area(area)
    placement = Placement(area or contact.area, shift or contact.shift, from_day)
    entry = await history.record(EntryKind.MOVED, contact.id)
    there = None if area is None else await lives.organizer_in(area)
    await lives.move(entry, contact.id, placement)
    proposed = None if there == contact.organizer else there
    return views.moved(contact, placement, proposed, ctx, new_area=new_area)


@command(
    "contact left",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact left M-41 2026-05-01",
    also=("contact quit",),
    makes=(QuotaItem.CHANGE,),
    destroys=(Act.LEAVE,),
)
async def left(
    ctx: Context,
    contact: ContactInCare,
    day: AnyDay | None = None,
    *,
    lives: ContactChanges,
    history: History,
    acts: Acts,
) -> Reply:
    """Say that a contact has left the workplace. What they did stays in past figures.

    contact: their handle or name
    day: the first day without them; today if you do not say
    """
    if contact.state is Membership.LEFT:
        raise impossible("{who} has left already.", who=label(contact))
    from_day = day or ctx.today
    await acts.spend(ctx, Act.LEAVE)
    cancelled = await _take_out(ctx, lives, history, contact, Membership.LEFT, from_day, None)
    return views.left(contact, from_day, cancelled, ctx)


@command(
    "contact rejoin",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact rejoin M-41",
    also=("contact back",),
    makes=(QuotaItem.CHANGE,),
)
async def rejoin(
    ctx: Context,
    contact: ContactInCare,
    day: AnyDay | None = None,
    *,
    contacts: Contacts,
    lives: ContactChanges,
    history: History,
) -> Reply:
    """Say that somebody who left or was taken out is in the unit again, or stays.

    contact: their handle or name
    day: their first day back; today if you do not say
    """
    last = await lives.last_state(contact.id)
    if last is None or not last[0].out:
        raise impossible("{who} is in the unit already.", who=label(contact))
    back = day or ctx.today
    if back > ctx.today:
        raise impossible("That day is still to come. Type it again when they are back.")
    # Somebody about to leave who stays after all: from the day they would have left.
    from_day = max(back, last[1])
    entry = await history.record(EntryKind.STATE_CHANGED, contact.id)
    await lives.become(entry, contact.id, Membership.EMPLOYED, from_day)
    return views.rejoined(await _again(contacts, contact), back, ctx)


@command(
    "contact exclude",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact exclude M-41 reason=supervisor",
    makes=(QuotaItem.CHANGE,),
    destroys=(Act.LEAVE,),
)
async def exclude(
    ctx: Context,
    contact: ContactInCare,
    *,
    lives: ContactChanges,
    history: History,
    acts: Acts,
    reason: ReasonWord,
    from_: AnyDay | None = None,
) -> tuple[Reply, ...]:
    """Take somebody out of the unit who does not belong to it, like a supervisor. Nothing is deleted.

    contact: their handle or name
    reason: supervisor, outside or other
    from: the first day outside the unit; today if you do not say
    """
    if contact.state is Membership.EXCLUDED:
        raise impossible("{who} is out of the unit already.", who=label(contact))
    from_day = from_ or ctx.today
    await acts.spend(ctx, Act.LEAVE)
    cancelled = await _take_out(
        ctx, lives, history, contact, Membership.EXCLUDED, from_day, reason.value
    )
    told = views.excluded(contact, reason, from_day, cancelled, ctx)
    if Part.COMMITTEE not in await lives.parts(contact.id):
        return (told,)
    return (told, views.committee_member_excluded(contact, reason, ctx))


async def _take_out(
    ctx: Context,
    lives: ContactChanges,
    history: History,
    contact: Contact,
    state: Membership,
    from_day: date,
    reason: str | None,
) -> int:
    """Out of the unit from a day on; how many follow-ups were cancelled with it."""
    entry = await history.record(EntryKind.STATE_CHANGED, contact.id)
    await lives.become(entry, contact.id, state, from_day, reason)
    return await lives.cancel_follow_ups(entry, contact, from_day, author=ctx.user, at=ctx.now)


@command(
    "contact role",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact role M-41 leader",
    makes=(QuotaItem.CHANGE,),
)
async def role(
    ctx: Context,
    contact: ContactInCare,
    word: RoleWord,
    *,
    lives: ContactChanges,
    history: History,
    from_: AnyDay | None = None,
) -> Reply:
    """Say that a contact is a natural leader or on the committee. Their rating does not matter for it.

    contact: their handle or name
    word: leader, committee, or none to take roles away
    from: the first day of it; today if you do not say
    """
    if word is NewRole.COMMITTEE and contact.state is Membership.EXCLUDED:
        raise impossible(
            "{who}: supervisors and outsiders cannot be on the committee or know about it.",
            who=label(contact),
        )
    from_day = from_ or ctx.today
    had = await lives.parts(contact.id)
    if word is NewRole.NONE and not had:
        raise refuse("{who} has no role.", who=label(contact))
    entry = await history.record(EntryKind.ROLE_CHANGED, contact.id)
    if word is NewRole.NONE:
        for part in had:
            await lives.end_part(entry, contact.id, part, from_day)
    else:
        await lives.give_part(entry, contact.id, Part(word.value), from_day)
    return views.role(contact, word, had, from_day, ctx)


def _check_note(*, words: str, yes: bool) -> None:
    ask_about(words, sure=yes)


@command(
    "note",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!note M-41 "works nights until spring"',
    also=("contact note",),
    makes=(QuotaItem.NOTE,),
    check=_check_note,
)
async def note(
    ctx: Context,
    contact: ContactInCare,
    words: Note,
    *,
    lives: ContactChanges,
    history: History,
    yes: bool = False,
) -> Reply:
    """Keep a short note about a contact, in words that they could read.

    contact: their handle or name
    words: only what they could read
    yes: save the note anyway
    """
    del yes
    entry = await history.record(EntryKind.NOTED, contact.id)
    await lives.note(entry, contact.id, NoteTaken(ctx.user, ctx.now, words))
    return views.noted(contact, words)

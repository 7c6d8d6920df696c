"""Commands about contacts: add, find, show, list."""

from collections.abc import Sequence
from dataclasses import replace

from commands.contacts import views
from commands.contacts.filtering import Narrowed, Narrowing, narrowing
from commands.contacts.lookup import ContactInCare, among_own, in_care
from commands.contacts.name_questions import ask_about, check_name
from commands.contacts.rules import may_see, standing, state_of
from commands.contacts.terms import EmploymentStatus, StatusWord
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.errors import SURE, AnswerOption, Refusal
from commands.framework.reply import Code, line, listed
from commands.framework.values import Label, SearchWords, Who
from commands.names.terms import PersonName
from commands.roles.quotas import QuotaItem
from commands.shared.look_ups import Looking
from commands.shared.members import Members
from commands.shared.wording import label
from commands.time.terms import AnyDay
from storage.attendance.attendances import Attendances
from storage.contacts.assessments import Assessments
from storage.contacts.changes import ContactChanges
from storage.contacts.contacts import Contacts
from storage.contacts.conversations import Conversations
from storage.contacts.details import ContactDetails
from storage.contacts.filtered import FilteredContacts
from storage.contacts.follow_ups import FollowUps
from storage.contacts.followings import Followings
from storage.core.model import Contact
from storage.names import folded
from storage.privacy.forgotten import Certainty, Described, Forgotten, Seal
from storage.reports.unit import Unit
from storage.turf.absences import Absences

PAGE = 10
"""Contacts a phone shows without scrolling far."""
MEETINGS = 5
"""The latest meetings of which is said to how many somebody came."""
SIMILAR = 5
"""People with a similar name that are shown before somebody is added."""
WIDEST = 200
"""People of a name among whom a filter is looked for."""
SHORTEST_SEARCH = 2
"""Letters; one letter would list half the unit."""


@command(
    "contact add",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!contact add "Sam Okafor" area=Payments shift=day',
    also=("contact new", "add"),
    makes=(QuotaItem.CONTACT,),
    check=check_name,
)
async def add(
    ctx: Context,
    name: PersonName,
    *,
    contacts: Contacts,
    forgotten: Forgotten,
    seal: Seal,
    lives: ContactChanges,
    looking: Looking,
    area: Label | None = None,
    shift: Label | None = None,
    hired: AnyDay | None = None,
    status: StatusWord = EmploymentStatus.EMPLOYEE,
    yes: bool = False,
) -> Reply:
    """Add a coworker. They get a handle, and you are their organizer.

    name: what they are called at work
    area: their team or department
    shift: when they work
    hired: their first day, if they are new
    status: employee, leave or contractor
    yes: save although somebody has a similar name
    """
    if not yes:
        await ask_about(lives, name, area=area)
    if not yes and not looking.everybody:
        own = await among_own(contacts).similar(await looking.care(), name, SIMILAR)
        _none_of_these(own)
    await looking.ask()
    await _not_forgotten(forgotten, seal, Described(name, area), yes=yes)
    if not yes:
        await _not_on_record(contacts, looking, name)
    contact = await contacts.add(
        name,
        area=area,
        shift=shift,
        author=ctx.user,
        at=ctx.now,
        from_day=ctx.today,
        state=state_of(status),
        hired=hired,
    )
    return views.added(contact, hired, ctx)


def _none_of_these(similar: Sequence[Contact]) -> None:
    """Ask whether a new contact is one of those with a similar name."""
    if similar:
        raise Refusal(
            line(
                "Not saved yet: is it one of these? If not, answer {save}, or send it again with {yes}.",
                save=Code("save"),
                yes=Code(SURE),
            ),
            example="",
            choices=listed([(label(c),) for c in similar], numbered=True),
            options=[
                *(AnswerOption(label(c), f"!contact show {c.handle}") for c in similar),
                AnswerOption("no save", SURE, unlisted=True),
                *(
                    AnswerOption("yes", f"!contact show {c.handle}", unlisted=True)
                    for c in similar
                    if len(similar) == 1
                ),
            ],
        )


async def _not_on_record(contacts: Contacts, looking: Looking, name: str) -> None:
    """Ask whether it is somebody on record. Of those in others' care it says that there may be one."""
    if looking.everybody:
        _none_of_these(await contacts.similar(name, SIMILAR))
    elif await contacts.similar(name, 1):
        raise impossible(
            "Not saved yet: there is a contact with that name, or one like it, who is not one of your"
            " people. A lead can say who, or {find}. If yours is somebody else, answer {save}, or send it"
            " again with {yes}.",
            find=Code(f"!contact find {name}"),
            save=Code("save"),
            yes=Code(SURE),
        ).but(options=[AnswerOption("save", SURE, unlisted=True)])


async def _not_forgotten(forgotten: Forgotten, seal: Seal, person: Described, *, yes: bool) -> None:
    """Whoever asked to be removed stays removed until they come back by themselves."""
    [certainty] = await forgotten.met(seal, [person])
    if certainty is Certainty.SURE:
        raise refuse(
            "Somebody with that name asked to be forgotten, so I do not add them. If they "
            "came back by themselves, a lead can allow it: {unforget}. If it is somebody "
            "else, say where they work.",
            unforget=Code(
                f'!unforget "{person.name}"' + (f' area="{person.area}"' if person.area else "")
            ),
            example=None if person.area is None else "",
        )
    if certainty is Certainty.MAYBE and not yes:
        raise impossible(
            "Not saved yet: somebody with that name asked to be forgotten. If this is "
            "somebody else, send it again with {yes}.",
            yes=Code("--yes"),
        )


@command(
    "contact find",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact find okafor",
    also=("contact search", "find", "search"),
)
async def find(
    ctx: Context,
    words: SearchWords,
    *,
    narrowed: Narrowed,
    contacts: Contacts,
    looking: Looking,
    filtered: FilteredContacts,
    unit: Unit,
    members: Members,
    never: bool = False,
    all_: bool = False,
) -> Reply:
    """Look for a contact by any part of the name: first among your people, then among all.

    words: the first letters of one or more words of the name
    never: only your people whom nobody has talked to
    all: among all, even if one of your people fits
    """
    if len(folded(words)) < SHORTEST_SEARCH:
        raise refuse("Type at least two letters of the name.", example="!contact find okafor")
    if never or not narrowed.by_nothing:
        chosen = await narrowing(ctx, unit, members, narrowed, never=never)
        return await _found_among(chosen, words, contacts, looking, filtered)
    if looking.everybody:
        return await _found(contacts, words)
    care, own = await looking.care(), among_own(contacts)
    if not all_:
        found = await own.search(care, words, PAGE)
        if found.contacts:
            return views.found(found.contacts, more=not found.complete, mine=words)
        near = await own.meant(care, words, PAGE)
        if near:
            return views.perhaps(near, mine=words)
    await looking.ask()
    everywhere = await contacts.search(words, PAGE)
    shown = await looking.see(everywhere.contacts)
    more = not everywhere.complete or len(shown) < len(everywhere.contacts)
    return views.found(shown, more=more)


async def _found_among(
    chosen: Narrowing, words: str, contacts: Contacts, looking: Looking, filtered: FilteredContacts
) -> Reply:
    """Those with a name for whom a filter holds: of an organizer's own, of all for a lead."""
    if looking.everybody:
        named = await contacts.search(words, WIDEST)
    else:
        named = await among_own(contacts).search(await looking.care(), words, WIDEST)
    found = await filtered.among(chosen.filter, named.contacts)
    more = not named.complete or len(found) > PAGE
    return views.found(found[:PAGE], more=more, mine="" if looking.everybody else words)


async def _found(contacts: Contacts, words: str) -> Reply:
    """What a lead finds: among all, and whoever may be meant."""
    found = await contacts.search(words, PAGE)
    if not found.contacts:
        near = await contacts.meant(words, PAGE)
        if near:
            return views.perhaps(near)
    return views.found(found.contacts, more=not found.complete)


@command(
    "contact show",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact show M-41",
    also=("show",),
)
async def show(
    ctx: Context,
    contact: ContactInCare,
    *,
    contacts: Contacts,
    assessments: Assessments,
    conversations: Conversations,
    follow_ups: FollowUps,
    lives: ContactChanges,
    followings: Followings,
    attendances: Attendances,
    details: ContactDetails,
) -> Reply:
    """Show one of your contacts: rating, last talk, next step.

    contact: their handle or name
    """
    leader = (await followings.leaders_of([contact.id])).get(contact.id)
    return views.card(
        contact,
        standing(await assessments.of_each(contact.id), contact.organizer),
        await conversations.latest(contact.id, 1),
        await follow_ups.next_for(contact.id),
        replace(
            await _life(ctx, contacts, lives, attendances, details, contact),
            leader=None if leader is None else await contacts.by_id(leader),
            behind=await followings.behind(contact.id),
        ),
        ctx,
    )


async def _life(
    ctx: Context,
    contacts: Contacts,
    lives: ContactChanges,
    attendances: Attendances,
    details: ContactDetails,
    contact: Contact,
) -> views.Life:
    names = (await contacts.every_name([contact.id]))[contact.id]
    notes = await lives.notes(contact.id, 1)
    return views.Life(
        other_names=tuple(dict.fromkeys(name for name in names if name != contact.name)),
        parts=await lives.parts(contact.id),
        coming=await lives.coming(contact.id),
        note=notes[0] if notes else None,
        reach=await details.of(contact.id) if may_see(contact, ctx.user, ctx.role) else {},
        came=await attendances.record_of(contact.id, ctx.now, MEETINGS),
    )


@command(
    "contact list",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!contact list area=Payments shift=night",
    also=("contacts",),
)
async def list_(
    ctx: Context,
    words: SearchWords | None = None,
    *,
    narrowed: Narrowed,
    contacts: Contacts,
    absences: Absences,
    filtered: FilteredContacts,
    unit: Unit,
    members: Members,
    never: bool = False,
    after: Who | None = None,
) -> Reply:
    """List your contacts by name, all or those in an area, on a shift, never talked to; leads see everybody's.

    words: an area, a shift, a rating, "never", in a few words
    never: only those whom nobody has talked to
    after: the last contact of the page before
    """
    everyone = ctx.role >= Role.LEAD
    start = None if after is None else await in_care(after, ctx, contacts, absences)
    if words is None and narrowed.by_nothing and not never:
        page = await contacts.page(
            organizer=None if everyone else ctx.user, after=start, limit=PAGE + 1
        )
        return views.page(
            page[:PAGE], more=len(page) > PAGE, everyone=everyone, first=after is None
        )
    chosen = await narrowing(ctx, unit, members, narrowed, never=never, words=words or "")
    page = await filtered.page(chosen.filter, after=start, limit=PAGE + 1)
    return views.chosen(page[:PAGE], chosen, more=len(page) > PAGE, first=after is None)

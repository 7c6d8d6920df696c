"""Commands that note which contacts came to a meeting. Committee members say so themselves (``!here``)."""

from collections.abc import Sequence

from commands.attendance import views
from commands.contacts.lookup import among_own, care_of
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.reply import Code
from commands.framework.values import Pasted
from commands.imports.upload import AttachedFile
from commands.meetings.lookup import BegunMeeting
from commands.roles.quotas import QuotaItem
from commands.structure_tests.mark.commands import meant
from commands.structure_tests.mark.terms import Several
from commands.structure_tests.mark.views import nobody
from commands.structure_tests.sheets import commands as sheets
from storage.attendance.attendances import Attendances
from storage.contacts.contacts import Contacts
from storage.core.model import ContactId, EntryKind
from storage.history.entries import History
from storage.structure_tests.sheets import SignatureSheets, SignatureVerdict
from storage.turf.absences import Absences

LATEST = 5
"""Meetings that are listed."""
IN_A_ROW = 3
"""Meetings to all of which somebody came who comes always."""


@command(
    "attended",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!attended M-41 M-42",
    also=("came",),
    makes=(QuotaItem.ATTENDANCE,),
)
async def attended(
    ctx: Context,
    who: Several | None = None,
    *,
    at: BegunMeeting,
    contacts: Contacts,
    absences: Absences,
    attendances: Attendances,
    lists: SignatureSheets,
    history: History,
    upload: AttachedFile,
    below: Pasted,
) -> Reply:
    """Note which contacts came to this meeting, or to the last one; a list of names works too.

    who: handles or names; or one name a line under the command, or a file
    at: the number of another meeting
    """
    brought = await sheets.brought(upload, below, ctx)
    if who is not None and brought is None:
        named = await meant(ctx, contacts, absences, who)
        found = views.NamedThere([each.id for each in named.people], named.unclear)
    elif brought is not None and who is None:
        found = await _on_the_list(ctx, contacts, absences, lists, brought)
    else:
        raise refuse(
            "Who came? Handles like M-41 M-42, a list under the command, or a file. To say "
            "that you are there yourself, type in the room: {here}",
            here=Code("!here"),
        )
    if not found.sure and not found.lines:
        raise nobody(found.unclear)
    there = set(await attendances.came_to(at.id))
    new = [one for one in found.sure if one not in there]
    if new:
        entry = await history.record(EntryKind.ATTENDED, new[0] if len(new) == 1 else None)
        await attendances.note(entry, at.id, new, came=True)
    mine = await _in_care(ctx, contacts, absences, await attendances.came_to(at.id))
    maybe = [one for each in found.lines for one in each.contacts]
    people = {each.id: each for each in await contacts.all([*new, *maybe])}
    return views.noted(at, found, [people[one] for one in new], people, len(mine), ctx)


async def _on_the_list(
    ctx: Context,
    contacts: Contacts,
    absences: Absences,
    lists: SignatureSheets,
    brought: sheets.Brought,
) -> views.NamedThere:
    """Whom a list names: matched as signatures are, an organizer's with their own people alone."""
    told = brought.signatures
    if ctx.role >= Role.LEAD:
        among = await sheets.bearers(ctx, None, lists, told)
    else:
        own = await among_own(contacts).people(await care_of(absences, ctx), sheets.MOST_OWN)
        among = await lists.bearers_of(None, own)
    lines = await sheets.matched(ctx, told, among)
    sure = [each.contacts[0] for each in lines if each.verdict is SignatureVerdict.SURE]
    done = {SignatureVerdict.SURE, SignatureVerdict.TWICE}
    wait = tuple(each for each in lines if each.verdict not in done)
    return views.NamedThere(list(dict.fromkeys(sure)), (), wait, brought.unread)


async def _in_care(
    ctx: Context, contacts: Contacts, absences: Absences, people: Sequence[ContactId]
) -> list[ContactId]:
    """Those of these people whom the reader looks after; all of them for leads."""
    if ctx.role >= Role.LEAD:
        return list(people)
    mine = await among_own(contacts).among(await care_of(absences, ctx), people)
    return [one for one in people if one in mine]


@command(
    "attended not",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!attended not M-41",
    also=("came not",),
    makes=(QuotaItem.ATTENDANCE,),
)
async def not_there(
    ctx: Context,
    who: Several,
    *,
    at: BegunMeeting,
    contacts: Contacts,
    absences: Absences,
    attendances: Attendances,
    history: History,
) -> Reply:
    """Note that contacts were not at a meeting after all.

    who: handles or names
    at: the number of the meeting, if it is not the last one
    """
    named = await meant(ctx, contacts, absences, who)
    there = set(await attendances.came_to(at.id))
    wrong = [each for each in named.people if each.id in there]
    if not wrong:
        raise impossible("I have not noted that any of them came.")
    entry = await history.record(EntryKind.ATTENDED, wrong[0].id if len(wrong) == 1 else None)
    await attendances.note(entry, at.id, [each.id for each in wrong], came=False)
    return views.not_there(at, wrong, ctx)


@command(
    "attendance",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!attendance",
)
async def attendance(
    ctx: Context, *, contacts: Contacts, absences: Absences, attendances: Attendances
) -> Reply:
    """Show how many of your people came to the last meetings, and who came to each of the last three.

    Leads see everybody's.
    """
    latest = await attendances.latest(ctx.now, LATEST)
    came = [
        await _in_care(ctx, contacts, absences, await attendances.came_to(each.id))
        for each in latest
    ]
    always: list[ContactId] = []
    if len(came) >= IN_A_ROW:
        every = set.intersection(*map(set, came[:IN_A_ROW]))
        always = [one for one in came[0] if one in every]
    shown = await contacts.all(always[: views.SHOWN])
    told = [(each, len(there)) for each, there in zip(latest, came, strict=True)]
    return views.attendance(told, shown, len(always) - len(shown), ctx)

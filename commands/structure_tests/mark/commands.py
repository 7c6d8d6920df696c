"""Commands that mark people as they are asked and act, and that count without names."""

from collections.abc import Mapping, Sequence

from commands.contacts.lookup import among_own, care_of, one_of_own, own_near, the_contact
from commands.framework import Context, Reply, Role, Where, _, command, cut, impossible, refuse
from commands.framework.errors import Refusal
from commands.framework.reply import Code
from commands.framework.spec import Answered
from commands.framework.values import ContactRef, Pasted
from commands.imports.upload import AttachedFile
from commands.meetings.lookup import MeetingHeld
from commands.roles.quotas import QuotaItem
from commands.shared.figures import area_name
from commands.shared.wording import label
from commands.structure_tests.lookup import the_open_test
from commands.structure_tests.mark import views
from commands.structure_tests.mark.progress import so_far
from commands.structure_tests.mark.terms import AreaName, MarkStep, MarkWord, Several, Turnout
from commands.structure_tests.sheets import commands as sheets
from commands.structure_tests.terms import TestRef, WhichTest
from storage.attendance.attendances import Attendances
from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, EntryKind
from storage.history.entries import History
from storage.meetings.meetings import Occurrence
from storage.names import folded
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.marks import Marks
from storage.structure_tests.model import Action, Mark, StructureTest
from storage.structure_tests.register import StructureTests
from storage.structure_tests.sheets import SignatureSheets
from storage.turf.absences import Absences
from storage.turf.care import Care

GATHERINGS = frozenset({Action.MEETING, Action.RALLY, Action.MARCH})
"""Tests that somebody does by coming."""
SUGGESTED = 3
"""Names that mean nobody of one's own for which is looked who may be meant."""


@dataclass(frozen=True, slots=True)
class PeopleMeant:
    """People whom typed words meant, and the words that meant nobody or several."""

    people: list[Contact]
    unclear: list[str]


@command(
    "test mark",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test mark petition did M-41 M-42",
    also=("mark",),
    makes=(QuotaItem.MARK,),
    may_make=(QuotaItem.SHEET,),
)
async def mark(
    ctx: Context,
    test: WhichTest | None = None,
    how: MarkWord | None = None,
    who: Several | None = None,
    *,
    tests: StructureTests,
    contacts: Contacts,
    marks: Marks,
    history: History,
    figures: StructureFigures,
    absences: Absences,
    waiting: SignatureSheets,
    upload: AttachedFile,
    below: Pasted,
    attendances: Attendances,
    from_: MeetingHeld | None = None,
) -> Answered:
    """Note who of your people was asked, said yes or no, or did it. A list of names may come with it.

    test: which one; not needed while only one is open
    how: asked, yes, no, did or unable
    who: handles or names; or one name a line under the command, or a file
    from: take everybody who came to this meeting, by its number
    """
    found = await _by_name(tests, test, ctx)
    if from_ is not None:
        if who is not None or how not in {None, MarkStep.DID}:
            raise refuse("Everybody who came did it: use {from_} without names.", from_="from=#2")
        came = await _who_came(ctx, contacts, absences, attendances, from_, found, marks)
        return await _marked(ctx, found, Mark.DID, came, history, marks, figures, absences)
    if how is None:
        raise refuse("How far did they come: asked, yes, no, did or unable?")
    brought = await sheets.brought(upload, below, ctx)
    if brought is not None:
        if who is not None:
            raise refuse("Either names in the line or a list, not both.")
        care = await care_of(absences, ctx)
        return await sheets.opened(
            ctx, found, how.mark, waiting, among_own(contacts), care, brought
        )
    if who is None:
        raise refuse("Who? Handles like M-41 M-42, a list under the command, or a file.")
    named = await meant(ctx, contacts, absences, who)
    if not named.people:
        raise views.nobody(named.unclear)
    return await _marked(ctx, found, how.mark, named, history, marks, figures, absences)


async def _marked(
    ctx: Context,
    test: StructureTest,
    mark: Mark,
    named: PeopleMeant,
    history: History,
    marks: Marks,
    figures: StructureFigures,
    absences: Absences,
) -> Reply:
    contact = named.people[0].id if len(named.people) == 1 else None
    entry = await history.record(EntryKind.TEST_MARKED, contact)
    ids = [each.id for each in named.people]
    before = await marks.of(test, ids)
    await marks.mark(entry, test, ids, mark)
    after = await marks.of(test, ids)
    done = views.MarkedLine(mark, named.people, named.unclear, before, after)
    return views.marked(test, done, await so_far(ctx, test, figures, marks, absences))


async def _who_came(
    ctx: Context,
    contacts: Contacts,
    absences: Absences,
    attendances: Attendances,
    meeting: Occurrence,
    test: StructureTest,
    marks: Marks,
) -> PeopleMeant:
    """Whoever came to a meeting and is not marked yet: one's own people or, for leads, all.

    Raises Refusal.
    """
    if test.action not in GATHERINGS:
        raise impossible(
            "{test} is not a meeting, rally or march. People who came to one have not done"
            " it by that.",
            test=test.name,
        )
    came = await attendances.came_to(meeting.id)
    if ctx.role < Role.LEAD:
        mine = await among_own(contacts).among(await care_of(absences, ctx), came)
        came = [one for one in came if one in mine]
    if not came:
        raise impossible(
            "You have not noted yet who came to #{number}. To note it: {here}",
            number=meeting.number,
            here=Code(f"!attended M-41 at={meeting.number}"),
        )
    before = await marks.of(test, came)
    new = [one for one in came if one not in before or before[one].mark is not Mark.DID]
    if not new:
        raise impossible("Everybody who came is marked already.")
    return PeopleMeant(await contacts.all(new), [])


@command(
    "test unmark",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test unmark petition M-41",
    also=("unmark", "test clear"),
    may_make=(QuotaItem.MARK,),
)
async def unmark(
    ctx: Context,
    test: WhichTest | None = None,
    who: Several | None = None,
    *,
    tests: StructureTests,
    contacts: Contacts,
    marks: Marks,
    figures: StructureFigures,
    history: History,
    absences: Absences,
) -> Reply:
    """Delete what you noted about your people in an open test: they count as not asked again.

    test: which one; not needed while only one is open
    who: handles or names
    """
    found = await _by_name(tests, test, ctx)
    if who is None:
        raise refuse("Whose? Handles like M-41 M-42, or names with commas between.")
    named = await meant(ctx, contacts, absences, who)
    if not named.people:
        raise views.nobody(named.unclear)
    ids = [each.id for each in named.people]
    before = await marks.of(found, ids)
    noted = {one for one, each in before.items() if each.mark is not Mark.NOT_ASKED}
    known = [each for each in named.people if each.id in noted]
    if not known:
        raise impossible("You have noted nothing about them in {test}.", test=found.name)
    contact = known[0].id if len(known) == 1 else None
    entry = await history.record(EntryKind.TEST_MARKED, contact)
    await marks.mark(entry, found, [each.id for each in known], Mark.NOT_ASKED)
    after = await marks.of(found, ids)
    done = views.MarkedLine(Mark.NOT_ASKED, known, named.unclear, before, after)
    return views.marked(found, done, await so_far(ctx, found, figures, marks, absences))


async def _by_name(tests: StructureTests, ref: TestRef | None, ctx: Context) -> StructureTest:
    found = await the_open_test(ref, ctx, tests)
    if found.count_only:
        raise impossible(
            "{test} only counts, and keeps nobody's name: {count}",
            test=found.name,
            count=Code(f"!test count {found.handle} Payments 14"),
        )
    return found


async def meant(
    ctx: Context, contacts: Contacts, absences: Absences, refs: Sequence[ContactRef]
) -> PeopleMeant:
    """Everybody who was meant, each once; the others in a few words. Organizers mean their own people."""
    people: dict[int, Contact] = {}
    unclear: list[str] = []
    care = None if ctx.role >= Role.LEAD else await care_of(absences, ctx)
    for ref in refs:
        if care is None and len(unclear) >= views.SHOWN and not await _is_plain(contacts, ref):
            # Whom a name means that nobody bears is looked for as often as it is shown.
            unclear.append(str(ref))
            continue
        contact = None
        try:
            if care is None:
                contact = await the_contact(ref, contacts)
            else:
                contact = await one_of_own(contacts, care, ref)
        except Refusal:
            pass
        if contact is not None:
            people[contact.id] = contact
        elif care is None:
            unclear.append(await _why_not(contacts, ref))
        else:
            look = len(unclear) < SUGGESTED
            unclear.append(await _not_own(contacts, care, ref, look=look))
    return PeopleMeant(list(people.values()), unclear)


async def _is_plain(contacts: Contacts, ref: ContactRef) -> bool:
    """Whether a handle, or a name as it is written, means somebody."""
    return ref.number is not None or len(await contacts.named(ref.name or "", 2)) == 1


async def _not_own(contacts: Contacts, care: Care, ref: ContactRef, *, look: bool) -> str:
    """Words for a contact not in one's care: the same whether somebody else's or nobody's."""
    if ref.number is not None:
        return _("{handle}: not one of your people; a lead marks others").format(handle=str(ref))
    name = cut(ref.name or "")
    near = (await own_near(contacts, care, ref.name or ""))[:3] if look else []
    if near:
        several = " · ".join(dict.fromkeys(label(contact) for contact in near))
        return _("“{name}”: who of {people}?").format(name=name, people=several)
    return _("“{name}”: not one of your people; a lead marks others").format(name=name)


async def _why_not(contacts: Contacts, ref: ContactRef) -> str:
    if ref.number is not None:
        return _("{handle}: no such handle").format(handle=str(ref))
    near = await contacts.meant(ref.name or "", 3)
    if not near:
        return _("“{name}”: nobody has that name").format(name=cut(ref.name or ""))
    several = " · ".join(label(contact) for contact in near)
    return _("“{name}”: who of {people}?").format(name=cut(ref.name or ""), people=several)


@command(
    "test count",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test count pledge Payments 14",
    also=("test turnout",),
    may_make=(QuotaItem.MARK,),
)
async def count(
    ctx: Context,
    test: WhichTest | None = None,
    area: AreaName | None = None,
    number: Turnout | None = None,
    *,
    tests: StructureTests,
    figures: StructureFigures,
    history: History,
) -> Reply:
    """Enter an area's turnout in a test that only counts. Without a number, see what is missing.

    test: which one; not needed while only one is open
    area: the area that was counted
    number: how many of it took part
    """
    if area is None and number is not None and test is not None and test.name:
        # "!test count Payments 14": one test is open, and what was named is an area.
        area, test = AreaName(test.name), None
    found = await the_open_test(test, ctx, tests)
    if not found.count_only:
        raise impossible(
            "{test} counts names, not a number: {mark}",
            test=found.name,
            mark=Code(f"!test mark {found.handle} did M-41"),
        )
    names = await figures.areas()
    rows = await tests.counting_rows(found)
    if area is None or number is None:
        return views.to_count(found, await figures.of(found), rows, names)
    row = _row_of(found, area, rows, names)
    people = sum(n for each, n in rows.values() if each == row)
    if number > people:
        raise impossible(
            "There are {people} in {area}, so {n} cannot have taken part.",
            people=people,
            area=views.counted_row(row, rows, names),
            n=number,
        )
    if ctx.role < Role.LEAD and await tests.counted_by(found, row) not in {None, ctx.user}:
        raise impossible(
            "Somebody else has counted {area} already. They can correct it, or a lead.",
            area=views.counted_row(row, rows, names),
        )
    entry = await history.record(EntryKind.TEST_COUNTED)
    await tests.count(entry, found, row, number)
    return views.counted(found, await figures.of(found), views.counted_row(row, rows, names))


def _row_of(
    test: StructureTest, area: str, rows: Mapping[int, tuple[int, int]], names: Mapping[int, str]
) -> int:
    """The row in which an area is counted. Raises Refusal."""
    places = {folded(area_name(each, names)): row for each, (row, _n) in rows.items()}
    row = places.get(folded(area))
    if row is None:
        raise impossible(
            "{test} does not count “{area}”. {count} shows what it counts.",
            test=test.name,
            area=cut(area),
            count=Code(f"!test count {test.handle}"),
        )
    return row

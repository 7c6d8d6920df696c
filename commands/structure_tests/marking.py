"""What is typed as people are asked and act: marks for several at once, and counts without names."""

from collections.abc import Sequence
from dataclasses import dataclass

from commands.authority.quotas import Thing
from commands.contacts.lookup import the_contact
from commands.contacts.views import label
from commands.framework.context import Context, Role
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply
from commands.framework.spec import Where, command
from commands.framework.values import ContactRef, Pasted
from commands.imports.upload import Upload
from commands.reports.views import area_name
from commands.structure_tests import marking_views as views
from commands.structure_tests import sheets
from commands.structure_tests.finding import the_open_test
from commands.structure_tests.rules import sums
from commands.structure_tests.terms import AreaName, MarkWord, Several, TestRef, Turnout
from storage.contacts import Contacts
from storage.history import History
from storage.model import Contact, Kind
from storage.names import folded
from storage.tests_figures import Figures
from storage.tests_marks import Marks
from storage.tests_model import Mark, StructureTest
from storage.tests_register import StructureTests
from storage.tests_sheets import Sheets


@dataclass(frozen=True, slots=True)
class _Meant:
    """Whom the words meant, and which of them meant nobody or several."""

    people: list[Contact]
    unclear: list[str]


@command(
    "test mark",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test mark petition did M-41 M-42",
    also=("mark",),
    makes=(Thing.MARK,),
    may_make=(Thing.SHEET,),
)
async def mark(
    ctx: Context,
    tests: StructureTests,
    contacts: Contacts,
    marks: Marks,
    history: History,
    test: TestRef | None = None,
    how: MarkWord | None = None,
    who: Several | None = None,
    *,
    figures: Figures,
    waiting: Sheets,
    upload: Upload,
    below: Pasted,
) -> Reply:
    """Note who was asked, said yes or no, or did it. A list of names may follow, or come as a file.

    test: which one; not needed while only one is open
    how: asked, yes, no, did or unable
    who: handles or names; or send one name a line under the command, or a file with it
    """
    found = await _by_name(tests, test, ctx)
    if how is None:
        raise refuse(_("How far did they come: asked, yes, no, did or unable?"))
    brought = sheets.brought(upload, below, ctx)
    if brought is not None:
        if who is not None:
            raise refuse(_("Either names in the line or a list, not both."))
        return await sheets.opened(ctx, found, how.mark, waiting, brought)
    if who is None:
        raise refuse(_("Who? Handles like M-41 M-42, a list under the command, or a file."))
    meant = await _meant(contacts, who.people)
    if not meant.people:
        raise Refusal(*views.nobody(meant.unclear))
    contact = meant.people[0].id if len(meant.people) == 1 else None
    entry = await history.record(Kind.TEST_MARKED, ctx.user, ctx.now, contact=contact)
    ids = [each.id for each in meant.people]
    before = await marks.of(found, ids)
    await marks.mark(entry, found, ids, how.mark)
    after = await marks.of(found, ids)
    whole = sums((await figures.of(found)).cells)
    done = views.Done(how.mark, meant.people, meant.unclear, before, after)
    return views.marked(found, done, whole)


@command(
    "test unmark",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test unmark petition M-41",
    also=("unmark", "test clear"),
    may_make=(Thing.MARK,),
)
async def unmark(
    ctx: Context,
    tests: StructureTests,
    contacts: Contacts,
    marks: Marks,
    figures: Figures,
    history: History,
    test: TestRef | None = None,
    who: Several | None = None,
) -> Reply:
    """Void what was noted of somebody in an open test: they count as not asked again.

    test: which one; not needed while only one is open
    who: handles or names
    """
    found = await _by_name(tests, test, ctx)
    if who is None:
        raise refuse(_("Whose? Handles like M-41 M-42, or names with commas between."))
    meant = await _meant(contacts, who.people)
    if not meant.people:
        raise Refusal(*views.nobody(meant.unclear))
    ids = [each.id for each in meant.people]
    before = await marks.of(found, ids)
    noted = {one for one, each in before.items() if each.mark is not Mark.NOT_ASKED}
    known = [each for each in meant.people if each.id in noted]
    if not known:
        raise refuse(_("Nothing is noted of them in {test}."), test=found.name, example="")
    contact = known[0].id if len(known) == 1 else None
    entry = await history.record(Kind.TEST_MARKED, ctx.user, ctx.now, contact=contact)
    await marks.mark(entry, found, [each.id for each in known], Mark.NOT_ASKED)
    after = await marks.of(found, ids)
    whole = sums((await figures.of(found)).cells)
    return views.marked(
        found, views.Done(Mark.NOT_ASKED, known, meant.unclear, before, after), whole
    )


async def _by_name(tests: StructureTests, ref: TestRef | None, ctx: Context) -> StructureTest:
    found = await the_open_test(tests, ref, ctx)
    if found.count_only:
        raise refuse(
            _("{test} only counts, and keeps nobody's name: {count}"),
            test=found.name,
            count=Code(f"!test count {found.handle} Payments 14"),
            example="",
        )
    return found


async def _meant(contacts: Contacts, refs: Sequence[ContactRef]) -> _Meant:
    """Everybody who was meant, each once; the others in a few words."""
    people: dict[int, Contact] = {}
    unclear: list[str] = []
    for ref in refs:
        try:
            contact = await the_contact(contacts, ref)
        except Refusal:
            unclear.append(await _why_not(contacts, ref))
            continue
        people[contact.id] = contact
    return _Meant(list(people.values()), unclear)


async def _why_not(contacts: Contacts, ref: ContactRef) -> str:
    if ref.number is not None:
        return _("{handle}: no such handle").format(handle=str(ref))
    near = await contacts.meant(ref.name or "", 3)
    if not near:
        return _("“{name}”: nobody by that name").format(name=cut(ref.name or ""))
    several = " · ".join(label(contact) for contact in near)
    return _("“{name}”: who of {people}?").format(name=cut(ref.name or ""), people=several)


@command(
    "test count",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test count pledge Payments 14",
    also=("test turnout",),
    may_make=(Thing.MARK,),
)
async def count(
    ctx: Context,
    tests: StructureTests,
    figures: Figures,
    history: History,
    test: TestRef | None = None,
    area: AreaName | None = None,
    number: Turnout | None = None,
) -> Reply:
    """Enter an area's turnout in a test that only counts. Asked without a number, see what is missing.

    test: which one; not needed while only one is open
    area: the area that was counted
    number: how many of it took part
    """
    if area is None and number is not None and test is not None and test.name:
        # "!test count Payments 14": one test is open, and what was named is an area.
        area, test = AreaName(test.name), None
    found = await the_open_test(tests, test, ctx)
    if not found.count_only:
        raise refuse(
            _("{test} goes by names, not by a number: {mark}"),
            test=found.name,
            mark=Code(f"!test mark {found.handle} did M-41"),
            example="",
        )
    names = await figures.areas()
    rows = await tests.counting_rows(found)
    if area is None or number is None:
        return views.to_count(found, await figures.of(found), rows, names)
    places = {folded(area_name(each, names)): row for each, (row, _n) in rows.items()}
    row = places.get(folded(area))
    if row is None:
        raise refuse(
            _("{test} does not count “{area}”. {count} shows what it counts."),
            test=found.name,
            area=cut(area),
            count=Code(f"!test count {found.handle}"),
            example="",
        )
    people = sum(n for each, n in rows.values() if each == row)
    if number > people:
        raise refuse(
            _("There are {people} in {area}, so {n} cannot have taken part."),
            people=people,
            area=views.counted_row(row, rows, names),
            n=number,
            example="",
        )
    entry = await history.record(Kind.TEST_COUNTED, ctx.user, ctx.now)
    await tests.count(entry, found, row, number)
    return views.counted(found, await figures.of(found), views.counted_row(row, rows, names))

"""Commands that close a test for good, and amend it."""

from dataclasses import replace

from commands.authority.budget import Acts
from commands.authority.previews import Previews
from commands.contacts.lookup import the_contact
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.i18n import speaking
from commands.framework.reply import Audience, Code
from commands.framework.values import Note, Who
from commands.roles.quotas import Act, QuotaItem
from commands.shared.wording import label
from commands.structure_tests.close import views
from commands.structure_tests.lookup import ClosedTest, OpenTest
from commands.structure_tests.mark.terms import MarkWord
from commands.structure_tests.rules import sums
from commands.structure_tests.status.post import for_the_room
from storage.contacts.contacts import Contacts
from storage.core.model import Contact, EntryKind
from storage.history.entries import History
from storage.privacy.audits import AuditedAction, Audits
from storage.structure_tests.figures import StructureFigures, believed, moved
from storage.structure_tests.marks import MarkRecord, Marks
from storage.structure_tests.model import Belief, Frozen, Mark, MarkCell, StructureTest
from storage.structure_tests.register import StructureTests
from storage.structure_tests.reviews import Reviews


@command(
    "test close",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!test close petition",
    also=("test end", "test finish"),
    may_make=(QuotaItem.TEST,),
    destroys=(Act.CLOSE_TEST,),
)
async def close(
    ctx: Context,
    test: OpenTest,
    *,
    tests: StructureTests,
    figures: StructureFigures,
    reviews: Reviews,
    history: History,
    acts: Acts,
    audits: Audits,
    previews: Previews,
    yes: bool = False,
) -> tuple[Reply, ...]:
    """Close a test for good: its figures stay as they are, and you get a list of what to look at again.

    test: which one; not needed while only one is open
    yes: close it as shown
    """
    counted = await figures.now(test)
    items = await reviews.count(test)
    first = await previews.first(ctx, views.look(test, counted, items), yes=yes)
    if first is not None:
        return (first,)
    await acts.spend(ctx, Act.CLOSE_TEST)
    entry = await history.record(EntryKind.TEST_CLOSED)
    if not test.count_only:
        await reviews.draw_up(test)
    whole = sums(counted.cells)
    frozen = Frozen(whole.did, whole.people, ctx.user, ctx.now, None)
    await figures.freeze(entry, test, frozen, counted, await figures.beliefs(test))
    await tests.close(test, ctx.now)
    await audits.keep(AuditedAction.TEST_CLOSED, words=test.handle)
    closed = replace(test, closed_at=ctx.now)
    with speaking(ctx.committee.language):
        told = await for_the_room(ctx, tests, figures, closed)
    left = await reviews.left(closed, None)
    return (views.closed(closed, whole, left), replace(told, audience=Audience.ROOM))


@command(
    "test amend",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!test amend petition did M-41 why="late signature"',
    also=("amend",),
    makes=(QuotaItem.MARK,),
)
async def amend(
    ctx: Context,
    test: ClosedTest,
    how: MarkWord | None = None,
    who: Who | None = None,
    *,
    contacts: Contacts,
    marks: Marks,
    figures: StructureFigures,
    history: History,
    audits: Audits,
    why: Note | None = None,
) -> Reply:
    """Correct one person's mark in a closed test. The first result stays beside the new figure.

    test: which one; without it the last that closed
    how: asked, yes, no, did or unable
    who: their handle or name
    why: what you found out
    """
    if how is None or who is None:
        raise refuse("How far did they come (asked, yes, no, did, unable), and who?")
    if why is None:
        raise refuse("Add why=, for those who read it later.")
    contact = await the_contact(who, contacts)
    before = await _in_it(marks, test, contact)
    if before.mark is how.mark:
        raise impossible(
            "{who} has that mark in {test} already.", who=label(contact), test=test.name
        )
    entry = await history.record(EntryKind.TEST_AMENDED, contact.id)
    after = await marks.amend(entry, test, before, how.mark)
    told = await figures.of(test)
    now = moved(told, _cell(before), _cell(after))
    then, whole = sums(told.cells), sums(now.cells)
    frozen = Frozen(whole.did, whole.people, ctx.user, ctx.now, why)
    beliefs = believed(await figures.beliefs(test), _change(before, after))
    await figures.freeze(entry, test, frozen, now, beliefs)
    words = f"{test.handle} {how.value}: {why}"
    await audits.keep(AuditedAction.TEST_AMENDED, contact=contact.id, words=words)
    return views.amended(test, contact, how.mark, then, whole)


async def _in_it(marks: Marks, test: StructureTest, contact: Contact) -> MarkRecord:
    if test.count_only:
        raise impossible("{test} only counts; it has no names.", test=test.name)
    if test.names_gone:
        raise impossible(
            "The names in {test} are deleted by now; only the counts are left: {status}",
            test=test.name,
            status=Code(f"!test status {test.handle}"),
        )
    standing = await marks.standing(test, contact.id)
    if standing is None:
        raise impossible(
            "{who} was not in the unit when {test} opened, so its figures cannot count them.",
            who=label(contact),
            test=test.name,
        )
    return standing


def _change(before: MarkRecord, after: MarkRecord) -> Belief:
    """By how many those asked, and those who did it, grow among those who were believed alike."""
    return Belief(
        before.organizer,
        before.rating,
        (after.mark is not Mark.NOT_ASKED) - (before.mark is not Mark.NOT_ASKED),
        (after.mark is Mark.DID) - (before.mark is Mark.DID),
    )


def _cell(standing: MarkRecord) -> MarkCell:
    return MarkCell(standing.area, standing.shift, standing.mark, standing.promised, 1)

"""Commands for a closed test's review list: nothing in it changes without a yes."""

from commands.contacts.rules import standing
from commands.framework import Context, Reply, Role, Where, _, command, impossible, refuse
from commands.framework.reply import Code
from commands.roles.quotas import QuotaItem
from commands.shared.wording import rating_words, short
from commands.structure_tests.close import views
from commands.structure_tests.close.terms import ItemNumber, YesNo, YesNoWord
from commands.structure_tests.lookup import ClosedTest
from storage.contacts.assessments import Assessments
from storage.contacts.changes import ContactChanges
from storage.core.model import Assessment, EntryId, EntryKind, Evidence, Part, Rated
from storage.history.entries import History
from storage.structure_tests.model import StructureTest
from storage.structure_tests.reviews import ReviewItem, ReviewReason, Reviews

PAGE = 8
RATED = {ReviewReason.HELD_BACK: Assessment.UNDECIDED, ReviewReason.STEPPED_UP: Assessment.SUPPORTS}
"""What a yes rates somebody; what they did, or did not, is the evidence."""


@command(
    "test review",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test review petition 3 yes",
    also=("review",),
    may_make=(
        QuotaItem.RATING,
        QuotaItem.CHANGE,
    ),
)
async def review(
    ctx: Context,
    test: ClosedTest,
    item: ItemNumber | None = None,
    answer: YesNoWord | None = None,
    *,
    reviews: Reviews,
    history: History,
    assessments: Assessments,
    lives: ContactChanges,
) -> Reply:
    """Look at what a closed test says against our ratings, and answer item by item.

    test: which one; without it the last that closed
    item: the number of an item
    answer: yes changes what the item asks; no leaves everything as it is
    """
    whose = None if ctx.role >= Role.LEAD else ctx.user
    if item is None:
        left = await reviews.left(test, whose)
        waiting = await reviews.open_items(test, whose, limit=PAGE)
        return views.review(test, waiting, left, everybody=whose is None)
    if answer is None:
        raise refuse("Yes or no?", example=f"!test review {test.handle} {item} yes")
    one = await reviews.item(test, whose, item)
    if one is None:
        raise impossible(
            "Nothing with that number waits for you in {test}. {review} shows what does.",
            test=test.name,
            review=Code(f"!test review {test.handle}"),
        )
    entry, note = None, ""
    if answer is YesNo.YES and one.what in RATED:
        entry, note = await _rate(ctx, test, one, assessments, history)
    elif answer is YesNo.YES and one.what is ReviewReason.NOT_FOLLOWED:
        entry = await history.record(EntryKind.ROLE_CHANGED, one.contact)
        await lives.end_part(entry, one.contact, Part.LEADER, ctx.today)
    await reviews.answered(test, one, answer.value, entry)
    left = await reviews.left(test, whose)
    return views.answered(one, yes=answer is YesNo.YES, note=note, left=left)


async def _rate(
    ctx: Context, test: StructureTest, one: ReviewItem, assessments: Assessments, history: History
) -> tuple[EntryId, str]:
    """Rate somebody by what they did; and whether another organizer's rating still counts."""
    did = one.what is ReviewReason.STEPPED_UP
    why = _("took part: {test}") if did else _("asked, did not take part: {test}")
    entry = await history.record(EntryKind.ASSESSED, one.contact)
    rating = RATED[one.what]
    rated = Rated(rating, Evidence.DID, ctx.user, ctx.now, why.format(test=test.name))
    await assessments.give(entry, one.contact, rated)
    now = standing(await assessments.of_each(one.contact), one.organizer)
    if now.current is None or now.current.author == ctx.user:
        return entry, ""
    words = _("{organizer}'s rating, {rating}, stays the current one until {organizer} changes it.")
    return entry, words.format(
        organizer=short(now.current.author), rating=rating_words(now.current.rating)
    )

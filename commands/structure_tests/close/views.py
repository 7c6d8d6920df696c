"""Words about closing a test, amending it, and its review list."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from commands.authority.previews import Preview
from commands.framework.i18n import _
from commands.framework.reply import (
    Code,
    Line,
    Reply,
    Strong,
    fill,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.wording import label, mark_words, rating_words, short
from commands.structure_tests.rules import MarkSums, sums
from commands.structure_tests.views import of_all, participation, title
from storage.core.model import Contact
from storage.structure_tests.model import FrozenCounts, Mark, StructureTest
from storage.structure_tests.reviews import ReviewItem, ReviewReason


def look(test: StructureTest, now: FrozenCounts, review: Mapping[ReviewReason, int]) -> Preview:
    """The preview of closing a test; a yes holds for exactly what the preview shows."""
    whole = sums(now.cells)
    return Preview(
        f"close {test.handle}",
        asdict(whole) | {"review": sum(review.values())},
        about_to_close(test, now, review),
    )


def about_to_close(
    test: StructureTest, now: FrozenCounts, review: Mapping[ReviewReason, int]
) -> Reply:
    """Show what would be frozen, before the test is closed."""
    whole = sums(now.cells)
    rows: list[Line] = []
    if now.reported is None:
        rows.append(
            line("not asked {n} · said yes, not done {yes}", n=whole.not_asked, yes=whole.yes)
        )
    total = sum(review.values())
    if total:
        rows.append(plural("{n} thing to look at again", "{n} things to look at again", total))
    head = line(
        "{test}: {figures}. When you close it, that result stays; you can only add"
        " corrections later.",
        test=Strong(title(test)),
        figures=participation(test, whole),
    )
    do_it = line("Close it: {close}", close=Code(f"!test close {test.handle} --yes"))
    items = listed(rows) if rows else None
    return reply(head, items, do_it)


def closed(test: StructureTest, whole: MarkSums, left: int) -> Reply:
    """Confirm that a test is closed; ``left`` review items wait."""
    head = line(
        "{test} is closed: {figures}. The room knows the counts.",
        test=Strong(title(test)),
        figures=participation(test, whole),
    )
    if not left:
        return reply(head)
    tail = plural(
        "{n} thing in it does not fit what people did. Nothing changes by itself: {review}",
        "{n} things in it do not fit what people did. Nothing changes by itself: {review}",
        left,
        review=Code(f"!test review {test.handle}"),
    )
    return reply(head, tail)


def amended(
    test: StructureTest, contact: Contact, mark: Mark, before: MarkSums, after: MarkSums
) -> Reply:
    """Confirm a mark amended after the test closed, with the sums before and after."""
    return reply(
        line(
            "{test}: {who} is “{mark}” now.",
            test=Strong(title(test)),
            who=label(contact),
            mark=mark_words(mark),
        ),
        line(
            "{after}, before {before}. The first result stays beside it.",
            after=Strong(of_all(after.did, after.people, test.terms.goal)),
            before=of_all(before.did, before.people, test.terms.goal),
        ),
    )


# -- the review list ---------------------------------------------------------------------------


def what_words(item: ReviewItem) -> str:
    """What a review item asks to look at, and what a yes would do."""
    return {
        ReviewReason.HELD_BACK: _("{rating}, asked, did not act – rate 3?"),
        ReviewReason.STEPPED_UP: _("{rating}, and did it – rate 2?"),
        ReviewReason.FOLLOWED: _("natural leader, the group followed ({share}) – seen?"),
        ReviewReason.NOT_FOLLOWED: _(
            "natural leader, the group did not follow ({share}) – end the role?"
        ),
    }[item.what].format(rating=rating_words(item.rating), share=of_all(item.did, item.people))


def review(
    test: StructureTest, items: Sequence[ReviewItem], left: int, *, everybody: bool
) -> Reply:
    """List the review items of a closed test."""
    if not items:
        return say("{test}: nothing is left to look at again.", test=Strong(title(test)))
    rows = [
        line(
            "{number} · {who}: {what}",
            number=Strong(str(item.number)),
            who=_who(item, everybody=everybody),
            what=what_words(item),
        )
        for item in items
    ]
    head = plural(
        "{test}: {n} thing does not fit what people did. Talk about it first; nothing changes by itself.",
        "{test}: {n} things do not fit what people did. Talk about them first; nothing changes by"
        " itself.",
        left,
        test=Strong(title(test)),
    )
    first = items[0].number
    tail = line(
        "Each needs an answer: {yes} or {no}",
        yes=Code(f"!test review {test.handle} {first} yes"),
        no=Code(f"!test review {test.handle} {first} no"),
    )
    return reply(head, listed(rows), tail)


def _who(item: ReviewItem, *, everybody: bool) -> str:
    who = f"{item.handle} {item.name}"
    if not everybody or item.organizer is None:
        return who
    return _("{who} ({organizer})").format(who=who, organizer=short(item.organizer))


def answered(item: ReviewItem, *, yes: bool, note: str, left: int) -> Reply:
    """Confirm the answer to a review item."""
    who = f"{item.handle} {item.name}"
    done = {
        ReviewReason.HELD_BACK: _("{who} is rated 3 undecided."),
        ReviewReason.STEPPED_UP: _("{who} is rated 2 supports."),
        ReviewReason.FOLLOWED: _("Noted: {who} was followed."),
        ReviewReason.NOT_FOLLOWED: _("{who} is no longer a natural leader for us."),
    }[item.what]
    head = fill(done if yes else _("{who} stays as before."), who=Strong(who))
    tail = plural("{n} left.", "{n} left.", left) if left else line("That was all.")
    told = (note,) if note else None
    return reply(head, told, tail)

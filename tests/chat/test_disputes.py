"""Where people stand, seen over time: history, old ratings, organizers who disagree."""

from itertools import product

import pytest

from commands.contacts.rules import standing
from storage.chat.committees import Committees
from storage.contacts.assessments import Assessments
from storage.contacts.contacts import Contacts
from tests.chat.conversation import Chat


@pytest.fixture
async def sam(chat: Chat) -> str:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    return "M-1"


async def test_the_primarys_rating_is_current_and_the_leads_see_the_dispute(
    chat: Chat, sam: str
) -> None:
    await chat.dm("@ana", f'!assess {sam} 2 did "signed"')
    assert (await chat.dm("@lea", "!disputes")).says("Nobody disagrees")
    await chat.dm("@ben", f"!assess {sam} 4 heard")
    assert (await chat.dm("@lea", "!disputes")).lists(
        "M-1 Sam Okafor (Payments): 2 supports (did, “signed”), @ana, Mon 23 Nov"
        " | 4 says no (heard), @ben, Mon 23 Nov"
    )
    assert (await chat.dm("@ana", "!disputes")).says("!disputes is for leads")
    await chat.dm("@ben", f"!assess {sam} 2 did")
    assert (await chat.dm("@lea", "!disputes")).says("Nobody disagrees")
    await chat.dm("@ben", "!undo")
    assert (await chat.dm("@lea", "!disputes")).says("4 says no (heard)")


async def test_many_ratings_of_others_do_not_hide_the_primarys(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f"!assess {sam} 2 did")
    for _time in range(25):
        await chat.dm("@ben", f"!assess {sam} 4 heard")
    assert (await chat.dm("@ana", f"!contact show {sam}")).says("2 supports (did), @ana")


async def test_the_history_of_ratings(chat: Chat, sam: str) -> None:
    assert (await chat.dm("@ana", f"!assess history {sam}")).says("not assessed")
    await chat.dm("@ana", f"!assess {sam} 3 said")
    chat.later(days=7)
    await chat.dm("@ana", f'!assess {sam} 2 did "signed"')
    await chat.dm("@ben", f"!assess {sam} 4 heard")
    reply = await chat.dm("@ana", f"!assess history {sam}")
    assert reply.lists(
        "4 says no (heard), @ben, Mon 30 Nov",
        "2 supports (did, “signed”), @ana, Mon 30 Nov (current)",
        "3 undecided (said), @ana, Mon 23 Nov",
    )
    assert reply.says("I never take an average")


async def test_old_ratings_and_none(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", '!contact add "Bo Beck"')
    await chat.dm("@ana", '!contact add "Cy Cole"')
    await chat.dm("@ben", '!contact add "Di Diaz"')
    await chat.dm("@ana", f"!assess {sam} 2 did")
    chat.later(days=20)
    await chat.dm("@ana", "!assess M-2 3 said")
    chat.later(days=11)
    assert (await chat.dm("@ana", "!stale 30")).lists(
        "M-1 Sam Okafor (Payments): 2 supports, Mon 23 Nov", "M-3 Cy Cole: not assessed"
    )
    assert (await chat.dm("@ana", "!stale 10")).says("M-2 Bo Beck: 3 undecided, Sun 13 Dec")
    assert (await chat.dm("@lea", "!stale")).says("M-4 Di Diaz", "M-1 Sam Okafor")
    await chat.dm("@ana", "!contact left M-3")
    await chat.dm("@ana", f"!assess {sam} 1 did")
    assert (await chat.dm("@ana", "!stale")).says("Every rating is from the last 30 days.")
    assert (await chat.dm("@ana", "!stale soon")).says("How many days?")


async def test_the_scale_is_printed(chat: Chat) -> None:
    for place in (chat.dm, chat.room):
        reply = await place("@ana", "!scale")
        assert reply.says(
            "1 organizes: supports, and has moved somebody else", "5 works against us"
        )
        assert len(reply.text.splitlines()) <= 8


async def test_what_is_derived_agrees_with_the_rule(chat: Chat, sam: str) -> None:
    """storage/history/derived.py and commands/contacts/rules.py say the same, whoever rated in what order."""
    for ratings in product(("2 did", "4 heard", "0"), repeat=3):
        for who, rating in zip(("@ana", "@ben", "@lea"), ratings, strict=True):
            await chat.dm(who, f"!assess {sam} {rating}")
        async with chat.database.transaction() as tx:
            committee = (await Committees(tx).all())[0].id
            contact = await Contacts(tx, committee, chat.now.date()).by_number(1)
            assert contact is not None
            rule = standing(
                await Assessments(tx, committee, chat.now.date()).of_each(contact.id),
                contact.organizer,
            )
            row = await tx.one("SELECT rating, disputed FROM contacts WHERE id = ?", (contact.id,))
        assert row is not None
        assert row["rating"] == (rule.current and rule.current.rating.value)
        assert bool(row["disputed"]) is rule.disputed

"""Issues: what moves people, in counts of people, and in the committee's own words."""

import pytest

from tests.chat.conversation import Chat

AREAS = ("Payments", "Search")


@pytest.fixture
async def talked(chat: Chat) -> Chat:
    """Twelve people of Ana's and two of Ben's, in two areas; most named something."""
    for n in range(12):
        await chat.dm("@ana", f'!contact add "Xa{n} Quill" area={AREAS[n % 2]} --yes')
    for n in range(2):
        await chat.dm("@ben", f'!contact add "Xb{n} Quill" area=Search --yes')
    await chat.dm("@ana", "!issue add pay")
    await chat.dm("@ana", "!issue add hours")
    for n in range(1, 8):
        await chat.dm("@ana", f"!1on1 log M-{n} reached issue=pay")
    await chat.dm("@ana", "!1on1 log M-1 reached issue=pay")
    for n in range(8, 12):
        await chat.dm("@ana", f"!1on1 log M-{n} reached issue=hours")
    return chat


async def test_the_list_is_the_committees(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!issues")).says("Nobody has named an issue yet")
    assert (await chat.dm("@ana", "!issue add on-call pay")).says("On the list: on-call pay.")
    assert (await chat.dm("@ben", "!issue add On-Call Pay")).says(
        "on-call pay is on the list already"
    )
    assert (await chat.dm("@ben", "!issues")).says("on-call pay")
    assert (await chat.dm("@ana", "!undo")).says("the change to the list of issues")
    assert (await chat.dm("@ben", "!issues")).says("Nobody has named an issue yet")


async def test_people_are_counted_and_not_talks(talked: Chat) -> None:
    talked.later(days=7)
    reply = await talked.dm("@lea", "!issues")
    assert reply.lists("pay: 7 people", "hours: 4 people")
    assert (await talked.dm("@ana", "!issues")).says("Your people: pay 7 · hours 4")
    assert "Your people" not in (await talked.dm("@ben", "!issues")).text


async def test_in_the_room_no_group_is_under_five(talked: Chat) -> None:
    talked.later(days=7)
    reply = await talked.room("@ben", "!issues")
    assert reply.lists("pay: 7 people")
    assert "Your people" not in reply.text
    assert "hours" not in reply.text
    assert (await talked.dm("@ben", "!issues")).says("Also on the list: hours")
    assert (await talked.room("@ben", "!issues hours")).says("Fewer than five people")


async def test_one_more_person_changes_nothing_that_the_room_reads(talked: Chat) -> None:
    """The difference of two answers would tell of one person."""
    talked.later(days=7)
    before = [(await talked.room("@ben", text)).text for text in ("!issues", "!issues pay")]
    await talked.dm("@ana", "!1on1 log M-12 reached issue=pay")
    talked.later(days=7)
    after = [(await talked.room("@ben", text)).text for text in ("!issues", "!issues pay")]
    assert after == before
    assert (await talked.dm("@lea", "!issues")).lists("pay: 8 people", "hours: 4 people")


async def test_the_week_that_is_on_is_told_when_it_is_over(talked: Chat) -> None:
    assert "pay: 7" not in (await talked.room("@ben", "!issues")).text
    talked.later(days=6, hours=15)
    assert (await talked.room("@ben", "!issues")).says("pay: 7 people")


async def test_words_on_no_list_are_told_to_leads_alone(talked: Chat) -> None:
    for n in range(1, 8):
        await talked.dm("@ana", f'!1on1 log M-{n} reached issue="Sam Okafor’s boss"')
    talked.later(days=7)
    assert (await talked.dm("@lea", "!issues")).says(
        "Sam Okafor’s boss: 7 people (not on the list)"
    )
    reply = await talked.room("@ben", "!issues")
    assert reply.says("all other issues: 11 people")
    assert "Okafor" not in reply.text
    refused = await talked.room("@ben", "!issues Sam Okafor’s boss")
    assert refused.says("not on the list")
    assert refused.retracted
    assert "Okafor" not in refused.text


async def test_two_spellings_become_one_in_old_talks_too(talked: Chat) -> None:
    await talked.dm("@ana", "!1on1 log M-12 reached issue=WAGES")
    assert (await talked.dm("@ana", "!issue merge pay wages")).says("is for leads")
    reply = await talked.dm("@lea", "!issue merge pay wages, Löhne")
    assert reply.says("wages, Löhne: counted as pay from now on, in old talks too")
    assert (await talked.dm("@lea", "!issues")).says("pay: 8 people (also: wages, Löhne)")
    assert (await talked.dm("@lea", "!issue merge pay LOHNE")).says("counted as pay already")
    await talked.dm("@lea", "!undo")
    assert (await talked.dm("@lea", "!issues")).says("WAGES: 1 person (not on the list)")


async def test_a_merge_is_taken_apart_later(talked: Chat) -> None:
    await talked.dm("@lea", '!issue merge "on-call pay" pay')
    assert (await talked.dm("@lea", "!issues")).says("on-call pay: 7 people (also: pay)")
    talked.later(days=30)
    assert (await talked.dm("@lea", "!issue drop pay")).says(
        "pay is no longer counted as on-call pay"
    )
    assert (await talked.dm("@lea", "!issues")).says("pay: 7 people (not on the list)")
    assert (await talked.dm("@lea", "!issue drop lifts")).says("not on the list of issues")


async def test_leads_see_where_and_when(talked: Chat) -> None:
    talked.later(days=7)
    reply = await talked.dm("@lea", "!issues pay")
    assert reply.lists("Payments: 4", "Search: 3")
    assert reply.says("this one last: 0 · 0 · 0 · 0 · 0 · 0 · 7 · 0")
    room = await talked.room("@ben", "!issues pay")
    assert room.lists("Payments and 1 more: 7", "Mon 23 Nov to Sun 29 Nov: 7")


async def test_what_moves_the_undecided(talked: Chat) -> None:
    await talked.dm("@ana", "!assess M-1 3 said")
    await talked.dm("@ana", "!assess M-8 3 said")
    await talked.dm("@ana", '!1on1 log M-2 reached ask="sign" answer=no')
    reply = await talked.dm("@lea", "!issues undecided")
    assert reply.lists(
        "Rated 3, undecided: hours 1 · pay 1", "Never asked to do anything: pay 6 · hours 4"
    )
    own = await talked.dm("@ben", "!issues undecided")
    assert own.lists("Rated 3, undecided: nothing yet", "Never asked to do anything: nothing yet")
    assert own.says("your people")


async def test_a_talk_says_what_its_issue_is_counted_as(talked: Chat) -> None:
    await talked.dm("@lea", "!issue merge pay wages")
    assert (await talked.dm("@ana", "!1on1 log M-1 reached issue=Wages")).says(
        "Issue: Wages, counted as pay"
    )
    near = await talked.dm("@ana", "!1on1 log M-1 reached issue=huors")
    assert near.says("Issue: huors. Is it hours? !1on1 edit 14 issue=hours")
    new = await talked.dm("@ana", "!1on1 log M-1 reached issue=lifts")
    assert new.says("Issue: lifts, not on the list: !issue add lifts")
    assert (await talked.dm("@ana", "!1on1 log M-1 reached issue=hours")).says("Issue: hours\n")


async def test_without_a_list_nothing_is_asked(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    reply = await chat.dm("@ana", "!1on1 log M-1 reached issue=pay")
    assert "list" not in reply.text


async def test_of_two_records_of_one_person_one_is_counted(talked: Chat) -> None:
    await talked.sure("@lea", "!merge M-1 M-2")
    assert (await talked.dm("@lea", "!issues")).lists("pay: 6 people", "hours: 4 people")


async def test_a_forgotten_name_is_blanked_in_the_list(chat: Chat) -> None:
    # Before she is a contact: later the notice of names would keep it off the list.
    await chat.dm("@ana", "!issue add Zephyrine Quillfeather")
    await chat.dm("@ana", '!contact add "Zephyrine Quillfeather"')
    await chat.dm("@ana", "!1on1 log M-1 reached issue=pay")
    await chat.sure("@lea", "!forget M-1")
    async with chat.database.transaction() as tx:
        kept = [tuple(row) for row in await tx.all("SELECT said, means FROM issue_words")]
    assert kept == [("[…]", "[…]")]
    assert (await chat.dm("@lea", "!issues")).says("Named by nobody")


async def test_a_talk_put_right_says_what_its_issue_is_counted_as(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search")
    await chat.dm("@ana", "!issue add pay")
    await chat.dm("@ana", "!issue add understaffing")
    await chat.dm("@lea", "!issue merge pay wages")
    await chat.dm("@ana", "!1on1 log M-1 reached issue=hours")
    logged = await chat.dm("@ana", "!1on1 log M-2 reached issue=wages")
    assert logged.says("Issue: wages, counted as pay")
    edited = await chat.dm("@ana", "!1on1 edit 1 issue=wages")
    assert edited.says("before: ", "now: ", "Issue: wages, counted as pay")
    slip = await chat.dm("@ana", "!1on1 edit 1 issue=understafing")
    assert slip.says(
        "Issue: understafing. Is it understaffing?", "!1on1 edit 1 issue=understaffing"
    )
    new = await chat.dm("@ana", "!1on1 edit 1 issue=parking who=M-2")
    assert new.says("Issue: parking, not on the list: !issue add parking")
    assert "Issue:" not in (await chat.dm("@ana", "!1on1 edit 1 outcome=busy issue=-")).text
    assert "Issue:" not in (await chat.dm("@ana", "!1on1 edit 2 note=later")).text
    assert "Issue:" not in (await chat.dm("@ana", "!1on1 edit 2 issue=pay")).text, "as it is"

"""A number chooses from what was shown last: a ballot or a time poll that came after a list goes first."""

import pytest

from tests.chat.conversation import Chat

READY = '!poll temp "Ready to march on the boss?"'
TIMES = "!meet poll Talk | 1 dec 19:00, 2 dec 19:00, 3 dec 19:00 | until sat 12:00"


@pytest.fixture
async def two(chat: Chat) -> Chat:
    """Two Alexes, and enough people for a secret poll."""
    chat.join("@dan", "@eva", "@flo")
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Payments")
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search --yes")
    return chat


async def shows_a_list(chat: Chat) -> None:
    chat.later(minutes=1)
    assert (await chat.dm("@ana", "!1on1 log Alex reached")).says("1. M-1", "2. M-2")
    chat.later(minutes=1)


async def talks(chat: Chat) -> int:
    return len(await chat.conversations())


async def test_a_list_shown_after_a_ballot_is_what_a_number_means(two: Chat) -> None:
    await two.opens("@ben", READY)
    await shows_a_list(two)
    assert (await two.dm("@ana", "2")).says("Logged M-2 Alex Kim (Search)")


async def test_a_ballot_shown_after_a_list_goes_first_and_the_list_stays_open(two: Chat) -> None:
    await shows_a_list(two)
    await two.opens("@ben", READY)
    said = await two.dm("@ana", "2")
    assert said.says("I took no vote", "K7QX 02")
    assert said.says("If you meant the list before it: !1on1 log M-2 reached")
    assert await talks(two) == 0
    assert (await two.dm("@ana", "K7QX 02")).says("Recorded for K7QX.")
    assert (await two.dm("@ana", "Search")).says("Logged M-2 Alex Kim (Search)")


async def test_times_asked_for_after_a_list_are_asked_about(two: Chat) -> None:
    await shows_a_list(two)
    await two.room("@ben", TIMES)
    await two.room("@ben", "!ok")
    asked = await two.dm("@ana", "2")
    assert asked.says("Several lists were shown. Which did you mean?")
    assert asked.says("1. !1on1 log M-2 reached", "2. !meet can #1 2")
    assert await talks(two) == 0
    assert (await two.dm("@ana", "1")).says("Logged M-2 Alex Kim (Search)")


async def test_the_newer_of_them_can_be_chosen(two: Chat) -> None:
    await shows_a_list(two)
    await two.room("@ben", TIMES)
    await two.room("@ben", "!ok")
    await two.dm("@ana", "2")
    assert (await two.dm("@ana", "2")).says("Noted for Talk #1: yes 2.")
    tally = await two.dm("@ana", "!meet tally")
    assert tally.says("Wed 2 Dec", "1 yes")
    assert await talks(two) == 0


async def test_times_asked_for_before_a_list_change_nothing(two: Chat) -> None:
    await two.room("@ben", TIMES)
    await two.room("@ben", "!ok")
    await shows_a_list(two)
    assert (await two.dm("@ana", "2")).says("Logged M-2 Alex Kim (Search)")


async def test_words_of_the_list_are_no_number_and_choose_from_it(two: Chat) -> None:
    await shows_a_list(two)
    await two.opens("@ben", READY)
    assert (await two.dm("@ana", "M-2")).says("Logged M-2 Alex Kim (Search)")


async def test_with_a_ballot_and_times_open_and_no_list_both_are_named(two: Chat) -> None:
    await two.opens("@ben", READY)
    assert "!can" not in (await two.dm("@ana", "4")).text
    await two.room("@ben", TIMES)
    await two.room("@ben", "!ok")
    said = await two.dm("@ana", "2")
    assert said.says(
        "K7QX 02", "If you meant a time of a meeting: !can 2. Everybody sees that answer."
    )
    assert (await two.dm("@ana", "!can 2")).says("Noted for Talk #1: yes 2.")

"""A lead who suspects somebody: their part ends whole, and what they looked at can be read to the end."""

import re
from datetime import timedelta

import pytest

from commands.framework.reply import Audience
from tests.chat.conversation import Chat

NAMES = (
    "Rita Sousa", "Omar Haddad", "Dana Fox", "Mei Lin", "Jo Berg", "Priya Nair", "Tomas Ruiz", "Ida Holm", "Sam Okafor"
)  # fmt: skip


@pytest.fixture
async def suspected(chat: Chat) -> Chat:
    """Ben has something to do and said that he comes; Ana's people are not his."""
    for name in NAMES:
        await chat.dm("@ana", f'!contact add "{name}" area=Support')
    await chat.room("@lea", "!meet new Planning thu 19:00")
    await chat.room("@lea", "!ok")
    await chat.dm("@ben", "yes")
    await chat.room("@lea", "!action @ben print flyers by fri")
    return chat


async def test_what_somebody_still_had_to_do_is_told_when_their_part_ends(suspected: Chat) -> None:
    said = await suspected.dm("@lea", "!offboard @ben")
    assert said.says("Action 1 is still @ben's to do. !action give 1 @ana hands it over.")
    assert "flyers" not in said.text


async def test_nobody_asks_anything_of_whose_part_has_ended(suspected: Chat) -> None:
    await suspected.dm("@lea", "!offboard @ben")
    ended = "@ben's part in the committee has ended"
    assert (await suspected.room("@lea", "!action @ben buy tape")).says(ended)
    await suspected.room("@lea", "!action me buy paint")
    assert (await suspected.room("@lea", "!action give 2 @ben")).says(ended)
    await suspected.room("@lea", "!roles take notes")
    assert (await suspected.room("@lea", "!swap @ben")).says(ended)
    assert "ben" not in (await suspected.room("@lea", "!roles")).text


async def test_control_before_that_it_was_his_turn(suspected: Chat) -> None:
    assert (await suspected.room("@lea", "!roles")).says("facilitator: ben (next in turn)")


async def test_the_bot_writes_nothing_to_whose_part_has_ended(suspected: Chat) -> None:
    await suspected.dm("@lea", "!offboard @ben")
    told = await suspected.pass_time(suspected.now + timedelta(days=8))
    assert told
    assert [each for each in told if each.to.startswith("@ben")] == []
    assert any("The person who had action 1" in each.body and each.to == "room" for each in told)


async def test_control_otherwise_he_is_reminded(suspected: Chat) -> None:
    told = await suspected.pass_time(suspected.now + timedelta(days=8))
    assert any(each.to.startswith("@ben") for each in told)


async def test_ending_a_part_twice_is_said_and_raises_no_alarm(suspected: Chat) -> None:
    await suspected.dm("@lea", "!offboard @ben")
    again = await suspected.dm("@lea", "!offboard ben")
    assert again.says("@ben's part in the committee has ended already.", "!readmit @ben")
    assert again.body(Audience.LEADS) == ""


async def test_the_end_of_a_part_is_on_record(suspected: Chat) -> None:
    await suspected.dm("@lea", "!offboard @ben")
    assert (await suspected.dm("@kim", "!audit")).says(
        "@lea: ended somebody's part: @ben:example.org"
    )


async def looked(chat: Chat) -> None:
    for name in NAMES:
        await chat.dm("@ben", f"!contact find {name}")


@pytest.mark.parametrize("typed", ["!audit @ben", "audit by=ben", "!audit by=@ben:example.org"])
async def test_what_somebody_did_is_read_to_the_end_although_they_are_gone(
    suspected: Chat, typed: str
) -> None:
    await looked(suspected)
    await suspected.dm("@lea", "!offboard @ben")
    await suspected.dm("@lea", "!contact show M-1")
    seen, line = "", typed
    for _page in range(3):
        said = await suspected.dm("@lea", line)
        seen += said.text + "\n"
        more = re.search(r"Older: (.+)", said.text)
        if more is None:
            break
        line = more[1]
    assert {f"looked at M-{n}" in seen for n in range(1, 10)} == {True}
    assert "@lea" not in seen


async def test_one_day_full_of_look_ups_is_read_page_by_page(suspected: Chat) -> None:
    await looked(suspected)
    first = await suspected.dm("@lea", "!audit")
    assert first.says("Older: !audit skip=7")
    second = await suspected.dm("@lea", "!audit skip=7")
    both = first.text + second.text
    assert {f"@ben: looked at M-{n}" in both for n in range(1, 10)} == {True}
    assert "Older" not in second.text

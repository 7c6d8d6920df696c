"""Records go when they have had their time: each clock once a day, holds stop all, files are wiped."""

from datetime import timedelta

import pytest

from bot.config import Retention
from bot.jobs.retention import RetentionJob
from bot.state import Signals
from storage.privacy.remnants import Remnants
from tests.chat.conversation import Chat
from tests.chat.test_privacy import dump

LIST = "Name,Team\nBo Ito,Search\nDi Ito,Search\nEd Ito,Search\nFlo Ito,Search\n"


@pytest.fixture
def clocks(chat: Chat) -> RetentionJob:
    return RetentionJob(chat.database, Retention(), Signals())


async def handles(chat: Chat) -> list[str]:
    return [contact.handle for contact in await chat.contacts()]


@pytest.fixture
async def listed(chat: Chat) -> Chat:
    """Four people from a list; a talk, a basis and a hold for three of them."""
    await chat.send("@lea", "list.csv", LIST)
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    await chat.dm("@lea", "!1on1 log M-1 noanswer")
    await chat.dm("@lea", "!contact basis M-2 member")
    await chat.dm("@lea", "!hold M-3 why='claim at the court'")
    return chat


async def test_people_from_a_list_nobody_talked_to_go_after_ninety_days(
    listed: Chat, clocks: RetentionJob
) -> None:
    assert await clocks.run_due(listed.now + timedelta(days=89)) == 0
    assert await handles(listed) == ["M-1", "M-2", "M-3", "M-4"]
    assert await clocks.run_due(listed.now + timedelta(days=91)) == 1
    assert await handles(listed) == ["M-1", "M-2", "M-3"]
    assert "Flo Ito" not in await dump(listed)


async def test_a_clock_runs_once_a_day_and_again_after_a_hold(
    listed: Chat, clocks: RetentionJob
) -> None:
    day = listed.now + timedelta(days=91)
    await clocks.run_due(day)
    await listed.dm("@lea", "!1on1 log M-1 busy")
    await listed.dm("@lea", "!undo")
    assert await clocks.run_due(day + timedelta(hours=1)) == 0
    await listed.dm("@lea", "!hold end M-3")
    assert await clocks.run_due(day + timedelta(hours=2)) == 1
    assert await handles(listed) == ["M-1", "M-2"]


async def test_a_list_taken_back_does_not_stay_for_ever(chat: Chat, clocks: RetentionJob) -> None:
    await chat.send("@lea", "list.csv", LIST)
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    await chat.sure("@lea", "!import undo 1")
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    await chat.dm("@ana", "!undo")
    assert "Bo Ito" in await dump(chat), "the control: undoing keeps the rows"
    assert await clocks.run_due(chat.now + timedelta(days=91)) == 5
    after = await dump(chat)
    assert not [name for name in ("Bo Ito", "Flo Ito", "Sam Okafor") if name in after]


async def test_whoever_left_goes_after_thirty_days(chat: Chat, clocks: RetentionJob) -> None:
    for name in ("Sam Okafor", "Alex Kim", "Mia Chen", "Ben Stone"):
        await chat.dm("@ana", f"!contact add '{name}'")
    await chat.dm("@ana", "!contact left M-1")
    await chat.dm("@ana", "!contact exclude M-2 reason=supervisor")
    await chat.dm("@ana", "!contact left M-3")
    await chat.dm("@lea", "!contact rejoin M-3")
    await chat.dm("@ana", "!contact left M-4")
    await chat.dm("@lea", "!hold M-4 why='claim at the court'")
    assert await clocks.run_due(chat.now + timedelta(days=29)) == 0
    assert await clocks.run_due(chat.now + timedelta(days=31)) == 1
    text = await dump(chat)
    assert "Sam Okafor" not in text
    assert all(name in text for name in ("Alex Kim", "Mia Chen", "Ben Stone"))


async def test_free_words_go_after_half_a_year_and_figures_stay(
    chat: Chat, clocks: RetentionJob
) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    await chat.dm("@ana", "!1on1 log M-1 reached issue=oncall rate=2 did next=fri note=herons")
    await chat.dm("@ana", "!assess M-1 2 did marmalade")
    await chat.dm("@ana", "!note M-1 telephones")
    await chat.dm("@ana", "!done 1 marzipan")
    await chat.dm("@lea", "!turf release M-1 why=skylights")
    words = ("herons", "marmalade", "telephones", "marzipan", "skylights")
    assert await clocks.run_due(chat.now + timedelta(days=179)) == 0
    before = await dump(chat)
    assert all(word in before for word in words)
    assert await clocks.run_due(chat.now + timedelta(days=181)) == 5
    after = await dump(chat)
    assert [word for word in words if word in after] == []
    assert "oncall" in after
    assert (await chat.dm("@lea", "!contact show M-1")).says("2 supports (did)", "oncall")


async def test_on_hold_words_stay_until_it_ends(chat: Chat, clocks: RetentionJob) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    await chat.dm("@ana", "!note M-1 herons")
    await chat.dm("@lea", "!hold M-1 why='claim at the court'")
    await clocks.run_due(chat.now + timedelta(days=181))
    assert "herons" in await dump(chat)
    await chat.dm("@lea", "!hold end M-1")
    await clocks.run_due(chat.now + timedelta(days=182))
    assert "herons" not in await dump(chat)


async def test_what_was_deleted_is_wiped_from_the_files_once(
    chat: Chat, clocks: RetentionJob
) -> None:
    assert not await clocks.wipe()
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    await chat.sure("@lea", "!forget M-1")
    assert await clocks.wipe()
    assert not await clocks.wipe()
    async with chat.database.transaction() as tx:
        assert await Remnants(tx).last() is None


async def test_who_looked_goes_after_a_year(chat: Chat, clocks: RetentionJob) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    await chat.dm("@lea", "!contact show M-1")
    await chat.dm("@lea", "!subject M-1")
    assert await clocks.run_due(chat.now + timedelta(days=364)) == 0
    assert await clocks.run_due(chat.now + timedelta(days=366)) == 2


async def test_a_clock_set_shorter_waits_and_a_longer_one_holds_at_once(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    await chat.dm("@ana", "!contact left M-1")

    async def tended(days: int, left_days: int) -> int:
        shredding = RetentionJob(chat.database, Retention(left_days=left_days), Signals())
        await shredding.run_due(chat.now + timedelta(days=days))
        async with chat.database.transaction() as tx:
            return int(str(await tx.value("SELECT COUNT(*) FROM contacts")))

    assert await tended(1, 30) == 1
    # Set to three days on the fifth: waits until the eighth.
    assert await tended(5, 3) == 1
    assert await tended(7, 3) == 1
    # Thought better of, and set again: it waits anew.
    assert await tended(8, 40) == 1
    assert await tended(9, 3) == 1
    assert await tended(11, 3) == 1
    assert await tended(13, 3) == 0


async def test_the_first_clock_there_is_needs_no_wait(chat: Chat) -> None:
    """The control: nobody shortened anything."""
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    await chat.dm("@ana", "!contact left M-1")
    shredding = RetentionJob(chat.database, Retention(left_days=3), Signals())
    await shredding.run_due(chat.now + timedelta(days=5))
    assert await chat.contacts() == []
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM contacts") == 0


async def test_who_was_whose_buddy_goes_a_month_after_its_last_day(
    chat: Chat, clocks: RetentionJob
) -> None:
    await chat.dm("@ana", "!buddy @ben")
    last = chat.now + timedelta(weeks=4)
    assert await clocks.run_due(last + timedelta(days=30)) == 0
    assert "buddies" in await dump(chat), "the control"
    assert await clocks.run_due(last + timedelta(days=31)) == 1
    async with chat.database.transaction() as tx:
        assert await tx.number("SELECT COUNT(*) FROM buddies") == 0

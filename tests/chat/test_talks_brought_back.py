"""A talk that was withdrawn or moved comes back with ``!undo``, whole, and the history keeps all of it."""

import pytest

from tests.chat.conversation import Chat
from tests.chat.test_privacy import dump


@pytest.fixture
async def talked(chat: Chat) -> Chat:
    """Ana logged a talk with Sam, with rating, next step and an old follow-up that it closed."""
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search")
    await chat.dm("@ana", "!followup M-1 today")
    await chat.dm(
        "@ana", '!1on1 log M-1 reached ask="sign the petition" answer=yes rate=2 did next=fri'
    )
    await chat.dm("@ana", "!1on1 edit 1 issue=pay")
    chat.later(minutes=40)
    return chat


async def everything(chat: Chat) -> list[str]:
    """What is said of both people, of what is due, and of the figures."""
    typed = ("!contact show M-1", "!contact show M-2", "!1on1 history M-1", "!1on1 history M-2",
             "!assess history M-1", "!assess history M-2", "!due", "!report movement", "!issues")  # fmt: skip
    return [(await chat.dm("@lea" if "report" in each else "@ana", each)).text for each in typed]


@pytest.mark.parametrize(
    "typed", ["!1on1 withdraw 1", "!1on1 withdraw 1 slip", "!1on1 edit 1 who=M-2"]
)
async def test_it_comes_back_with_all_that_came_with_it(talked: Chat, typed: str) -> None:
    before = await everything(talked)
    said = await talked.dm("@ana", typed)
    assert said.says("!undo")
    assert await everything(talked) != before
    undone = await talked.dm("@ana", "!undo")
    assert undone.says("Undone: ", "talk")
    assert await everything(talked) == before
    assert "slip" not in "\n".join(await everything(talked))
    async with talked.database.transaction() as tx:
        kinds = [row["kind"] for row in await tx.all("SELECT kind FROM history ORDER BY id")]
        lifted = await tx.number("SELECT COUNT(*) FROM history WHERE lifted IS NOT NULL")
    out = "talk moved away" if "who=" in typed else "talk withdrawn"
    assert kinds.count(out) == lifted == 2, "both versions"


async def test_it_can_be_withdrawn_again_after_it_came_back(talked: Chat) -> None:
    before = await everything(talked)
    await talked.dm("@ana", "!1on1 withdraw 1")
    await talked.dm("@ana", "!undo")
    assert (await talked.dm("@ana", "!1on1 withdraw 1")).says("Withdrawn: talk 1")
    assert (await talked.dm("@ana", "!1on1 history M-1")).says("no talk yet")
    await talked.sure("@ana", "!undo")
    assert await everything(talked) == before


async def test_a_talk_moved_twice_goes_back_step_by_step(talked: Chat) -> None:
    await talked.dm("@ana", "!contact add 'Mia Chen' area=Search")
    first = await everything(talked)
    await talked.dm("@ana", "!1on1 edit 1 who=M-2")
    second = await everything(talked)
    await talked.dm("@ana", "!1on1 edit 1 who=M-3")
    await talked.dm("@ana", "!undo")
    assert await everything(talked) == second
    assert (await talked.dm("@ana", "!undo")).says("You have just undone something.")
    await talked.dm("@ana", "!undo --yes")
    assert await everything(talked) == first


async def test_a_moved_talk_that_was_withdrawn_comes_back_where_it_was_moved_to(
    talked: Chat,
) -> None:
    await talked.dm("@ana", "!1on1 edit 1 who=M-2")
    moved = await everything(talked)
    await talked.dm("@ana", "!1on1 withdraw 1")
    await talked.dm("@ana", "!undo")
    assert await everything(talked) == moved


async def test_one_that_was_put_right_since_is_not_moved_back(talked: Chat) -> None:
    await talked.dm("@ana", "!1on1 edit 1 who=M-2")
    await talked.dm("@lea", "!1on1 edit 1 issue=hours")
    assert (await talked.dm("@ana", "!undo")).says("you have corrected it since")


async def test_after_a_quarter_of_an_hour_it_stays_as_it_is(talked: Chat) -> None:
    await talked.dm("@ana", "!1on1 withdraw 1")
    talked.later(minutes=16)
    assert (await talked.dm("@ana", "!undo")).says("You saved nothing in the last 15 minutes")


async def test_a_lead_brings_back_what_an_organizer_withdrew(talked: Chat) -> None:
    before = await everything(talked)
    await talked.dm("@ana", "!1on1 withdraw 1")
    await talked.dm("@lea", "!undo of=@ana")
    said = await talked.dm("@lea", '!undo of=@ana why="they asked me to" --yes')
    assert "withdrawing a talk with M-1" in said.told("@ana")
    assert await everything(talked) == before


async def test_what_was_brought_back_is_forgotten_with_the_person(talked: Chat) -> None:
    await talked.dm("@ana", "!1on1 withdraw 1 slip")
    await talked.dm("@ana", "!undo")
    await talked.sure("@lea", "!forget M-1")
    assert "sign the petition" not in await dump(talked)
    assert "slip" not in await dump(talked)

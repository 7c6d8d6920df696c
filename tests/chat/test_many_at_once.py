"""What is done to many people at once is done to all of them in a few statements, not one by one.

Counted, not timed: statements, and the steps that SQLite takes.
"""

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from storage.chat.committees import Committees
from storage.core.database import Database, Transaction
from storage.core.driver import Row
from storage.structure_tests.sheets import SheetLine
from tests.chat.conversation import Chat
from tests.support.begun import copied
from tests.support.crowd import gather
from tests.support.statements import Asked, asked_of

FEW, MANY = 40, 400
"""Contacts of the two committees that are compared."""


@pytest.fixture
async def other_chat(begun: Path) -> AsyncIterator[Chat]:
    async with copied(begun) as chat:
        yield chat


async def crowd(chat: Chat, people: int) -> None:
    await gather(chat.database, people, chat.now)
    await chat.dm("@lea", '!test open cards "Cards" --yes')


async def asked(chat: Chat, patch: pytest.MonkeyPatch, who: str, text: str) -> Asked:
    with asked_of(chat.database, patch) as found:
        said = await chat.dm(who, text)
    assert "Did you mean" not in said.text
    return found


async def state(database: Database) -> list[tuple[object, ...]]:
    """What is derived of everybody."""
    async with database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        rows: list[Row] = await tx.all(
            "SELECT c.organizer, c.rating, c.rated_at, c.disputed, p.mark, p.promised, p.counted, "
            "(SELECT group_concat(f.owner) FROM follow_ups AS f WHERE f.contact = c.id) AS owed "
            "FROM contacts AS c LEFT JOIN test_people AS p ON p.contact = c.id "
            "WHERE c.committee = ? ORDER BY c.id",
            (committee.id,),
        )
    return [tuple(row) for row in rows]


def handles(people: int) -> str:
    """As many as may stand in one line."""
    return " ".join(f"M-{number}" for number in range(1, min(people // 2, 100) + 1))


DOING = {
    "turf move": ("!turf move @ana @ben --yes",),
    "offboard": ("!offboard @ana",),
    "test mark": ("!test mark did {handles}",),
    "undo of turf move": ("!turf move @ana @ben --yes", "!undo"),
    "undo of offboard": ("!offboard @ana", "!undo"),
    "undo of test mark": ("!test mark did {handles}", "!undo"),
}


@pytest.mark.parametrize("what", DOING)
async def test_ten_times_the_people_take_no_more_statements(
    chat: Chat, other_chat: Chat, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for one, people in ((chat, FEW), (other_chat, MANY)):
        await crowd(one, people)
        await one.dm("@lea", "!turf move @ana @ben")
        *before, last = (each.format(handles=handles(people)) for each in DOING[what])
        for each in before:
            await one.dm("@lea", each)
        found.append(await asked(one, monkeypatch, "@lea", last))
    few, many = found
    # Finding whom each handle means takes two; what is done to them is done to all.
    looked_up = 4 * 80 if what == "test mark" else 0
    assert many.statements <= few.statements + looked_up + 20
    assert many.steps < 20 * few.steps, "ten times the rows, not a hundred times"


LISTS = (
    "!contact list",
    "!contact find Nguyen",
    "!dupes",
    "!due",
    "!due team",
    "!turf",
    "!me",
    "!status",
    "!report coverage",
    "!report follow-ups",
    "!report holes",
    "!test list",
    "!test status T-1",
    "!test gaps T-1",
)


@pytest.mark.parametrize("what", LISTS)
async def test_a_list_of_ten_times_the_people_takes_no_more_statements(
    chat: Chat, other_chat: Chat, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read row by row."""
    found = []
    for committee, people in ((chat, FEW), (other_chat, MANY)):
        await crowd(committee, people)
        await committee.dm("@lea", what)
        found.append(await asked(committee, monkeypatch, "@lea", what))
    few, many = found
    assert many.statements <= few.statements


KEPT = {
    "!meet list": ("!meet new Plan {word} | tue 19:00 | 90m", "!ok"),
    "!test list": (
        '!contact add "Sam {word}kafor" --yes',
        '!test open petition "Cards {word}" goal=60% --yes',
        "!test close T-{number}",
        "!test close T-{number} --yes",
    ),
    "!issue list": ("!issue add {word}",),
    "!due": ('!contact add "{word} Okafor" --yes', "!1on1 log {word} reached next=3d"),
    "!turf": ('!contact add "{word} Okafor" area={word} --yes', "!1on1 log {word} reached"),
    "!leaders": (
        '!contact add "{word} Okafor" --yes',
        "!contact role {word} leader",
    ),
}
"""Lists of other things than people, with what puts one more on each."""
WORDS = ("alba", "brisa", "cedro", "duna")


@pytest.mark.parametrize("what", KEPT)
async def test_a_list_of_more_rows_takes_no_more_statements(
    chat: Chat, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, shown = [], []
    for words in (WORDS[:2], WORDS[2:]):
        for word in words:
            for text in KEPT[what]:
                await chat.dm("@lea", text.format(word=word, number=WORDS.index(word) + 1))
        said = (await chat.dm("@lea", what)).text.casefold()
        shown.append(sum(word in said for word in WORDS))
        found.append((await asked(chat, monkeypatch, "@lea", what)).statements)
    assert found[1] <= found[0]
    assert shown[1] > shown[0] > 0


async def test_a_list_that_is_read_row_by_row_is_noticed(
    chat: Chat, other_chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    at_once = Transaction.all

    async def one_by_one(self: Transaction, sql: str, params: Sequence[object] = ()) -> list[Row]:
        rows = await at_once(self, sql, params)
        for number, _row in enumerate(rows):
            await at_once(self, "SELECT ?, ?", (sql, number))
        return rows

    monkeypatch.setattr(Transaction, "all", one_by_one)
    found = []
    for committee, people in ((chat, FEW), (other_chat, MANY)):
        await crowd(committee, people)
        found.append(await asked(committee, monkeypatch, "@lea", "!due"))
    few, many = found
    assert many.statements > few.statements


@pytest.mark.parametrize("what", [each for each in DOING if each.startswith("undo of")])
async def test_taken_back_everything_is_as_before(chat: Chat, what: str) -> None:
    await crowd(chat, FEW)
    await chat.dm("@ana", "!assess M-4 1 did")
    await chat.dm("@lea", "!assess M-4 4 did")
    await chat.dm("@lea", "!turf assign @ana M-2 M-6 --backup")
    await chat.dm("@lea", "!turf move @ana @ben")
    before = await state(chat.database)
    doing, undo = (each.format(handles=handles(FEW)) for each in DOING[what])
    await chat.dm("@lea", doing)
    assert await state(chat.database) != before
    assert (await chat.dm("@lea", undo)).says("Undone")
    assert await state(chat.database) == before


async def test_whose_contact_it_is_says_whose_rating_counts_of_merged_records_too(
    chat: Chat,
) -> None:
    """The rating of a person follows the organizer although it was given to a record that was merged."""
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", '!contact add "Samuel Okafor" area=Payments --yes')
    await chat.dm("@ben", "!1on1 log M-2 reached")
    await chat.dm("@ben", "!assess M-2 4 did")
    await chat.dm("@ana", "!assess M-2 1 did")
    await chat.sure("@lea", "!merge M-1 M-2")
    assert (await state(chat.database))[0][1] == 1
    await chat.dm("@lea", "!turf assign @ben M-1 --transfer")
    assert (await state(chat.database))[0][1] == 4
    await chat.dm("@lea", "!undo")
    assert (await state(chat.database))[0][1] == 1


async def test_a_long_list_is_accepted_by_going_through_it_once(chat: Chat) -> None:
    """Each line was compared with every accepted one: a file of 5,000 held the loop for seconds."""
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@lea", '!test open cards "Cards" --yes')
    await chat.dm("@lea", "!test mark did\nSam Okafor\nZoltan Quwx")
    async with chat.database.transaction() as tx:
        lines = [[n, "Sam Okafor", "sure", [1]] for n in range(1, 5_001)]
        old = json.loads(str(await tx.value("SELECT lines FROM test_sheets")))
        assert [type(each) for each in old[0]] == [type(each) for each in lines[0]]
        await tx.execute("UPDATE test_sheets SET lines = ?", (json.dumps(lines),))
    compared = 0
    equal = SheetLine.__eq__

    def counted(self: SheetLine, other: object) -> bool:
        nonlocal compared
        compared += 1
        return equal(self, other)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SheetLine, "__eq__", counted)
        assert (await chat.dm("@lea", "!test accept 1")).says("1")
    assert compared < 50_000


async def test_leaders_of_a_large_area_are_compared_with_it_once(
    chat: Chat, other_chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them with each of the others was the square of it, while everybody waited."""
    found = []
    for one, people in ((chat, FEW), (other_chat, MANY)):
        await gather(one.database, people, one.now)
        async with one.database.transaction() as tx:
            await tx.execute("UPDATE contacts SET unit_area = 1, unit_shift = NULL, parts = 2")
        await one.dm("@lea", '!test open cards "Cards" --yes')
        await one.dm("@lea", "!test close cards")
        found.append(await asked(one, monkeypatch, "@lea", "!test close cards --yes"))
    few, many = found
    assert many.steps < 20 * few.steps

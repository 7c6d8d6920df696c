"""Phones, addresses and languages on a list: taken while a keeper wants them, and named when not."""

import pytest

from tests.chat.conversation import Chat
from tests.chat.test_privacy import dump

LIST = (
    "Name;Team;Phone;Email;Language\n"
    "Sam Okafor;Payments;+49 170 1234567;sam@home.example;Spanish\n"
    "Mia Chen;Search;ask her sister;mia@home.example;\n"
    "Alex Kim;Search;030 998877; ;Korean 2\n"
    "Jo Brand;Search;0171 1112223, 030 445566;;\n"
)
EVERY = ("phone", "email", "language")


@pytest.fixture
async def kept(chat: Chat) -> Chat:
    """A committee that keeps all three fields."""
    for field in EVERY:
        await chat.dm("@kim", f'!fields on {field} why="to call before the vote"')
    return chat


async def saved(chat: Chat, content: str = LIST) -> None:
    await chat.send("@lea", "old.csv", content)
    await chat.dm("@lea", "!import check")
    assert (await chat.dm("@lea", "!import commit")).says("saved")


async def shown(chat: Chat, who: str) -> str:
    return (await chat.dm("@lea", f"!contact show {who}")).text


async def test_what_is_not_kept_is_named_with_how_to_keep_it(chat: Chat) -> None:
    reply = await chat.send("@lea", "old.csv", LIST)
    assert reply.says("Not taken: Phone, Language")
    assert reply.says(
        "Switched off here: Phone, E-mail, Language. A keeper of the data can switch"
        ' that on: !fields on phone why="to call before the vote". Then !import map 1'
        " Phone=phone Language=language"
    )
    refused = await chat.dm("@lea", "!import map 1 Phone=phone")
    assert refused.says("Phone of contacts is switched off here", "!fields on phone")
    await chat.dm("@lea", "!import check")
    await chat.dm("@lea", "!import commit")
    assert "1234567" not in await dump(chat)
    assert "E-mail" not in await shown(chat, "M-1")


async def test_an_address_of_the_employers_is_no_way_to_reach_anybody(kept: Chat) -> None:
    reply = await kept.send("@lea", "staff.csv", "Name,Work email\nSam Okafor,sam@corp.example\n")
    assert reply.says("email, only to tell people apart: their employer can read it")
    await kept.dm("@lea", "!import check")
    await kept.dm("@lea", "!import commit")
    assert "corp.example" not in await shown(kept, "M-1")


async def test_kept_fields_are_filled_and_odd_ones_named_by_line(kept: Chat) -> None:
    reply = await kept.send("@lea", "old.csv", LIST)
    assert reply.says("Phone → phone", "Email → email, kept to reach them", "Language → language")
    assert "Switched off here" not in reply.text
    checked = await kept.dm("@lea", "!import check")
    assert checked.says("4 new", "With 3 phone numbers.", "With 2 e-mail addresses.")
    assert checked.says("With the language of 1 person.")
    assert (await kept.dm("@lea", "!import problems")).lists(
        "line 3: “ask her sister” is not a phone number; not taken",
        "line 4: “Korean 2” is no language; not taken",
        "line 5: of “0171 1112223, 030 445566” only the first phone number is taken",
    )
    await kept.dm("@lea", "!import commit")
    assert "Phone: +49 170 1234567 · E-mail: sam@home.example · Language: Spanish" in (
        await shown(kept, "M-1")
    )
    assert "Phone" not in await shown(kept, "M-2")
    assert "Phone: 0171 1112223" in await shown(kept, "M-4")
    assert (await kept.dm("@kim", "!subject M-1")).says("1234567", "to call before the vote")


async def test_taking_the_list_back_takes_them_back(kept: Chat) -> None:
    await kept.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await saved(kept)
    assert "1234567" in await shown(kept, "M-1")
    assert (await kept.sure("@lea", "!import undo 1")).says("3 people removed again", "1 change")
    assert "1234567" not in await shown(kept, "M-1")


async def test_what_was_typed_or_taken_out_by_hand_stays(kept: Chat) -> None:
    await kept.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await kept.dm("@ana", '!contact edit M-1 phone="030 5556677" language=Polish')
    await kept.dm("@ana", "!contact edit M-1 language=-")
    await kept.send("@lea", "old.csv", LIST)
    checked = await kept.dm("@lea", "!import check")
    assert checked.says("M-1 Sam Okafor (Payments): phone, language stays as set by hand")
    await kept.dm("@lea", "!import commit")
    told = await shown(kept, "M-1")
    assert "Phone: 030 5556677 · E-mail: sam@home.example" in told
    assert "Language" not in told
    await kept.send("@lea", "old.csv", LIST)
    assert (await kept.dm("@lea", "!import check --overwrite")).says("1 updated · 3 unchanged")


async def test_a_newer_list_wins_over_an_older_one_and_a_blank_erases_nothing(kept: Chat) -> None:
    await saved(kept)
    newer = "Name;Team;Phone\nSam Okafor;Payments;0151 7654321\nAlex Kim;Search;\n"
    await kept.send("@lea", "new.csv", newer)
    assert (await kept.dm("@lea", "!import check")).says("0 new · 1 updated · 1 unchanged")
    await kept.dm("@lea", "!import commit")
    assert "Phone: 0151 7654321" in await shown(kept, "M-1")
    assert "Phone: 030 998877" in await shown(kept, "M-3")


async def test_a_field_switched_off_before_saving_is_not_taken(kept: Chat) -> None:
    await kept.send("@lea", "old.csv", LIST)
    await kept.dm("@lea", "!import check")
    await kept.sure("@kim", "!fields off phone")
    await kept.dm("@lea", "!import commit")
    assert "Phone" not in await shown(kept, "M-1")
    assert "sam@home.example" in await shown(kept, "M-1")
    async with kept.database.transaction() as tx:
        assert await tx.number("SELECT COUNT(*) FROM contact_details WHERE field = 'phone'") == 0

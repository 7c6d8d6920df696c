"""Phone, e-mail and language of a contact: kept only while a keeper wants it, and shown to few."""

import csv
import io

import pytest

from commands.framework.reply import Audience
from commands.roles.quotas import RATES, Act, Rate
from tests.chat.conversation import Chat
from tests.chat.test_exports import made, orders
from tests.chat.test_privacy import dump

PHONE = "+49 (170) 123-4567"
ON = '!fields on phone why="to call before the vote"'


@pytest.fixture
async def reached(chat: Chat) -> Chat:
    """Ana's Sam and Ben's Alex; the phone may be kept, and Sam's is."""
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ben", '!contact add "Alex Kim" area=Search')
    await chat.dm("@kim", ON)
    await chat.dm("@ana", f'!contact edit M-1 phone="{PHONE}"')
    return chat


async def test_nothing_is_kept_until_a_keeper_says_so(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    for typed in (f'phone="{PHONE}"', "email=sam@example.org", "language=Spanish"):
        reply = await chat.dm("@ana", f"!contact edit M-1 {typed}")
        assert reply.says("is switched off here", "!fields on")
    assert "1234" not in await dump(chat)
    assert (await chat.dm("@lea", ON)).says("keepers of the data")
    reply = await chat.dm("@kim", ON)
    assert reply.says("Phone may be kept from now on, because: to call before the vote")
    assert "@kim switched on" in reply.body(Audience.LEADS)
    assert (await chat.dm("@kim", ON)).says("Phone is on already")
    assert (await chat.room("@ana", "!fields")).lists(
        "Phone: kept, because: to call before the vote", "E-mail: not kept", "Language: not kept"
    )
    assert (await chat.dm("@ana", "!contact edit M-1 language=Spanish")).says(
        "Language of contacts"
    )


async def test_it_is_kept_as_typed_and_shown_to_whose_contact_it_is(reached: Chat) -> None:
    assert (await reached.dm("@ana", "!contact show M-1")).says(f"Phone: {PHONE}")
    assert (await reached.dm("@lea", "!contact show M-1")).says(f"Phone: {PHONE}")
    await reached.dm("@ana", "!away @ana until=3d cover=@ben")
    standing_in = await reached.dm("@ben", "!contact show M-1")
    assert standing_in.says("Sam Okafor")
    assert "123-4567" not in standing_in.text
    assert "123-4567" not in (await reached.dm("@ben", "!subject M-1")).text


async def test_it_changes_and_is_taken_back(reached: Chat) -> None:
    reply = await reached.dm("@ana", '!contact edit M-1 phone="030 99 88 77"')
    assert reply.says(f"Phone: {PHONE} → 030 99 88 77")
    await reached.dm("@ana", "!undo")
    assert (await reached.dm("@ana", "!contact show M-1")).says(PHONE)
    assert (await reached.dm("@ana", "!contact edit M-1 phone=-")).says("→ –")
    assert "Phone" not in (await reached.dm("@ana", "!contact show M-1")).text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("phone=banana", "is not a phone number"),
        ("phone=12", "is not a phone number"),
        ("phone=" + "1" * 17, "is not a phone number"),
        ("email=sam@", "is not an e-mail address"),
        ("email=sam@example", "is not an e-mail address"),
        ("email=sam.example.org", "is not an e-mail address"),
        ("language=42", "is not a language"),
    ],
)
async def test_what_is_none_is_asked_about(reached: Chat, typed: str, answer: str) -> None:
    assert (await reached.dm("@ana", f"!contact edit M-1 {typed}")).says(answer)


@pytest.mark.parametrize(
    "typed",
    ["0170 1234567", "+49 170 1234567", "0049-170-1234567", "(0170) 123 45 67", "170.1234567"],
)
async def test_one_number_in_two_spellings_is_noticed(reached: Chat, typed: str) -> None:
    reply = await reached.dm("@lea", f'!contact edit M-2 phone="{typed}"')
    assert reply.says("Phone: the same as for M-1 Sam Okafor")
    again = await reached.dm("@ben", f'!contact edit M-2 phone="{typed}"')
    assert "M-1" not in again.text, "somebody else's: it would tell whose number that is"


async def test_off_deletes_and_shows_it_first(reached: Chat) -> None:
    look = await reached.dm("@kim", "!fields off phone")
    assert look.says("this deletes it for 1 person, for good", "!fields off phone --yes")
    assert (await reached.dm("@ana", "!contact show M-1")).says(PHONE)
    assert (await reached.dm("@kim", "!fields off phone --yes")).says("Phone is off")
    assert "123-4567" not in await dump(reached)
    assert reached.background.wiping == 1
    assert "Phone" not in (await reached.dm("@ana", "!contact show M-1")).text
    assert (await reached.dm("@kim", "!undo")).says("Nobody can bring back")
    await reached.dm("@kim", ON)
    assert "Phone" not in (await reached.dm("@ana", "!contact show M-1")).text


async def test_on_is_taken_back_while_nothing_is_kept(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@kim", ON)
    assert (await chat.dm("@kim", "!undo")).says("switching a field on")
    assert (await chat.dm("@ana", "!fields")).says("Phone: not kept")
    await chat.dm("@kim", ON)
    await chat.dm("@ana", f'!contact edit M-1 phone="{PHONE}"')
    assert (await chat.dm("@kim", "!undo")).says("1 person has it by now", "!fields off phone")


async def test_on_hold_it_is_not_deleted(reached: Chat) -> None:
    await reached.dm("@lea", "!hold M-1 why=claim")
    assert (await reached.sure("@kim", "!fields off phone")).says("on hold")
    assert (await reached.dm("@ana", "!contact show M-1")).says(PHONE)


async def test_nobody_deletes_field_after_field_alone(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, Act.DROP_FIELD, Rate(1, 1))
    for field in ("phone", "language"):
        await chat.dm("@kim", f"!fields on {field} why=calls")
    assert (await chat.sure("@kim", "!fields off phone")).says("Phone is off")
    assert (await chat.sure("@kim", "!fields off language")).says(
        "To do more you need a second lead"
    )
    assert (await chat.dm("@ana", "!fields")).says("Language: kept")


async def test_whoever_asks_reads_the_reason(reached: Chat) -> None:
    reply = await reached.dm("@ana", "!subject M-1")
    assert reply.says(
        "How they are reached", f"phone · {PHONE} · kept because: to call before the vote"
    )


async def test_it_goes_with_them_and_out_of_others_words(reached: Chat) -> None:
    await reached.dm("@ben", f'!note M-2 "call Sam: {PHONE}"')
    assert await dump(reached) != ""
    await reached.sure("@lea", "!forget M-1")
    assert "123-4567" not in await dump(reached)


async def test_merged_records_have_both(reached: Chat) -> None:
    await reached.dm("@kim", "!fields on language why=talks")
    await reached.dm("@ben", "!contact edit M-2 language=Korean phone=030556677")
    await reached.sure("@lea", "!merge M-1 M-2")
    assert (await reached.dm("@ana", "!contact show M-1")).says(
        f"Phone: {PHONE} · Language: Korean"
    )


async def test_the_room_and_the_lists_never_show_it(reached: Chat) -> None:
    typed = await reached.room("@ana", f'!contact edit M-1 phone="{PHONE}"')
    assert typed.retracted
    assert "123" not in typed.here
    for who, text in (
        ("@ana", "!contact list"),
        ("@lea", "!contact list"),
        ("@ana", "!contact find sam"),
        ("@lea", "!chart"),
        ("@lea", "!report coverage"),
        ("@ana", "!due"),
        ("@ana", "!next"),
        ("@ana", "!digest"),
        ("@lea", "!audit"),
    ):
        assert "4567" not in (await reached.dm(who, text)).text, text


async def test_a_copy_holds_it_where_it_is_kept(
    reached: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reached.dm("@kim", "!export csv why=x")
    [order] = orders(await reached.dm("@lea", "!export approve 1"))
    text, _content = await made(reached, order, monkeypatch)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0]["phone"] == f"'{PHONE}"
    assert "own email" not in rows[0], "nobody has one: no column"

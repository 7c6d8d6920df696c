"""Contacts: added, found, shown; two of one name are never guessed at."""

from commands.framework.context import RoomId
from tests.chat.conversation import Chat


async def test_a_contact_gets_a_handle(chat: Chat) -> None:
    reply = await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments shift=day')
    assert reply.says("Added M-1 Sam Okafor (Payments, day).", "!1on1 log M-1 reached")
    [sam] = await chat.contacts()
    assert (sam.handle, sam.name, sam.area, sam.shift) == ("M-1", "Sam Okafor", "Payments", "day")
    assert sam.organizer == "@ana:example.org"


async def test_a_name_needs_no_quotes_and_phones_may_curl_them(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add Sam Okafor area=Payments")
    await chat.dm("@ana", "!contact add “Mia Chen” area=„Data Platform“")
    await chat.dm("@ana", "!Contact  Add ‘Conor O’Brien’ team=Search")
    assert [(c.name, c.area) for c in await chat.contacts()] == [
        ("Conor O’Brien", "Search"),
        ("Mia Chen", "Data Platform"),
        ("Sam Okafor", "Payments"),
    ]


async def test_similar_names_are_asked_about_before_saving(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Samuel Okafor" area=Payments')
    for name in ("samuel OKAFOR", "Okafor Samuel", "Sam Okafor", "Samuel Okafro", "Sámuel Ókafor"):
        reply = await chat.dm("@ana", f'!contact add "{name}"')
        assert reply.says("Not saved yet", "--yes")
        assert reply.lists("M-1 Samuel Okafor (Payments)")
        # Of another organizer's people it says that there may be one, and no more.
        reply = await chat.dm("@ben", f'!contact add "{name}"')
        assert reply.says("Not saved yet", "--yes")
        assert "Samuel" not in reply.text.replace(name, "")
    assert len(await chat.contacts()) == 1
    for dashes in ("--", "—", "––"):
        reply = await chat.dm("@ben", f'!contact add "Sam Okafor" {dashes}yes')
        assert reply.says("Added")


async def test_other_names_are_not_called_similar(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    for name in ("Sam Ortega", "Mia Okafor", "Sol Okafor-Lind", "Tim Cook"):
        assert (await chat.dm("@ana", f'!contact add "{name}"')).says("Added")


async def test_two_people_with_one_name_are_never_guessed(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Payments")
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search --yes")
    for typed in ("'Alex Kim'", "Alex Kim", "kim alex", "alex"):
        reply = await chat.dm("@ana", f"!1on1 log {typed} reached")
        assert reply.lists("M-1 Alex Kim (Payments)", "M-2 Alex Kim (Search)")
        assert "1. M-1 Alex Kim" in reply.text
    assert await chat.conversations() == []


async def test_part_of_a_name_is_enough_only_for_one_person(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    assert (await chat.dm("@ana", "!1on1 log okafor reached")).says("Logged M-1 Sam Okafor")
    reply = await chat.dm("@ana", "!1on1 log oka reached")
    assert reply.says("None of your people is named exactly “oka”", "Did you mean")
    assert reply.lists("M-1 Sam Okafor")
    reply = await chat.dm("@ana", "!1on1 log Sam Okafro reached")
    assert reply.lists("M-1 Sam Okafor")


async def test_find_folds_case_accents_and_order(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Łukasz Żółć" area=Payments')
    await chat.dm("@ana", '!contact add "Zoe Lukas"')
    for words in ("lukasz zolc", "ŻÓŁĆ", "zol luk", "Zolc, Lukasz"):
        for who in ("@ana", "@ben", "@lea"):
            reply = await chat.dm(who, f'!contact find "{words}"')
            assert "M-1 Łukasz Żółć (Payments)" in reply.text
    assert (await chat.dm("@ana", "!contact find nobody")).says("Nobody by that name")


async def test_names_of_other_scripts_are_found(chat: Chat) -> None:
    for name, part in (("सुनीता शर्मा", "शर्मा"), ("田中 美咲", "美咲"), ("Ольга Кузнецова", "кузн")):
        await chat.dm("@ana", f'!contact add "{name}"')
        assert (await chat.dm("@ana", f"!contact find {part}")).says(name)


async def test_an_organizer_sees_own_contacts_and_a_lead_all(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", "!1on1 log M-1 reached issue=oncall rate=2 did note='likes the plan'")
    refused = await chat.dm("@ben", "!contact show M-1")
    assert refused.says("M-1 is not one of your people. A lead can see more")
    assert "Sam" not in refused.text
    assert "2 supports" not in refused.text
    assert "oncall" not in refused.text
    for who in ("@ana", "@lea", "@kim"):
        shown = await chat.dm(who, "!contact show M-1")
        assert shown.says(
            "2 supports (did), @ana", "oncall", "“likes the plan”", "Assigned to @ana"
        )


async def test_a_look_at_somebody_elses_contact_is_kept(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@ana", "!contact show M-1")
    await chat.dm("@ben", "!contact show M-1")
    await chat.dm("@lea", "!contact show M-1")
    async with chat.database.transaction() as tx:
        viewers = [row["viewer"] for row in await tx.all("SELECT viewer FROM views")]
    assert viewers == ["@lea:example.org"]


async def test_the_list_comes_in_pages(chat: Chat) -> None:
    names = [
        f"{first} {last}" for first in ("Amy", "Bo", "Cy", "Di") for last in ("Ahn", "Beck", "Cole")
    ]
    for name in names:
        await chat.dm("@ana", f'!contact add "{name}" --yes')
    first = await chat.dm("@ana", "!contacts")
    assert first.says(
        "Your contacts:", "M-1 Amy Ahn", "M-10 Di Ahn", "More: !contact list after=M-10"
    )
    assert "M-11" not in first.text
    second = await chat.dm("@ana", "!contact list after=M-10")
    assert second.lists("M-11 Di Beck", "M-12 Di Cole")
    assert (await chat.dm("@ben", "!contact list")).says("Nobody yet")
    assert (await chat.dm("@lea", "!contact list")).says("The committee's contacts:", "M-1 Amy Ahn")


async def test_a_handle_can_be_typed_in_many_ways(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    for handle in ("M-1", "m-1", "m1", "M–1", "M 1", "#1", "Ｍ-１", "M-01"):
        assert (await chat.dm("@ana", f"!contact show {handle}")).says("M-1 Sam Okafor")


async def test_committees_do_not_see_each_other(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.found(RoomId("!search:example.org"), "Search chapter", ["@ana"])
    await chat.dm("@ana", "!use search")
    assert (await chat.dm("@ana", "!contact show M-1")).says("M-1 is not one of your people")
    assert (await chat.dm("@ana", "!contact find sam")).says("Nobody by that name")
    assert (await chat.dm("@ana", '!contact add "Sam Okafor"')).says("Added M-1 Sam Okafor.")
    await chat.dm("@ana", "!use payments")
    assert len(await chat.contacts()) == 1

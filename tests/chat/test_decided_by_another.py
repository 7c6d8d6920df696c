"""Two people work on one list: whoever saves it is shown what another decided since it was checked."""

import pytest

from tests.chat.conversation import Chat

LIST = "Name,Area\nSam Okafor,Payments\nSam Okafor,Search\nAlex Kim,Payments\nMia Chen,Search"


@pytest.fixture
async def checked(chat: Chat) -> Chat:
    """Lea has brought a list and had it checked; two of its lines wait for somebody's word."""
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Ops")
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Legal --yes")
    await chat.dm("@lea", f"!import paste\n{LIST}")
    assert (await chat.dm("@lea", "!import check 1")).says("2 ambiguous")
    chat.later(minutes=5)
    return chat


async def everybody(chat: Chat) -> list[str]:
    return sorted(contact.name for contact in await chat.contacts())


async def test_what_one_decides_alone_is_saved_at_once(checked: Chat) -> None:
    await checked.dm("@lea", "!import decide 1 2 new")
    await checked.dm("@lea", "!import decide 1 3 skip")
    assert (await checked.dm("@lea", "!import commit 1")).says("Import 1 saved: 3 added")


async def test_what_another_decided_since_is_shown_before_it_is_saved(checked: Chat) -> None:
    await checked.dm("@kim", "!import decide 1 2 M-1")
    await checked.dm("@kim", "!import decide 1 3 skip")
    said = await checked.dm("@lea", "!import commit 1")
    assert said.says("Since the check others have decided 2 lines:", "line 2: M-1, says @kim")
    assert said.says("line 3: left out, says @kim", "!import commit 1 --yes")
    assert len(await everybody(checked)) == 2
    assert (await checked.dm("@lea", "!import commit 1 --yes")).says("Import 1 saved: 2 added")


async def test_what_is_decided_after_the_look_is_looked_at_too(checked: Chat) -> None:
    await checked.dm("@kim", "!import decide 1 2 new")
    await checked.dm("@lea", "!import commit 1")
    checked.later(seconds=30)
    await checked.dm("@kim", "!import decide 1 2 M-2")
    said = await checked.dm("@lea", "!import commit 1 --yes")
    assert said.says("changed since you looked", "line 2: M-2, says @kim")
    assert len(await everybody(checked)) == 2
    assert (await checked.dm("@lea", "!import commit 1 --yes")).says("Import 1 saved")


async def test_a_yes_from_whoever_saw_nothing_saves_nothing(checked: Chat) -> None:
    said = await checked.dm("@kim", "!import commit 1 --yes")
    assert said.says("first look", "@lea checked Import 1 at", "not you", "2 new")
    assert len(await everybody(checked)) == 2
    saved = await checked.dm("@kim", "!import commit 1 --yes")
    assert saved.says("Import 1 saved")


async def test_columns_that_another_read_otherwise_are_checked_anew(checked: Chat) -> None:
    await checked.dm("@lea", "!import commit 1")  # the control is in the first test
    await checked.dm("@lea", f"!import paste\n{LIST}")
    await checked.dm("@lea", "!import check 2")
    await checked.dm("@kim", "!import map 2 Area=none")
    assert (await checked.dm("@lea", "!import commit 2")).says("first look at what would change")


async def test_a_check_by_another_is_answered_to_them_and_shown_to_whoever_saves(
    checked: Chat,
) -> None:
    await checked.dm("@kim", "!import check 1")
    said = await checked.dm("@lea", "!import commit 1")
    assert said.says("@kim checked Import 1")
    async with checked.database.transaction() as tx:
        assert await tx.value("SELECT asked_by FROM imports") == "@kim:example.org"


async def test_what_is_saved_is_on_record_as_saved_by_whoever_saved_it(checked: Chat) -> None:
    await checked.sure("@kim", "!import commit 1")
    async with checked.database.transaction() as tx:
        rows = await tx.all("SELECT DISTINCT author FROM history WHERE kind = 'listed'")
    assert [row["author"] for row in rows] == ["@kim:example.org"]


async def test_whoever_decides_otherwise_hears_what_another_had_said(checked: Chat) -> None:
    await checked.dm("@kim", "!import decide 1 2 M-1")
    said = await checked.dm("@lea", "!import decide 1 2 skip")
    assert said.says("Line 2 is left out.", "@kim had said: M-1.")
    again = await checked.dm("@lea", "!import decide 1 2 new")
    assert "had said" not in again.text


async def test_a_list_with_others_work_in_it_is_dropped_after_a_look(checked: Chat) -> None:
    await checked.dm("@kim", "!import decide 1 2 new")
    assert (await checked.dm("@lea", "!import drop 1 --yes")).says(
        "has 1 line that somebody decided"
    )
    await checked.dm("@kim", "!import decide 1 3 new")
    assert (await checked.dm("@lea", "!import drop 1 --yes")).says("changed since you looked")
    assert (await checked.dm("@lea", "!import drop 1 --yes")).says("Import 1 is gone")


async def test_a_saved_list_is_taken_back_after_a_look(checked: Chat) -> None:
    await checked.sure("@lea", "!import commit 1")
    said = await checked.dm("@lea", "!import undo 1")
    assert said.says("Undo Import 1?", "since: 2 people.", "!import undo 1 --yes")
    assert len(await everybody(checked)) == 4
    assert (await checked.dm("@kim", "!import undo 1 --yes")).says("first look")
    assert (await checked.dm("@lea", "!import undo 1 --yes")).says("2 people removed again")


# ------------------------------------------------------------------ what two people do together
async def test_an_export_is_approved_as_large_as_the_leads_were_asked(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Ops")
    asked = await chat.dm("@kim", "!export csv why=mailing")
    assert asked.says("a copy of 1 person")
    for n in range(7):
        await chat.dm("@ana", f"!contact add 'Person Nr{n}' --yes")
    said = await chat.dm("@lea", "!export approve 1")
    assert said.says("a copy of 8 people", "!export approve 1 --yes")
    await chat.dm("@ana", "!contact add 'Another One' --yes")
    assert (await chat.dm("@lea", "!export approve 1 --yes")).says("changed since you looked")
    assert (await chat.dm("@lea", "!export approve 1 --yes")).says("Approved: @kim gets the file")
    # The control: about as many as they were asked about are approved at once.
    await chat.dm("@kim", "!export csv why=mailing")
    await chat.dm("@ana", "!contact add 'One More' --yes")
    assert (await chat.dm("@lea", "!export approve 2")).says("Approved")


async def test_a_merge_of_another_is_taken_apart_after_a_look(chat: Chat) -> None:
    for n in range(1, 5):
        await chat.dm("@ana", f"!contact add 'Person Nr{n}' --yes")
    await chat.sure("@ana", "!merge M-1 M-2")
    assert (await chat.dm("@lea", "!unmerge M-1")).says("@ana merged M-2 with M-1")
    # Another merge since is not the one that was shown.
    await chat.sure("@ana", "!merge M-1 M-3")
    assert (await chat.dm("@lea", "!unmerge M-1 --yes")).says(
        "changed since", "merged M-3 with M-1"
    )
    assert len(await chat.contacts()) == 2
    assert (await chat.dm("@lea", "!unmerge M-1 --yes")).says("M-3")
    assert len(await chat.contacts()) == 3
    # One's own at once.
    assert (await chat.dm("@ana", "!unmerge M-2")).says("M-2")

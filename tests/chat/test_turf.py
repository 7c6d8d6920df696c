"""Turf: who is responsible for whom, and what moves when that changes."""

import pytest

from commands.framework.context import RoomId
from storage.chat.committees import Committees
from storage.core.model import UserId
from storage.turf.turf import Turf
from tests.chat.conversation import Chat


@pytest.fixture
async def unit(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ben", '!contact add "Mia Chen" area=Payments')
    await chat.dm("@ben", '!contact add "Alex Kim" area=Search')


async def fill(chat: Chat, who: str, count: int, area: str) -> None:
    """Somebody gets this many more contacts."""
    for number in range(count):
        name = f"{'abcdefghijklm'[number] * 4} {area}"
        await chat.dm(who, f'!contact add "{name}" area={area} --yes')


@pytest.mark.usefixtures("unit")
async def test_what_is_mine(chat: Chat) -> None:
    await chat.dm("@ben", "!1on1 log M-2 reached next=fri")
    mine = await chat.dm("@ben", "!turf")
    assert mine.says("Your people: 2 people.", "!contact list")
    assert mine.lists("Payments 1 · Search 1", "1 open follow-up")
    assert (await chat.dm("@lea", "!turf @ben")).says("@ben: 2 people.")
    assert (await chat.dm("@ana", "!turf @ben")).says("Only leads see the people of others")
    assert (await chat.dm("@kim", "!turf")).says("Your people: 0 people")


@pytest.mark.usefixtures("unit")
async def test_a_lead_sees_counts_by_organizer(chat: Chat) -> None:
    assert (await chat.dm("@lea", "!turf team")).lists("@ana 1", "@ben 2", "@kim 0", "@lea 0")
    assert (await chat.dm("@ana", "!turf team")).says("is for leads")


@pytest.mark.usefixtures("unit")
async def test_a_second_organizer_is_refused_unless_asked_for(chat: Chat) -> None:
    refused = await chat.dm("@lea", "!turf assign @ana M-2")
    assert refused.says("M-2 Mia Chen (Payments) is assigned to @ben", "--backup", "--transfer")
    assert (await chat.dm("@lea", "!turf @ana")).says("@ana: 1 person.")

    handed = await chat.dm("@lea", "!turf assign @ana M-2 --transfer")
    assert handed.here.startswith("@ana has M-2 Mia Chen (Payments) now.")
    assert handed.says("@ana had 1 and has 2 now.", "@ben had 2 and has 1 now.")
    assert "@lea assigned M-2 to you." in handed.told("@ana")
    assert "@lea handed M-2 from you to @ana." in handed.told("@ben")
    assert (await chat.dm("@lea", "!turf assign @ana M-2")).says(
        "@ana is assigned to them already."
    )


@pytest.mark.usefixtures("unit")
async def test_several_at_once_and_all_or_none(chat: Chat) -> None:
    refused = await chat.dm("@lea", "!turf assign @kim M-1, M-2 M-3")
    assert refused.says("These are assigned to @ana or @ben")
    assert refused.lists(
        "M-1 Sam Okafor (Payments)", "M-2 Mia Chen (Payments)", "M-3 Alex Kim (Search)"
    )
    assert (await chat.dm("@lea", "!turf assign @kim M-1 M-99 --transfer")).says("no M-99")
    assert (await chat.dm("@lea", "!turf @kim")).says("@kim: 0 people.")
    done = await chat.dm("@lea", "!turf assign @kim M-1 M-2 --transfer")
    assert done.says("@kim has 2 people: M-1 Sam Okafor, M-2 Mia Chen now.")
    assert "@lea handed M-1 from you" in done.told("@ana")
    assert "@lea put" not in done.told("@ana")


@pytest.mark.usefixtures("unit")
async def test_an_area_goes_to_somebody_and_what_others_have_stays(chat: Chat) -> None:
    await chat.dm("@ana", '!turf release M-1 why="other shift"')
    part = await chat.dm("@lea", "!turf assign @kim area=payments")
    assert part.says("@kim has M-1 Sam Okafor (Payments) now", "1 stays with another organizer")
    rest = await chat.dm("@lea", "!turf assign @kim team=Payments")
    assert rest.says("Everybody in Payments is assigned to other organizers.", "--transfer")
    assert (await chat.dm("@lea", "!turf assign @kim area=payments --transfer")).says("has 2 now")
    assert (await chat.dm("@lea", "!turf assign @kim area=Paymnts")).says("Did you mean Payments?")
    assert (await chat.dm("@lea", "!turf assign @kim")).says("Whom?", "area=Payments")


async def test_more_than_ten_is_said_to_be_much(chat: Chat) -> None:
    await fill(chat, "@ana", 10, "Payments")
    await fill(chat, "@ben", 1, "Search")
    warned = await chat.dm("@lea", "!turf assign @ana M-11 --transfer")
    assert warned.says("@ana had 10 and has 11 now. More than 10 is a lot for one person")
    fewer = await chat.dm("@lea", "!turf assign @ben M-1 --transfer")
    assert "a lot" not in fewer.text


@pytest.mark.usefixtures("unit")
async def test_a_backup_sees_the_contact_and_is_audited(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!contact show M-2")).says("not one of your people")
    told = await chat.dm("@lea", "!turf assign @ana M-2 --backup")
    assert told.says("@ana is a backup for M-2 Mia Chen (Payments) now.")
    assert "a backup for M-2" in told.told("@ana")
    assert (await chat.dm("@ana", "!contact show M-2")).says("M-2 Mia Chen", "Assigned to @ben")
    assert (await chat.dm("@ana", "!turf")).says("Backup for M-2 Mia Chen")
    assert await views(chat) == ["@lea:example.org", "@ana:example.org"]
    again = await chat.dm("@lea", "!turf assign @ana M-2 --backup")
    assert again.says("@ana has them already, alone or as a backup")
    await chat.dm("@lea", "!undo")
    assert (await chat.dm("@ana", "!contact show M-2")).says("not one of your people")


async def views(chat: Chat) -> list[str]:
    """Who looked at somebody who is not theirs."""
    async with chat.database.transaction() as tx:
        return [row["viewer"] for row in await tx.all("SELECT viewer FROM views ORDER BY id")]


@pytest.mark.usefixtures("unit")
async def test_only_one_who_lacks_an_organizer_cannot_get_a_backup(chat: Chat) -> None:
    await chat.dm("@ana", '!turf release M-1 why="moved desks"')
    reply = await chat.dm("@lea", "!turf assign @ben M-1 --backup")
    assert reply.says("M-1 Sam Okafor (Payments) is unassigned")


@pytest.mark.usefixtures("unit")
async def test_moving_all_of_somebodys_turf_shows_it_first(chat: Chat) -> None:
    await chat.dm("@ben", "!1on1 log M-2 reached next=tue")
    await chat.dm("@ben", "!1on1 log M-3 reached next=fri")
    await chat.dm("@lea", "!turf assign @ben M-1 --backup")
    chat.later(days=2)
    preview = await chat.dm("@lea", "!turf move @ben @ana")
    assert preview.says(
        "From @ben to @ana: 2 people and 2 open follow-ups, 1 of them overdue.",
        "As a backup: 1 person.",
        "@ana has 1 and would have 3.",
        "!turf move @ben @ana --yes",
    )
    assert not preview.told("@ben")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")

    moved = await chat.sure("@lea", "!turf move @ben @ana")
    assert moved.says("Moved from @ben to @ana: 2 people and 2 open follow-ups.")
    assert "2 people" in moved.told("@ana")
    assert "2 people" in moved.told("@ben")
    assert (await chat.dm("@ana", "!due")).lists(
        "1 · M-2 Mia Chen: talk again · 1 day overdue", "2 · M-3 Alex Kim: talk again · Fri 27 Nov"
    )
    assert (await chat.dm("@ben", "!due")).says("Nothing due")
    # She has Sam herself, so nobody stands behind her there.
    assert "Backup" not in (await chat.dm("@ana", "!turf")).text
    # Who spoke with whom stays.
    assert (await chat.dm("@ana", "!contact show M-2")).says("@ben: reached", "Assigned to @ana")
    assert (await chat.dm("@lea", "!turf move @ben @ana")).says("@ben has no people.")


@pytest.mark.usefixtures("unit")
async def test_undo_gives_everything_back(chat: Chat) -> None:
    await chat.dm("@ben", "!1on1 log M-2 reached next=tue")
    await chat.sure("@lea", "!turf move @ben @ana")
    back = await chat.dm("@lea", "!undo")
    assert back.says("Undone: 2 people assigned to @ana.")
    assert "!turf" in back.told("@ben")
    assert "!turf" in back.told("@ana")
    assert (await chat.dm("@lea", "!turf team")).lists("@ana 1", "@ben 2", "@kim 0", "@lea 0")
    assert (await chat.dm("@ben", "!due")).says("M-2 Mia Chen")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")


@pytest.mark.usefixtures("unit")
async def test_an_older_move_taken_back_does_not_change_what_came_later(chat: Chat) -> None:
    await chat.dm("@lea", "!turf assign @ana M-2 --transfer")
    await chat.dm("@kim", "!turf assign @kim M-2 --transfer")
    await chat.dm("@lea", "!undo")
    contacts = {contact.handle: contact.organizer for contact in await chat.contacts()}
    assert contacts["M-2"] == UserId("@kim:example.org")
    await chat.dm("@kim", "!undo")
    contacts = {contact.handle: contact.organizer for contact in await chat.contacts()}
    assert contacts["M-2"] == UserId("@ben:example.org")


@pytest.mark.usefixtures("unit")
async def test_whose_contact_it_is_decides_whose_rating_counts(chat: Chat) -> None:
    await chat.dm("@ben", "!assess M-2 2 did")
    await chat.dm("@ana", "!assess M-2 4 heard")
    assert (await chat.dm("@lea", "!contact show M-2")).says("2 supports", "Disputed: 4 says no")
    await chat.dm("@lea", "!turf assign @ana M-2 --transfer")
    assert (await chat.dm("@lea", "!contact show M-2")).says("Disputed: 2 supports")
    assert await ratings(chat) == [4]
    await chat.dm("@lea", "!undo")
    assert await ratings(chat) == [2]


async def ratings(chat: Chat) -> list[int]:
    async with chat.database.transaction() as tx:
        rows = await tx.all("SELECT rating FROM contacts WHERE rating IS NOT NULL")
        return [row["rating"] for row in rows]


@pytest.mark.usefixtures("unit")
async def test_handing_one_person_back(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1 reached next=tue")
    assert (await chat.dm("@ana", "!turf release M-1")).says("Why?", "!turf release M-1 why=")
    assert (await chat.dm("@ana", '!turf release M-2 why="x"')).says(
        "M-2 is not one of your people"
    )
    doubt = await chat.dm("@ana", '!turf release M-1 why="his wife is a manager"')
    assert doubt.says("Not saved yet", "“wife”")
    done = await chat.dm("@ana", '!turf release M-1 why="different shifts"')
    assert done.here.startswith("M-1 Sam Okafor (Payments) is unassigned again. Thank you")
    assert done.says("@ana handed M-1 back: “different shifts”.")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    assert (await chat.dm("@lea", "!turf team")).says("1 is unassigned: !turf unassigned")
    waiting = await chat.dm("@lea", "!turf unassigned")
    assert waiting.lists("M-1 Sam Okafor (Payments): “different shifts”")
    assert waiting.says("!turf assign @ana M-1")
    # Whoever gets the person gets what was owed to them.
    given = await chat.dm("@lea", "!turf assign @ben M-1")
    assert given.says("With them went 1 open follow-up.")
    assert (await chat.dm("@ben", "!due")).says("M-1 Sam Okafor")
    assert (await chat.dm("@lea", "!turf unassigned")).says("Nobody is unassigned.")
    assert (await chat.dm("@lea", '!turf release M-1 why="both on leave"')).told("@ben")


async def test_who_waits_is_shown_page_by_page(chat: Chat) -> None:
    await fill(chat, "@ana", 10, "Payments")
    await chat.dm("@lea", "!offboard @ana")
    first = await chat.dm("@lea", "!turf unassigned")
    assert first.says("10 people are unassigned", "!turf unassigned after=M-8")
    assert (await chat.dm("@lea", "!turf unassigned after=M-8")).lists(
        "M-9 iiii Payments (Payments)", "M-10 jjjj Payments (Payments)"
    )


@pytest.mark.usefixtures("unit")
async def test_people_are_meant_by_short_names_and_never_guessed(chat: Chat) -> None:
    assert (await chat.dm("@lea", "!turf ANA")).says("@ana: 1 person.")
    assert (await chat.dm("@lea", "!turf @ana:example.org")).says("@ana: 1 person.")
    assert (await chat.dm("@lea", "!turf @anna")).says("Did you mean @ana?")
    nobody = await chat.dm("@lea", "!turf @zoltan")
    assert nobody.lists("@ana", "@ben", "@kim", "@lea")
    assert (await chat.dm("@lea", "!turf assign M-1 @ana")).says("is not an organizer")


@pytest.mark.usefixtures("unit")
async def test_in_the_room_nothing_of_it_is_said(chat: Chat) -> None:
    said = await chat.room("@lea", "!turf assign @ana M-2 --transfer")
    assert said.retracted
    assert "Mia" not in said.here
    assert "Mia" in said.in_person


@pytest.mark.usefixtures("unit")
async def test_who_carries_something_elsewhere_carries_nothing_here(chat: Chat) -> None:
    """Another committee is not told who has what here, not even as a backup."""
    await chat.found(RoomId("!search:example.org"), "Search", ["@lea"])
    await chat.dm("@ben", "!1on1 log M-2 reached next=fri")
    await chat.dm("@lea", '!use "Payments chapter"')
    assert (await chat.dm("@lea", "!turf assign @kim M-1 --backup")).says("@kim is a backup")
    async with chat.database.transaction() as tx:
        here, there = [Turf(tx, each.id) for each in await Committees(tx).all()]
        assert await here.people_with_duties() == {
            Chat.user(who) for who in ("@ana", "@ben", "@kim")
        }
        assert await there.people_with_duties() == set()

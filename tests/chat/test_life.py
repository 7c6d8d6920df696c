"""What changes in a contact's life: dated, undoable, and never lost."""

import pytest

from commands.framework.reply import Audience
from tests.chat.conversation import Chat


@pytest.fixture
async def sam(chat: Chat) -> str:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments shift=day')
    return "M-1"


async def count(chat: Chat, table: str) -> int:
    async with chat.database.transaction() as tx:
        return int(str(await tx.value(f"SELECT COUNT(*) FROM {table}")))


async def test_a_name_and_a_shift_are_put_right(chat: Chat, sam: str) -> None:
    reply = await chat.dm("@ana", f'!contact edit {sam} name="Samuel Okafor" shift=night')
    assert reply.says("M-1 Samuel Okafor (Payments, night): Sam Okafor → Samuel Okafor · day → nig")
    assert (await chat.dm("@ana", "!contact find samuel")).lists(
        "M-1 Samuel Okafor (Payments, night)"
    )
    assert (await chat.dm("@ana", '!contact find "sam okafor"')).says("M-1 Samuel Okafor")
    assert (await chat.dm("@ana", "!undo")).says("Undone: the change to M-1 Samuel Okafor")
    assert (await chat.dm("@ana", "!contact find samuel")).says("Nobody by that name")
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")
    assert await count(chat, "names") == 3, (
        "nothing was deleted: two names, one end of a preference"
    )


async def test_a_former_name_is_not_shown_nor_found(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f'!contact edit {sam} name="Mia Okafor"')
    assert (await chat.dm("@ana", "!contact find sam")).says("Nobody by that name")
    assert "Sam" not in (await chat.dm("@ana", "!contact show mia")).text
    assert (await chat.dm("@ana", '!1on1 log "Mia Okafor" busy')).says("Logged M-1 Mia Okafor")


async def test_an_alias_finds_and_a_preferred_name_shows(chat: Chat, sam: str) -> None:
    assert (await chat.dm("@ana", f"!contact alias {sam} Sämmy")).says(
        "M-1 Sam Okafor (Payments, day) is also found as “Sämmy”."
    )
    assert (await chat.dm("@ana", "!contact find sammy okafor")).lists(
        "M-1 Sam Okafor (Payments, day)"
    )
    assert (await chat.dm("@ana", "!log sammy busy")).says("Logged M-1 Sam Okafor")
    await chat.dm("@ana", f'!contact alias {sam} "Sunny O." --preferred')
    assert (await chat.dm("@ana", f"!contact show {sam}")).says(
        "M-1 Sunny O. (Payments, day)", "also Sam Okafor, Sämmy"
    )
    assert (await chat.dm("@ana", f'!contact alias {sam} "Sunny O." --remove')).says("Sam Okafor")
    await chat.dm("@ana", f"!contact alias {sam} sammy --remove")
    assert (await chat.dm("@ana", "!contact find sammy")).says("Nobody by that name")
    refused = await chat.dm("@ana", f"!contact alias {sam} Bo --remove")
    assert refused.says("has no other name “Bo”")


async def test_an_alias_warns_of_somebody_alike(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f'!contact alias {sam} "Tim Cook"')
    reply = await chat.dm("@ana", '!contact add "Tim Cook"')
    assert reply.says("Not saved yet")
    assert reply.lists("M-1 Sam Okafor (Payments, day)")
    assert (await chat.dm("@ben", '!contact add "Tim Cook"')).says("who is not one of your people")


async def test_a_move_counts_from_its_day(chat: Chat, sam: str) -> None:
    reply = await chat.dm("@ana", f'!contact move {sam} area=Search from="1 dec"')
    assert reply.says("Search, day from Tue 1 Dec", "“Search” is a new area", "Until then nothing")
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")
    assert (await chat.dm("@ana", f"!contact show {sam}")).says("From Tue 1 Dec: Search, day")
    chat.later(days=8)
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Search, day)")
    assert "From" not in (await chat.dm("@ana", f"!contact show {sam}")).text


async def test_a_move_of_long_ago_does_not_hide_a_later_one(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f"!contact move {sam} area=Search from=2026-11-20")
    await chat.dm("@ana", f"!contact move {sam} area=Mobile from=2026-05-01")
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")
    chat.later(days=1)
    await chat.dm("@ana", f"!contact move {sam} area=Search")
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Search, day)")
    await chat.dm("@ana", "!undo")
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")
    assert await count(chat, "placements") == 4


async def test_the_new_areas_organizer_is_proposed(chat: Chat, sam: str) -> None:
    for name in ("Bo Beck", "Cy Cole"):
        await chat.dm("@ben", f'!contact add "{name}" area=Search')
    reply = await chat.dm("@ana", f"!contact move {sam} area=search")
    assert reply.says("Most people in search are assigned to @ben. Maybe they can take over?")
    assert "new area" not in reply.text


async def test_who_has_left_is_out_of_todays_list_and_kept(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f"!log {sam} reached rate=2 did next=fri")
    await chat.dm("@ana", f"!log {sam} busy next=2w")
    reply = await chat.dm("@ana", f"!contact left {sam} 1 may")
    assert reply.says("no longer counted from Fri 1 May", "2 open follow-ups are cancelled.")
    assert (await chat.dm("@ana", "!contact list")).says("Nobody yet")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    assert (await chat.dm("@ana", "!contact find sam")).lists(
        "M-1 Sam Okafor (Payments, day, left)"
    )
    assert (await chat.dm("@ana", f"!contact show {sam}")).says(
        "left since Fri 1 May", "2 supports (did)"
    )
    assert (await chat.dm("@ana", f"!contact left {sam}")).says("has left already")
    assert (await chat.dm("@ana", "!undo")).says("Undone: the change to M-1 Sam Okafor")
    assert (await chat.dm("@ana", "!due")).lists(
        "1 · M-1 Sam Okafor: talk again · Fri 27 Nov",
    )
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")


async def test_who_leaves_later_counts_until_then(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f"!log {sam} reached next=fri")
    await chat.dm("@ana", f"!log {sam} reached next=2w")
    reply = await chat.dm("@ana", f"!contact left {sam} 1 dec")
    assert reply.says("leaves on Tue 1 Dec and counts until then", "1 open follow-up is cancelled")
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")
    chat.later(days=8)
    assert (await chat.dm("@ana", "!contact list")).says("Nobody yet")


async def test_somebody_comes_back_or_stays_after_all(chat: Chat, sam: str) -> None:
    assert (await chat.dm("@ana", f"!contact rejoin {sam}")).says("is in the unit already")
    await chat.dm("@ana", f"!contact left {sam} 1 may")
    assert (await chat.dm("@ana", f"!contact rejoin {sam} 1 dec")).says("still to come")
    assert (await chat.dm("@ana", f"!contact rejoin {sam}")).says("in the unit again from today")
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")
    await chat.dm("@ana", f"!contact left {sam} 1 dec")
    await chat.dm("@ana", f"!contact rejoin {sam}")
    chat.later(days=30)
    assert (await chat.dm("@ana", "!contact list")).lists("M-1 Sam Okafor (Payments, day)")


async def test_a_supervisor_is_out_and_the_leads_hear_of_a_committee_member(
    chat: Chat, sam: str
) -> None:
    await chat.dm("@ana", f"!contact role {sam} committee")
    reply = await chat.dm("@ana", f"!contact exclude {sam} reason=supervisor")
    assert "is no longer counted from today (supervisor)" in reply.here
    told = reply.body(Audience.LEADS)
    assert "is on the committee, and @ana took them out of the unit (supervisor)" in told
    assert (await chat.dm("@ana", "!contact list")).says("Nobody yet")
    await chat.dm("@ana", f"!contact role {sam} none")
    assert (await chat.dm("@ana", f"!contact role {sam} committee")).says("cannot be on the comm")
    await chat.dm("@ana", '!contact add "Bo Beck"')
    reply = await chat.dm("@ana", "!contact exclude M-2 reason=manager")
    assert reply.body(Audience.LEADS) == "", "nobody is alarmed for an ordinary contact"
    assert (await chat.dm("@ana", "!contact exclude M-2")).says("Why? Supervisor, outside or other")


async def test_roles_are_dated_and_apart_from_ratings(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f"!assess {sam} 3 said")
    assert (await chat.dm("@ana", f"!contact role {sam} leader")).says(
        "natural leader from today", "structure test"
    )
    await chat.dm("@ana", f'!contact role {sam} committee from="1 dec"')
    assert (await chat.dm("@ana", f"!contact show {sam}")).says("natural leader", "3 undecided")
    assert "committee" not in (await chat.dm("@ana", f"!contact show {sam}")).text
    chat.later(days=8)
    assert (await chat.dm("@ana", f"!contact show {sam}")).says("committee · natural leader")
    await chat.dm("@ana", f"!contact role {sam} none")
    assert "leader" not in (await chat.dm("@ana", f"!contact show {sam}")).text
    await chat.dm("@ana", "!undo")
    assert (await chat.dm("@ana", f"!contact show {sam}")).says("committee · natural leader")


async def test_a_new_hire_and_a_contractor(chat: Chat) -> None:
    reply = await chat.dm("@ana", '!contact add "Mia Chen" area=Search hired="1 dec"')
    assert reply.says("Added M-1 Mia Chen (not here yet), in the unit from Tue 1 Dec.")
    assert (await chat.dm("@ana", "!contact show M-1")).says("From Tue 1 Dec: Search")
    await chat.dm("@ana", '!contact add "Bo Beck" status=contractor')
    assert (await chat.dm("@ana", "!contact show M-2")).says("M-2 Bo Beck (contractor)")
    chat.later(days=8)
    assert (await chat.dm("@ana", "!contact list")).lists(
        "M-2 Bo Beck (contractor)", "M-1 Mia Chen (Search)"
    )
    await chat.dm("@ana", "!contact edit M-1 status=leave")
    assert (await chat.dm("@ana", "!contact show M-1")).says("(Search, on leave)", "on leave since")


async def test_a_note_is_short_and_decent(chat: Chat, sam: str) -> None:
    assert (await chat.dm("@ana", f'!note {sam} "his wife is ill"')).says("Not saved yet: “wife”")
    assert (await chat.dm("@ana", f"!note {sam} {'so much ' * 40}")).says("that note is long")
    assert await count(chat, "notes") == 0
    reply = await chat.dm("@ana", f'!note {sam} "works nights until spring"')
    assert reply.says("M-1 Sam Okafor (Payments, day): “works nights until spring”")
    assert (await chat.dm("@lea", f"!contact show {sam}")).says(
        "Note: “works nights until spring”, @ana, Mon 23 Nov"
    )
    await chat.dm("@ana", "!undo")
    assert "Note" not in (await chat.dm("@ana", f"!contact show {sam}")).text


async def test_only_whose_care_it_is_changes_a_contact(chat: Chat, sam: str) -> None:
    for text in (
        f"!contact edit {sam} name=Bo",
        f"!contact alias {sam} Bo",
        f"!contact move {sam} area=Search",
        f"!contact left {sam}",
        f"!contact exclude {sam} reason=supervisor",
        f"!contact role {sam} leader",
        f"!note {sam} hello",
        f"!1on1 history {sam}",
        f"!assess history {sam}",
    ):
        assert (await chat.dm("@ben", text)).says("is not one of your people"), text
    assert await count(chat, "history") == 1
    assert (await chat.dm("@lea", f"!contact move {sam} area=Search")).says("Search, day from tod")


async def test_a_talk_is_put_right_and_its_old_version_kept(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f"!log {sam} busy")
    await chat.dm("@ana", f'!log {sam} reached issue=oncall ask="sign" answer=maybe')
    reply = await chat.dm("@ana", '!1on1 edit 2 issue="on-call pay" answer=yes')
    assert reply.lists(
        "before: reached · issue: oncall · ask: sign – maybe",
        "now: reached · issue: on-call pay · ask: sign – yes",
    )
    assert (await chat.dm("@ana", f"!1on1 history {sam}")).lists(
        "2 · Mon 23 Nov, @ana: reached · issue: on-call pay · ask: sign – yes",
        "1 · Mon 23 Nov, @ana: busy",
    )
    assert (await chat.dm("@ana", "!log edit 2 ask=-")).says("now: reached · issue: on-call pay")
    assert (await chat.dm("@ana", "!1on1 edit 2 outcome=busy")).says("issue= needs a talk")
    assert (await chat.dm("@ana", "!1on1 edit 1 issue=pay")).says("issue= needs a talk")
    assert (await chat.dm("@ana", "!1on1 edit 1")).says("What changes?")
    assert (await chat.dm("@ben", "!1on1 edit 1 outcome=reached")).says("You have no talk 1")
    assert (await chat.dm("@ana", "!1on1 edit 9 issue=pay")).says("You have no talk 9")
    assert (await chat.dm("@ana", "!1on1 edit x")).says("“x”? Which talk?")
    assert await count(chat, "conversations") == 4
    await chat.dm("@ana", "!undo")
    await chat.sure("@ana", "!undo")
    assert (await chat.dm("@ana", f"!1on1 history {sam}")).says("issue: oncall · ask: sign – maybe")


async def test_a_talk_that_a_lead_put_right_is_not_taken_back_under_them(
    chat: Chat, sam: str
) -> None:
    await chat.dm("@ana", f"!log {sam} busy")
    await chat.dm("@lea", "!1on1 edit 1 outcome=noanswer")
    assert (await chat.dm("@ana", "!undo")).says(
        "You cannot undo that talk: you have corrected it since"
    )
    await chat.dm("@lea", "!undo")
    assert (await chat.dm("@ana", "!undo")).says("Undone: the talk with M-1")


async def test_long_histories_come_in_pages(chat: Chat, sam: str) -> None:
    for _talk in range(8):
        await chat.dm("@ana", f"!log {sam} busy")
    first = await chat.dm("@ana", f"!1on1 history {sam}")
    assert first.says("Older: !1on1 history M-1 before=3")
    assert (await chat.dm("@ana", f"!1on1 history {sam} before=3")).lists(
        "2 · Mon 23 Nov, @ana: busy", "1 · Mon 23 Nov, @ana: busy"
    )

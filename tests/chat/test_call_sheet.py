"""Whom to talk to next, why, and what to open with."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from commands.call_sheet import rules
from commands.call_sheet.rules import Call, next_calls
from commands.framework.reply import Audience
from storage.chat.committees import Committees
from storage.core.model import UserId
from storage.reports.unit import Unit
from storage.turf import call_sheet
from storage.turf.call_sheet import CallSheet
from tests.chat.conversation import Chat, Said

PEOPLE = ("Sam Okafor", "Mia Chen", "Bo Beck", "Robin Roe", "Ines Diaz")


@pytest.fixture(name="hers")
async def _hers(chat: Chat) -> Chat:
    """Ana has five people, M-1 to M-5; Ben has M-6."""
    for name in PEOPLE:
        await chat.dm("@ana", f'!contact add "{name}" area=Payments')
    await chat.dm("@ben", '!contact add "Eve Ito" area=Search')
    return chat


async def met(chat: Chat, *handles: str) -> None:
    """Ana talked with them a while ago, and nothing is left to do."""
    for handle in handles:
        await chat.dm("@ana", f"!1on1 log {handle} reached")
    chat.later(hours=13)


def rows(said: Said) -> list[str]:
    """The lines of people, each without its dot."""
    return [row.removeprefix("• ") for row in said.text.splitlines() if row.startswith("• ")]


def who(said: Said) -> list[str]:
    """The handles that were proposed, in order."""
    return [row.partition(" ")[0] for row in rows(said)]


# ------------------------------------------------------------------ what it says
async def test_each_line_says_why_and_what_to_open_with(hers: Chat) -> None:
    await hers.dm("@ana", '!1on1 log M-2 reached issue="on-call pay" ask="bring Bo" answer=maybe')
    await hers.dm("@ana", '!1on1 log M-3 reached ask="sign the petition"')
    await hers.dm("@ana", '!1on1 log M-1 reached issue=pay ask="sign the card" next=wed')
    hers.later(days=4)
    await hers.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    await hers.dm("@ana", "!test mark yes M-2")
    said = await hers.dm("@ana", "!next 5")
    assert said.lists(
        "M-1 Sam Okafor: follow-up 2 days overdue. Open with: sign the card · their issue, pay",
        "M-3 Bo Beck: asked “sign the petition”, no answer yet. Open with: what would they change"
        " here?",
        "M-2 Mia Chen: said yes to RTO petition, not done yet. Open with: their issue, on-call pay"
        " · the last ask, bring Bo (maybe)",
        "M-4 Robin Roe: not asked for RTO petition yet. Open with: what would they change here?",
        "M-5 Ines Diaz: not asked for RTO petition yet. Open with: what would they change here?",
    )
    assert said.says("The order: follow-up due, asked and no answer, yes and not done")
    assert said.says("No answer: !log M-1 noanswer")


async def test_asked_in_a_test_and_no_answer(hers: Chat) -> None:
    await hers.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    await hers.dm("@ana", "!test mark asked M-4")
    said = await hers.dm("@ana", "!next 1")
    assert rows(said) == [
        "M-4 Robin Roe: asked for RTO petition, no answer yet. Open with: what would they change here?"
    ]
    await hers.dm("@ana", "!test mark did M-4")
    assert who(await hers.dm("@ana", "!next 5")) == ["M-1", "M-2", "M-3", "M-5", "M-4"]


async def test_an_ask_is_settled_by_the_next_talk(hers: Chat) -> None:
    await met(hers, "M-1", "M-2", "M-3", "M-4", "M-5")
    await hers.dm("@ana", "!1on1 log M-2 reached ask=sign")
    hers.later(hours=13)
    assert who(await hers.dm("@ana", "!next")) == ["M-2"]
    await hers.dm("@ana", "!1on1 log M-2 noanswer")
    hers.later(hours=13)
    assert who(await hers.dm("@ana", "!next")) == ["M-2"]
    await hers.dm("@ana", "!1on1 log M-2 reached")
    hers.later(hours=13)
    assert who(await hers.dm("@ana", "!next")) == []


@pytest.mark.parametrize(
    "settled", ['!done 1 "she signed"', "!test mark did M-2", "!test mark no M-2"]
)
async def test_an_ask_is_settled_by_what_came_of_it(hers: Chat, settled: str) -> None:
    await hers.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    due = "next=tue" if settled.startswith("!done") else ""
    await hers.dm("@ana", f"!1on1 log M-2 reached ask=sign {due}")
    hers.later(days=2)
    assert who(await hers.dm("@ana", "!next"))[0] == "M-2"
    await hers.dm("@ana", settled)
    assert who(await hers.dm("@ana", "!next 5"))[0] != "M-2"


async def test_a_leader_nobody_talked_to_comes_before_the_others(hers: Chat) -> None:
    await hers.dm("@ana", "!contact role M-4 leader")
    said = await hers.dm("@ana", "!next")
    assert rows(said)[0].startswith("M-4 Robin Roe: natural leader, not talked to yet.")
    assert who(said) == ["M-4", "M-1", "M-2"]


async def test_an_old_rating_before_an_open_test(hers: Chat) -> None:
    await hers.dm("@ana", "!1on1 log M-5 reached rate=2 said")
    hers.later(days=31)
    await hers.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    said = await hers.dm("@ana", "!next 2")
    assert rows(said)[0].startswith("M-5 Ines Diaz: rated 31 days ago, and RTO petition is open.")


async def test_the_longest_ago_comes_last_of_all(hers: Chat) -> None:
    await hers.dm("@ana", "!1on1 log M-2 reached")
    hers.later(days=35)
    said = await hers.dm("@ana", "!next 5")
    assert who(said) == ["M-1", "M-3", "M-4", "M-5", "M-2"]
    assert rows(said)[-1].startswith("M-2 Mia Chen: last talk 5 weeks ago.")


async def test_how_many_and_where(hers: Chat) -> None:
    await hers.dm("@ana", '!contact add "Kit Moss" area=Search')
    assert len(rows(await hers.dm("@ana", "!next"))) == 3
    assert len(rows(await hers.dm("@ana", "!next 1"))) == 1
    assert who(await hers.dm("@ana", "!next 5 area=search")) == ["M-7"]
    assert (await hers.dm("@ana", "!next area=Sales")).says("There is no area “Sales”.")
    assert (await hers.dm("@ana", "!next 6")).says("From 1 to 5")
    assert (await hers.dm("@ana", "!next M-1")).says("From 1 to 5")


async def test_nobody_to_talk_to(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!next")).says("You have no people yet.")
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", "!1on1 log M-1 reached next=fri")
    assert (await chat.dm("@ana", "!next")).says("None of your people waits for you now")
    assert (await chat.dm("@ana", "!next area=Payments")).says("None of your people in Payments")


# ------------------------------------------------------------------ who is left in peace
@pytest.mark.parametrize(
    "said",
    [
        "!contact left M-1",
        "!contact exclude M-1 reason=supervisor",
        "!contact edit M-1 status=leave",
        "!1on1 log M-1 refused",
        "!1on1 log M-1 wrongcontact",
        "!1on1 log M-1 noanswer next=fri",
        "!assess M-1 5 heard",
    ],
)
async def test_not_proposed_again(hers: Chat, said: str) -> None:
    await met(hers, "M-2", "M-3", "M-4", "M-5")
    assert who(await hers.dm("@ana", "!next 5")) == ["M-1"]
    await hers.dm("@ana", said)
    hers.later(hours=13)
    assert who(await hers.dm("@ana", "!next 5")) == []
    hers.later(hours=-12.9)
    await hers.dm("@ana", "!undo")
    assert who(await hers.dm("@ana", "!next 5")) == ["M-1"]


async def test_who_was_tried_rests_until_the_morning(hers: Chat) -> None:
    await met(hers, "M-2", "M-3", "M-4", "M-5")
    await hers.dm("@ana", "!1on1 log M-1 noanswer")
    hers.later(hours=11)
    assert who(await hers.dm("@ana", "!next")) == []
    hers.later(hours=2)
    said = await hers.dm("@ana", "!next")
    assert rows(said)[0].startswith("M-1 Sam Okafor: tried, never reached.")


async def test_a_day_set_with_a_refusal_brings_them_back(hers: Chat) -> None:
    await met(hers, "M-2", "M-3", "M-4", "M-5")
    await hers.dm("@ana", "!1on1 log M-1 reached next=tue")
    await hers.dm("@ana", "!1on1 log M-1 refused")
    hers.later(days=4)
    assert who(await hers.dm("@ana", "!next")) == []
    await hers.dm("@ana", "!1on1 log M-1 refused next=2d")
    hers.later(days=2)
    assert who(await hers.dm("@ana", "!next")) == ["M-1"]


# ------------------------------------------------------------------ after a try in vain
async def test_a_try_in_vain_says_who_is_next(hers: Chat) -> None:
    said = await hers.dm("@ana", "!log M-1 noanswer")
    assert said.text.endswith(
        "\nNext: M-2 Mia Chen – never talked to. !next shows what to open with."
    )
    assert (await hers.dm("@ana", "!log M-2 busy")).says("Next: M-3 Bo Beck")
    reached = await hers.dm("@ana", "!log M-3 reached")
    assert "M-4" not in reached.text
    await hers.dm("@ana", "!log M-4 noanswer")
    last = await hers.dm("@ana", "!log M-5 noanswer")
    assert "shows what to open with" not in last.text


async def test_who_was_just_tried_is_not_next(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever day it is said to have been: here nobody rests."""
    monkeypatch.setattr(call_sheet, "REST", timedelta(hours=-1))
    monkeypatch.setattr(rules, "REST", timedelta(hours=-1))
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    assert "Next: M-" not in (await chat.dm("@ana", "!log M-1 noanswer")).text
    chat.later(minutes=1)
    assert who(await chat.dm("@ana", "!next")) == ["M-1"]
    await chat.dm("@ana", '!contact add "Mia Chen" area=Payments')
    assert (await chat.dm("@ana", "!log M-2 noanswer")).says("Next: M-1 Sam Okafor")


async def test_the_guide_says_so_too(hers: Chat) -> None:
    await hers.dm("@ana", "!log M-1")
    for said in ("noanswer", "skip", "skip"):
        await hers.dm("@ana", said)
    assert (await hers.dm("@ana", "yes")).says("Next: M-2 Mia Chen")


# ------------------------------------------------------------------ whose they are
async def test_nobody_of_others(hers: Chat) -> None:
    assert who(await hers.dm("@ben", "!next 5")) == ["M-6"]
    assert who(await hers.dm("@lea", "!next 5")) == []
    await hers.dm("@ben", "!1on1 log M-1 reached ask=sign next=today")
    hers.later(days=1)
    assert who(await hers.dm("@ben", "!next 5")) == ["M-6"]
    await hers.dm("@lea", "!turf assign @ben M-2 --backup")
    assert who(await hers.dm("@ben", "!next 5")) == ["M-6"]


async def test_whoever_stands_in_calls_for_both(hers: Chat) -> None:
    await hers.dm("@ana", "!1on1 log M-3 reached next=tue")
    await hers.dm("@ana", "!away until=fri cover=@ben")
    hers.later(days=1)
    said = await hers.dm("@ben", "!next 5")
    assert who(said)[:2] == ["M-3", "M-1"]
    assert who(await hers.dm("@ben", "!next area=Search")) == ["M-6"]
    hers.later(days=6)
    assert who(await hers.dm("@ben", "!next 5")) == ["M-6"]


async def test_in_the_room_it_is_answered_in_person(hers: Chat) -> None:
    said = await hers.room("@ana", "!next")
    assert said.retracted
    assert "M-1 Sam Okafor" in said.in_person
    assert not any(name in said.in_room for name in PEOPLE)


async def test_it_costs_what_the_list_costs(hers: Chat) -> None:
    """One's own people are free; nobody else is ever in it."""
    spent = "SELECT COUNT(*) FROM (SELECT at FROM look_ups UNION ALL SELECT at FROM views)"
    async with hers.database.transaction() as tx:
        before = await tx.number(spent)
    for asked in ("!next 5", "!contact list", "!next area=Payments"):
        await hers.dm("@ana", asked)
    async with hers.database.transaction() as tx:
        assert await tx.number(spent) == before


# ------------------------------------------------------------------ merged, and what is read
async def test_two_records_of_one_person_are_one(hers: Chat) -> None:
    await met(hers, "M-3", "M-4", "M-5")
    await hers.dm("@ana", "!1on1 log M-2 reached ask=sign")
    await hers.sure("@lea", "!merge M-1 M-2")
    hers.later(hours=13)
    assert rows(await hers.dm("@ana", "!next")) == [
        "M-1 Sam Okafor: asked “sign”, no answer yet. Open with: what would they change here?"
    ]
    await hers.sure("@lea", "!unmerge M-2")
    assert who(await hers.dm("@ana", "!next")) == ["M-2", "M-1"]


async def proposed(chat: Chat, who: str, most: int) -> tuple[Sequence[Call], Sequence[Call]]:
    """What is proposed to somebody, and what would be if all of their people were looked at."""
    async with chat.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        today = chat.now.astimezone(committee.zone).date()
        await Unit(tx, committee.id, today).recompute()
        sheet = CallSheet(tx, committee.id, today, chat.now)
        user = [UserId(f"{who}:example.org")]
        everybody = [row["id"] for row in await tx.all("SELECT id FROM contacts")]
        some = await sheet.candidates(user, most=most)
        every = await sheet.everybody(user, everybody)
    return (
        next_calls(some, chat.now, today, most),
        next_calls(every, chat.now, today, most),
    )


ACTS = (
    "!1on1 log {who} reached",
    "!1on1 log {who} reached ask=sign",
    "!1on1 log {who} reached ask=sign answer=yes next=3d",
    "!1on1 log {who} reached rate=2 said issue=pay",
    "!1on1 log {who} noanswer",
    "!1on1 log {who} busy next=2d",
    "!1on1 log {who} refused",
    "!1on1 log {who} refused next=1d",
    "!1on1 log {who} wrongcontact",
    "!assess {who} 5 heard",
    "!assess {who} 3 said",
    "!contact role {who} leader",
    "!contact role {who} none",
    "!contact left {who}",
    "!contact rejoin {who}",
    "!contact edit {who} status=leave",
    "!contact edit {who} status=employee",
    "!contact edit {who} shift=night",
    "!test mark T-1 asked {who}",
    "!test mark T-1 yes {who}",
    "!test mark T-1 did {who}",
    "!test mark T-2 yes {who}",
    "!merge {who} {other} --yes",
    "!undo",
)


@pytest.mark.parametrize("seed", range(4))
async def test_reading_no_further_than_needed_loses_nobody(chat: Chat, seed: int) -> None:
    chance = random.Random(seed)
    handles = [f"M-{n}" for n in range(1, 15)]
    for handle in handles:
        await chat.dm("@ana", f'!contact add "Somebody {handle}" area=Payments --yes')
    await chat.dm("@lea", '!test open petition "Petition" goal=60% --yes')
    found = 0
    for step in range(45):
        act = chance.choice(ACTS)
        one, other = chance.sample(handles, 2)
        by = "@lea" if act.startswith("!merge") else "@ana"
        await chat.dm(by, act.format(who=one, other=other))
        if step == 20:
            await chat.dm("@lea", '!test open buttons "Buttons" goal=60% --yes')
        if step == 35:
            await chat.sure("@lea", "!test close T-1")
        chat.later(hours=chance.choice((0, 1, 5, 13, 30, 200)))
        for most in (1, 3, 5):
            read, all_of_them = await proposed(chat, "@ana", most)
            assert read == all_of_them
            found += len(read)
    assert found > 60
    told = (await chat.dm("@ana", "!next 5")).body(Audience.HERE)
    assert told

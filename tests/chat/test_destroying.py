"""What nobody brings back is looked at first, by whoever says yes; and more than a little takes two."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.state import Signals
from commands.framework.context import Role
from commands.framework.reply import Audience
from commands.roles.quotas import RATES, Act, Rate
from tests.chat.conversation import Chat, Said


async def people(chat: Chat, n: int, who: str = "@ana") -> None:
    for number in range(1, n + 1):
        await chat.dm(who, f"!contact add 'Person Nr{number}' area=Payments --yes")


async def there(chat: Chat) -> int:
    """How many records there are, whether or not they belong to the unit."""
    async with chat.database.transaction() as tx:
        found = await tx.value("SELECT COUNT(*) FROM contacts WHERE merged_into IS NULL")
    return int(str(found))


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> dict[Act, Rate]:
    """The table of rates, to be changed for one test."""
    for act in Act:
        monkeypatch.setitem(RATES, act, RATES[act])
    return RATES


def leads_heard(said: Said) -> str:
    return said.body(Audience.LEADS)


# ------------------------------------------------------------------ looking first
async def test_fourteen_yeses_without_a_look_forget_nobody(chat: Chat) -> None:
    await people(chat, 14)
    for number in range(1, 15):
        said = await chat.dm("@lea", f"!forget M-{number} --yes")
        assert said.says(
            "Nothing is done yet: first look at what would be deleted.", f"Forget M-{number}"
        )
    assert await there(chat) == 14
    # The honest use: look, then yes.
    assert (await chat.dm("@lea", "!forget M-1 --yes")).says("is forgotten")
    assert await there(chat) == 13


async def test_a_yes_counts_for_what_was_shown_to_the_same_person_a_moment_ago(chat: Chat) -> None:
    await people(chat, 3)
    await chat.dm("@lea", "!forget M-1")
    # Somebody else's look, and a look at somebody else, are no look.
    assert (await chat.dm("@kim", "!forget M-1 --yes")).says("first look")
    assert (await chat.dm("@lea", "!forget M-2 --yes")).says("first look")
    chat.later(minutes=16)
    assert (await chat.dm("@lea", "!forget M-1 --yes")).says("first look")
    assert await there(chat) == 3
    chat.later(minutes=14)
    assert (await chat.dm("@lea", "!forget M-1 --yes")).says("is forgotten")
    # A yes is used up by what it did.
    await chat.dm("@ana", "!contact add 'Person Nr9' --yes")
    assert (await chat.dm("@lea", "!forget M-4 --yes")).says("first look")


@pytest.mark.parametrize(
    "between",
    [
        "!1on1 log M-1 reached",
        "!assess M-1 2 said",
        "!note M-1 'works nights'",
        "!contact alias M-1 Nic",
        "!contact move M-1 area=Search",
        "!contact basis M-1 consent",
    ],
)
async def test_what_changed_in_between_is_shown_with_who_changed_it(
    chat: Chat, between: str
) -> None:
    await people(chat, 2)
    await chat.dm("@lea", "!forget M-1")
    await chat.dm("@ana", between)
    said = await chat.dm("@lea", "!forget M-1 --yes")
    assert said.says("Nothing is done: @ana (1) has changed it since you looked.", "Look again")
    assert said.says("It was 0 talks, 0 ratings, 0 notes, 0 follow-ups.", "Forget M-1")
    assert await there(chat) == 2
    # What happens to others changes nothing of it; and now they have looked.
    await chat.dm("@ana", "!assess M-2 2 said")
    assert (await chat.dm("@lea", "!forget M-1 --yes")).says("is forgotten")


async def test_a_merge_and_a_move_of_turf_are_those_that_were_shown(chat: Chat) -> None:
    await people(chat, 3)
    assert (await chat.dm("@lea", "!merge M-1 M-2 --yes")).says("first look")
    await chat.dm("@ana", "!assess M-2 2 said")
    assert (await chat.dm("@lea", "!merge M-1 M-2 --yes")).says(
        "@ana (1) has changed it since you looked"
    )
    assert (await chat.dm("@lea", "!merge M-2 M-1 --yes")).says("first look")
    assert (await chat.dm("@lea", "!merge M-1 M-2 --yes")).says("M-2")
    assert await there(chat) == 2
    await chat.dm("@lea", "!turf move @ana @ben")
    await chat.dm("@ana", "!contact add 'Person Nr9' --yes")
    assert (await chat.dm("@lea", "!turf move @ana @ben --yes")).says("changed since you looked")
    assert (await chat.dm("@lea", "!turf move @ana @ben --yes")).says("Moved from @ana to @ben")


async def test_a_test_is_closed_as_it_was_shown(chat: Chat) -> None:
    await people(chat, 6)
    await chat.dm("@lea", "!test open petition goal=60% --yes")
    assert (await chat.dm("@lea", "!test close --yes")).says(
        "first look", "When you close it, that result stays"
    )
    await chat.dm("@ana", "!test mark did M-1")
    said = await chat.dm("@lea", "!test close --yes")
    assert said.says("changed since you looked", "1/6")
    assert (await chat.dm("@lea", "!test close --yes")).says("is closed")


async def test_a_poll_is_destroyed_by_a_lead_who_was_asked(chat: Chat) -> None:
    chat.join("@dan", "@eva", "@flo")
    await chat.opens("@ana", '!poll temp "Ready to march on the boss?"')
    chat.later(minutes=20)
    asked = await chat.room("@lea", "!poll cancel K7QX --yes")
    assert asked.says("Destroy secret poll K7QX without counting it?", "!poll cancel K7QX --yes")
    # How many have voted is no part of the question.
    assert not any(word in asked.text for word in ("ballot in", "voted", "0", "6"))
    assert [poll.code for poll in await chat.polls.polls()] == ["K7QX"]
    assert (await chat.room("@lea", "!poll cancel K7QX --yes")).says("is cancelled")


async def test_an_identity_is_accepted_that_was_shown(chat: Chat) -> None:
    from storage.core.model import UserId  # noqa: PLC0415

    ben = UserId("@ben:example.org")
    chat.desk.people.append(ben)
    assert (await chat.room("@lea", "!identity")).says("oneN ewKe y")
    # Another key is there when the lead says yes: the server's, perhaps.
    chat.desk.key = "anotherKey"
    said = await chat.room("@lea", f"!identity accept {ben}")
    assert said.says("changed since you looked", "anot herK ey")
    assert chat.desk.people == [ben]
    assert (await chat.room("@lea", f"!identity accept {ben}")).says("Accepted")


async def test_a_list_that_another_brought_is_dropped_after_a_look(chat: Chat) -> None:
    await people(chat, 6)
    await chat.dm("@lea", "!test open petition --yes")
    await chat.dm("@ana", "!test mark did\nNobody Here")
    assert (await chat.dm("@lea", "!test drop 1")).says("brought by @ana", "!test drop 1 --yes")
    assert (await chat.dm("@lea", "!test drop 1 --yes")).says("Dropped list 1.")
    # One's own goes at once.
    await chat.dm("@lea", "!test mark did\nNobody Here")
    assert (await chat.dm("@lea", "!test drop 2")).says("Dropped list 2.")


# ------------------------------------------------------------------ more takes two
async def test_the_sixth_in_an_hour_takes_a_second_lead(chat: Chat) -> None:
    await people(chat, 20)
    heard = []
    for number in range(1, 6):
        said = await chat.sure("@lea", f"!forget M-{number}")
        assert said.says("is forgotten")
        heard.append(leads_heard(said))
    assert [bool(each) for each in heard] == [False, False, True, False, False]
    # How much, and never whom.
    assert "@lea forgot 3 people within a day" in heard[2]
    assert "M-" not in heard[2]
    assert "Person" not in heard[2]
    stopped = await chat.sure("@lea", "!forget M-6")
    assert stopped.says(
        "Not done: you forgot 5 people within an hour. To do more you need a second lead"
    )
    assert "@lea forgot 5 people within a day and wants to go on" in leads_heard(stopped)
    assert "!second 1" in leads_heard(stopped)
    # Asked once.
    assert not leads_heard(await chat.sure("@lea", "!forget M-6"))
    assert await there(chat) == 15

    assert (await chat.dm("@lea", "!second 1")).says("another lead has to agree")
    assert (await chat.dm("@ana", "!second 1")).says("is for leads")
    agreed = await chat.dm("@kim", "!second 1")
    assert agreed.says("@lea can go on: 10 more within an hour.")
    assert "@kim agreed" in agreed.told("@lea")
    assert (await chat.dm("@lea", "!audit")).says(
        "@kim: agreed that somebody else goes on: @lea:example.org, forget"
    )
    assert (await chat.dm("@kim", "!second 1")).says("Somebody agreed to that already")
    for number in range(6, 6 + RATES[Act.FORGET].second_adds):
        assert (await chat.sure("@lea", f"!forget M-{number}")).says("is forgotten")
    assert (await chat.sure("@lea", "!forget M-16")).says("To do more you need a second lead")
    assert await there(chat) == 5


async def test_without_a_second_lead_it_goes_on_with_time(chat: Chat) -> None:
    await people(chat, 7)
    for number in range(1, 6):
        await chat.sure("@lea", f"!forget M-{number}")
    said = await chat.sure("@lea", "!forget M-6")
    assert said.says("Without them you can go on at Mon 23 Nov 11:00.")
    chat.later(minutes=61)
    assert (await chat.sure("@lea", "!forget M-6")).says("is forgotten")


async def test_an_old_question_is_no_answer(chat: Chat) -> None:
    await people(chat, 7)
    for number in range(1, 7):
        await chat.sure("@lea", f"!forget M-{number}")
    chat.later(hours=25)
    assert (await chat.dm("@kim", "!second 1")).says("No request 1 waits")
    assert (await chat.dm("@kim", "!second 7")).says("No request 7 waits")


async def test_whoever_was_off_boarded_is_agreed_to_nothing(chat: Chat) -> None:
    await people(chat, 7)
    for number in range(1, 7):
        await chat.sure("@lea", f"!forget M-{number}")
    assert (await chat.dm("@kim", "!offboard @lea")).says("I do nothing for @lea any more")
    assert (await chat.dm("@kim", "!second 1")).says("@lea's part in the committee has ended")


DOORS: Mapping[Act, tuple[str, str]] = {
    Act.RELEASE: ("@ana", "!turf release M-{n} why='we work different shifts'"),
    Act.LEAVE: ("@ana", "!contact left M-{n}"),
    Act.CANCEL_MEETING: ("@ben", "!meet cancel #{n}"),
    Act.DROP_ACTION: ("@ben", "!action done {n}"),
    Act.END_HOLD: ("@lea", "!hold end M-{n}"),
    Act.OFFBOARD: ("@lea", "!offboard @p{n}"),
    Act.UNDO_IMPORT: ("@lea", "!import undo {n}"),
    Act.DROP_LIST: ("@lea", "!import drop {n}"),
    Act.SAVE_IMPORT: ("@lea", "!import commit {n}"),
    Act.UNFORGET: ("@lea", "!unforget 'Person Nr{n}' area=Payments --yes"),
    Act.MERGE: ("@lea", "!merge M-{n} M-9"),
    Act.CLOSE_TEST: ("@lea", "!test close T-{n}"),
    Act.MOVE_TURF: ("@lea", "!turf move @p{n} @ben"),
    Act.UNDO_OTHERS: ("@lea", "!undo of=@ana why='they asked me'"),
}
TWICE = {Act.UNDO_IMPORT, Act.MERGE, Act.CLOSE_TEST, Act.MOVE_TURF, Act.UNDO_OTHERS}


@pytest.mark.parametrize("act", DOORS, ids=lambda a: a.value)
async def test_no_other_door_lets_one_person_destroy_much(
    chat: Chat, rates: dict[Act, Rate], act: Act
) -> None:
    who, text = DOORS[act]
    await prepared(chat, act)
    rates[act] = Rate(2, 4)
    said = []
    for n in (1, 2, 3):
        typed = text.format(n=n)
        said.append(await (chat.sure if act in TWICE else chat.dm)(who, typed))
    for each in said[:2]:
        assert "second lead" not in each.text, each.text
        assert "Like this" not in each.text, each.text
    assert said[2].says("within an hour. To do more you need a second lead")
    assert leads_heard(said[2])
    # What was refused was not done: an hour later the same words do it.
    chat.later(minutes=61)
    if act is not Act.UNDO_OTHERS:
        again = await (chat.sure if act in TWICE else chat.dm)(who, text.format(n=3))
        assert "second lead" not in again.text
        assert "already" not in again.text


LISTS = "!import paste\nName,Area\nNew Comer{n},Payments"
BEFORE: Mapping[Act, tuple[tuple[str, str], ...]] = {
    Act.CANCEL_MEETING: (("@ana", "!meet new Talk {n} | fri 19:00"), ("@ana", "!ok")),
    Act.DROP_ACTION: (("@ana", "!action @ana print {n}"),),
    Act.END_HOLD: (("@lea", "!hold M-{n} why=claim"),),
    Act.DROP_LIST: (("@lea", LISTS),),
    Act.SAVE_IMPORT: (("@lea", LISTS), ("@lea", "!import check {n}")),
    Act.UNDO_IMPORT: (
        ("@lea", LISTS),
        ("@lea", "!import check {n}"),
        ("@lea", "!import commit {n}"),
        # The third is asked about: somebody new, or the second?
        ("@lea", "!import commit {n} --yes"),
    ),
    Act.UNFORGET: (("@kim", "!forget M-{n}"), ("@kim", "!forget M-{n} --yes")),
    Act.CLOSE_TEST: (("@lea", "!test open petition 'Sheet {n}' --yes"),),
    Act.MOVE_TURF: (("@lea", "!turf assign @p{n} M-{n} --transfer"),),
    Act.UNDO_OTHERS: (("@ana", "!note M-{n} 'hello'"),),
}


async def prepared(chat: Chat, act: Act) -> None:
    """Three of what is destroyed."""
    chat.join("@p1", "@p2", "@p3")
    await people(chat, 9)
    for n in (1, 2, 3):
        for who, text in BEFORE.get(act, ()):
            await chat.dm(who, text.format(n=n))


async def test_one_person_marks_everybody_as_long_gone_and_the_clock_waits(chat: Chat) -> None:
    """A day long past, written today, deletes nobody tonight."""
    from bot.config import Retention  # noqa: PLC0415
    from bot.jobs.retention import RetentionJob  # noqa: PLC0415

    await people(chat, 3)
    await chat.dm("@ana", "!contact left M-1 2026-05-01")
    shredding = RetentionJob(chat.database, Retention(), Signals())
    await shredding.run_due(chat.now)
    assert await there(chat) == 3
    await shredding.run_due(chat.now + timedelta(days=29))
    assert await there(chat) == 3
    await shredding.run_due(chat.now + timedelta(days=32))
    assert await there(chat) == 2


async def test_a_role_too_new_is_no_second(chat: Chat) -> None:
    await people(chat, 7)
    for number in range(1, 7):
        await chat.sure("@lea", f"!forget M-{number}")
    chat.join("@new")
    chat.roles["@new"] = Role.LEAD
    since = chat.now - timedelta(days=1)
    await chat.saw("@new", lead=since, keeper=None)
    assert (await chat.dm("@new", "!second 1")).says("who have been leads for 7 days")
    assert (await chat.dm("@kim", "!second 1")).says("@lea can go on")


async def test_taking_whole_areas_from_others_is_counted_as_moving_turf(
    chat: Chat, rates: dict[Act, Rate]
) -> None:
    await people(chat, 12)
    rates[Act.MOVE_TURF] = Rate(1, 1)
    assert "second lead" not in (await chat.dm("@lea", TAKE.format("@ben"))).text
    assert (await chat.dm("@lea", TAKE.format("@lea"))).says("To do more you need a second lead")
    assert (await chat.dm("@ben", "!turf")).says("12")
    # A few are no whole area.
    said = await chat.dm("@lea", "!turf assign @ana M-1 M-2 M-3 --transfer")
    assert "second lead" not in said.text


TAKE = "!turf assign {} area=Payments --transfer"

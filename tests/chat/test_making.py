"""How much one person may make: what is there counts, whatever made it, and honest use stays below."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count

import pytest

from commands.roles import quotas
from commands.roles.quotas import QUOTAS, Quota, QuotaItem
from storage.core.database import Transaction
from storage.core.driver import Row
from tests.chat.conversation import Chat, Said

PASTED = "!import paste\nName,Area\nSam Okafor,Payments"


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[QuotaItem, Quota]:
    """The table of quotas, to be changed for one test."""
    table = dict(QUOTAS)
    monkeypatch.setattr(quotas, "QUOTAS", table)
    return table


async def rows(chat: Chat, sql: str) -> int:
    async with chat.database.transaction() as tx:
        return int(str(await tx.value(sql)))


async def planned(chat: Chat, who: str, text: str) -> Said:
    """A plan and the ok to it; the refusal, where it is refused at once."""
    said = await chat.dm(who, text)
    return await chat.dm(who, "!ok") if "!ok" in said.text else said


async def until_refused(chat: Chat, who: str, texts: Iterator[str], most: int) -> tuple[int, Said]:
    """How often it is done, and what is said then."""
    for done in range(most):
        said = await planned(chat, who, next(texts))
        if "the limit of" in said.text:
            return done, said
    raise AssertionError(f"not refused within {most}")


async def test_three_hundred_meetings_by_one_member(chat: Chat) -> None:
    names = (f"!meet new Talk {n} | in {n + 1} days 19:00 | 30m" for n in count(1))
    done, said = await until_refused(chat, "@ana", names, 300)
    assert done == QUOTAS[QuotaItem.MEETING].each == 25
    assert said.says("the limit of 25 meetings open", "!meet cancel #7", "making_percent")
    # Others go on, and whoever tidies up does.
    assert (await planned(chat, "@ben", "!meet new Other | fri 19:00")).says("#26")
    await chat.dm("@ana", "!meet cancel #3")
    assert (await planned(chat, "@ana", "!meet new Again | fri 18:00")).says("#27")


async def test_a_hundred_daily_series_by_one_member(chat: Chat) -> None:
    names = (f"!meet every Daily {n} | day 19:{n:02} | 15m" for n in count(1))
    done, said = await until_refused(chat, "@ana", names, 50)
    assert done == QUOTAS[QuotaItem.SERIES].each == 6
    assert said.says("the limit of 6 series of meetings open")
    assert await rows(chat, "SELECT COUNT(*) FROM meetings") == 6
    assert await rows(chat, "SELECT COUNT(*) FROM meeting_drafts") == 0
    # A lead has room for more, and one meeting is no series.
    assert (await planned(chat, "@ana", "!meet new Once | fri 19:00")).says("#7")


async def test_together_members_fill_no_more_than_there_is_room_for_and_leads_go_on(
    chat: Chat, limits: dict[QuotaItem, Quota]
) -> None:
    limits[QuotaItem.SERIES] = Quota(each=6, together=2)
    assert (await planned(chat, "@ana", "!meet every A | day 19:00")).says("#1")
    assert (await planned(chat, "@ben", "!meet every B | day 19:00")).says("#2")
    said = await planned(chat, "@ana", "!meet every C | day 19:00")
    assert said.says("the limit of 2 series of meetings", "A lead can go on")
    assert (await planned(chat, "@lea", "!meet every D | day 19:00")).says("#3")


async def test_two_plans_that_wait_do_not_both_become_the_last(
    chat: Chat, limits: dict[QuotaItem, Quota]
) -> None:
    limits[QuotaItem.SERIES] = Quota(each=1)
    assert (await chat.dm("@ana", "!meet every A | day 19:00")).says("!ok")
    assert (await chat.room("@ana", "!meet every B | day 19:00")).says("!ok")
    assert (await chat.dm("@ana", "!ok")).says("#1")
    assert (await chat.room("@ana", "!ok")).says("the limit of 1 series of meetings open")
    await chat.dm("@ana", "!meet cancel #1")
    # What waited waits on: nothing of it was lost by the refusal.
    assert (await chat.room("@ana", "!ok")).says("#2")


async def test_whoever_has_more_already_can_still_tidy_up(
    chat: Chat, limits: dict[QuotaItem, Quota]
) -> None:
    for n in range(3):
        await planned(chat, "@ana", f"!meet every Old {n} | day 2{n}:00")
    limits[QuotaItem.SERIES] = Quota(each=1)
    assert (await chat.dm("@ana", "!meet skip #1 tomorrow")).says("Done")
    assert (await planned(chat, "@ana", "!meet move #1 wed -> wed 22:30")).says("Done")
    assert (await chat.dm("@ana", "!meet cancel #1")).says("Done")
    assert (await planned(chat, "@ana", "!meet every New | day 19:00")).says("the limit of")


MADE: Mapping[str, tuple[QuotaItem, str, str]] = {
    "contacts": (QuotaItem.CONTACT, "@ana", "!contact add 'Person {n}' --yes"),
    "other names": (QuotaItem.ALIAS, "@ana", "!contact alias M-1 'Nick {n}'"),
    "notes": (QuotaItem.NOTE, "@ana", "!note M-1 'works nights {n}'"),
    "talks": (QuotaItem.TALK, "@ana", "!1on1 log M-1 busy"),
    "ratings": (QuotaItem.RATING, "@ana", "!assess M-1 {rating} said"),
    "changes": (QuotaItem.CHANGE, "@ana", "!contact edit M-1 shift='late {n}'"),
    "turf": (QuotaItem.TURF, "@lea", "!turf assign {who} M-1 --transfer"),
    "absences": (QuotaItem.ABSENCE, "@ana", "!away until={day}d cover=@ben"),
    "tests": (QuotaItem.TEST, "@lea", "!test open petition 'Sheet {n}' --yes"),
    "agenda": (QuotaItem.AGENDA, "@ana", "!agenda add 5m item {n}"),
    "actions": (QuotaItem.ACTION, "@ana", "!action @ben print flyers {n}"),
    "answers": (QuotaItem.ANSWER, "@ana", "!{answer} #1"),
    "roles": (QuotaItem.DUTY, "@ana", "!roles take notes"),
    "lists": (QuotaItem.IMPORT, "@lea", PASTED),
    "exports": (QuotaItem.EXPORT, "@kim", "!export csv why='mailing {n}'"),
    "holds": (QuotaItem.HOLD, "@lea", "!hold M-{next} why=claim"),
}


@pytest.mark.parametrize("name", MADE)
async def test_each_kind_of_thing_is_counted_by_the_day(
    chat: Chat, limits: dict[QuotaItem, Quota], name: str
) -> None:
    thing, who, text = MADE[name]
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await planned(chat, "@ben", "!meet new Planning | fri 19:00")
    if name == "holds":
        for n in range(2, 16):
            await chat.dm("@ana", f"!contact add 'Person Nr{n}' --yes")
    chat.later(days=2)
    most = 4
    limits[thing] = replace(QUOTAS[thing], a_day=most, each=99, together=None)
    times = most * (3 if who in {"@lea", "@kim"} else 1)
    for n in range(times):
        said = await chat.dm(who, filled(text, n))
        assert "Not saved" not in said.text, said.text
    refused = await chat.dm(who, filled(text, times))
    assert refused.says("within a day. You can go on", "making_percent")
    chat.later(hours=25)
    assert "Not saved: " not in (await chat.dm(who, filled(text, times + 1))).text


def filled(text: str, n: int) -> str:
    return text.format(
        n=n,
        next=n + 1,
        day=n + 3,
        rating=1 + n % 5,
        who=("@ben", "@ana")[n % 2],
        answer=("yes", "no")[n % 2],
    )


OPEN: Mapping[str, tuple[QuotaItem, str, str, str]] = {
    "follow-ups": (QuotaItem.FOLLOW_UP, "@ana", "!1on1 log M-1 busy next=fri", "!done 1 'met her'"),
    "actions": (QuotaItem.ACTION, "@ana", "!action @ben print {n}", "!action done 1"),
    "polls about times": (
        QuotaItem.TIME_POLL,
        "@ana",
        "!meet poll Plan {n} | fri 19:00, sat 12:00",
        "!meet pick #2 1",
    ),
    "tests": (QuotaItem.TEST, "@lea", "!test open petition 'Sheet {n}' --yes", "!test close T-1"),
    "lists": (QuotaItem.IMPORT, "@lea", PASTED, "!import drop 1"),
    "exports": (QuotaItem.EXPORT, "@kim", "!export csv why=mail{n}", "!export refuse 1"),
}


@pytest.mark.parametrize("name", OPEN)
async def test_each_kind_of_thing_that_stays_open_is_counted(
    chat: Chat, limits: dict[QuotaItem, Quota], name: str
) -> None:
    thing, who, text, tidy = OPEN[name]
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await planned(chat, "@ben", "!meet new Planning | fri 19:00")
    limits[thing] = Quota(each=2)
    times = 2 * (3 if who in {"@lea", "@kim"} else 1)
    for n in range(times):
        assert "the limit of" not in (await planned(chat, who, filled(text, n))).text
    assert (await planned(chat, who, filled(text, 9))).says(f"the limit of {times} ", "open")
    await (chat.sure if "close" in tidy else chat.dm)(who, tidy)
    assert "the limit of" not in (await planned(chat, who, filled(text, 10))).text


async def test_a_list_too_many_is_not_kept(chat: Chat, limits: dict[QuotaItem, Quota]) -> None:
    limits[QuotaItem.IMPORT] = Quota(each=1)
    for n in range(3):
        said = await chat.dm("@lea", PASTED)
        assert "the limit of" not in said.text, n
    assert (await chat.dm("@lea", PASTED)).says("the limit of 3 lists open", "!import drop 7")
    assert await rows(chat, "SELECT COUNT(*) FROM imports") == 3


async def test_what_was_taken_back_is_not_open_any_more(
    chat: Chat, limits: dict[QuotaItem, Quota]
) -> None:
    limits[QuotaItem.MEETING] = Quota(each=1)
    await planned(chat, "@ana", "!meet new A | fri 19:00")
    assert (await chat.dm("@ana", "!undo")).says("Undone")
    assert (await planned(chat, "@ana", "!meet new B | fri 19:00")).says("#2")
    assert (await planned(chat, "@ana", "!meet new C | fri 19:00")).says("the limit of")


async def test_going_back_and_forth_is_counted_too(
    chat: Chat, limits: dict[QuotaItem, Quota]
) -> None:
    limits[QuotaItem.UNDO] = Quota(a_day=3)
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    said = None
    for n in range(5):
        await chat.dm("@ana", f"!note M-1 'hello {n}'")
        said = await chat.dm("@ana", "!undo")
        assert ("Not saved" in said.text) == (n >= 3)


async def test_a_word_for_a_place_makes_an_area_and_that_is_counted(
    chat: Chat, limits: dict[QuotaItem, Quota]
) -> None:
    limits[QuotaItem.AREA] = Quota(a_day=2)
    for n, area in enumerate(("Payments", "Search", "Payments")):
        said = await chat.dm("@ana", f"!contact add 'Person {n}' area={area} --yes")
        assert "Not saved" not in said.text
    refused = await chat.dm("@ana", "!contact add 'Person 9' area=Ops --yes")
    assert refused.says("2 areas within a day")
    assert await rows(chat, "SELECT COUNT(*) FROM areas") == 2
    assert await rows(chat, "SELECT COUNT(*) FROM contacts") == 3
    limits[QuotaItem.AREA] = Quota(together=2)
    assert (await chat.dm("@ben", "!contact add 'X Y' area=Ops --yes")).says("the limit of 2 areas")


async def test_messages_to_others_and_into_the_room_are_counted(
    chat: Chat, limits: dict[QuotaItem, Quota]
) -> None:
    limits[QuotaItem.IN_ROOM] = Quota(a_day=2)
    for n in range(2):
        assert (await planned(chat, "@ana", f"!meet new A{n} | fri 19:00")).says("the room knows")
    refused = await planned(chat, "@ana", "!meet new A9 | fri 19:00")
    assert refused.says("2 messages in the room within a day")
    assert await rows(chat, "SELECT COUNT(*) FROM meetings") == 2
    # In the room itself it is their own message that is there: pace is for that.
    assert (await chat.room("@ana", "!meet new A9 | fri 19:00")).says("!ok")
    assert (await chat.room("@ana", "!ok")).says("#3")
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    limits[QuotaItem.DIRECT] = Quota(a_day=1)
    said = [
        (await chat.dm("@lea", f"!turf assign {who} M-1 --transfer")).text
        for who in ("@ben", "@ana", "@ben", "@ana")
    ]
    assert "Not saved: you have reached the limit of 3 messages to others" in said[-1]
    assert "Not saved" not in said[0]


async def test_the_operator_can_give_more_room(chat: Chat) -> None:
    chat.settings = replace(chat.settings, making_percent=200)
    names = (f"!meet every Daily {n} | day 19:{n:02} | 15m" for n in count(1))
    done, _said = await until_refused(chat, "@ana", names, 50)
    assert done == 12


async def test_a_command_that_makes_what_it_does_not_declare_fails_and_saves_nothing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    from commands.contacts import changes  # noqa: PLC0415

    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    monkeypatch.setattr("commands.authority.budget.things_of", lambda _kinds: set())
    with pytest.raises(LookupError, match="does not declare"):
        await chat.dm("@ana", "!note M-1 hello")
    assert await rows(chat, "SELECT COUNT(*) FROM notes") == 0
    assert changes.note.makes == (QuotaItem.NOTE,)


async def test_counting_costs_the_same_beside_a_hundred_thousand_entries(chat: Chat) -> None:
    """Each question is a search in an index that is left as soon as the answer is known."""
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    at = int(chat.now.timestamp() * 1000)
    async with chat.database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO history(committee, author, at, kind) VALUES (1, ?, ?, 'noted')",
            [(f"@p{n % 50}:example.org", at) for n in range(99_000)],
        )
        await tx.executemany(
            "INSERT INTO history(committee, author, at, kind) VALUES (1, '@ana:example.org', ?, ?)",
            [(at, "conversation logged") for _n in range(1_000)],
        )
    asked: list[tuple[str, object]] = []
    one, value = Transaction.one, Transaction.value

    async def noted_value(tx: Transaction, sql: str, params: object = ()) -> object:
        asked.append((sql, params))
        return await value(tx, sql, params)  # type: ignore[arg-type]

    async def noted_one(tx: Transaction, sql: str, params: object = ()) -> Row | None:
        asked.append((sql, params))
        return await one(tx, sql, params)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transaction, "value", noted_value)
        patch.setattr(Transaction, "one", noted_one)
        said = await chat.dm("@ana", "!1on1 log M-1 busy")
    assert said.says("400 talks within a day")
    counts = [(sql, params) for sql, params in asked if "COUNT(*)" in sql or "seq" in sql]
    assert counts
    async with chat.database.transaction() as tx:
        for sql, params in counts:
            plan = await tx.all(f"EXPLAIN QUERY PLAN {sql}", params)  # type: ignore[arg-type]
            assert not [r["detail"] for r in plan if re_scan(r["detail"])], sql


def re_scan(detail: str) -> bool:
    """Whether a step reads a table from end to end, the small one of counters aside."""
    return detail.startswith("SCAN") and not any(
        name in detail for name in ("sqlite_sequence", "CONSTANT", "subquery", "SUBQUERY", "(")
    )

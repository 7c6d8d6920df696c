"""Two people of one name, on two homeservers: no answer says a name alone that both have, none is picked silently."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from commands.framework import naming
from storage.chat.called_alike import NAMED
from storage.core.model import UserId
from tests.chat.conversation import Chat, Said
from tests.chat.test_growth import HELD, WEEK

MILAN = "milan.example"
TWINS = ("ana", "ben", "lea", "kim")
EXAMPLE = "!buddy @ben"
"""Typed like this by whoever has nobody in mind yet."""
BOTH = ("@ana:example.org", f"@ana:{MILAN}")


@pytest.fixture
async def twins(chat: Chat) -> Chat:
    """Everybody has a namesake in Milan."""
    chat.join(*(f"@{name}:{MILAN}" for name in TWINS))
    return chat


@pytest.fixture
async def anas(chat: Chat) -> Chat:
    """There are two Anas, and Sam, whom nobody talks to yet."""
    chat.join(f"@ana:{MILAN}")
    await chat.dm("@ben", '!contact add "Sam Okafor" area=Payments')
    return chat


def _in_full(text: str) -> str:
    """A typed line as it is typed where a name alone says too little."""
    return re.sub(r"@(ana|ben|lea|kim)\b(?!:)", r"@\1:example.org", text)


def alone(said: Said | str) -> list[str]:
    """Lines of an answer that call somebody what two people are called."""
    text = said if isinstance(said, str) else said.text
    lines = text.replace(EXAMPLE, "").splitlines()
    return [line for line in lines if re.search(r"\b(ana|ben|lea|kim)\b(?!:)", line)]


async def every_answer(chat: Chat) -> list[str]:
    """Lines of all answers of a week that call somebody what two people are called."""
    found = []
    for who, text in WEEK:
        found += [f"{text}: {each}" for each in alone(await chat.dm(who, _in_full(text)))]
    chat.later(days=8)
    for who, text in HELD:
        found += [f"{text}: {each}" for each in alone(await chat.dm(who, _in_full(text)))]
    return found


async def test_nobody_is_called_what_two_are_called(twins: Chat) -> None:
    assert await every_answer(twins) == []


async def test_a_name_alone_would_be_noticed(twins: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    monkeypatch.setattr(naming, "named", lambda user: user.partition(":")[0])
    for name in ("commands.shared.wording", "commands.meetings.wording"):
        monkeypatch.setattr(f"{name}.named", lambda user: user.partition(":")[0])
    assert len(await every_answer(twins)) > 20


async def test_no_column_with_people_is_left_out(twins: Chat) -> None:
    """Whoever is named in a week's records is found in a column that is looked through, or wrote the entry."""
    for who, text in (*WEEK, *HELD):
        await twins.dm(who, _in_full(text))
    async with twins.database.transaction() as tx:
        tables = [
            str(row["name"])
            for row in await tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found = set()
        for table in tables:
            for row in await tx.all(f"SELECT * FROM {table}"):
                found |= {
                    (table, column)
                    for column in set(row.keys())
                    if re.fullmatch(r"@[^\s:]+:\S+", str(row[column]))
                }
        authors = {
            table
            for table, column in found
            if column == "author" and table not in NAMED and "entry" in await _columns(tx, table)
        }
        for table in authors:
            others = await tx.all(
                f"SELECT 1 FROM {table} AS t JOIN history AS h ON h.id = t.entry "
                "WHERE h.author <> t.author"
            )
            assert others == [], table
    looked = {(table, column) for table, columns in NAMED.items() for column in columns}
    left = {f"{t}.{c}" for t, c in found - looked if not (c == "author" and t in authors)}
    assert left <= NOT_SAID, left - NOT_SAID
    assert len(found & looked) > 15


NOT_SAID = {
    *("people.user", "directs.person", "digests.person", "first_weeks.person"),
    *("drafts.author", "open_questions.author", "meeting_drafts.author", "waiting.person"),
    *("outbox.recipient", "outbox.person", "reminders.recipient", "small_print.person"),
    *("spent.person", "shown.person", "look_ups.viewer", "views.viewer", "look_ups_refused.viewer"),
    *("calendar_dates.person", "calendar_files.person", "meeting_mutes.person"),
    *("practice_vote.person", "poll_presence.person", "identities.person"),
    *("coalition_sides.bot", "coalition_sides.key", "coalition_tests.key"),
    *("test_people.organizer", "test_reviews.answered_by"),
}
"""Columns of what concerns somebody alone, or somebody who is in the room: nobody else is told of them by it.

Bots are told of by their labels. Whose people somebody were in a structure test stands in their assignments, and who
answered a question of its review wrote the entry.
"""


async def _columns(tx: object, table: str) -> Sequence[str]:
    rows = await tx.all(f"PRAGMA table_info({table})")  # type: ignore[attr-defined]
    return [str(row["name"]) for row in rows]


async def test_a_name_that_two_have_is_asked_about_with_both_in_full(anas: Chat) -> None:
    for who, text in (
        ("@lea", "!turf assign @ana M-1 --transfer"),
        ("@lea", "!turf @ana"),
        ("@lea", "!buddy @ana for @ben"),
        ("@lea", '!undo of=@ana why="slip"'),
        ("@lea", "!offboard @ana"),
        ("@lea", "!confirm @ana"),
        ("@ben", "!away until=fri cover=@ana"),
        ("@lea", "!contact list who=@ana"),
    ):
        said = await anas.dm(who, text)
        assert said.says("More than one person here is @ana", *BOTH), text
    assert (await anas.dm("@lea", "!turf @ben")).says("@ben: 1 person.")


async def test_each_is_found_by_the_full_address_and_by_a_mention(anas: Chat) -> None:
    one = await anas.dm("@lea", f"!turf assign @ana:{MILAN} M-1 --transfer")
    assert one.says(f"@ana:{MILAN} has M-1 Sam Okafor (Payments) now.", "@ben had 1")
    assert "assigned M-1 to you" not in one.told("@ana")
    assert "@lea handed M-1" in one.told("@ben")
    assert f"to @ana:{MILAN}." in one.told("@ben")
    pill = '<a href="https://matrix.to/#/@ana:example.org">Ana</a>'
    rich = f"!turf assign {pill} M-1 --transfer"
    other = await anas.dm("@lea", "!turf assign Ana M-1 --transfer", formatted_body=rich)
    assert other.says("@ana:example.org has M-1 Sam Okafor (Payments) now.")


async def test_what_is_shown_can_be_typed(anas: Chat) -> None:
    """The names of lists and of proposed lines are taken as they stand there."""
    await anas.dm("@lea", f"!turf assign @ana:{MILAN} M-1 --transfer")
    team = await anas.dm("@lea", "!turf team")
    shown = re.findall(r"@ana:\S+", team.text)
    assert set(shown) == set(BOTH)
    for each in shown:
        assert (await anas.dm("@lea", f"!turf {each}")).says(each)
    left = await anas.dm("@lea", f"!offboard @ana:{MILAN}")
    assert left.says(f"@ana:{MILAN}", f"!readmit @ana:{MILAN}"), left.text
    assert (await anas.dm("@lea", f"!readmit @ana:{MILAN}")).says(f"@ana:{MILAN}")


async def test_whoever_has_left_is_told_apart_while_records_name_them(chat: Chat) -> None:
    chat.join(f"@ana:{MILAN}")
    await chat.dm(f"@ana:{MILAN}", '!contact add "Sam Okafor"')
    await chat.dm(f"@ana:{MILAN}", "!1on1 log M-1 reached rate=2")
    del chat.roles[f"@ana:{MILAN}"]
    card = await chat.dm("@lea", "!contact show M-1")
    assert card.says(f"@ana:{MILAN}")
    assert alone(card) == []


async def test_a_namesake_who_comes_later_changes_what_was_said_before(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    assert (await chat.dm("@lea", "!contact show M-1")).text.endswith("Assigned to @ana")
    chat.join(f"@ana:{MILAN}")
    assert (await chat.dm("@lea", "!contact show M-1")).says("Assigned to @ana:example.org")


async def test_letters_of_another_script_make_no_second_ana(chat: Chat) -> None:
    cyrillic = f"@\u0430n\u0430:{MILAN}"
    chat.join(cyrillic)
    team = await chat.dm("@lea", "!turf team")
    assert team.says("@ana:example.org 0", f"{cyrillic} 0")
    for typed in ("@ana", "@\u0430n\u0430"):
        assert (await chat.dm("@lea", f"!turf {typed}")).says("@ana:example.org", cyrillic)


async def test_in_reminders_and_meetings(anas: Chat) -> None:
    await anas.dm("@ana", "!meet new Planning | fri 19:00 | 90m")
    await anas.dm("@ana", "!ok")
    for who in ("@ana", f"@ana:{MILAN}"):
        await anas.dm(who, "!yes #1")
    answers = await anas.dm("@ben", "!meet who #1")
    assert answers.says(*BOTH), answers.text
    asked = await anas.dm("@ben", "!action @ana: print flyers by fri")
    assert asked.says(*BOTH), asked.text
    made = await anas.dm("@ben", f"!action @ana:{MILAN} print flyers by thu")
    assert made.says(f"@ana:{MILAN}"), made.text
    said = await anas.pass_time(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    assert said
    assert [line for each in said for line in alone(each.body)] == []


async def test_nobody_is_named_in_full_without_need(chat: Chat) -> None:
    chat.join(f"@dan:{MILAN}")
    team = await chat.dm("@lea", "!turf team")
    assert team.lists("@ana 0", "@ben 0", "@dan 0", "@kim 0", "@lea 0")


def test_where_nobody_said_for_whom_people_are_named_in_full() -> None:
    with naming.naming(None):
        assert naming.named(UserId("@ana:example.org")) == "@ana:example.org"

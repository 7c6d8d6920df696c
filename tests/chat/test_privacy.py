"""What people are owed about what is kept of them: to see it, why it is kept, and that it goes."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commands.privacy.views import sections
from storage.privacy.erasure import Erasure
from storage.privacy.name_patterns import NamePatterns
from storage.privacy.tables import JOBS, TABLES
from tests.chat.conversation import Chat
from tests.support.begun import copied, made

NAME = "Zephyrine Quillfeather"


async def dump(chat: Chat) -> str:
    """Every value of every table but that of what somebody was just shown, as one text."""
    async with chat.database.transaction() as tx:
        tables = [
            row["name"]
            for row in await tx.all("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if row["name"] != "shown"
        ]
        rows = [row for table in tables for row in await tx.all(f"SELECT * FROM {table}")]
    return "\n".join(json.dumps([str(v) for v in tuple(row)], ensure_ascii=False) for row in rows)


async def work_with_somebody(chat: Chat) -> None:
    for text in (
        f"!contact add '{NAME}' area=Annexe shift=night",
        "!contact add 'Alex Kim' area=Payments",
        "!contact alias M-1 Zephy",
        "!contact alias M-1 'Zeph Quill' --preferred",
        "!contact move M-1 area=Galvanizing",
        "!contact role M-1 leader",
        "!contact basis M-1 consent on=yesterday",
        "!1on1 log M-1 reached issue=respirators ask='carry marmalade' answer=yes rate=2 did",
        "!1on1 log M-1 reached next=fri note='likes herons'",
        "!1on1 edit 2 note='likes grey herons'",
        "!done 1 'brought marzipan' next=3d",
        "!assess M-1 3 said 'wore a badge'",
        "!note M-1 'works with telephones'",
        f"!note M-2 'friend of QUILLFEATHER, Zephyrine and of {NAME}’s brother'",
        "!undo",
        f"!note M-2 'friend of {NAME}’s brother'",
        "!1on1 log M-1",
        "reached",
    ):
        said = await chat.dm("@ana", text)
        assert "Nothing was" not in said.text
    await chat.dm("@ben", f"!contact add '{NAME}' area=Annexe --yes")
    await chat.dm("@lea", "!dupes")
    await chat.sure("@lea", "!merge M-1 M-3")
    await chat.dm("@lea", "!contact show M-1")
    await chat.dm("@ben", "!contact find zephyrine")
    await chat.dm("@lea", "!turf assign @ben M-1 --transfer")
    await chat.dm("@ben", "!turf release M-1 why='Zephyrine asked for Ana'")
    await chat.dm("@ben", "!ok")


@pytest.fixture(scope="module")
def worked_with(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("worked_with") / "steward.db", work_with_somebody)


@pytest.fixture
async def busy(worked_with: Path) -> AsyncIterator[Chat]:
    """Somebody about whom something stands in nearly every table."""
    async with copied(worked_with) as chat:
        yield chat


WORDS = (
    "zephyr", "quill", "zephy", "respirators", "marmalade", "herons", "marzipan", "wore a badge",
    "telephones",
)  # fmt: skip


async def test_forgetting_is_shown_first_and_deletes_nothing_yet(busy: Chat) -> None:
    before = await dump(busy)
    reply = await busy.dm("@lea", "!forget M-1")
    assert reply.says("Forget M-1 Zeph Quill", "3 talks, 2 ratings, 1 note, 2 follow-ups")
    assert reply.says("their full name from 2 texts", "It cannot be undone", "!forget M-1 --yes")
    assert len(reply.text.splitlines()) <= 8
    assert await dump(busy) == before
    assert all(word in before.casefold() for word in WORDS), "the control: it is there"


async def test_what_is_forgotten_stands_in_no_table(busy: Chat) -> None:
    reply = await busy.sure("@lea", "!forget M-1")
    assert reply.says("M-1 is forgotten", "their name in 2 other texts")
    assert "Zeph" not in reply.text
    after = (await dump(busy)).casefold()
    assert [word for word in WORDS if word in after] == []
    assert "friend of […]’s brother" in after
    assert (busy.background.wiping, await remnants(busy)) == (1, 1)


async def remnants(chat: Chat) -> object:
    async with chat.database.transaction() as tx:
        return await tx.value("SELECT COUNT(*) FROM remnants")


async def test_nothing_shows_or_finds_who_was_forgotten(busy: Chat) -> None:
    await busy.sure("@lea", "!forget M-1")
    for who in ("M-1", "M-3", "Zephyrine", "Zephy"):
        assert (await busy.dm("@lea", f"!contact show {who}")).text.startswith(
            ("There is no", "I know nobody")
        )
    assert (await busy.dm("@lea", "!contact list")).lists("M-2 Alex Kim (Payments)")
    assert (await busy.dm("@ana", "!due")).says("Nothing")
    assert (await busy.dm("@lea", "!dupes")).says("nobody who may be there twice")
    undone = await busy.dm("@ana", "!undo")
    assert undone.says("Undone: the note about M-2")
    assert (await busy.sure("@ana", "!undo")).says("Undone: adding M-2")
    assert (await busy.dm("@ana", "!undo")).says("nothing in the last 15 minutes")


async def test_the_organizer_hears_it_by_handle(chat: Chat) -> None:
    await chat.dm("@ana", f"!contact add '{NAME}'")
    reply = await chat.sure("@lea", "!forget M-1")
    assert reply.told("@ana").startswith("M-1 asked to be removed")
    assert "Quillfeather" not in reply.text


async def test_only_leads_forget_and_only_by_handle(busy: Chat) -> None:
    assert (await busy.sure("@ana", "!forget M-1")).says("!forget is for leads")
    assert (await busy.sure("@lea", f"!forget '{NAME}'")).says("Use the handle")
    assert (await busy.dm("@lea", "!forget M-99")).says("There is no M-99")
    assert len(await busy.contacts()) == 2


# -- coming back -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        f"'{NAME}' area=Annexe",
        "'QUILLFEATHER, zéphyrine' area=annexe",
        f"'{NAME}'",
        "'Zeph Quill' area=Galvanizing",
    ],
)
async def test_nobody_adds_them_again(busy: Chat, typed: str) -> None:
    await busy.sure("@lea", "!forget M-1")
    reply = await busy.dm("@ana", f"!contact add {typed} --yes")
    assert reply.says("asked to be forgotten", "!unforget")
    assert [c.handle for c in await busy.contacts()] == ["M-2"]


async def test_a_namesake_elsewhere_can_be_added_on_purpose(busy: Chat) -> None:
    await busy.sure("@lea", "!forget M-1")
    asked = await busy.dm("@ana", f"!contact add '{NAME}' area=Search")
    assert asked.says("Not saved yet", "somebody else")
    await busy.dm("@ana", f"!contact add '{NAME}' area=Search --yes")
    assert len(await busy.contacts()) == 2


async def test_whoever_comes_back_by_themselves_is_added(busy: Chat) -> None:
    await busy.sure("@lea", "!forget M-1")
    assert (await busy.sure("@lea", "!unforget 'Alex Kim'")).says("Nobody with that name")
    asked = f"!unforget '{NAME}' area=Annexe"
    assert (await busy.dm("@lea", asked)).says("come back by themselves", "I cannot make it again")
    assert (await busy.dm("@ana", f"!contact add '{NAME}' area=Annexe")).says(
        "asked to be forgotten"
    )
    reply = await busy.dm("@lea", f"{asked} --yes")
    assert reply.says("may be added again")
    await busy.dm("@ana", f"!contact add '{NAME}' area=Annexe")
    assert [c.handle for c in await busy.contacts()] == ["M-2", "M-4"]


LIST = (
    "Emp #,Name,Team,Email\n"
    "4711,Zephyrine Quillfeather,Annexe,zq@example.org\n"
    "4712,Ann Ito,Annexe,ai@example.org\n"
)


async def imported(chat: Chat, content: str) -> int:
    """Take a list in as it is; its number."""
    said = await chat.send("@lea", "list.csv", content)
    match = re.search(r"!import \w+ (\d+)", said.text)
    assert match, said.text
    number = int(match[1])
    await chat.dm("@lea", f"!import check {number}")
    await chat.sure("@lea", f"!import commit {number}")
    return number


@pytest.mark.parametrize(
    ("again", "left_out"),
    [
        (LIST, "asked to be forgotten, left out"),
        (LIST.replace("Zephyrine Quillfeather", "Z. Smith"), "left out"),
        (LIST.replace("Zephyrine Quillfeather", "Z. Smith").replace("zq@", "o@"), "their number"),
        (LIST.replace("Zephyrine Quillfeather", "Z. Smith").replace("4711", ""), "or email"),
        (LIST.replace("4711", "04711").replace("zq@", "o@").replace("Annexe", "X"), "left out"),
        (LIST.replace("4711", "").replace("zq@", "other@"), "left out"),
        (LIST.replace("4711", "9999").replace("zq@", "other@"), "has the name of somebody"),
        (LIST.replace("4711", "").replace("zq@", "o@").replace("r,Annexe", "r,Search"), "the name"),
    ],
    ids=[
        "same",
        "by number and address",
        "a number alone",
        "an address alone",
        "by number and name",
        "by name and area",
        "namesake with a number",
        "namesake elsewhere",
    ],
)
async def test_no_list_brings_them_back(chat: Chat, again: str, left_out: str) -> None:
    await imported(chat, LIST)
    assert len(await chat.contacts()) == 2
    await chat.sure("@lea", "!forget M-1")
    number = await imported(chat, again)
    assert [c.name for c in await chat.contacts()] == ["Ann Ito"]
    problems = await chat.dm("@lea", f"!import problems {number}")
    assert problems.says("line 2", left_out)
    assert "Zephyrine" not in await dump(chat)


async def test_a_list_that_waits_loses_the_line(chat: Chat) -> None:
    await imported(chat, LIST)
    await chat.send("@lea", "second.csv", LIST + "4713,Bo Ito,Search,bo@example.org\n")
    reply = await chat.sure("@lea", "!forget M-1")
    assert reply.says("1 line of a list not saved yet")
    assert "Zephyrine" not in await dump(chat)
    await chat.dm("@lea", "!import check 2")
    await chat.dm("@lea", "!import commit 2")
    assert [c.name for c in await chat.contacts()] == ["Ann Ito", "Bo Ito"]
    await chat.sure("@lea", "!import undo 1")
    assert [c.name for c in await chat.contacts()] == ["Bo Ito"]


# -- figures -----------------------------------------------------------------------------------


async def test_figures_that_were_told_stay(chat: Chat) -> None:
    for n in range(8):
        await chat.dm("@ana", f"!contact add 'Person{n} Family{n}' area=Annexe --yes")
        await chat.dm("@ana", f"!1on1 log M-{n + 1} reached rate=2 did")
    before = await chat.room("@ana", "!report coverage")
    assert "8" in before.text
    await chat.sure("@lea", "!forget M-3")
    assert (await chat.room("@ana", "!report coverage")).text == before.text
    chat.later(days=7)
    assert (await chat.room("@ana", "!report coverage")).says("7")


# -- holds, basis, subject ---------------------------------------------------------------------


async def test_on_hold_nothing_is_deleted(busy: Chat) -> None:
    assert (await busy.dm("@lea", "!hold M-1")).says("Why?")
    await busy.dm("@lea", "!hold M-3 why='claim at the court'")
    refused = await busy.sure("@lea", "!forget M-1")
    assert refused.says("on hold (claim at the court)", "!hold end M-1")
    assert (await busy.dm("@lea", "!hold")).says("M-1, since", "@lea: claim at the court")
    assert (await busy.dm("@lea", "!hold M-1 why=again")).says("on hold already")
    await busy.dm("@lea", "!hold end M-1")
    assert (await busy.dm("@lea", "!hold end M-1")).says("not on hold")
    assert (await busy.sure("@lea", "!forget M-1")).says("is forgotten")


async def test_everything_that_is_kept_can_be_seen(busy: Chat) -> None:
    await busy.dm("@lea", "!hold M-1 why='claim at the court'")
    reply = await busy.dm("@lea", "!subject M-1")
    assert reply.says(
        "Zephyrine Quillfeather", "Zephy", "Annexe", "Galvanizing", "leader", "they agreed",
        "respirators", "carry marmalade", "likes herons", "likes grey herons", "brought marzipan",
        "wore a badge", "telephones", "@ben: M-3", "asked for Ana", "claim at the court",
        "hold",
    )  # fmt: skip
    own = await busy.dm("@ben", "!subject M-2")
    assert own.says("not one of your people")


async def test_who_asked_to_see_it_is_on_record(busy: Chat) -> None:
    await busy.dm("@lea", "!subject M-1")
    assert (await busy.dm("@kim", "!subject M-1")).says("@lea: asked to see everything")


async def test_a_basis_is_kept_with_its_day(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    reply = await chat.dm("@ana", "!contact basis M-1 member on=2026-11-01")
    assert reply.says("member, or in regular contact", "1 Nov")
    assert (await chat.dm("@ana", "!contact basis M-1 consent on=2026-12-01")).says("still to come")
    assert (await chat.dm("@ana", "!undo")).says("why M-1 Sam Okafor may be kept")


# -- completeness ------------------------------------------------------------------------------

DERIVED = {"name_words", "name_keys", "rating_moves", "history", "unsettled", "not_same", "parked"}
"""Tables about contacts that say nothing which another one does not, or not about whom."""
WORDY = {
    "note",
    "why",
    "what",
    "ask",
    "issue",
    "result",
    "words",
    "reason",
    "text",
    "answers",
    "title",
}
FREE = {
    ("memberships", "reason"), ("test_reviews", "what"), ("look_ups", "what"), ("clocks", "what"),
    ("dead_letters", "reason"), ("refused", "reason"), ("spent", "what"), ("shown", "what"),
}  # fmt: skip
"""Columns that are called like free words and are none: one of a few words, or a code."""
HOW = (
    "Think about whom it is about. Then say so in storage/<job>/personal.py: a PersonalTable with what is "
    "shown, searched and erased, or a name in nobody if there are no contacts and no typed words in it."
)


async def columns(chat: Chat) -> dict[str, set[str]]:
    """Every table with its columns."""
    async with chat.database.transaction() as tx:
        return {
            table["name"]: {
                column["name"] for column in await tx.all(f"PRAGMA table_info({table['name']})")
            }
            for table in await tx.all("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not table["name"].startswith("sqlite_")
        }


def undeclared(tables: set[str]) -> set[str]:
    """Those of which no job says what they hold about people."""
    declared = {table.name for table in TABLES}
    return tables - declared - {name for job in JOBS for name in (*job.nobody, *job.scrubbed)}


async def test_every_table_is_declared_by_one_job(chat: Chat) -> None:
    there = set(await columns(chat))
    assert not undeclared(there), f"{sorted(undeclared(there))}: declared nowhere. {HOW}"
    by_job = [{table.name for table in job.tables} | {*job.nobody, *job.scrubbed} for job in JOBS]
    names = [name for job in by_job for name in job]
    assert sorted(names) == sorted(there), "declared by two jobs, or there is no such table"


async def test_control_a_new_table_would_be_noticed(chat: Chat) -> None:
    async with chat.database.transaction() as tx:
        await tx.execute(
            "CREATE TABLE nicknames(contact INTEGER REFERENCES contacts(id), words TEXT)"
        )
    there = await columns(chat)
    assert undeclared(set(there)) == {"nicknames"}
    assert there["nicknames"] & WORDY


async def test_every_table_about_contacts_is_shown_and_goes_with_them(chat: Chat) -> None:
    shown = {table.name for table in TABLES if table.shown}
    about: set[str] = set()
    tables = await columns(chat)
    async with chat.database.transaction() as tx:
        for table in tables:
            for key in await tx.all(f"PRAGMA foreign_key_list({table})"):
                if key["table"] != "contacts":
                    continue
                about.add(table)
                assert key["on_delete"] in {"CASCADE", "SET NULL"} or table == "contacts"
    hidden = sorted(about - DERIVED - shown)
    assert not hidden, f"{hidden}: not shown to whoever asks what is kept about them. {HOW}"
    assert set(sections()) == shown, (
        "a table that is shown has a heading in commands/privacy/views.py"
    )


async def test_every_column_of_free_words_is_searched(chat: Chat) -> None:
    """Typed words may name anybody: whoever adds a column for them adds it to the search."""
    looked = {(t.name, column) for t in TABLES for column in (*t.words, *t.bodies)}
    scrubbed = {name for job in JOBS for name in job.scrubbed}
    found = {
        (table, column)
        for table, names in (await columns(chat)).items()
        for column in names & WORDY
        if table not in scrubbed
    }
    assert not found - looked - FREE, f"{sorted(found - looked - FREE)}: not searched. {HOW}"
    assert found >= FREE


@pytest.mark.usefixtures("chat")
async def test_a_declared_column_is_there(chat: Chat) -> None:
    there = await columns(chat)
    async with chat.database.transaction() as tx:
        for table in TABLES:
            words = {*table.words, *table.bodies}
            assert words | ({table.key} if words else set()) <= there[table.name]
            for contact in (table.about, *table.derives, table.contacted, table.names, table.areas):
                await tx.all(f"SELECT {contact or 'NULL'} FROM {table.name} AS t")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask Sam Okafor first", "ask […] first"),
        ("OKAFOR, SAM said so", "[…] said so"),
        ("Sam Okafor’s sister and sam okafor", "[…]’s sister and […]"),
        ("Sám Okáfor", "[…]"),
        ("write to Sam.O@Example.org!", "write to […]!"),
        ("Sam or Okafor", None),
        ("Samuel Okafor", None),
    ],
)
def test_a_name_is_found_as_people_write_it(text: str, left: str | None) -> None:
    assert NamePatterns(["Sam Okafor"], ["sam.o@example.org"]).blanked(text) == left


@pytest.mark.parametrize(
    ("written", "left"),
    [
        # As raw JSON the line would begin with the letter n.
        (r'{"text":"First\nSam Okafor\nlast"}', r'{"text":"First\n[…]\nlast"}'),
        (r'{"rows":["a","sam okafor"],"n":1}', r'{"n":1,"rows":["a","[…]"]}'),
        (r'{"sam okafor":"Sam or Okafor"}', None),
        (r'{"bots":["@sam-okafor:x"],"to":[{"bot":"@sam-okafor:x"}]}', None),
        # What has a space is no id, whatever a bot that lies calls it.
        (r'{"bots":["Sam Okafor"]}', '{"bots":["[…]"]}'),
        ("no JSON: Sam Okafor", "no JSON: […]"),
    ],
)
def test_a_name_is_found_in_json_but_not_in_its_ids(written: str, left: str | None) -> None:
    names = NamePatterns(["Sam Okafor"])
    assert names.blanked_in_json(written, ("bot", "bots")) == left


async def test_the_search_reads_what_it_should(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Łucja Świętopełk'")
    await chat.dm("@ana", "!contact add 'Alex Kim'")
    for note in ("ŁUCJA ŚWIĘTOPEŁK", "łucja świętopełk", "lucja swietopelk", "Łucja Nowak"):
        await chat.dm("@ana", f"!note M-2 'with {note}'")
    [contact] = [c for c in await chat.contacts() if c.handle == "M-1"]
    async with chat.database.transaction() as tx:
        erasure = Erasure(tx, (await tx.all("SELECT id FROM committees"))[0]["id"])
        assert (await erasure.amount(await erasure.person(contact.id))).mentions == 3


async def test_a_name_in_the_words_of_a_meeting_goes_too(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Zephyrine Quillfeather'")
    await chat.room("@ana", "!meet new Zephyrine Quillfeather’s case | 1 dec 19:00")
    await chat.room("@ana", "!ok")
    await chat.room("@ana", "!agenda add 10m letter for Quillfeather, Zephyrine")
    await chat.room("@ana", "!action @ben call Zephyrine Quillfeather by 3 dec")
    await chat.sure("@lea", "!forget M-1")
    assert "quillfeather" not in (await dump(chat)).casefold()


async def test_a_meeting_that_waits_and_names_them_waits_no_longer(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Zephyrine Quillfeather'")
    await chat.room("@ana", "!meet new Zephyrine Quillfeather’s case | 1 dec 19:00")
    await chat.room("@ben", "!meet new Rota | 2 dec 19:00")
    assert "Quillfeather" in await dump(chat), "the control: it is there"
    await chat.sure("@lea", "!forget M-1")
    assert "quillfeather" not in (await dump(chat)).casefold()
    await chat.room("@ana", "!ok")
    assert (await chat.room("@ben", "!ok")).says("Rota")


async def test_what_a_first_name_alone_may_mean_is_said_before_somebody_is_forgotten(
    busy: Chat,
) -> None:
    before = await busy.dm("@lea", "!forget M-1")
    assert "One word of their name" not in before.text
    await busy.dm("@ana", '!contact add "Zoe Lamb" area=Search')
    zoe = max((each.handle for each in await busy.contacts()), key=lambda each: int(each[2:]))
    name, first = NAME, NAME.split(maxsplit=1)[0]
    await busy.dm("@ana", f'!1on1 log {zoe} reached note="shares a desk with {first}" --yes')
    await busy.dm("@ana", f'!note {zoe} "{name} is her friend" --yes')
    await busy.dm("@ana", f"!note {zoe} {first}antha is another --yes")
    said = await busy.dm("@lea", "!forget M-1")
    assert said.says(
        f"One word of their name stands in 1 other text and stays: it may mean somebody else. {zoe}."
        f" To read it: !subject {zoe}"
    )
    await busy.dm("@ana", f"!note {zoe} {first} again --yes")
    await busy.room("@ana", f"!action @ben walk {first}ward by fri")
    assert (await busy.dm("@lea", "!forget M-1")).says("stands in 2 other texts", f"{zoe}. To read")
    forgotten = await busy.dm("@lea", "!forget M-1 --yes")
    assert forgotten.says("M-1 is forgotten")
    assert (await busy.dm("@lea", f"!subject {zoe}")).says(f"shares a desk with {first}", "[…] is")

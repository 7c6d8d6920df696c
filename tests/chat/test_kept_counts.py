"""The counts that reports are read from, beside a count from scratch, whatever happens to people.

Triggers keep them. So what is typed here goes through every part that writes contacts: commands, undo, merging,
lists and their taking back, forgetting, retention.
"""

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.config import Retention
from bot.jobs.retention import RetentionJob
from bot.state import Signals
from commands.reports import rules
from storage.core.database import Database
from storage.core.model import CommitteeId
from storage.reports.unit import Unit, UnitSums, together
from tests.chat.conversation import Chat
from tests.chat.test_reports_secrecy import check_derived
from tests.support.begun import copied

WEEK = 7 * 24 * 3600 * 1000
AREAS = ("Payments", "Search")
LIST = "Emp #,Name,Team,Shift\n7,Zoe Quill,Search,night\n8,Zach Quinn,Search,day\n9,Zia Quist,Payments,\n"

handle = st.integers(1, 9).map("M-{}".format)
place = st.sampled_from(AREAS)
typed = st.one_of(
    st.builds("!contact add Zo{} area={} shift={} --yes".format, st.integers(1, 99), place,
              st.sampled_from(("day", "night"))),
    st.builds("!contact move {} area={}".format, handle, place),
    st.builds("!contact move {} area=Search from='in 20 days'".format, handle),
    st.builds("!contact edit {} shift={}".format, handle, st.sampled_from(("day", "night"))),
    st.builds("!contact left {}".format, handle),
    st.builds("!contact rejoin {}".format, handle),
    st.builds("!contact role {} {}".format, handle, st.sampled_from(("committee", "leader", "none"))),
    st.builds("!1on1 log {} reached".format, handle),
    st.builds("!1on1 log {} reached rate={} did".format, handle, st.integers(1, 5)),
    st.builds("!1on1 edit {} outcome={}".format, st.integers(1, 6), st.sampled_from(("busy", "reached"))),
    st.builds("!assess {} {} did".format, handle, st.integers(0, 5)),
    st.builds("!turf assign @ben {} --transfer".format, handle),
    st.builds('!turf release {} why="other shift"'.format, handle),
    st.builds("!merge {} {}".format, handle, handle),
    st.builds("!unmerge {}".format, handle),
    st.builds("!forget {}".format, handle),
    st.just("!undo"),
    st.just("!undo"),
    st.just("a list"),
    st.builds("!import undo {}".format, st.integers(1, 2)),
    st.builds("{} days".format, st.sampled_from((1, 7, 20, 61, 400))),
)  # fmt: skip
ASKED_TWICE = ("!merge", "!forget", "!undo", "!import undo")


async def act(chat: Chat, text: str) -> None:
    """Do one thing: type it, take in the list, or let days pass with what retention does then."""
    if text == "a list":
        said = await chat.send("@lea", "list.csv", LIST)
        number = said.text.partition("Import ")[2].partition(":")[0]
        await chat.dm("@lea", f"!import check {number}")
        await chat.dm("@lea", f"!import commit {number} --yes")
    elif text.endswith(" days") and not text.startswith("!"):
        chat.later(days=int(text.removesuffix(" days")))
        await RetentionJob(chat.database, Retention(), Signals()).run_due(chat.now)
    elif text.startswith(ASKED_TWICE):
        await chat.sure("@lea", text)
    else:
        await chat.dm("@lea", text)


async def check(chat: Chat) -> int:
    """Compare what is kept, and what is read from it, with everybody's columns; how many there are."""
    async with chat.database.transaction() as tx:
        people = await tx.all(
            "SELECT unit_area, COALESCE(unit_shift, ''), COALESCE(rating, 0), parts, organizer, talked_at "
            "FROM contacts WHERE unit_area IS NOT NULL"
        )
        kept = {tuple(row) for row in await tx.all("SELECT * FROM unit_counts")}
        talks = {tuple(row) for row in await tx.all("SELECT * FROM unit_talks")}
    groups = Counter((1, *tuple(each)[:4]) for each in people)
    assigned = Counter((1, *tuple(each)[:4]) for each in people if each["organizer"])
    assert kept == {(*group, n, assigned[group]) for group, n in groups.items()}
    talked = Counter(
        (1, each["talked_at"] // WEEK, *tuple(each)[:2]) for each in people if each["talked_at"]
    )
    assert talks == {(*group, n) for group, n in talked.items()}
    times = {each["talked_at"] for each in people if each["talked_at"]}
    now = round(chat.now.timestamp() * 1000)
    edges = {at // WEEK * WEEK for at in times}
    for since in {now, now - 60 * 24 * 3600 * 1000, *times, *edges}:
        for at in (since - 1, since, since + 1):
            await check_sums(chat, people, at)
    return len(people)


async def check_sums(chat: Chat, people: list, since: int) -> None:  # type: ignore[type-arg]
    async with chat.database.transaction() as tx:
        unit = Unit(tx, CommitteeId(1), chat.now.date())
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=since)
        areas, cells = await unit.by_area(at), await unit.cells(at)
    there: defaultdict[int, list[UnitSums]] = defaultdict(list)
    ratings: defaultdict[int, Counter[int | None]] = defaultdict(Counter)
    for area, _shift, rating, parts, organizer, talked_at in people:
        leader = bool(parts & 2)
        there[area].append(
            UnitSums(
                people=1,
                talked=int(talked_at is not None and talked_at >= since),
                rated=int(rating > 0),
                support=int(rating in {1, 2}),
                committee=parts & 1,
                leaders=int(leader),
                leaders_unrated=int(leader and not rating),
                unassigned=int(organizer is None),
            )
        )
        ratings[area][rating or None] += 1
    assert areas == {area: together(each) for area, each in there.items()}
    by_area = rules.by_area(cells)
    assert {each.area: each.sums for each in by_area} == areas
    assert {each.area: dict(each.ratings) for each in by_area} == {
        area: dict(each) for area, each in ratings.items()
    }
    shifts = Counter((each[0], each[1] or None) for each in people)
    assert {(cell.area, cell.shift): cell.sums.people for cell in cells} == dict(shifts)


async def play(begun: Path, happens: list[str]) -> int:
    """What happens to a committee of nine; how many of them are in the unit at the end."""
    async with copied(begun) as chat:
        for number in range(9):
            who = ("@ana", "@ben")[number % 2]
            where = f"area={AREAS[number % 2]} shift=day" if number else ""
            await chat.dm(who, f"!contact add Zu{'abcdefghi'[number]} {where} --yes")
        for text in happens:
            await act(chat, text)
            await check(chat)
        await check_derived(chat)
        return await check(chat)


TAKEN_APART = [
    "!1on1 log M-1 reached rate=2 did", "!merge M-2 M-1", "!unmerge M-2", "!undo", "!forget M-1",
]  # fmt: skip
LISTED = ["a list", "!contact left M-10", "!import undo 1", "a list", "91 days"]
IN_TIME = [
    "!contact move M-2 area=Search from='in 20 days'", "20 days", "!1on1 log M-2 reached", "400 days",
]  # fmt: skip
ONE_BY_ONE = [
    "!1on1 log M-2 reached rate=1 did", "!contact edit M-2 shift=night", "!contact role M-2 leader",
    "!assess M-2 4 did", "!turf release M-2 why=away", "!contact move M-2 area=Search", "!forget M-2",
]  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(typed, min_size=3, max_size=16))
@example(TAKEN_APART)
@example(LISTED)
@example(IN_TIME)
@example(ONE_BY_ONE)
def test_what_is_kept_is_what_a_count_from_scratch_gives(begun: Path, happens: list[str]) -> None:
    asyncio.run(play(begun, happens))


def test_the_events_that_matter_do_something(begun: Path) -> None:
    """So that the test above compares something: lists add, are taken back and expire; who left is gone."""
    assert asyncio.run(play(begun, [])) == 9
    assert asyncio.run(play(begun, ["a list"])) == 12
    assert asyncio.run(play(begun, ["a list", "!import undo 1"])) == 9
    assert asyncio.run(play(begun, ["a list", "!forget M-3", "91 days"])) == 8
    assert asyncio.run(play(begun, ["!merge M-2 M-1", "!contact left M-3"])) == 7


async def test_nothing_tells_of_a_group_that_nobody_is_in(chat: Chat) -> None:
    """As of who was forgotten, or has left: their shift, their rating, or when they were talked to."""
    await chat.dm("@ana", "!contact add 'Zoe Quill' area=Annexe shift=graveyard --yes")
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 did")
    counts = "SELECT (SELECT COUNT(*) FROM unit_counts) + (SELECT COUNT(*) FROM unit_talks)"
    async with chat.database.transaction() as tx:
        assert await tx.number(counts) == 2
    await chat.sure("@lea", "!forget M-1")
    async with chat.database.transaction() as tx:
        assert await tx.number(counts) == 0


async def test_a_copy_counts_as_the_original_does(chat: Chat, tmp_path: Path) -> None:
    """A backup, and what is written anew under another key, has the triggers and counts nobody twice."""
    await chat.dm("@ana", "!contact add 'Zoe Quill' area=Annexe shift=night --yes")
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 did")
    every = ("SELECT * FROM unit_counts", "SELECT * FROM unit_talks")
    async with chat.database.transaction() as tx:
        kept = [[tuple(row) for row in await tx.all(sql)] for sql in every]
    await chat.database.copy_to(tmp_path / "copy.db", bytes(32))
    await chat.database.shred()
    await check(chat)
    copy = await Database.open(tmp_path / "copy.db", bytes(32))
    async with copy.transaction() as tx:
        assert [[tuple(row) for row in await tx.all(sql)] for sql in every] == kept
        assert all(kept)
        await tx.execute("UPDATE contacts SET unit_shift = 'day'")
        assert await tx.one("SELECT 1 FROM unit_counts WHERE shift = 'day' AND people = 1")
        assert await tx.one("SELECT 1 FROM unit_counts WHERE shift = 'night'") is None
    await copy.close()

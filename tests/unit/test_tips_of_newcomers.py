"""Tips go to whoever the bot saw come into the room, and no sooner than they may hear of people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs.digest_texts import DigestTexts
from bot.jobs.digests import DigestJob
from commands.roles.rules import AuthoritySettings, Newcomers
from commands.roles.standing import Role
from storage.core.database import Database
from tests.support.hall import ANA, BEN, DAN, MONDAY, Hall, begun


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Ana, who keeps the data, and Ben; at work for half a year."""
    database = await Database.open(tmp_path / "app.db", bytes(32))
    made = await begun(database)
    made.now = MONDAY + timedelta(days=180)
    yield made
    await database.close()


async def come(hall: Hall) -> None:
    """Dan comes into the room, and the room is told of him."""
    hall.member(DAN, "join")
    await hall.deliver(await hall.look())


async def told(hall: Hall, days: int) -> dict[int, list[str]]:
    """Whom a morning's digest goes to with words in it, by the day after now; days without are left out."""
    begin, sent = hall.now, {}
    for day in range(days):
        hall.now = begin.replace(hour=9, minute=30) + timedelta(days=day)
        job = DigestJob(hall.database, hall.authority, hall.outbox)
        await job.send_due(hall.now)
        texts = DigestTexts(hall.database, hall.authority, lambda: hall.now)
        parcels = hall.outbox.taken()
        said = [str(each.recipient) for each in parcels if await texts.said(each.source)]
        if said:
            sent[day] = said
    return sent


async def test_only_whoever_came_and_only_three(hall: Hall) -> None:
    assert await told(hall, 3) == {}, "the control: nobody is new"
    await come(hall)
    assert await told(hall, 20) == {1: [DAN], 3: [DAN], 6: [DAN]}


async def test_those_a_committee_begins_with_are_new_as_well(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    made = await begun(database)
    sent = await told(made, 8)
    await database.close()
    assert sent == {1: [ANA, BEN], 3: [ANA, BEN], 6: [ANA, BEN]}


async def test_not_before_a_lead_let_them_in_and_then_from_that_day_on(hall: Hall) -> None:
    hall.settings = AuthoritySettings(newcomers=Newcomers.CONFIRMED)
    hall.restart()
    await come(hall)
    assert await told(hall, 12) == {}
    await hall.confirm(DAN, Role.ORGANIZER)
    assert await told(hall, 12) == {1: [DAN], 3: [DAN], 6: [DAN]}


async def test_not_before_the_room_was_told_of_them(hall: Hall) -> None:
    hall.member(DAN, "join")
    assert await hall.look(), "the announcement waits"
    assert await told(hall, 3) == {}


async def test_whoever_comes_back_gets_none_a_second_time(hall: Hall) -> None:
    await come(hall)
    assert list(await told(hall, 5)) == [1, 3]
    hall.member(DAN, "leave")
    await hall.look()
    await come(hall)
    assert await told(hall, 12) == {6: [DAN]}
    hall.member(DAN, "leave")
    await hall.look()
    await come(hall)
    assert await told(hall, 12) == {}


async def test_power_given_and_taken_makes_nobody_new(hall: Hall) -> None:
    hall.power(ana=100, ben=50)
    await hall.deliver(await hall.look())
    await hall.confirm(BEN, Role.LEAD)
    assert await told(hall, 8) == {}
    hall.power(ana=100)
    await hall.look()
    assert await told(hall, 8) == {}

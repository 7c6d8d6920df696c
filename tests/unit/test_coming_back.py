"""A backup that is restored, and a clock that is set: neither makes anybody more than they are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backup.after_restore import MOVES_WITHIN, as_restored
from commands.roles.rules import FROM_THE_START
from commands.roles.standing import Role
from storage.authority.standings import Renewals
from storage.chat.outbox import OutboxTable, Outgoing
from storage.core.copying import Change
from storage.core.database import Database
from storage.core.model import UserId
from storage.core.rows import millis
from storage.privacy.exports import ExportFormat, Exports, ExportStep
from tests.support.hall import ANA, BEN, Hall, begun

KEY = bytes(range(32))


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Ana, who keeps the data since the beginning, and Ben, who leads since a moment ago."""
    database = await Database.open(tmp_path / "app.db", bytes(32))
    made = await begun(database)
    made.power(ana=100, ben=50)
    await made.look()
    await made.confirm(BEN, Role.LEAD)
    yield made
    await database.close()


async def restored(hall: Hall, tmp_path: Path, changes: tuple[Change, ...]) -> Hall:
    """The bot on another machine, with the records as they were."""
    copy = tmp_path / "copy.db"
    await hall.database.copy_to(copy, KEY, changes)
    again = Hall(await Database.open(copy, KEY))
    again.room = again.places.rooms[hall.room.id] = hall.room
    return again


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_bot_that_moves_to_another_machine_goes_on(
    hall: Hall, tmp_path: Path, *, guarded: bool
) -> None:
    """What it had to say it says; whoever ran it before and after, it is the same hour."""
    async with hall.database.transaction() as tx:
        await OutboxTable(tx).put("st-1", Outgoing({"body": "Sam"}), 1, "OURS", recipient=ANA)
    at = millis(hall.now)
    later = at + MOVES_WITHIN + (1 if guarded else 0)
    again = await restored(hall, tmp_path, as_restored(later, at))
    async with again.database.transaction() as tx:
        waiting = await OutboxTable(tx).waiting()
    assert bool(waiting) != guarded
    await again.database.close()


@pytest.mark.parametrize("guarded", [True, False])
async def test_what_waited_when_a_backup_was_made_goes_to_nobody(
    hall: Hall, tmp_path: Path, *, guarded: bool
) -> None:
    """Whose part has ended since does not stand in it."""
    committee = await hall.committee()
    async with hall.database.transaction() as tx:
        exports = Exports(tx, committee.id)
        asked = await exports.ask(UserId(ANA), ExportFormat.CSV, "mailing", hall.now, ratings=True)
        await exports.approve(asked, UserId(BEN), hall.now)
        table = OutboxTable(tx)
        await table.put("st-1", Outgoing({"body": "Sam"}), 1, "OURS", recipient=ANA)
        parcel = await table.put("st-2", Outgoing({"body": "Sam"}), 1, "OURS", recipient=ANA)
        assert parcel is not None
        await table.bury(parcel.id, "refused_403", 1)
    at = hall.now + timedelta(days=20)
    again = await restored(
        hall, tmp_path, as_restored(millis(at), millis(hall.now)) if guarded else ()
    )
    async with again.database.transaction() as tx:
        waiting = await OutboxTable(tx).waiting()
        parked = await tx.value("SELECT count(*) FROM parked")
        one = await Exports(tx, committee.id).by_number(1)
    assert (bool(waiting), parked) == ((False, 0) if guarded else (True, 1))
    assert one is not None
    assert one.step is (ExportStep.EXPIRED if guarded else ExportStep.APPROVED)
    ana, ben = await again.standing(ANA), await again.standing(BEN)
    assert (ana.role, ben.role) == (Role.KEEPER, Role.LEAD), "nobody is locked out"
    assert (ana.held, ben.led) == ((at, at) if guarded else (FROM_THE_START, hall.now))
    await again.database.close()


async def test_days_do_not_come_by_setting_a_clock(hall: Hall) -> None:
    day = timedelta(days=8)
    before = (await hall.standing(BEN)).led
    assert before is not None

    async def shows(now: datetime, step: timedelta) -> None:
        async with hall.database.transaction() as tx:
            await Renewals(tx).clock_set(int(step.total_seconds() * 1000), millis(now))

    hall.now += timedelta(hours=1)
    await shows(hall.now + day, day)
    ben = await hall.standing(BEN)
    assert ben.led == before + day, "an hour ago, as before"
    assert (await hall.standing(ANA)).held == FROM_THE_START
    # Set back: it was never later than now, and nobody waits for years.
    await shows(hall.now, -day)
    assert (await hall.standing(BEN)).led == hall.now


async def test_a_clock_that_begins_in_1970_moves_nobody(hall: Hall) -> None:
    """Small machines without a battery do, until they have asked somebody for the time."""
    before = (await hall.standing(BEN)).led
    since = hall.now - datetime(1970, 1, 2, tzinfo=UTC)
    async with hall.database.transaction() as tx:
        await Renewals(tx).clock_set(int(since.total_seconds() * 1000), millis(hall.now))
    assert (await hall.standing(BEN)).led == before

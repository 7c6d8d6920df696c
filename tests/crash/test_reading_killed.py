"""Killed between any two steps of giving up what was read: no command is lost, and it is given up."""

import pytest

from bot.process import failpoints
from tests.crash.ledger import Ledger
from tests.crash.test_killed_anywhere import killed_at
from tests.forensics.test_reading_once import given_up, seized
from tests.support.committee import Gathered, NewSteward

AT_ONCE = "\n[reading]\ngrace_minutes = 0\n"


@pytest.mark.nightly
@pytest.mark.timeout(240)
async def test_killed_at_every_step_of_giving_up(
    new_steward: NewSteward, gathered: Gathered
) -> None:
    steward = await new_steward(settings=AT_ONCE)
    await steward.start()
    committee = await gathered(steward)
    ana, ben, room = committee.ana, committee.ben, committee.room
    ledger = Ledger(steward)
    ledger.watch(room, ana, ben)
    direct = await committee.open_direct(ben)
    await ben.hear(of=steward.user, where=direct)
    ledger.watch(direct, ben)
    await ana.ask(room, "!me", "Time zone", of=steward.user)
    await steward.stop()
    for point in ("before_checkpoint", "after_checkpoint", *failpoints.MOVING):
        await ledger.add_contact(ben, direct)
        await ledger.ask(ana, room, "!me")
        await ledger.add_contact(ben, direct)
        await killed_at(steward, point)
    await steward.start()
    assert await ledger.answered(), steward.log()[-3000:]
    await given_up(committee, direct)
    assert (await seized(committee, direct)).opened() == (0, 0)
    table = await ledger.table()
    assert table.clean, table

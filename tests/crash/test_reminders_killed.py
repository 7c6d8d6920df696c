"""The bot is killed between every two steps of a reminder; the room hears it once."""

import asyncio
import signal
import time

import pytest

from bot.process import failpoints
from tests.crash.ledger import inside
from tests.support.committee import Committee

AFTERWARDS = ("before_send", "after_send", "after_mark")
"""From here on a reminder goes like every message."""


@pytest.mark.nightly
@pytest.mark.timeout(900)
async def test_killed_at_every_step_of_a_reminder(committee: Committee) -> None:
    steward, ana = committee.steward, committee.ana
    for number, point in enumerate((*failpoints.REMINDING, *AFTERWARDS), start=1):
        await committee.say(ana, f"!meet new Planning{number} | in 30 hours | 60m", "Planning")
        await committee.say(ana, "!ok", f"#{number}")
        await steward.stop()
        await make_due(committee)
        mark = len(ana.messages)
        await steward.start({"STEWARD_FAILPOINT": point}, wait=False)
        assert await steward.ended(90) == -signal.SIGKILL, (point, steward.log()[-3000:])
        await steward.start()
        await ana.hear(f"Planning{number}", of=steward.user, where=committee.room, since=mark)
        # Whoever says it twice says it again within a look or two.
        await asyncio.sleep(2)
        said = [m for m in ana.messages[mark:] if f"Planning{number}" in m.body]
        assert len(said) == 1, (point, [m.body for m in said])
        assert "begins tomorrow" in said[0].body
        await steward.all_sent()
    await steward.stop()
    async with inside(steward) as database, database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM outbox") == 0
        states = await tx.all("SELECT state FROM reminders WHERE kind = 'day before'")
    assert [row["state"] for row in states] == ["sent"] * (len(failpoints.REMINDING) + 3)


async def make_due(committee: Committee) -> None:
    """The day before has come."""
    async with inside(committee.steward) as database, database.transaction() as tx:
        changed = await tx.execute(
            "UPDATE reminders SET due_at = ? WHERE kind = 'day before' AND state = 'planned'",
            (time.time_ns() // 1_000_000 - 1000,),
        )
    assert changed == 1

"""The way into a call, on a real homeserver: taken away, kept quietly, said at the door only."""

import asyncio
import time
from pathlib import Path

import pytest

from demo.matrix_api import quoted
from tests.crash.ledger import inside
from tests.support.committee import Committee

SECRET = "nightingale-Xq7vB2"
LINK = f"https://meet.example.org/{SECRET}"


@pytest.mark.timeout(240)
async def test_a_link_is_redacted_kept_quiet_and_said_at_the_door(committee: Committee) -> None:
    steward, ana, ben, room = committee.steward, committee.ana, committee.ben, committee.room
    await ana.api.set_power(room, steward.user, 50)
    await committee.say(ana, "!meet new Planning | in 30 hours | 60m", "Planning:")
    await committee.say(ana, "!ok", "Planning #1")
    mark = len(ben.messages)
    typed = await ana.send(room, f"!meet link #1 {LINK}")
    told = await ben.hear("Link saved for Planning #1", of=steward.user, where=room, since=mark)
    assert SECRET not in told.body
    path = f"/rooms/{quoted(room)}/event/{quoted(typed)}"
    async with asyncio.timeout(20):
        while (await ana.api.call("GET", path))["content"]:  # noqa: ASYNC110 (a server)
            await asyncio.sleep(0.1)
    state = await ana.api.call("GET", f"/rooms/{quoted(room)}/state")
    assert SECRET not in str(state)
    await steward.stop()
    assert not [file for file in found(steward.directory) if SECRET.encode() in file.read_bytes()]
    # The control: the search finds what the files do hold, and the bot does keep the link.
    assert [file for file in found(steward.directory) if b"event=ready" in file.read_bytes()]
    async with inside(steward) as database, database.transaction() as tx:
        assert await tx.value("SELECT link FROM meeting_links") == LINK
        now = time.time_ns() // 1_000_000
        await tx.execute(
            "UPDATE reminders SET due_at = ?, expires_at = ? WHERE kind = 'at the door'",
            (now - 1000, now + 600_000),
        )
    mark = len(ben.messages)
    await steward.start()
    door = await ben.hear(LINK, of=steward.user, where=room, since=mark)
    assert door.encrypted
    assert SECRET not in steward.log()


def found(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]

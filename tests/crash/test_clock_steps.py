"""The machine's clock is set on and back by an hour under a running bot: once each, never early."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.support.committee import Committee

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
HOUR = 3600
LOOK = 25
"""Seconds in which the bot looks at its reminders more than once."""

pytestmark = pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not installed (Debian: faketime)"
)


class Clock:
    """The clock that the bot's machine shows; the time that passes on it is real."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    def set(self, ahead: int) -> None:
        self._file.write_text(f"{ahead:+d}", encoding="ascii")

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            # A set clock leaves this one alone, on real machines too.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@pytest.mark.nightly
@pytest.mark.timeout(400)
async def test_a_clock_set_on_and_back(committee: Committee, tmp_path: Path) -> None:
    steward, ana, room = committee.steward, committee.ana, committee.room
    clock = Clock(tmp_path / "clock")
    await steward.stop()
    await steward.start(clock.environment())
    await slowly(committee, "!meet new Planning | in 90 minutes | 60m", "Planning")
    await slowly(committee, "!ok", "Planning #1")
    mark = len(ana.messages)
    clock.set(HOUR)
    first = await ana.hear(
        "Planning #1 begins in", of=steward.user, where=room, since=mark, seconds=60
    )
    assert 25 <= minutes(first.body) <= 30
    for step in (0, HOUR, 0):
        clock.set(step)
        await asyncio.sleep(LOOK)
        await ana.ask(room, "!me", of=steward.user)
    said = [m.body for m in ana.messages[mark:] if "Planning #1 begins" in m.body]
    assert said == [first.body]
    # The control: the clock that was set back has not stopped the engine.
    mark = len(ana.messages)
    clock.set(80 * 60)
    last = await ana.hear(
        "Planning #1 begins in", of=steward.user, where=room, since=mark, seconds=60
    )
    assert 1 <= minutes(last.body) <= 9


async def slowly(committee: Committee, command: str, expect: str) -> None:
    """Ana types it. Under the library threads take turns slowly, and one of them learns words."""
    ana, mark = committee.ana, len(committee.ana.messages)
    await ana.send(committee.room, command)
    await ana.hear(expect, of=committee.steward.user, since=mark, seconds=100)


def minutes(body: str) -> int:
    found = re.search(r"begins in (\d+) minutes", body)
    assert found is not None, body
    return int(found[1])

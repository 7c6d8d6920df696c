"""Days that go by in the demo: the bot's clock is set ahead until open polls are over, and back again.

A poll that somebody opens while the clock is ahead would be over at once: its deadline is counted from
when the message was sent.
"""

from typing import Final

from demo.organizer import NotHeard
from demo.stage import Stage

_DAY: Final = 24 * 3600
ALL: Final = 15
"""Days after which every poll is over: none may be open for longer than fourteen."""
USUAL: Final = 3
"""Days after which a poll with the usual deadline is over."""
PATIENCE: Final = 20.0
"""Seconds to wait for the result of one poll."""


def days_on(days: int) -> dict[str, str]:
    """Return the environment of a bot whose clock is ahead by ``days``."""
    return {"STEWARD_DEMO": "1", "STEWARD_CLOCK_AHEAD": str(days * _DAY)}


async def today_again(stage: Stage) -> None:
    """Start the bot anew with the machine's clock, so that polls opened from now on stay open."""
    await stage.steward.restart()


def open_polls(stage: Stage) -> list[str]:
    """Return the codes of secret polls that were announced in the room and are not known to be over."""
    codes: list[str] = []
    for said in _said_in_the_room(stage):
        words = said.split()
        if said.startswith("Secret poll ") and "written by a member" in said:
            codes.append(words[2].strip(":,"))
        else:
            codes = [each for each in codes if not _ends(said, each)]
    return codes


async def days_go_by(stage: Stage) -> list[str]:
    """Let every open secret poll reach its deadline; return the codes of those that closed."""
    codes = open_polls(stage)
    if not codes:
        return []
    ana = stage.organizers["ana"]
    await stage.steward.restart(days_on(ALL))
    try:
        await ana.until(lambda: not open_polls(stage), PATIENCE * len(codes))
    except NotHeard:
        stage.remark("No result came. The bot's log may say why.")
    await today_again(stage)
    return [each for each in codes if each not in open_polls(stage)]


def _said_in_the_room(stage: Stage) -> list[str]:
    return [
        each.body
        for each in stage.organizers["ana"].messages
        if each.room == stage.rooms["room"] and each.sender == stage.steward.user
    ]


def _ends(said: str, code: str) -> bool:
    return said.startswith(
        (f"{code} is closed", f"Secret poll {code} is cancelled", f"A secret poll {code} is ")
    )

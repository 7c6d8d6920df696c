"""The whole demo on a homeserver that is starting: the play, then the visitor's turn on a terminal."""

import asyncio
import sys
import time

from rich.console import Console
from rich.text import Text

from demo.days import today_again
from demo.federation import Federation
from demo.homeserver import Homeserver
from demo.play import play
from demo.stage import GUEST, PASSWORD, Missing, Stage, opened
from demo.steward import StewardError
from demo.talk import talk


async def demonstrate(
    federation: Federation, starting: asyncio.Task[list[Homeserver]], began: float
) -> int:
    """Play the week; on a terminal let the visitor talk afterwards. Returns the exit status.

    ``starting``: the homeserver of the first committee; ``began``: when, by ``time.monotonic``.
    """
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    try:
        async with opened(console, federation, starting) as founded:
            stage = founded.madrid
            try:
                await play(founded)
            except Missing as missing:
                log = stage.steward.log()[-2000:]
                console.print(Text(f"\n{missing}\n\nThe bot's log ends:\n{log}", style="red"))
                return 1
            seconds = time.monotonic() - began
            stage.remark(f"Every answer came encrypted and as expected, {seconds:.0f} s in all.")
            how_to_look_in(stage)
            if sys.stdin.isatty():
                # The play has set clocks ahead: whatever the visitor opened would be over at once.
                await asyncio.gather(today_again(stage), today_again(await founded.milan))
                await talk(stage, sys.stdin)
    except StewardError as error:
        console.print(Text(str(error), style="red"))
        return 1
    return 0


def how_to_look_in(stage: Stage) -> None:
    """Tell how to join with an app, as an account that has no device yet."""
    stage.remark(
        "While this runs on a terminal, any Matrix app on this machine can join in. In Element:\n"
        f"Sign in, Edit homeserver {stage.homeserver.url}\n"
        f"user {GUEST}, password {PASSWORD}; then accept the invitation to the room Payments."
    )

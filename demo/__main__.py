"""``make demo``: starts a real homeserver, organizers and the bot, and plays a committee's week."""

import asyncio
import sys
import time

from rich.console import Console
from rich.text import Text

from demo.days import today_again
from demo.homeserver import HomeserverError
from demo.play import play
from demo.stage import GUEST, PASSWORD, Missing, Stage, opened
from demo.steward import StewardError
from demo.talk import talk


async def demonstrate(console: Console) -> int:
    """Play the week; on a terminal let the visitor talk afterwards. Returns the exit status."""
    started = time.monotonic()
    async with opened(console) as stage:
        try:
            await play(stage)
        except Missing as missing:
            log = stage.steward.log()[-2000:]
            console.print(Text(f"\n{missing}\n\nThe bot's log ends:\n{log}", style="red"))
            return 1
        seconds = time.monotonic() - started
        stage.remark(f"Every answer came encrypted and as expected, {seconds:.0f} s in all.")
        how_to_look_in(stage)
        if sys.stdin.isatty():
            # The play has set the clock ahead: whatever the visitor opened would be over at once.
            await today_again(stage)
            await talk(stage, sys.stdin)
    return 0


def how_to_look_in(stage: Stage) -> None:
    """Tell how to join with an app, as an account that has no device yet."""
    stage.remark(
        "While this runs on a terminal, any Matrix app on this machine can join in. In Element:\n"
        f"Sign in, Edit homeserver {stage.homeserver.url}\n"
        f"user {GUEST}, password {PASSWORD}; then accept the invitation to the room Payments."
    )


def main() -> int:
    """Run the demo to its end, Ctrl-C included."""
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    try:
        return asyncio.run(demonstrate(console))
    except KeyboardInterrupt:
        return 130
    except (HomeserverError, StewardError) as error:
        console.print(Text(str(error), style="red"))
        return 1


if __name__ == "__main__":
    sys.exit(main())

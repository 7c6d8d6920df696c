"""Whether anybody else has had a turn of the event loop since a moment."""

import asyncio


class LoopTurn:
    """One turn of the event loop: what was looked at in it is still so while it lasts.

    Whoever waits for anything is gone on with by the loop, behind what it was asked to call before.
    """

    def __init__(self) -> None:
        self.over = False
        """Whether somebody else may have done something since."""
        asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        self.over = True

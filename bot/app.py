"""``steward run``: opens the account, builds the bot, runs it until somebody ends it."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Final

from bot.account import opened
from bot.build import build
from bot.config import Config
from bot.keys.data_key import DataKey
from bot.logging import logs
from bot.process.control import ControlServer
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode

LAST_MOMENTS: Final = 0.7
"""Seconds that closing may take after the work in hand had its time."""

log = logs.get("bot.app")


async def run(
    config: Config, directory: DataDirectory, unlocked: Future[DataKey], *, take_over: bool = False
) -> ExitCode:
    """Run the bot in a directory that is held until SIGTERM or SIGINT; the exit status.

    ``unlocked`` is its key, when the passphrase is worked out; ``take_over``: other processes of this bot that were
    started meanwhile shall end. Raises what ended it, alone or in an exception group (``bot/cli/exit_status.py``).
    """
    grace = config.timeouts.stop_seconds
    stop = _stop_signals(grace + LAST_MOMENTS)
    async with opened(config, directory, unlocked) as account:
        bot = await build(account, config)
        if take_over:
            await bot.starts.take_over()
        async with ControlServer(account.directory.control_socket, bot.control):
            await _until(stop, bot.run(), grace)
    log.info("stopped")
    return ExitCode.OK


def _stop_signals(last: float) -> asyncio.Event:
    """An event that SIGTERM and SIGINT set; ``last`` seconds later the process is ended anyway."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def asked_to_stop() -> None:
        stop.set()
        _end_anyway(last)

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, asked_to_stop)
    return stop


def _end_anyway(seconds: float) -> None:
    """End the process after that time, whatever still hangs.

    A name server that does not answer keeps a thread for half a minute, and Python waits for it.
    Everything acknowledged is on disk by then.
    """
    last = threading.Timer(seconds, os._exit, (int(ExitCode.OK),))
    last.daemon = True
    last.start()


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None], grace: float) -> None:
    """Run ``work`` until it fails or ``stop`` is set; then it has ``grace`` seconds to end."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.wait({working, stopping}, timeout=grace)
        if working.done():
            # A part that failed while all were ended: the process ends anyway.
            with contextlib.suppress(asyncio.CancelledError):
                working.exception()

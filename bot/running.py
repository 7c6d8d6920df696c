"""The running bot: prepares, takes what happened meanwhile, then runs all its parts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any, Final, Protocol

from bot.account import Account
from bot.backup.control import BackupControl
from bot.delivery.outbox import Outbox
from bot.incoming.dispatcher import Dispatcher
from bot.incoming.loop import REFUSED_PAUSE, SyncLoop
from bot.incoming.processor import SyncProcessor
from bot.incoming.queue import CommandQueue
from bot.logging import logs
from bot.matrix import identity
from bot.matrix.client import MatrixError, Unauthorized
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.starts import Starts
from bot.matrix.sync import Sync
from bot.polls.build import Polling
from bot.process import memory
from bot.state import SharedState
from bot.verification.sessions import Verifications
from commands.all import EARLY
from storage.core.lazy_dataclass import dataclass

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]
"""Answers a request on the control socket; None: it is not understood."""

QUIET: Final = 1.0
"""Seconds after everything was heard, in which what was typed while the bot was away is answered."""

log = logs.get("bot.running")


class BotPart(Protocol):
    """A part of the bot that works beside the others."""

    async def run(self) -> None:
        """Work until cancelled, and clean up then. Whatever it raises ends the bot."""


@dataclass(frozen=True, slots=True)
class Bot:
    """All parts of the running bot, put together by ``bot/build.py``."""

    account: Account
    state: SharedState
    sync: Sync
    starts: Starts
    processor: SyncProcessor
    dispatcher: Dispatcher
    queue: CommandQueue
    outbox: Outbox
    polls: Polling
    verifications: Verifications
    expiry: SessionExpiry
    backups: BackupControl
    loop: SyncLoop
    first: BotPart
    """What runs before anything is said to the homeserver, and tells when there is no answer."""
    from_start: tuple[BotPart, ...]
    """What runs from the beginning."""
    when_rooms_known: tuple[BotPart, ...]
    """What runs as soon as it is known who is in which room, while what was typed meanwhile is being read."""
    when_ready: tuple[BotPart, ...]
    """What runs once everything was heard that happened while the bot was away."""
    when_quiet: tuple[BotPart, ...]
    """What is done by the clock: it runs when the first answers had their time."""
    handlers: Mapping[str, Handler]
    """What is answered on the control socket, by verb."""

    async def run(self) -> None:
        """Run until cancelled. Raises what ended a part, in an exception group."""
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self.first.run(), name=type(self.first).__name__)
                await self.prepare()
                for part in self.from_start:
                    parts.create_task(part.run(), name=type(part).__name__)
                for part in self.when_rooms_known:
                    parts.create_task(self._once_known(part), name=type(part).__name__)
                await self.loop.first()
                for part in self.when_ready:
                    parts.create_task(part.run(), name=type(part).__name__)
                for part in self.when_quiet:
                    parts.create_task(_later(part), name=type(part).__name__)
                memory.look_at_all_that_comes()
                log.info("ready", rooms=len(self.account.places.rooms))
                await self.loop.run()
        finally:
            self.polls.register.keys.release()

    async def _once_known(self, part: BotPart) -> None:
        await self.state.rooms_known.wait()
        await part.run()

    async def prepare(self) -> None:
        """Announce that we are started, take up what the last run left, and ask what happened since.

        Raises OlderCopy, before anything else is asked, said or changed. All the rest goes side by side; what was
        said meanwhile is looked at when everything here is done. Raises StartedElsewhere when that tells of a later
        start, before anything is said to people.
        """
        async with asyncio.TaskGroup() as both:
            both.create_task(_accepted(self.starts.look))
            await self.processor.checkpoint.find_token()
        # Its answer counts our keys, and nobody is to be counted twice.
        await _accepted(self.account.machine.publish_keys)
        async with asyncio.TaskGroup() as side:
            for work in (self.starts.announce, self._publish, self.sync.prepare):
                side.create_task(_accepted(work))
            side.create_task(self.loop.ask())
            await self.restore()
            side.create_task(self.processor.ask())
            side.create_task(_load_early())
        await _accepted(self.loop.look)

    async def _publish(self) -> None:
        """Publish our identity, and store its keys if a new recovery key waits for them."""
        account = self.account
        await identity.publish(account.client, account.signing, account.machine.sign)
        await self.backups.store_secrets()

    async def restore(self) -> None:
        """Take up the state that the last run left."""
        await self.processor.restore()
        await self.queue.restore()
        await self.polls.register.restore()

    async def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer a request on the control socket."""
        handler = self.handlers.get(request["verb"])
        return (None if handler is None else await handler(request)) or {"error": "unknown verb"}


async def _later(part: BotPart) -> None:
    await asyncio.sleep(QUIET)
    await part.run()


async def _load_early() -> None:
    """Load what most people type first, while the homeserver answers; each module holds everybody up by itself."""
    for module in EARLY:
        await asyncio.sleep(0)
        import_module(module)


async def _accepted(work: Callable[[], Awaitable[None]]) -> None:
    """Do what the bot begins with until the homeserver takes it: a refusal may be its own trouble.

    Raises Unauthorized, TokenRejected, IdentityConflict: only a person can mend those.
    """
    told = None
    while True:
        try:
            return await work()
        except Unauthorized:
            raise
        except MatrixError as refusal:
            if refusal.status != told:
                log.warning("announcing_refused", status=refusal.status)
            told = refusal.status
            await asyncio.sleep(REFUSED_PAUSE)

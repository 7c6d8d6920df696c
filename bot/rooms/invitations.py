"""Invitations to the bot: accepted in principle, then followed until it is in."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from bot.logging import logs
from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected, quoted
from bot.matrix.rooms import Room
from bot.process import failpoints
from bot.process.retry import to_the_end
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Committee
from storage.chat.committees import Committees
from storage.chat.rooms import Invitation, Rooms
from storage.core.database import Database

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 600.0
"""Seconds between two attempts to join: another homeserver may show an invitation before it honours it."""
GIVE_UP_AFTER = 24 * 3600 * 1000
"""Milliseconds an invitation is retried; over federation it may take a while to be honoured."""

log = logs.get("bot.rooms.invitations")


class Invitations:
    """Follows invitations to the bot, which are stored until joined; one task for each."""

    def __init__(self, database: Database, client: Client, places: RoomDirectory) -> None:
        self._database = database
        self._client = client
        self._places = places
        self._tasks: dict[str, asyncio.Task[None]] = {}

        self._open = False
        """Whether invitations are followed; until then they wait in the table."""

    async def run(self) -> None:
        """Follow what was accepted, by an earlier run as well, until cancelled."""
        self._open = True
        try:
            async with self._database.transaction() as tx:
                waiting = await Rooms(tx).invitations()
            for invitation in waiting:
                self._follow(invitation)
            await asyncio.Event().wait()
        finally:
            self._open = False
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def suitable(self, room: Room, committees: Sequence[Committee]) -> bool:
        """Whether an invitation is from a person we listen to, into an encrypted room that is not public."""
        fit = room.encrypted and not room.public and not room.of_bots
        return fit and self._places.welcome(room.inviter, committees)

    async def invited(self, room_id: str, room: Room) -> None:
        """Store an invitation and follow it until joined; retried after restarts."""
        invitation = Invitation(
            room_id, room.inviter, room.declared_direct, time.time_ns() // 1_000_000
        )
        async with self._database.transaction() as tx:
            await Rooms(tx).invite(invitation)
        failpoints.reach("after_invitation")
        self._follow(invitation)
        log.info("invited")

    def _follow(self, invitation: Invitation) -> None:
        if self._open and invitation.room not in self._tasks:
            following = to_the_end(
                partial(self._join, invitation), lambda error: log.failure("invitation", error)
            )
            task = asyncio.create_task(following)
            self._tasks[invitation.room] = task
            task.add_done_callback(lambda _: self._tasks.pop(invitation.room, None))

    async def _join(self, invitation: Invitation) -> None:
        pause = FIRST_PAUSE
        while time.time_ns() // 1_000_000 - invitation.since < GIVE_UP_AFTER:
            if not await self._still_welcome(invitation):
                break
            try:
                await self._client.request(
                    "POST", f"/rooms/{quoted(invitation.room)}/join", {}, timeout=120.0
                )
            except TokenRejected:
                # The sync hears the same and ends the process; the next start goes on.
                return
            except NotNow as later:
                # Ours or that of whoever invites is away.
                await asyncio.sleep(max(later.after, FIRST_PAUSE))
            except MatrixError as refusal:
                log.info("join_refused", status=refusal.status)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                failpoints.reach("after_join")
                log.info("joined")
                # The room itself arrives by sync, which also ends the intention.
                return
        await self.withdrawn(invitation.room)

    async def _still_welcome(self, invitation: Invitation) -> bool:
        """Whether somebody from whom an invitation was accepted might bring us there now."""
        async with self._database.transaction() as tx:
            committees = await Committees(tx).all()
        return self._places.welcome(invitation.inviter, committees)

    async def withdrawn(self, room_id: str) -> None:
        """Stop following an invitation that is gone or hopeless."""
        async with self._database.transaction() as tx:
            await Rooms(tx).uninvite(room_id)
        task = self._tasks.get(room_id)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

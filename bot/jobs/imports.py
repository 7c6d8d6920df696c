"""Works through imported lists in the background, a sheet at a time.

Goes on where it was after any end. Files on their way are another matter: bot/files.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import IMPORT, stem
from bot.logging import logs
from bot.rooms.authority import Authority
from bot.state import Signals
from commands.framework.reply import (
    Audience,
    Code,
    Reply,
    Strong,
    changed,
    fill,
    in_each_language,
    say,
)
from commands.general.namesakes import told_apart
from storage.chat.committees import Committees
from storage.core.database import Database, Transaction
from storage.core.driver import Error
from storage.imports.imports import Lists
from storage.privacy.forgotten import Seal

if TYPE_CHECKING:
    from commands.imports.work import ImportWork, StepDone

PAUSE = 30.0
"""Seconds between two attempts at a storage that refuses."""

log = logs.get("bot.jobs.imports")


class ImportJob:
    """Works through lists whenever its signal is set."""

    def __init__(
        self,
        database: Database,
        *,
        authority: Authority,
        outbox: Delivering,
        seal: Seal,
        signals: Signals,
    ) -> None:
        self._database = database
        self._authority = authority
        self._outbox = outbox
        self._seal = seal
        self._lists = signals.imports

    @cached_property
    def _work(self) -> ImportWork:
        """The work itself, loaded when there is a list: on most days, and at most starts, there is none."""
        from commands.imports.work import ImportWork  # noqa: PLC0415

        return ImportWork(self._seal)

    async def run(self) -> None:
        """Work through every list there is, whenever there may be one; at first after the start."""
        self._lists.set()
        while True:
            await self._lists.wait()
            self._lists.clear()
            while await self.step():  # noqa: ASYNC110 (nothing to wait for: a turn for the others)
                # The lock was given up; whoever waited for it has their turn before the next sheet.
                await asyncio.sleep(0)

    async def step(self) -> bool:
        """Do the next step in a transaction of its own; False when there is nothing to do."""
        try:
            return await self._step()
        except Error as error:
            log.failure("import_storage", error)
            await asyncio.sleep(PAUSE)
            return True

    async def _step(self) -> bool:
        try:
            async with self._database.transaction() as tx:
                if await Lists(tx).next() is None:
                    return False
                done = await self._work.step(tx, _now())
                if done is not None:
                    await self._tell(tx, done, done.reply)
        except Error:
            raise
        except Exception as error:  # noqa: BLE001 (one bad list never ends the task)
            await self._give_up(log.failure("import", error))
            return True
        return done is not None

    async def _give_up(self, error_id: str) -> None:
        async with self._database.transaction() as tx:
            done = await self._work.give_up(tx, _now())
            if done is not None:
                await self._tell(tx, done, _sorry(error_id))

    async def _tell(self, tx: Transaction, done: StepDone, reply: Reply | None) -> None:
        """Tell the person who began an import, by direct message, once for each time they did."""
        if reply is None:
            return
        job, committee = done.job, done.committee
        occasion = stem(IMPORT, f"{committee.room} {job.number} {job.state.value} {job.round}")
        post = Post(tx, self._outbox, occasion)
        theirs = told_apart(
            self._authority.places.committees_of(job.asked_by, await Committees(tx).all())
        )
        if len(theirs) > 1:
            # Import 7 of one committee is not import 7 of the other.
            name = next((each.name for each in theirs if each.id == committee.id), committee.name)
            head = fill("{name}", name=Strong(name))
            reply = changed(reply, lambda said: replace(said, blocks=(head, *said.blocks)))
        addressed = replace(reply, audience=Audience.NAMED, to=(job.asked_by,))
        await post.say(addressed, committee.room, job.asked_by, committee, self._authority)


@in_each_language
def _sorry(error_id: str) -> Reply:
    return say(
        "The import did not work, and it is our fault. Tell your admin: {id}", id=Code(error_id)
    )


def _now() -> datetime:
    return datetime.now(UTC)

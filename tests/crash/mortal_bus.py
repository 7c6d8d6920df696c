"""Bots of a coalition that die, are away, or come back from a backup, at a step of a story that is told for them.

Between the committees is the bus of tests/support/coalition_bus.py; their databases are real files. A bot that
dies leaves its file and its write-ahead log as they lie at that moment, and begins again from a copy of the two.
What it had committed it says: that is in its outbox. What it was hearing comes again: nobody has
acknowledged it.
"""

import random
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

import pytest

from bot.delivery.outgoing import outgoing
from commands.coalition.hearing import Reception
from commands.coalition.kinds import CoalitionTable
from commands.framework.reply import Audience, Reply
from storage.core.database import Transaction
from storage.core.driver import Connection
from tests.chat.conversation import Said
from tests.support.begun import opened
from tests.support.coalition_bus import Backup, Bus, BusVoice, Chapter, Flight

LEAD: Final = "@lea"


class Killed(BaseException):
    """The process has ended. No handler of errors may see it, as none sees SIGKILL."""

    def __init__(self, *, committed: bool) -> None:
        super().__init__()
        self.committed = committed


class Moment(Enum):
    """Where in a transaction a process ends."""

    WITHIN = "within a transaction"
    BEFORE = "before COMMIT"
    AFTER = "after COMMIT"


class Flaw(Enum):
    """What could be wrong with a bot, for controls."""

    NOTHING = "nothing"
    FORGETS = "what it has to say is in memory alone"
    HASTY = "it tells its room before COMMIT, under no name"
    UNAWARE = "it does not know that it was restored"


@dataclass(frozen=True, slots=True)
class Kill:
    """The end of one process: ``at`` counts what its committee wrote, or committed, from the beginning."""

    name: str
    moment: Moment
    at: int


@dataclass(frozen=True, slots=True)
class Absence:
    """A homeserver that is away: from a step on, which counts from the backup, for so long."""

    name: str
    at: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class Restoring:
    """A bot that is lost, and made anew from its backup: at a step, which counts from the backup."""

    name: str
    at: int


Trouble = Kill | Absence | Restoring


@dataclass(slots=True)
class Lives:
    """The committees of one story, with what is to become of them."""

    bus: Bus
    folder: Path
    dice: random.Random
    troubles: Sequence[Trouble] = ()
    flaw: Flaw = Flaw.NOTHING
    commits: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    """Messages heard since the backup."""
    met: list[Trouble] = field(default_factory=list)
    """What has happened of the troubles."""
    _backups: dict[str, Backup] = field(default_factory=dict)
    _dead: set[str] = field(default_factory=set)
    """Who died, and is not started again so far."""
    _until: dict[str, datetime] = field(default_factory=dict)
    _copies: int = 0

    # -- what a story does -----------------------------------------------------------------------

    async def typed(self, name: str, text: str, who: str = LEAD) -> Said | None:
        """Somebody types; again, if the bot died before it had committed. None: it died after."""
        await self._present(name)
        while True:
            try:
                return await self.bus[name].chat.dm(who, text)
            except Killed as death:
                await self._begin_again(name)
                if death.committed:
                    return None

    async def settle(self) -> None:
        """Everything arrives that can."""
        await self.bus.settle()

    async def later(self, **span: float) -> None:
        """Time passes; who was dead is started, and who was away for long enough is back."""
        now = self.bus.now + timedelta(**span)
        back = {name for name, until in self._until.items() if until <= now}
        self._back(*back, *self._dead)
        await self.bus.later(**span)

    async def all_there(self) -> None:
        """Nobody is dead or away any more."""
        self._back(*self._dead, *self._until)
        await self.settle()

    async def back_up(self) -> None:
        """The nightly backup of everybody; steps count from here."""
        for name, chapter in self.bus.chapters.items():
            self._backups[name] = await chapter.backup(self.folder / f"{name}.backup")
        self.steps = 0

    def told(self, name: str, audience: Audience = Audience.ROOM) -> list[str]:
        """What a room was told, once under each name: the bot looks whether it is there before it repeats it."""
        by_name = {
            occasion: message.content["body"]
            for said, occasion in self.bus[name].told
            if said.audience is audience
            for message in outgoing(said)
        }
        return [str(each) for each in by_name.values()]

    # -- what becomes of a bot ---------------------------------------------------------------------

    async def _present(self, name: str) -> None:
        """Whoever types does so when the bot answers again, and has heard what was said meanwhile."""
        if name in self.bus.away:
            self._back(name)
            await self.settle()

    def _back(self, *names: str) -> None:
        for name in names:
            self.bus.away.discard(name)
            self._dead.discard(name)
            self._until.pop(name, None)

    async def _begin_again(self, name: str) -> None:
        """Open what lay there when the process ended."""
        chat = self.bus[name].chat
        before, chat.database = chat.database, await opened(self._left(name))
        await before.close()

    async def _rest(self, name: str) -> None:
        """A process that ended is started again, at once or after a while."""
        await self._begin_again(name)
        if self.dice.random() < 0.5:
            self._dead.add(name)
            self.bus.away.add(name)

    def _left(self, name: str) -> Path:
        return self.folder / f"{name}-{self._copies}.db"

    def _end(self, name: str, kill: Kill) -> None:
        """End a process here. Raises Killed."""
        self.met.append(kill)
        self._copies += 1
        lies = self.bus[name].chat.database.path
        for suffix in ("", "-wal"):
            if (file := lies.with_name(lies.name + suffix)).exists():
                shutil.copy(file, f"{self._left(name)}{suffix}")
        raise Killed(committed=kill.moment is Moment.AFTER)

    def _due(self, name: str, moment: Moment, at: int) -> Kill | None:
        kill = Kill(name, moment, at)
        return kill if kill in self.troubles and kill not in self.met else None

    def _whose(self, tx: Transaction) -> str | None:
        for name, chapter in self.bus.chapters.items():
            if chapter.chat.database._thread is tx._thread:
                return name
        return None

    def written(self, tx: Transaction) -> None:
        """A statement is about to write. Raises Killed."""
        if (name := self._whose(tx)) is not None:
            self.writes[name] += 1
            if (kill := self._due(name, Moment.WITHIN, self.writes[name])) is not None:
                self._end(name, kill)

    def committing(self, tx: Transaction) -> str | None:
        """COMMIT is about to be executed; whose. Raises Killed."""
        if (name := self._whose(tx)) is not None:
            self.commits[name] += 1
            if (kill := self._due(name, Moment.BEFORE, self.commits[name])) is not None:
                self._end(name, kill)
        return name

    def committed(self, name: str | None, tx: Transaction) -> None:
        """COMMIT was executed. Raises Killed."""
        if name is None:
            return
        if (kill := self._due(name, Moment.AFTER, self.commits[name])) is not None:
            if self.flaw is Flaw.FORGETS:
                tx.drop_effects(0)
            self._end(name, kill)

    async def hear(self, chapter: Chapter, flight: Flight, table: CoalitionTable) -> Reception:
        """Take in a message, unless what happens at this step keeps the bot from it: then it comes again."""
        self.steps += 1
        await self._happen()
        if chapter.name not in self.bus.away:
            try:
                return await _whole_hear(chapter, flight, table)
            except Killed:
                await self._rest(chapter.name)
        self.bus.flights.insert(0, flight)
        return Reception.NOT_HEARD

    async def tick(self, chapter: Chapter, table: CoalitionTable) -> None:
        """Do what is due; a bot that dies of it does it when it is there again."""
        try:
            await _whole_tick(chapter, table)
        except Killed:
            await self._rest(chapter.name)

    async def _happen(self) -> None:
        for each in self.troubles:
            if isinstance(each, Kill) or each in self.met or not self._backups:
                continue
            if self.steps < each.at:
                continue
            self.met.append(each)
            if isinstance(each, Absence):
                self.bus.away.add(each.name)
                self._until[each.name] = self.bus.now + each.span
            else:
                await self._restore(each.name)

    async def _restore(self, name: str) -> None:
        """Restore a bot; boxes are in no backup, and their keys were in memory alone."""
        chapter = self.bus[name]
        self._back(name)
        await chapter.restore(self._backups[name])
        chapter.secrets.clear()
        chapter.chat.polls.parts.clear()
        chapter.chat.polls.counted.clear()


_whole_hear, _whole_tick, _whole_commit, _whole_tell = (
    Chapter.hear,
    Chapter.tick,
    Transaction._commit,
    BusVoice.tell,
)
_whole_forget = Transaction._forget


@asynccontextmanager
async def mortal(lives: Lives) -> AsyncIterator[Lives]:
    """Have the committees of a bus meet their troubles until the block ends."""

    def commit(tx: Transaction, connection: Connection) -> None:
        wrote = tx._begun and connection.total_changes != tx._changes
        name = lives.committing(tx) if wrote else None
        _whole_commit(tx, connection)
        lives.committed(name, tx)

    def forget(tx: Transaction, sql: str) -> None:
        lives.written(tx)
        _whole_forget(tx, sql)

    async def at_once(voice: BusVoice, said: Reply, occasion: str) -> None:
        voice.chapter.told.append((said, f"{occasion} {len(voice.chapter.told)}"))

    async def hear(chapter: Chapter, flight: Flight, table: CoalitionTable) -> Reception:
        return await lives.hear(chapter, flight, table)

    async def tick(chapter: Chapter, table: CoalitionTable) -> None:
        await lives.tick(chapter, table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transaction, "_commit", commit)
        patch.setattr(Transaction, "_forget", forget)
        patch.setattr(Chapter, "hear", hear)
        patch.setattr(Chapter, "tick", tick)
        if lives.flaw is Flaw.HASTY:
            patch.setattr(BusVoice, "tell", at_once)
        if lives.flaw is Flaw.UNAWARE:
            patch.setattr("tests.support.coalition_bus.as_restored", _nothing)
        yield lives


def _nothing(*_args: Any) -> tuple[()]:
    return ()

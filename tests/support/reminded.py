"""The real reminder scheduler, for a committee that talks without Matrix."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from bot.jobs.reminder_texts import ReminderTexts
from bot.jobs.reminders import ReminderJob
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Committee, Role
from commands.shared.members import Members
from storage.chat.outbox import ContentKind
from storage.core.database import Database
from storage.core.rows import moment
from tests.support.collected import Collected
from tests.support.standing import AsShown

STEWARD = "@steward:example.org"


@dataclass(frozen=True, slots=True)
class Told:
    """Something said unasked: in the room, or to a person."""

    to: str
    body: str
    mentions: tuple[str, ...]
    at: datetime
    rich: str = ""
    """The words as HTML, in which what is to be typed is marked."""


@dataclass(slots=True)
class _Room:
    joined: Mapping[str, Role]
    names: Mapping[str, str]


@dataclass(slots=True)
class _Places:
    """Who is where, as the room of the tests has it."""

    members: Callable[[], Members]
    own: str = STEWARD

    @property
    def rooms(self) -> Mapping[str, _Room]:
        members = self.members()
        named = {str(user): name for user, name in members.names.items()}
        return _Anywhere(_Room({str(user): role for user, role in members.roles.items()}, named))

    def role(self, _committee: Committee, user: str) -> Role | None:
        return {str(u): role for u, role in self.members().roles.items()}.get(user)


class _Anywhere(dict[str, _Room]):
    """Every room is this one."""

    def __init__(self, room: _Room) -> None:
        super().__init__()
        self._room = room

    def get(self, _key: object, _default: object = None) -> Any:
        return self._room

    def __getitem__(self, _key: str) -> _Room:
        return self._room


@dataclass(slots=True)
class Reminded:
    """Lets time pass as for a bot that is always there, or for one that was away."""

    database: Database
    members: Callable[[], Members]
    now: datetime
    outbox: Collected = field(default_factory=Collected)
    _engine: ReminderJob | None = field(init=False, default=None)

    @property
    def engine(self) -> ReminderJob:
        """The job of this process; made when something is first to be said, as most tests say nothing."""
        if self._engine is None:
            self._engine = ReminderJob(
                self.database, self._authority(), self.outbox, lambda: self.now
            )
        return self._engine

    @property
    def texts(self) -> ReminderTexts:
        """What is said at the moment of saying it."""
        return ReminderTexts(self.database, self._authority(), lambda: self.now)

    def _authority(self) -> AsShown:
        return AsShown(cast(RoomDirectory, _Places(self.members)))

    def restart(self) -> None:
        """Start the process anew; only the database remembers."""
        self._engine = None

    async def until(self, now: datetime) -> list[Told]:
        """Let time pass until ``now``; returns all that was said, each at its minute."""
        said: list[Told] = []
        while True:
            said += await self.look()
            following = await self._next()
            if following is None or following > now:
                break
            self.now = max(self.now, following)
        self.now = now
        return said + await self.look()

    async def look(self) -> list[Told]:
        """Check the table once, and send everything that was queued."""
        await self.engine.send_due()
        return await self.send()

    async def send(self) -> list[Told]:
        """Send what waits in the outbox."""
        waiting = self.outbox.taken()
        said: list[Told] = []
        for parcel in waiting:
            content: Mapping[str, Any] | None = parcel.content
            if parcel.kind is ContentKind.REMINDER:
                content = await self.texts.said(parcel.source)
                if content is not None:
                    async with self.database.transaction() as tx:
                        await self.texts.sent(tx, parcel.source)
            if content is not None:
                mentions = tuple(content["m.mentions"].get("user_ids", ()))
                to = parcel.recipient or "room"
                rich = str(content.get("formatted_body", ""))
                said.append(Told(to, str(content["body"]), mentions, self.now, rich))
        async with self.database.transaction() as tx:
            await tx.execute("DELETE FROM outbox WHERE id > 0")
        return said

    async def _next(self) -> datetime | None:
        async with self.database.transaction() as tx:
            at = await tx.value("SELECT MIN(due_at) FROM reminders WHERE state = 'planned'")
        return moment(at) if isinstance(at, int) else None

    async def states(self) -> list[tuple[str, str]]:
        """Kind and state of every row, as planned."""
        async with self.database.transaction() as tx:
            rows = await tx.all("SELECT kind, state FROM reminders ORDER BY due_at, id")
        return [(row["kind"], row["state"]) for row in rows]

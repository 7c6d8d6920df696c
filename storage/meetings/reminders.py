"""Planned reminders: what the bot is to say unasked, when, and what became of each reminder.

A row is planned once for each occasion, kind, recipient and version of the time; planning again
changes nothing. Text is never kept: it is written when it is sent.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, UserId
from storage.core.repository import Common, Shared
from storage.core.rows import millis, moment


class ReminderKind(Enum):
    """Occasion of a reminder."""

    DAY_BEFORE = "day before"
    HOUR_BEFORE = "hour before"
    AT_THE_DOOR = "at the door"
    """Ten minutes before, with the link."""
    START = "start"
    CLOCKS = "clocks"
    """Three days before a time that differs for some because clocks change."""
    ROLES = "roles"
    """Two hours before, when nobody facilitates."""
    OVER = "over"
    """The end of a meeting, after which its link is deleted."""
    NAG = "nag"
    """A day before a poll on times closes."""
    CLOSE = "close"
    """A poll on times closes."""
    ACTION = "action"
    WEEK = "week"
    """Weekly list of open action items."""


OF_AN_OCCURRENCE = frozenset(
    {
        ReminderKind.DAY_BEFORE,
        ReminderKind.HOUR_BEFORE,
        ReminderKind.AT_THE_DOOR,
        ReminderKind.START,
        ReminderKind.CLOCKS,
        ReminderKind.ROLES,
        ReminderKind.OVER,
    }
)
_SAID = "state IN ('queued', 'sending', 'sent')"
_KINDS = ", ".join(sorted(f"'{kind.value}'" for kind in OF_AN_OCCURRENCE))
_MAKER = "meetings AS m ON m.id = o.meeting JOIN history AS h ON h.id = m.entry"
_MAKER_OF_THIS = "meetings AS n ON n.id = p.meeting JOIN history AS g ON g.id = n.entry"
_REMINDER = (
    "SELECT *, NULLIF(recipient, '') AS recipient, due_at AS due, expires_at AS expires "
    "FROM reminders "
)
OF_A_POLL = frozenset({ReminderKind.NAG, ReminderKind.CLOSE})


class ReminderState(Enum):
    """How far a reminder has come."""

    PLANNED = "planned"
    QUEUED = "queued"
    """In the outbox; from here on sent once or not at all."""
    SENDING = "sending"
    """The homeserver may have the message."""
    SENT = "sent"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """Perhaps sent, perhaps not, and too old to be tried again."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One planned reminder; ``recipient`` None is the committee's room. Times are aware."""

    id: int
    key: str
    committee: CommitteeId
    kind: ReminderKind
    subject: int
    seq: int
    recipient: UserId | None
    due: datetime
    expires: datetime
    state: ReminderState = ReminderState.PLANNED


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder that has no row yet."""

    kind: ReminderKind
    subject: int
    seq: int
    recipient: UserId | None
    due: datetime
    expires: datetime

    @property
    def key(self) -> str:
        """A key that makes each reminder unique."""
        return f"{self.kind.value}:{self.subject}:{self.seq}:{self.recipient or ''}"


@dataclass(frozen=True, slots=True)
class Reminders(Common):
    """Reminders of one committee, planned in the transaction that changes their subject."""

    async def plan(self, plans: Sequence[PlannedReminder]) -> None:
        """Add planned reminders; reminders planned before stay unchanged."""
        await self.tx.executemany(
            "INSERT OR IGNORE INTO reminders(key, committee, kind, subject, seq, recipient, due_at, "
            "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    plan.key,
                    self.committee,
                    plan.kind.value,
                    plan.subject,
                    plan.seq,
                    plan.recipient or "",
                    millis(plan.due),
                    millis(plan.expires),
                )
                for plan in plans
            ],
        )

    async def cancel(
        self,
        kinds: Iterable[ReminderKind],
        subject: int,
        now: datetime,
        *,
        below: int | None = None,
    ) -> None:
        """Cancel planned reminders of a subject; ``below``: only reminders of versions before this one."""
        for kind in kinds:
            await self.tx.execute(
                "UPDATE reminders SET state = 'cancelled', settled_at = ? WHERE subject = ? "
                "AND kind = ? AND state = 'planned' AND seq < ?",
                (millis(now), subject, kind.value, 2**62 if below is None else below),
            )


@dataclass(frozen=True, slots=True)
class ReminderTable(Shared):
    """Reminders of all committees, for whoever sends them."""

    async def due(self, now: datetime, limit: int = 500) -> list[Reminder]:
        """Return planned reminders due by ``now``, earliest first, at most ``limit``."""
        return await self.tx.records(
            Reminder,
            f"{_REMINDER}WHERE state = 'planned' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            (millis(now), limit),
        )

    async def by_id(self, reminder: int) -> Reminder | None:
        """Return the reminder with the row id; None if there is none."""
        return await self.tx.record(Reminder, f"{_REMINDER}WHERE id = ?", (reminder,))

    async def settle(self, reminders: Iterable[int], state: ReminderState, now: datetime) -> None:
        """Set the state of reminders, and note when."""
        await self.tx.executemany(
            "UPDATE reminders SET state = ?, settled_at = ? WHERE id = ?",
            [(state.value, millis(now), each) for each in reminders],
        )

    async def said(
        self, committee: CommitteeId, recipient: UserId | None, since: datetime, most: int
    ) -> int:
        """Count reminders sent to the room (None) or to one person since then, at most ``most``."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM reminders WHERE committee = ? AND recipient = ? "
            f"AND settled_at > ? AND {_SAID} LIMIT ?)",
            (committee, recipient or "", millis(since), most),
        )

    async def because_of_one(self, reminder: Reminder, since: datetime, most: int) -> int:
        """Count reminders sent to the room since then about meetings of the same maker, at most ``most``."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM reminders AS r "
            f"JOIN occurrences AS o ON o.id = r.subject JOIN {_MAKER} "
            "WHERE r.committee = ?1 AND r.recipient = '' AND r.settled_at > ?2 "
            f"AND r.{_SAID} AND r.kind IN ({_KINDS}) AND h.author = (SELECT g.author "
            f"FROM occurrences AS p JOIN {_MAKER_OF_THIS} WHERE p.id = ?3) LIMIT ?4)",
            (reminder.committee, millis(since), reminder.subject, most),
        )

    async def looked(self, now: datetime, tzdata: str) -> tuple[datetime, str] | None:
        """Note that reminders were checked; returns time and zone data version of the check before.

        None: there was no check before.
        """
        row = await self.tx.one("SELECT looked_at, tzdata FROM reminder_clock WHERE one = 1")
        await self.tx.execute(
            "INSERT INTO reminder_clock(one, looked_at, tzdata) VALUES (1, ?, ?) "
            "ON CONFLICT(one) DO UPDATE SET looked_at = excluded.looked_at, tzdata = excluded.tzdata",
            (millis(now), tzdata),
        )
        return None if row is None else (moment(row["looked_at"]), row["tzdata"])

    async def forget_before(self, at: datetime) -> int:
        """Delete reminders that reached their last state before ``at``; returns how many."""
        return await self.tx.execute("DELETE FROM reminders WHERE settled_at < ?", (millis(at),))


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """A command about meetings that waits for ``!ok``."""

    plan: dict[str, Any]
    until: datetime


@dataclass(frozen=True, slots=True)
class MeetingDrafts(Common):
    """Commands about meetings that wait for ``!ok``: one for each person and place."""

    async def keep(
        self, author: UserId, *, in_room: bool, plan: dict[str, Any], until: datetime
    ) -> None:
        """Insert or replace what waits for a person's ``!ok``."""
        await self.tx.put(
            "meeting_drafts",
            committee=self.committee,
            author=author,
            room=in_room,
            plan=json.dumps(plan),
            expires_at=until,
        )

    async def take(self, author: UserId, *, in_room: bool, now: datetime) -> MeetingDraft | None:
        """Delete and return what waits for a person's ``!ok``; None if nothing does or it has expired."""
        row = await self.tx.one(
            "SELECT plan, expires_at FROM meeting_drafts WHERE committee = ? AND author = ? "
            "AND room = ?",
            (self.committee, author, int(in_room)),
        )
        await self.tx.execute(
            "DELETE FROM meeting_drafts WHERE committee = ? AND author = ? AND room = ?",
            (self.committee, author, int(in_room)),
        )
        if row is None or row["expires_at"] < millis(now):
            return None
        return MeetingDraft(json.loads(row["plan"]), moment(row["expires_at"]))

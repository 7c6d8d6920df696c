"""Action items: what somebody said in a meeting they would do, and by when."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.core.driver import Row
from storage.core.model import EntryId, UserId
from storage.core.repository import Common, millis
from storage.meetings.meetings import OccurrenceId
from storage.names.called import COUNTS

NOBODY = UserId("")


@dataclass(frozen=True, slots=True)
class ActionItem:
    id: int
    number: int
    occurrence: OccurrenceId | None
    owner: UserId
    words: str
    due: date | None
    open: bool


@dataclass(frozen=True, slots=True)
class Actions(Common):
    """One committee's action items."""

    async def add(
        self,
        entry: EntryId,
        occurrence: OccurrenceId | None,
        owner: UserId,
        words: str,
        due: date | None,
        at: datetime,
    ) -> ActionItem:
        number = await self.tx.value(
            "UPDATE committees SET last_action = last_action + 1 WHERE id = ? RETURNING last_action",
            (self.committee,),
        )
        row = await self.tx.insert(
            "INSERT INTO actions(committee, number, occurrence, words, due_day, owner, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self.committee,
                number,
                occurrence,
                words,
                None if due is None else due.isoformat(),
                owner,
                entry,
            ),
        )
        await self._event(entry, row, "owner", owner, at)
        return ActionItem(row, int(str(number)), occurrence, owner, words, due, open=True)

    async def by_number(self, number: int) -> ActionItem | None:
        row = await self.tx.one(
            "SELECT * FROM actions WHERE committee = ? AND number = ?", (self.committee, number)
        )
        return None if row is None else _action(row)

    async def by_id(self, action: int) -> ActionItem | None:
        row = await self.tx.one(
            "SELECT * FROM actions WHERE id = ? AND committee = ?", (action, self.committee)
        )
        return None if row is None else _action(row)

    async def open(self, limit: int = 200) -> list[ActionItem]:
        """What is to be done, most urgent first, what has no day last."""
        dated = await self.tx.all(
            "SELECT * FROM actions WHERE committee = ? AND open AND due_day > '' "
            "ORDER BY due_day, id LIMIT ?",
            (self.committee, limit),
        )
        undated = await self.tx.all(
            "SELECT * FROM actions WHERE committee = ? AND open AND due_day IS NULL "
            "ORDER BY id LIMIT ?",
            (self.committee, limit - len(dated)),
        )
        return [_action(row) for row in (*dated, *undated)]

    async def of(self, occurrence: OccurrenceId) -> list[ActionItem]:
        rows = await self.tx.all(
            f"SELECT * FROM actions AS a WHERE occurrence = ? AND {COUNTS.format(row='a')} ORDER BY id",
            (occurrence,),
        )
        return [_action(row) for row in rows]

    async def done(self, entry: EntryId, action: ActionItem, author: UserId, at: datetime) -> None:
        await self._event(entry, action.id, "done", author, at)
        await self.recompute(action.id)

    async def give(self, entry: EntryId, action: ActionItem, owner: UserId, at: datetime) -> None:
        await self._event(entry, action.id, "owner", owner, at)
        await self.recompute(action.id)

    async def recompute_entry(self, entry: EntryId) -> None:
        """Compute anew what an entry that was taken back had written."""
        rows = await self.tx.all(
            "SELECT action AS id FROM action_events WHERE entry = ?1 "
            "UNION SELECT id FROM actions WHERE entry = ?1",
            (entry,),
        )
        for row in rows:
            await self.recompute(row["id"])

    async def recompute(self, action: int) -> None:
        counts = COUNTS.format(row="e")
        await self.tx.execute(
            "UPDATE actions AS a SET owner = COALESCE((SELECT e.owner FROM action_events AS e "
            f"WHERE e.action = a.id AND e.kind = 'owner' AND {counts} ORDER BY e.id DESC LIMIT 1), ''), "
            "open = NOT EXISTS (SELECT 1 FROM action_events AS e WHERE e.action = a.id "
            f"AND e.kind = 'done' AND {counts}) AND {COUNTS.format(row='a')} WHERE a.id = ?",
            (action,),
        )

    async def _event(
        self, entry: EntryId, action: int, kind: str, owner: UserId, at: datetime
    ) -> None:
        await self.tx.insert(
            "INSERT INTO action_events(action, kind, owner, at, entry) VALUES (?, ?, ?, ?, ?)",
            (action, kind, owner, millis(at), entry),
        )


def _action(row: Row) -> ActionItem:
    return ActionItem(
        row["id"],
        row["number"],
        None if row["occurrence"] is None else OccurrenceId(row["occurrence"]),
        UserId(row["owner"]),
        row["words"],
        None if row["due_day"] is None else date.fromisoformat(row["due_day"]),
        open=bool(row["open"]),
    )

"""Action items: what somebody said in a meeting they would do, and by when."""

from datetime import date, datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId, UserId
from storage.core.repository import Common
from storage.core.rows import records
from storage.history.derived import NOT_UNDONE
from storage.meetings.meetings import OccurrenceId

NOBODY = UserId("")


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something a person is to do; ``occurrence`` None: not from a meeting, ``due`` None: no day set."""

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
        """Add an action item and return the new row with its number."""
        number = await self.tx.returned(
            "UPDATE committees SET last_action = last_action + 1 WHERE id = ? RETURNING last_action",
            (self.committee,),
        )
        row = await self.tx.add(
            "actions",
            committee=self.committee,
            number=number,
            occurrence=occurrence,
            words=words,
            due_day=due,
            owner=owner,
            entry=entry,
        )
        await self._event(entry, row, "owner", owner, at)
        return ActionItem(row, int(str(number)), occurrence, owner, words, due, open=True)

    async def by_number(self, number: int) -> ActionItem | None:
        """Return the action item with the number people type; None if there is none."""
        return await self.tx.record(
            ActionItem,
            "SELECT *, due_day AS due FROM actions WHERE committee = ? AND number = ?",
            (self.committee, number),
        )

    async def by_id(self, action: int) -> ActionItem | None:
        """Return the action item with the row id; None if there is none."""
        return await self.tx.record(
            ActionItem,
            "SELECT *, due_day AS due FROM actions WHERE id = ? AND committee = ?",
            (action, self.committee),
        )

    async def open(self, limit: int = 200) -> list[ActionItem]:
        """Return open action items, most urgent first, items without a day last."""
        dated = await self.tx.all(
            "SELECT *, due_day AS due FROM actions WHERE committee = ? AND open AND due_day > '' "
            "ORDER BY due_day, id LIMIT ?",
            (self.committee, limit),
        )
        undated = await self.tx.all(
            "SELECT *, due_day AS due FROM actions WHERE committee = ? AND open AND due_day IS NULL "
            "ORDER BY id LIMIT ?",
            (self.committee, limit - len(dated)),
        )
        return records(ActionItem, [*dated, *undated])

    async def of(self, occurrence: OccurrenceId) -> list[ActionItem]:
        """Return the action items that were noted in a meeting."""
        return await self.tx.records(
            ActionItem,
            "SELECT *, due_day AS due FROM live_actions AS a WHERE occurrence = ? ORDER BY id",
            (occurrence,),
        )

    async def done(self, entry: EntryId, action: ActionItem, author: UserId, at: datetime) -> None:
        """Mark an action item as done."""
        await self._event(entry, action.id, "done", author, at)
        await self.recompute(action.id)

    async def give(self, entry: EntryId, action: ActionItem, owner: UserId, at: datetime) -> None:
        """Give an action item to another owner."""
        await self._event(entry, action.id, "owner", owner, at)
        await self.recompute(action.id)

    async def recompute_entry(self, entry: EntryId) -> None:
        """Recompute the action items that an entry, taken back since, had changed."""
        rows = await self.tx.all(
            "SELECT action AS id FROM action_events WHERE entry = ?1 "
            "UNION SELECT id FROM actions WHERE entry = ?1",
            (entry,),
        )
        for row in rows:
            await self.recompute(row["id"])

    async def recompute(self, action: int) -> None:
        """Recompute owner and openness of an action item from the rows that count."""
        await self.tx.execute(
            "UPDATE actions AS a SET owner = COALESCE((SELECT e.owner FROM live_action_events AS e "
            f"WHERE e.action = a.id AND e.kind = 'owner' ORDER BY e.id DESC LIMIT 1), ''), "
            "open = NOT EXISTS (SELECT 1 FROM live_action_events AS e WHERE e.action = a.id "
            f"AND e.kind = 'done') AND {NOT_UNDONE.format(row='a')} WHERE a.id = ?",
            (action,),
        )

    async def _event(
        self, entry: EntryId, action: int, kind: str, owner: UserId, at: datetime
    ) -> None:
        await self.tx.add(
            "action_events", action=action, kind=kind, owner=owner, at=at, entry=entry
        )

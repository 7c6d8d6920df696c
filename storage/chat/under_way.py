"""Unfinished work of a person: drafts, imports, exports, queued messages, unread files.

When somebody's part in a committee ends, all of the above is withdrawn in the same transaction. Records
they wrote stay.
"""

from datetime import date, datetime

from storage.chat.outbox import OutboxTable
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Repository, Shared
from storage.core.rows import millis
from storage.imports.imports import Lists
from storage.privacy.audits import AuditedAction, Audits
from storage.privacy.exports import Export, Exports, ExportStep


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was withdrawn. Numbers are the ones that people type."""

    messages: int = 0
    exports: tuple[int, ...] = ()
    imports: tuple[int, ...] = ()
    sheets: tuple[int, ...] = ()
    """Lists of signatures."""
    files: int = 0
    """Sent to us and not read yet."""

    @property
    def is_news(self) -> bool:
        """Whether others knew of something withdrawn here and have to be told."""
        return bool(self.exports or self.imports or self.sheets)


LEAD = 2
"""The role of a lead, as numbered in ``commands/roles/standing.py``."""

_PEOPLE = """
SELECT person FROM outbox WHERE committee = ?1 AND person IS NOT NULL
UNION SELECT person FROM parked WHERE committee = ?1 AND person IS NOT NULL
UNION SELECT author FROM drafts WHERE committee = ?1
UNION SELECT author FROM open_questions WHERE committee = ?1
UNION SELECT author FROM meeting_drafts WHERE committee = ?1
UNION SELECT author FROM test_sheets WHERE committee = ?1 AND number > 0
UNION SELECT author FROM imports WHERE committee = ?1 AND number > 0
  AND state IN ('mapping', 'checking', 'checked')
UNION SELECT author FROM exports WHERE committee = ?1 AND state IN ('asked', 'approved', 'made')
UNION SELECT decided_by FROM exports WHERE committee = ?1 AND state IN ('approved', 'made')
  AND decided_by IS NOT NULL
UNION SELECT sender FROM uploads WHERE committee = ?1
UNION SELECT person FROM waiting
UNION SELECT agreed_by FROM seconds WHERE committee = ?1 AND agreed_by IS NOT NULL
UNION SELECT person FROM seconds WHERE committee = ?1 AND agreed_by IS NOT NULL
UNION SELECT person FROM shown WHERE committee = ?1
UNION SELECT f.person FROM meetings AS m JOIN calendar_files AS f ON f.meeting = m.id
  WHERE m.committee = ?1
UNION SELECT cover FROM absences WHERE committee = ?1 AND until_day >= ?2
UNION SELECT organizer FROM absences WHERE committee = ?1 AND until_day >= ?2
UNION SELECT newcomer FROM current_buddies WHERE committee = ?1 AND until_day >= ?2
UNION SELECT buddy FROM current_buddies WHERE committee = ?1 AND until_day >= ?2
"""


@dataclass(frozen=True, slots=True)
class UnderWay(Repository):
    """Unfinished work of people in one committee."""

    async def people(self, today: date) -> set[UserId]:
        """Return everybody with unfinished work, whether they are in the committee or not."""
        rows = await self.tx.all(_PEOPLE, (self.committee, today.isoformat()))
        return {UserId(row["person"]) for row in rows}

    async def end(self, person: UserId, at: datetime) -> Withdrawn:
        """Withdraw all of somebody's unfinished work. Repeated, the call finds nothing to do."""
        found = Withdrawn(
            messages=await self._messages(person, at),
            exports=await self._exports(person, at),
            imports=await self._imports(person, at),
            sheets=await self._sheets(person),
            files=await self.tx.execute(
                "DELETE FROM uploads WHERE committee = ? AND sender = ?", (self.committee, person)
            ),
        )
        await self.tx.execute(
            "DELETE FROM meeting_drafts WHERE committee = ? AND author = ?",
            (self.committee, person),
        )
        await self.tx.execute(
            "DELETE FROM drafts WHERE committee = ? AND author = ?", (self.committee, person)
        )
        await self.tx.execute(
            "DELETE FROM open_questions WHERE committee = ? AND author = ?",
            (self.committee, person),
        )
        await self._commands(person)
        await self._disagree(person)
        # What they were shown before they say yes.
        await self.tx.execute(
            "DELETE FROM shown WHERE committee = ? AND person = ?", (self.committee, person)
        )
        return found

    async def lessen(self, person: UserId, role: int, *, names: int) -> Withdrawn:
        """Withdraw unfinished work that needs a higher role than somebody has now.

        ``names``: lines of a list of signatures from which on only leads may bring one; with a role
        that allows more, lists stay.
        """
        messages = await OutboxTable(self.tx).withdraw(person, self.committee, below=role)
        if role < LEAD:
            await self._disagree(person)
        return Withdrawn(messages, sheets=await self._sheets(person, names))

    async def _disagree(self, person: UserId) -> None:
        """Withdraw agreements somebody gave to another lead, or got from one; each must be given again."""
        await self.tx.execute(
            "UPDATE seconds SET agreed_by = NULL, agreed_at = NULL, agreed_row = NULL "
            "WHERE committee = ?1 AND number > 0 AND (agreed_by = ?2 OR person = ?2)",
            (self.committee, person),
        )

    async def _commands(self, person: UserId) -> None:
        """Delete waiting commands typed in the committee's room, or in a direct chat about this committee.

        Done later, it would be done in another committee of theirs.
        """
        await self.tx.execute(
            "DELETE FROM waiting WHERE person = ?1 AND CASE WHEN EXISTS "
            "(SELECT 1 FROM committees AS k WHERE k.room = waiting.room) "
            "THEN room = (SELECT room FROM committees WHERE id = ?2) "
            "ELSE ?2 = (SELECT committee FROM people WHERE user = ?1) END",
            (person, self.committee),
        )

    async def _messages(self, person: UserId, at: datetime) -> int:
        await self.tx.execute(
            "UPDATE reminders SET state = CASE state WHEN 'queued' THEN 'cancelled' "
            "ELSE 'unknown' END, settled_at = ? WHERE committee = ? AND recipient = ? "
            "AND state IN ('queued', 'sending')",
            (millis(at), self.committee, person),
        )
        return await OutboxTable(self.tx).withdraw(person, self.committee)

    async def _exports(self, person: UserId, at: datetime) -> tuple[int, ...]:
        exports = Exports(self.tx, self.committee)
        ended = [
            one
            for one in await exports.waiting()
            if person == one.author
            or (person == one.decided_by and one.step is not ExportStep.ASKED)
        ]
        for one in ended:
            await self.withdraw_export(one, person, ExportStep.WITHDRAWN, at)
        return tuple(one.number for one in ended)

    async def withdraw_export(
        self, one: Export, by: UserId | None, step: ExportStep, at: datetime
    ) -> None:
        """Stop an export before its file is made or sent, and audit the end.

        ``by``: whose part ended; None: the bot, because the export has expired.
        """
        await Exports(self.tx, self.committee).step(one, step, None, at)
        await self.tx.execute("DELETE FROM outbox WHERE export = ?", (one.id,))
        await self.tx.execute("DELETE FROM parked WHERE export = ?", (one.id,))
        action = (
            AuditedAction.EXPORT_EXPIRED
            if step is ExportStep.EXPIRED
            else AuditedAction.EXPORT_WITHDRAWN
        )
        await Audits(self.tx, self.committee, by, at).keep(action, words=str(one.number))

    async def _imports(self, person: UserId, at: datetime) -> tuple[int, ...]:
        """Lists that wait for somebody's word, or for us to look through. What is being saved goes on."""
        rows = await self.tx.all(
            "SELECT id, number FROM imports WHERE committee = ? AND number > 0 AND author = ? "
            "AND state IN ('mapping', 'checking', 'checked') ORDER BY number",
            (self.committee, person),
        )
        for row in rows:
            await self.tx.execute(
                "UPDATE imports SET state = 'dropped', changed_at = ? WHERE id = ?",
                (millis(at), row["id"]),
            )
            await self.tx.execute("DELETE FROM import_problems WHERE import = ?", (row["id"],))
            await self.tx.execute("DELETE FROM import_missing WHERE import = ?", (row["id"],))
            await self.tx.execute("DELETE FROM import_seen WHERE import = ?", (row["id"],))
            await Lists(self.tx).empty(row["id"])
        return tuple(row["number"] for row in rows)

    async def _sheets(self, person: UserId, longer_than: int = -1) -> tuple[int, ...]:
        rows = await self.tx.all(
            "SELECT id, number FROM test_sheets WHERE committee = ? AND number > 0 AND author = ? "
            "AND json_array_length(lines) > ? ORDER BY number",
            (self.committee, person, longer_than),
        )
        await self.tx.executemany(
            "DELETE FROM test_sheets WHERE id = ?", [(row["id"],) for row in rows]
        )
        return tuple(row["number"] for row in rows)


@dataclass(frozen=True, slots=True)
class Beyond(Shared):
    """Unfinished work of people that belongs to no committee, for when somebody is in none any more."""

    async def end(self, person: UserId) -> Withdrawn:
        """Withdraw somebody's files, waiting commands, and queued messages that belong to no committee."""
        messages = await OutboxTable(self.tx).withdraw(person, None)
        await self.tx.execute("DELETE FROM waiting WHERE person = ?", (person,))
        files = await self.tx.execute("DELETE FROM uploads WHERE sender = ?", (person,))
        return Withdrawn(messages, files=files)

    async def people(self) -> set[UserId]:
        """Return everybody with unfinished work that belongs to no committee."""
        rows = await self.tx.all(
            "SELECT person FROM outbox WHERE committee IS NULL AND person IS NOT NULL "
            "UNION SELECT sender AS person FROM uploads UNION SELECT person FROM waiting"
        )
        return {UserId(row["person"]) for row in rows}

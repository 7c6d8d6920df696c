"""Conversations: one-on-ones and attempts, as organizers reported them."""

import json
from collections.abc import Sequence
from dataclasses import replace

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, Entry, EntryId, FollowUp, Rated, Talk
from storage.core.repository import Repository
from storage.core.rows import records
from storage.history.derived import SAME_PERSON

_SELECT = (
    "SELECT t.id, t.contact, t.outcome, t.author, t.at, t.issue, t.ask, t.answer, t.note, t.number "
    "FROM current_conversations AS t "
)

RECENT = 20
"""How many of a contact's latest talks are looked at for a summary."""


@dataclass(frozen=True, slots=True)
class TalkVersion:
    """One version of a talk, with its row id."""

    id: int
    contact: ContactId
    talk: Talk


@dataclass(frozen=True, slots=True)
class Conversations(Repository):
    """One committee's conversations and attempts."""

    async def log(self, entry: EntryId, contact: ContactId, talk: Talk) -> int:
        """Save a talk; returns the number people type."""
        number = await self.tx.returned(
            "UPDATE committees SET last_talk = last_talk + 1 WHERE id = ? RETURNING last_talk",
            (self.committee,),
        )
        await self._keep(entry, contact, replace(talk, number=int(str(number))), replaces=None)
        return int(str(number))

    async def edit(self, entry: EntryId, kept: TalkVersion, better: Talk) -> None:
        """Save another version of a talk; the one before stays and is no longer shown."""
        await self._keep(entry, kept.contact, better, replaces=kept.id)

    async def move(
        self, entry: EntryId, kept: TalkVersion, contact: ContactId, better: Talk
    ) -> None:
        """Save another version of a talk, with somebody else; the one before is no longer shown."""
        await self._keep(entry, contact, better, replaces=kept.id)

    async def entries(self, number: int) -> list[Entry]:
        """Return the entries that wrote a talk's versions and that count, newest first."""
        return await self.tx.records(
            Entry,
            "SELECT DISTINCT h.id, h.kind, h.author, h.at, h.contact FROM live_conversations AS t "
            "JOIN history AS h ON h.id = t.entry WHERE t.committee = ? AND t.number = ? "
            "ORDER BY h.id DESC",
            (self.committee, number),
        )

    async def rated_with(self, entries: Sequence[EntryId]) -> list[Rated]:
        """Return the ratings that came with a talk, oldest first."""
        return await self.tx.records(
            Rated,
            "SELECT COALESCE(rating, 0) AS rating, evidence, author, at, note FROM live_assessments "
            "WHERE entry IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(entries)),),
        )

    async def planned_with(self, entries: Sequence[EntryId]) -> list[FollowUp]:
        """Return the follow-ups that came with a talk and are still open."""
        return await self.tx.records(
            FollowUp,
            "SELECT f.id, f.number, f.contact, f.owner, f.what, f.due_day AS due, "
            "'M-' || c.number AS handle, c.name FROM follow_ups AS f "
            "JOIN contacts AS c ON c.id = f.contact "
            "WHERE f.entry IN (SELECT value FROM json_each(?)) AND f.open ORDER BY f.id",
            (json.dumps(list(entries)),),
        )

    async def _keep(
        self, entry: EntryId, contact: ContactId, talk: Talk, *, replaces: int | None
    ) -> None:
        await self.tx.add(
            "conversations",
            committee=self.committee,
            contact=contact,
            author=talk.author,
            at=talk.at,
            outcome=talk.outcome,
            issue=talk.issue,
            ask=talk.ask,
            answer=talk.answer,
            note=talk.note,
            number=talk.number,
            replaces=replaces,
            entry=entry,
        )

    async def numbered(self, number: int) -> TalkVersion | None:
        """Return the newest version of a talk by its number; None if there is none."""
        row = await self.tx.one(
            f"{_SELECT}WHERE t.committee = ? AND t.number = ? ORDER BY t.id DESC LIMIT 1",
            (self.committee, number),
        )
        if row is None:
            return None
        return TalkVersion(row["id"], ContactId(row["contact"]), *records(Talk, [row]))

    async def latest(
        self, contact: ContactId, limit: int = RECENT, *, before: int | None = None
    ) -> list[Talk]:
        """Return the newest talks with somebody, newest first, without edited and undone versions."""
        return await self.tx.records(
            Talk,
            f"{_SELECT}WHERE t.contact IN {SAME_PERSON.format(id='?1')} AND +t.committee = ?2 "
            "AND (?4 IS NULL OR t.number < ?4) ORDER BY t.number DESC LIMIT ?3",
            (contact, self.committee, limit, before),
        )

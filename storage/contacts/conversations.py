"""Conversations: one-on-ones and attempts, as organizers reported them."""

from dataclasses import dataclass, replace

from storage.core.model import ContactId, EntryId, Talk
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
        number = await self.tx.value(
            "UPDATE committees SET last_talk = last_talk + 1 WHERE id = ? RETURNING last_talk",
            (self.committee,),
        )
        await self._keep(entry, contact, replace(talk, number=int(str(number))), replaces=None)
        return int(str(number))

    async def edit(self, entry: EntryId, kept: TalkVersion, better: Talk) -> None:
        """Save another version of a talk; the one before stays and is no longer shown."""
        await self._keep(entry, kept.contact, better, replaces=kept.id)

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

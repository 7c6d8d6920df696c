"""One-on-ones and attempts, as they were told."""

from dataclasses import dataclass, replace

from storage.core.driver import Row
from storage.core.model import Answer, ContactId, EntryId, Outcome, Talk, UserId
from storage.core.repository import Repository, millis, moment
from storage.history.derived import SAME_PERSON
from storage.names.called import COUNTS

_SELECT = (
    "SELECT t.id, t.contact, t.outcome, t.author, t.at, t.issue, t.ask, t.answer, t.note, t.number "
    "FROM conversations AS t "
)

RECENT = 20
"""How many of a contact's latest talks are looked at for a summary."""


@dataclass(frozen=True, slots=True)
class TalkVersion:
    """One version of a talk, where it is kept."""

    id: int
    contact: ContactId
    talk: Talk


@dataclass(frozen=True, slots=True)
class Conversations(Repository):
    """One committee's conversations and attempts."""

    async def log(self, entry: EntryId, contact: ContactId, talk: Talk) -> int:
        """Keep a talk; returns the number people type."""
        number = await self.tx.value(
            "UPDATE committees SET last_talk = last_talk + 1 WHERE id = ? RETURNING last_talk",
            (self.committee,),
        )
        await self._keep(entry, contact, replace(talk, number=int(str(number))), replaces=None)
        return int(str(number))

    async def edit(self, entry: EntryId, kept: TalkVersion, better: Talk) -> None:
        """Keep another version of a talk; the one before stays and no longer shows."""
        await self._keep(entry, kept.contact, better, replaces=kept.id)

    async def _keep(
        self, entry: EntryId, contact: ContactId, talk: Talk, *, replaces: int | None
    ) -> None:
        await self.tx.insert(
            "INSERT INTO conversations(committee, contact, author, at, outcome, issue, ask, answer, "
            "note, number, replaces, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.committee,
                contact,
                talk.author,
                millis(talk.at),
                talk.outcome.value,
                talk.issue,
                talk.ask,
                None if talk.answer is None else talk.answer.value,
                talk.note,
                talk.number,
                replaces,
                entry,
            ),
        )

    async def numbered(self, number: int) -> TalkVersion | None:
        """The newest version of the talk with this number."""
        row = await self.tx.one(
            f"{_SELECT}WHERE t.committee = ? AND t.number = ? AND {COUNTS.format(row='t')} "
            "ORDER BY t.id DESC LIMIT 1",
            (self.committee, number),
        )
        return (
            None if row is None else TalkVersion(row["id"], ContactId(row["contact"]), _talk(row))
        )

    async def latest(
        self, contact: ContactId, limit: int = RECENT, *, before: int | None = None
    ) -> list[Talk]:
        """The newest talks with somebody, newest first; edited and undone ones left out."""
        rows = await self.tx.all(
            f"{_SELECT}WHERE t.contact IN {SAME_PERSON.format(id='?1')} AND +t.committee = ?2 "
            f"AND (?4 IS NULL OR t.number < ?4) AND {COUNTS.format(row='t')} "
            "AND NOT EXISTS (SELECT 1 FROM conversations AS n WHERE n.committee = t.committee "
            f"AND n.number = t.number AND n.id > t.id AND {COUNTS.format(row='n')}) "
            "ORDER BY t.number DESC LIMIT ?3",
            (contact, self.committee, limit, before),
        )
        return [_talk(row) for row in rows]


def _talk(row: Row) -> Talk:
    return Talk(
        outcome=Outcome(row["outcome"]),
        author=UserId(row["author"]),
        at=moment(row["at"]),
        issue=row["issue"],
        ask=row["ask"],
        answer=None if row["answer"] is None else Answer(row["answer"]),
        note=row["note"],
        number=row["number"],
    )

"""One-on-ones and attempts, as they were told."""

from dataclasses import dataclass

from storage.history import COUNTS
from storage.model import Answer, ContactId, EntryId, Outcome, Talk, UserId
from storage.repository import Repository, millis, moment

RECENT = 20
"""How many of a contact's latest talks are looked at for a summary."""


@dataclass(frozen=True, slots=True)
class Conversations(Repository):
    """One committee's conversations and attempts."""

    async def log(self, entry: EntryId, contact: ContactId, talk: Talk) -> None:
        await self.tx.insert(
            "INSERT INTO conversations"
            "(committee, contact, author, at, outcome, issue, ask, answer, note, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                entry,
            ),
        )

    async def latest(self, contact: ContactId, limit: int = RECENT) -> list[Talk]:
        """The newest talks with somebody, newest first; edited and undone ones left out."""
        rows = await self.tx.all(
            "SELECT outcome, author, at, issue, ask, answer, note FROM conversations AS t "
            f"WHERE contact = ? AND committee = ? AND {COUNTS.format(row='t')} "
            "AND NOT EXISTS (SELECT 1 FROM conversations AS n WHERE n.replaces = t.id "
            f"AND {COUNTS.format(row='n')}) ORDER BY id DESC LIMIT ?",
            (contact, self.committee, limit),
        )
        return [
            Talk(
                outcome=Outcome(r["outcome"]),
                author=UserId(r["author"]),
                at=moment(r["at"]),
                issue=r["issue"],
                ask=r["ask"],
                answer=None if r["answer"] is None else Answer(r["answer"]),
                note=r["note"],
            )
            for r in rows
        ]

"""Drafts of one-on-ones while the bot asks about them. A draft is no record: confirmed or deleted."""

import json
from collections.abc import Mapping
from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, UserId
from storage.core.repository import Repository, Shared
from storage.core.rows import moment


@dataclass(frozen=True, slots=True)
class TalkDraft:
    """Answers given so far, by question; None: the person skipped the question."""

    contact: ContactId
    answers: Mapping[str, str | None]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Drafts(Repository):
    """One committee's drafts, at most one for each person."""

    async def of(self, author: UserId) -> TalkDraft | None:
        """Return somebody's draft, expired or not; None if there is none."""
        row = await self.tx.one(
            "SELECT contact, answers, expires_at FROM drafts WHERE committee = ? AND author = ?",
            (self.committee, author),
        )
        if row is None:
            return None
        return TalkDraft(
            ContactId(row["contact"]), json.loads(row["answers"]), moment(row["expires_at"])
        )

    async def keep(self, author: UserId, draft: TalkDraft) -> None:
        """Insert or replace somebody's draft."""
        await self.tx.put(
            "drafts",
            committee=self.committee,
            author=author,
            contact=draft.contact,
            answers=json.dumps(dict(draft.answers)),
            expires_at=draft.expires_at,
        )

    async def drop(self, author: UserId) -> None:
        """Delete somebody's draft."""
        await self.tx.execute(
            "DELETE FROM drafts WHERE committee = ? AND author = ?", (self.committee, author)
        )


@dataclass(frozen=True, slots=True)
class StaleDrafts(Shared):
    """Drafts and open questions of all committees, for deletion by age."""

    async def forget_before(self, at: int) -> int:
        """Delete drafts and questions that expired before ``at`` (Unix ms UTC); returns how many."""
        drafts = await self.tx.execute("DELETE FROM drafts WHERE expires_at < ?", (at,))
        return drafts + await self.tx.execute(
            "DELETE FROM open_questions WHERE expires_at < ?", (at,)
        )

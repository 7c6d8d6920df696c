"""One-on-ones somebody is being asked about. A draft is no record: it is confirmed or it goes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.core.model import ContactId, UserId
from storage.core.repository import Repository, Shared
from storage.core.rows import moment


@dataclass(frozen=True, slots=True)
class TalkDraft:
    """What somebody has answered so far, by question; None is a question they skipped."""

    contact: ContactId
    answers: Mapping[str, str | None]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Drafts(Repository):
    """One committee's drafts, one for each person at most."""

    async def of(self, author: UserId) -> TalkDraft | None:
        """Somebody's draft, expired or not."""
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
        await self.tx.put(
            "drafts",
            committee=self.committee,
            author=author,
            contact=draft.contact,
            answers=json.dumps(dict(draft.answers)),
            expires_at=draft.expires_at,
        )

    async def drop(self, author: UserId) -> None:
        await self.tx.execute(
            "DELETE FROM drafts WHERE committee = ? AND author = ?", (self.committee, author)
        )


@dataclass(frozen=True, slots=True)
class StaleDrafts(Shared):
    """Drafts nobody came back to, of all committees."""

    async def forget_before(self, at: int) -> int:
        """Drop drafts that expired before ``at`` (Unix ms UTC)."""
        return await self.tx.execute("DELETE FROM drafts WHERE expires_at < ?", (at,))

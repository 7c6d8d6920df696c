"""Open questions: what was asked of somebody in their direct chat, with the lines that answer it."""

import json
from collections.abc import Sequence
from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common
from storage.core.rows import moment


@dataclass(frozen=True, slots=True)
class KeptOption:
    """One answer to an open question: the words that mean it, and the line that is done then.

    In the line of a question for a day ``{day}`` stands for the answer, and the words are empty.
    """

    words: str
    line: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question with its answers, numbered from one; ``expires_at`` is aware and in UTC."""

    options: tuple[KeptOption, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenQuestions(Common):
    """One committee's open questions, at most one for each person."""

    async def of(self, author: UserId) -> OpenQuestion | None:
        """Return what somebody was asked last, expired or not; None if nothing is open."""
        row = await self.tx.one(
            "SELECT options, expires_at FROM open_questions WHERE committee = ? AND author = ?",
            (self.committee, author),
        )
        if row is None:
            return None
        options = tuple(KeptOption(words, line) for words, line in json.loads(row["options"]))
        return OpenQuestion(options, moment(row["expires_at"]))

    async def keep(
        self, author: UserId, options: Sequence[KeptOption], expires_at: datetime
    ) -> None:
        """Insert or replace what somebody was asked."""
        await self.tx.put(
            "open_questions",
            committee=self.committee,
            author=author,
            options=json.dumps([[each.words, each.line] for each in options]),
            expires_at=expires_at,
        )

    async def drop(self, author: UserId) -> None:
        """Delete what somebody was asked."""
        await self.tx.execute(
            "DELETE FROM open_questions WHERE committee = ? AND author = ?",
            (self.committee, author),
        )

"""News about somebody's contacts: whom others talked with or rated."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Repository
from storage.core.rows import millis

_BY_OTHERS = (
    "FROM history AS h JOIN contacts AS o ON o.id = h.contact "
    "JOIN contacts AS c ON c.id = COALESCE(o.merged_into, o.id) "
    "WHERE h.committee = ? AND h.at >= ? AND h.at < ? "
    "AND h.kind IN ('conversation logged', 'assessed') "
    "AND c.organizer <> h.author AND c.present "
    "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) "
)


@dataclass(frozen=True, slots=True)
class TurfNews(Repository):
    """What others did with one committee's contacts. Times are aware; the second one is not included."""

    async def about(
        self, organizer: UserId, since: datetime, until: datetime, limit: int
    ) -> list[str]:
        """Return the handles of an organizer's contacts whom somebody else talked with or rated then."""
        rows = await self.tx.all(
            f"SELECT DISTINCT c.number {_BY_OTHERS}AND c.organizer = ? ORDER BY c.number LIMIT ?",
            (self.committee, millis(since), millis(until), organizer, limit),
        )
        return [f"M-{row['number']}" for row in rows]

    async def for_whom(self, since: datetime, until: datetime) -> list[UserId]:
        """Return the organizers for whom there is such news."""
        rows = await self.tx.all(
            f"SELECT DISTINCT c.organizer {_BY_OTHERS}AND c.organizer IS NOT NULL",
            (self.committee, millis(since), millis(until)),
        )
        return [UserId(row["organizer"]) for row in rows]

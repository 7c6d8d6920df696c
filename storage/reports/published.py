"""Published reports: the figures that the room was told about the unit."""

import json
from datetime import date, datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Counts
from storage.core.rows import Json


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """The figures of one day in the committee's calendar."""

    day: date
    at: datetime
    figures: Json[dict[str, object]]


@dataclass(frozen=True, slots=True)
class PublishedReports(Counts):
    """One committee's published figures. What was published is not changed."""

    async def latest(self, limit: int = 1) -> list[PublishedFigures]:
        """Return the newest published figures, newest first."""
        return await self.tx.records(
            PublishedFigures,
            "SELECT day, at, figures FROM releases WHERE committee = ? AND day > '' "
            "ORDER BY day DESC LIMIT ?",
            (self.committee, limit),
        )

    async def keep(self, release: PublishedFigures) -> None:
        """Save figures as published."""
        await self.tx.add(
            "releases",
            committee=self.committee,
            day=release.day,
            at=release.at,
            figures=json.dumps(release.figures),
        )

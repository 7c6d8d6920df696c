"""What the room was told about the unit, a week at a time."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from storage.core.repository import Counts, millis, moment


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """The figures of one day in the committee's calendar."""

    day: date
    at: datetime
    figures: dict[str, object]


@dataclass(frozen=True, slots=True)
class PublishedReports(Counts):
    """One committee's figures for the room. What was told is not changed."""

    async def latest(self, limit: int = 1) -> list[PublishedFigures]:
        """The newest, newest first."""
        rows = await self.tx.all(
            "SELECT day, at, figures FROM releases WHERE committee = ? AND day > '' "
            "ORDER BY day DESC LIMIT ?",
            (self.committee, limit),
        )
        return [
            PublishedFigures(
                date.fromisoformat(row["day"]), moment(row["at"]), json.loads(row["figures"])
            )
            for row in rows
        ]

    async def keep(self, release: PublishedFigures) -> None:
        await self.tx.execute(
            "INSERT INTO releases(committee, day, at, figures) VALUES (?, ?, ?, ?)",
            (
                self.committee,
                release.day.isoformat(),
                millis(release.at),
                json.dumps(release.figures),
            ),
        )

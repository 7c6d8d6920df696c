"""Answers of people: who comes to a meeting, and who can when. The last row that counts is true."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Coming, EntryId, UserId
from storage.core.repository import Common, Shared
from storage.core.rows import Json, millis
from storage.meetings.meetings import MeetingId, Occurrence, OccurrenceId, read, written


@dataclass(frozen=True, slots=True)
class Rsvp:
    """One person's answer, with the version (``seq``) of the time it was given for."""

    person: UserId
    answer: Coming
    for_seq: int


@dataclass(frozen=True, slots=True)
class TimePoll:
    """A poll on the time of a meeting."""

    meeting: MeetingId
    closes: datetime
    quorum: int
    needed: Json[tuple[UserId, ...]]
    extended: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One time to choose from; ``start`` is naive, on the clocks of ``zone``."""

    number: int
    start: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Rsvps(Common):
    """Answers to single times of meetings."""

    async def answer(
        self, entry: EntryId, occurrence: Occurrence, person: UserId, answer: Coming, at: datetime
    ) -> None:
        """Save whether a person comes to a meeting."""
        await self.tx.add(
            "rsvps",
            occurrence=occurrence.id,
            person=person,
            answer=answer,
            for_seq=occurrence.seq,
            at=at,
            entry=entry,
        )

    async def of(self, occurrence: OccurrenceId) -> dict[UserId, Rsvp]:
        """Return everybody's answer, by person; also answers given for an earlier time."""
        rows = await self.tx.all(
            "SELECT person, answer, for_seq FROM live_rsvps AS r WHERE occurrence = ? "
            "ORDER BY person, id",
            (occurrence,),
        )
        return {
            UserId(r["person"]): Rsvp(UserId(r["person"]), Coming(r["answer"]), r["for_seq"])
            for r in rows
        }


@dataclass(frozen=True, slots=True)
class OldAnswers(Shared):
    """Answers about meetings that are over, for deletion by age."""

    async def forget_before(self, at: datetime) -> int:
        """Delete answers, attendance and calendar dates of meetings that ended before ``at``.

        Also answers in polls on times closed before then, and expired drafts. Returns how many rows.
        """
        over = "(SELECT id FROM occurrences WHERE end_at < ?)"
        dropped = await self.tx.execute(
            f"DELETE FROM rsvps WHERE occurrence IN {over}", (millis(at),)
        )
        dropped += await self.tx.execute(
            f"DELETE FROM minute_lines WHERE kind IN ('here', 'stack', 'unstack') "
            f"AND occurrence IN {over}",
            (millis(at),),
        )
        dropped += await self.tx.execute(
            f"DELETE FROM calendar_dates WHERE occurrence IN {over}", (millis(at),)
        )
        dropped += await self.tx.execute(
            "DELETE FROM calendar_files WHERE NOT EXISTS (SELECT 1 FROM calendar_dates AS d "
            "JOIN occurrences AS o ON o.id = d.occurrence "
            "WHERE o.meeting = calendar_files.meeting AND d.person = calendar_files.person)"
        )
        dropped += await self.tx.execute(
            "DELETE FROM availabilities WHERE meeting IN "
            "(SELECT meeting FROM time_polls WHERE closes_at < ?)",
            (millis(at),),
        )
        return dropped + await self.tx.execute(
            "DELETE FROM meeting_drafts WHERE expires_at < ?", (millis(at),)
        )


@dataclass(frozen=True, slots=True)
class TimePolls(Common):
    """Polls on the times of meetings."""

    async def open(
        self,
        meeting: MeetingId,
        closes: datetime,
        quorum: int,
        needed: Sequence[UserId],
        options: Sequence[Option],
    ) -> None:
        """Open a poll on the time of a meeting."""
        await self.tx.add(
            "time_polls",
            meeting=meeting,
            closes_at=closes,
            quorum=quorum,
            needed=json.dumps(list(needed)),
        )
        await self.tx.executemany(
            "INSERT INTO time_options(meeting, number, start_local, zone) VALUES (?, ?, ?, ?)",
            [(meeting, each.number, written(each.start), each.zone.key) for each in options],
        )

    async def asked_since(self, since: datetime) -> list[int]:
        """Return by number the meetings whose time is being asked for, and began to be since then."""
        rows = await self.tx.all(
            "SELECT m.number FROM meetings AS m JOIN time_polls AS p ON p.meeting = m.id "
            "JOIN history AS h ON h.id = m.entry "
            "WHERE m.committee = ? AND m.id > ? AND m.open AND NOT p.closed AND h.at > ? "
            "ORDER BY m.id",
            (self.committee, 0, millis(since)),
        )
        return [row["number"] for row in rows]

    async def of(self, meeting: MeetingId) -> TimePoll | None:
        """Return the poll on a meeting's time; None if there is none."""
        return await self.tx.record(
            TimePoll, "SELECT *, closes_at AS closes FROM time_polls WHERE meeting = ?", (meeting,)
        )

    async def options(self, meeting: MeetingId) -> list[Option]:
        """Return the times to choose from, by number."""
        rows = await self.tx.all(
            "SELECT * FROM time_options WHERE meeting = ? ORDER BY number", (meeting,)
        )
        return [Option(r["number"], read(r["start_local"]), ZoneInfo(r["zone"])) for r in rows]

    async def say(
        self,
        entry: EntryId,
        meeting: MeetingId,
        person: UserId,
        answers: Mapping[int, Coming],
        at: datetime,
    ) -> None:
        """Save a person's answers by number of the time."""
        await self.tx.executemany(
            "INSERT INTO availabilities(meeting, number, person, answer, at, entry) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(meeting, n, person, said.value, millis(at), entry) for n, said in answers.items()],
        )

    async def answers(self, meeting: MeetingId) -> dict[UserId, dict[int, Coming]]:
        """Return everybody's latest answers, by person and number of the time."""
        rows = await self.tx.all(
            "SELECT person, number, answer FROM live_availabilities AS a WHERE meeting = ? "
            "ORDER BY person, number, id",
            (meeting,),
        )
        found: dict[UserId, dict[int, Coming]] = {}
        for row in rows:
            found.setdefault(UserId(row["person"]), {})[row["number"]] = Coming(row["answer"])
        return found

    async def extend(self, meeting: MeetingId, closes: datetime) -> None:
        """Move the end of a poll, and note that the end was moved."""
        await self.tx.execute(
            "UPDATE time_polls SET closes_at = ?, extended = 1 WHERE meeting = ?",
            (millis(closes), meeting),
        )

    async def close(self, meeting: MeetingId) -> None:
        """Close a poll."""
        await self.tx.execute("UPDATE time_polls SET closed = 1 WHERE meeting = ?", (meeting,))

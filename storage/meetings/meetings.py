"""Meetings and their occurrences. Every change is a row; the last one that counts is true."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NewType
from zoneinfo import ZoneInfo

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId, UserId
from storage.core.repository import Common
from storage.core.rows import millis, moment

MeetingId = NewType("MeetingId", int)
OccurrenceId = NewType("OccurrenceId", int)

ONCE = "once"
"""The ``rid`` of the only occurrence of a meeting that does not repeat, kept when the meeting moves."""

_LAST = (
    "SELECT v.title, v.start_local, v.zone, v.minutes, v.rule, v.cancelled FROM live_meeting_versions AS v "
    "WHERE v.meeting = ? ORDER BY v.id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a meeting. ``start`` is naive, on the clocks of ``zone``."""

    title: str
    start: datetime | None
    """None while a poll on the time is open. Of a series the first time."""
    zone: ZoneInfo
    minutes: int
    rule: str | None = None
    """JSON; which rules there are, commands/time/series.py says."""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with its current version; ``seq`` counts changes of its times."""

    id: MeetingId
    number: int
    uid: str
    seq: int
    version: Version
    entry: EntryId

    @property
    def title(self) -> str:
        """The title in the current version."""
        return self.version.title


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a meeting takes place."""

    id: OccurrenceId
    meeting: MeetingId
    number: int
    title: str
    rid: str
    start: datetime
    """Naive, on the clocks of ``zone``."""
    zone: ZoneInfo
    minutes: int
    at: datetime
    """``start`` as an instant, aware, UTC."""
    ends: datetime
    seq: int
    live: bool
    """Whether the occurrence is neither skipped nor cancelled."""


@dataclass(frozen=True, slots=True)
class Moved:
    """New time of one occurrence of a series."""

    start: datetime
    """Naive, on the meeting's clocks."""
    minutes: int | None
    """None: as long as the others."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A time of a meeting as computed from the rule and its exceptions."""

    rid: str
    start: datetime
    zone: ZoneInfo
    minutes: int
    at: datetime
    live: bool = True


_OCCURRENCE = (
    "SELECT o.*, m.number AS meeting_number, (SELECT v.title FROM live_meeting_versions AS v "
    "WHERE v.meeting = m.id ORDER BY v.id DESC LIMIT 1) AS title "
    "FROM occurrences AS o JOIN meetings AS m ON m.id = o.meeting "
)


@dataclass(frozen=True, slots=True)
class Meetings(Common):
    """One committee's meetings."""

    async def add(self, entry: EntryId, version: Version) -> Meeting:
        """Add a meeting and return the new row with its number."""
        number = await self.tx.returned(
            "UPDATE committees SET last_meeting = last_meeting + 1 WHERE id = ? "
            "RETURNING last_meeting",
            (self.committee,),
        )
        uid = secrets.token_hex(16)
        row = await self.tx.add(
            "meetings", committee=self.committee, number=number, uid=uid, entry=entry
        )
        await self.change(MeetingId(row), entry, version)
        return Meeting(MeetingId(row), int(str(number)), uid, 0, version, entry)

    async def change(self, meeting: MeetingId, entry: EntryId, version: Version) -> None:
        """Append a new version of a meeting."""
        await self.tx.add(
            "meeting_versions",
            meeting=meeting,
            title=version.title,
            start_local=None if version.start is None else written(version.start),
            zone=version.zone.key,
            minutes=version.minutes,
            rule=version.rule,
            cancelled=version.cancelled,
            entry=entry,
        )

    async def by_number(self, number: int) -> Meeting | None:
        """Return the meeting with the number people type; None if there is none or it was taken back."""
        row = await self.tx.one(
            "SELECT * FROM meetings WHERE committee = ? AND number = ?", (self.committee, number)
        )
        return None if row is None else await self._meeting(row)

    async def by_id(self, meeting: MeetingId) -> Meeting | None:
        """Return the meeting with the row id; None if there is none or it was taken back."""
        row = await self.tx.one(
            "SELECT * FROM meetings WHERE id = ? AND committee = ?", (meeting, self.committee)
        )
        return None if row is None else await self._meeting(row)

    async def _meeting(self, row: Row) -> Meeting | None:
        last = await self.tx.one(_LAST, (row["id"],))
        if last is None:
            return None
        return Meeting(
            MeetingId(row["id"]),
            row["number"],
            row["uid"],
            row["seq"],
            Version(
                last["title"],
                None if last["start_local"] is None else read(last["start_local"]),
                ZoneInfo(last["zone"]),
                last["minutes"],
                last["rule"],
                bool(last["cancelled"]),
            ),
            EntryId(row["entry"]),
        )

    async def open(self, after: int = 0, limit: int = -1) -> list[Meeting]:
        """Return meetings neither cancelled nor taken back, by row id after ``after``, at most ``limit``."""
        rows = await self.tx.all(
            "SELECT * FROM meetings WHERE committee = ? AND id > ? AND open ORDER BY id LIMIT ?",
            (self.committee, after, limit),
        )
        found = [await self._meeting(row) for row in rows]
        return [each for each in found if each is not None]

    async def touched(self, entry: EntryId) -> list[MeetingId]:
        """Return the meetings whose times an entry wrote about."""
        rows = await self.tx.all(
            "SELECT meeting FROM meeting_versions WHERE entry = ?1 "
            "UNION SELECT meeting FROM meeting_exceptions WHERE entry = ?1",
            (entry,),
        )
        return [MeetingId(row["meeting"]) for row in rows]

    async def except_(self, meeting: MeetingId, entry: EntryId, rid: str, to: Moved | None) -> None:
        """Save that one occurrence of a series is moved, or skipped (None)."""
        await self.tx.add(
            "meeting_exceptions",
            meeting=meeting,
            rid=rid,
            to_local=None if to is None else written(to.start),
            minutes=None if to is None else to.minutes,
            entry=entry,
        )

    async def exceptions(self, meeting: MeetingId) -> dict[str, Moved | None]:
        """Return by ``rid`` where an occurrence was moved to; None: skipped."""
        rows = await self.tx.all(
            "SELECT rid, to_local, minutes FROM live_meeting_exceptions AS x WHERE meeting = ? "
            "ORDER BY id",
            (meeting,),
        )
        return {
            row["rid"]: None
            if row["to_local"] is None
            else Moved(read(row["to_local"]), row["minutes"])
            for row in rows
        }

    async def set_open(self, meeting: MeetingId, *, open: bool) -> None:  # noqa: A002 (the column)
        """Save whether a meeting is neither cancelled nor taken back."""
        await self.tx.execute("UPDATE meetings SET open = ? WHERE id = ?", (int(open), meeting))

    # -- its times

    async def settle(
        self,
        meeting: MeetingId,
        held: Sequence[Occurrence],
        times: Sequence[Planned],
        now: datetime,
        until: datetime | None = None,
    ) -> list[Occurrence]:
        """Bring the occurrences ``held`` in line with ``times``; returns the changed ones with their new ``seq``.

        Occurrences that have begun stay as they were, and so do those beyond ``until``: a clock set back
        makes the weeks that are laid out end earlier, and takes nothing away.
        """
        known = {each.rid: each for each in held}
        wanted = {each.rid: each for each in times}
        changed: list[Occurrence] = []
        for rid, plan in wanted.items():
            before = known.get(rid)
            if before is None:
                if plan.live:
                    changed.append(await self._insert(meeting, plan))
            elif before.at > now and _differs(before, plan):
                changed.append(await self._update(before, plan))
        for rid, before in known.items():
            laid_out = until is None or before.at < until
            if rid not in wanted and before.at > now and before.live and laid_out:
                gone = Planned(
                    rid, before.start, before.zone, before.minutes, before.at, live=False
                )
                changed.append(await self._update(before, gone))
        if changed:
            await self.tx.execute("UPDATE meetings SET seq = seq + 1 WHERE id = ?", (meeting,))
        return changed

    async def _insert(self, meeting: MeetingId, plan: Planned) -> Occurrence:
        row = await self.tx.insert(
            "INSERT INTO occurrences(committee, meeting, rid, start_local, zone, minutes, start_at, "
            "end_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (self.committee, meeting, plan.rid, *_columns(plan)),
        )
        found = await self.occurrence(OccurrenceId(row))
        if found is None:
            raise LookupError("an occurrence just added is not there")
        return found

    async def _update(self, before: Occurrence, plan: Planned) -> Occurrence:
        await self.tx.execute(
            "UPDATE occurrences SET start_local = ?, zone = ?, minutes = ?, start_at = ?, end_at = ?, "
            "seq = seq + 1, live = ? WHERE id = ?",
            (*_columns(plan), int(plan.live), before.id),
        )
        return replace(
            before,
            start=plan.start,
            zone=plan.zone,
            minutes=plan.minutes,
            at=plan.at,
            ends=plan.at + timedelta(minutes=plan.minutes),
            seq=before.seq + 1,
            live=plan.live,
        )

    async def occurrence(self, occurrence: OccurrenceId) -> Occurrence | None:
        """Return the occurrence with the row id; None if there is none."""
        row = await self.tx.one(
            _OCCURRENCE + "WHERE o.id = ? AND o.committee = ?", (occurrence, self.committee)
        )
        return None if row is None else _occurrence(row)

    async def occurrences(self, meeting: MeetingId) -> list[Occurrence]:
        """Return every occurrence of a meeting, skipped ones included, in order of time."""
        rows = await self.tx.all(_OCCURRENCE + "WHERE o.meeting = ?", (meeting,))
        return sorted(map(_occurrence, rows), key=attrgetter("at"))

    async def ahead(self, now: datetime, limit: int) -> list[Occurrence]:
        """Return running and future occurrences, soonest first. No occurrence lasts longer than a day."""
        rows = await self.tx.all(
            _OCCURRENCE + "WHERE o.committee = ? AND o.start_at > ? AND o.end_at > ? AND o.live "
            "ORDER BY o.start_at LIMIT ?",
            (self.committee, millis(now) - 24 * 3600 * 1000, millis(now), limit),
        )
        return [_occurrence(row) for row in rows]

    async def latest(self, now: datetime, limit: int) -> list[Occurrence]:
        """Return occurrences that have begun, latest first."""
        rows = await self.tx.all(
            _OCCURRENCE + "WHERE o.committee = ? AND o.start_at <= ? AND o.live "
            "ORDER BY o.start_at DESC LIMIT ?",
            (self.committee, millis(now), limit),
        )
        return [_occurrence(row) for row in rows]

    # -- the way in

    async def set_link(self, meeting: MeetingId, link: str) -> None:
        """Save the link to a meeting's call."""
        await self.tx.execute(
            "INSERT INTO meeting_links(meeting, link) VALUES (?, ?) "
            "ON CONFLICT(meeting) DO UPDATE SET link = excluded.link",
            (meeting, link),
        )

    async def link(self, meeting: MeetingId) -> str | None:
        """Return the link to a meeting's call; None if there is none."""
        found = await self.tx.value("SELECT link FROM meeting_links WHERE meeting = ?", (meeting,))
        return found if isinstance(found, str) else None

    async def planner(self, meeting: Meeting) -> UserId | None:
        """Return who planned a meeting; None if the entry is gone."""
        found = await self.tx.value("SELECT author FROM history WHERE id = ?", (meeting.entry,))
        return None if found is None else UserId(str(found))

    async def drop_link(self, meeting: MeetingId) -> None:
        """Delete the link to a meeting's call."""
        await self.tx.execute("DELETE FROM meeting_links WHERE meeting = ?", (meeting,))

    # -- mutes

    async def mute(self, meeting: MeetingId, person: UserId) -> None:
        """Save that a person wants no reminders of a meeting."""
        await self.tx.add_new("meeting_mutes", meeting=meeting, person=person)

    async def muted(self, meeting: MeetingId) -> set[UserId]:
        """Return who wants no reminders of a meeting."""
        rows = await self.tx.all("SELECT person FROM meeting_mutes WHERE meeting = ?", (meeting,))
        return {UserId(row["person"]) for row in rows}


def written(local: datetime) -> str:
    """Format a naive local time for the database; a final "+" is fold=1, the second of two equal times."""
    return local.isoformat(timespec="minutes") + ("+" if local.fold else "")


def read(text: str) -> datetime:
    """Parse what ``written`` wrote."""
    if text.endswith("+"):
        return datetime.fromisoformat(text[:-1]).replace(fold=1)
    return datetime.fromisoformat(text)


def _differs(before: Occurrence, plan: Planned) -> bool:
    same = (before.at, before.minutes, before.live, before.zone.key)
    return same != (plan.at, plan.minutes, plan.live, plan.zone.key)


def _columns(plan: Planned) -> tuple[str, str, int, int, int]:
    begins = millis(plan.at)
    return written(plan.start), plan.zone.key, plan.minutes, begins, begins + plan.minutes * 60_000


def _occurrence(row: Row) -> Occurrence:
    return Occurrence(
        OccurrenceId(row["id"]),
        MeetingId(row["meeting"]),
        row["meeting_number"],
        row["title"] or "",
        row["rid"],
        read(row["start_local"]),
        ZoneInfo(row["zone"]),
        row["minutes"],
        moment(row["start_at"]),
        moment(row["end_at"]),
        row["seq"],
        bool(row["live"]),
    )

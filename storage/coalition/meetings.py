"""Meetings of a coalition: which of the committee's own meetings each is, and who said what to its times."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import NewType

from storage.coalition.model import CoalitionId, MemberId
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Common
from storage.core.rows import millis, moment
from storage.meetings.meetings import MeetingId

SharedMeetingId = NewType("SharedMeetingId", int)
"""The row id of a meeting of the coalition."""

_SHARED = "SELECT *, closes_at AS closes, start_at AS start FROM coalition_meetings "
_OWN = "coalition = (SELECT c.id FROM coalitions AS c WHERE c.committee = ?)"


class MeetingStage(Enum):
    """How far the time of a meeting is agreed."""

    ASKING = "asking"
    CHOOSING = "choosing"
    """This committee's counts are out; whoever proposed the meeting chooses."""
    SET = "set"


@dataclass(frozen=True, slots=True)
class SharedMeeting:
    """A meeting that several committees hold together; each has one of its own for it. Times are aware."""

    id: SharedMeetingId
    coalition: CoalitionId
    ref: str
    """What the bots of the coalition call it."""
    member: MemberId | None
    """The committee that proposed it; None: this one."""
    meeting: MeetingId
    """The committee's own meeting."""
    zone: str
    """The zone of whoever proposed it."""
    stage: MeetingStage
    closes: datetime
    """Until when people say which times work for them."""
    start: datetime | None
    """The instant that was chosen; None: none yet."""


@dataclass(frozen=True, slots=True)
class MeetingAnswer:
    """What another committee said to a meeting that this one proposed."""

    member: MemberId
    takes_part: bool
    counts: str | None
    """Canonical JSON; None: not yet."""


@dataclass(frozen=True, slots=True)
class ToldTime:
    """What this committee told last of one time: of people on some clocks, how many answered, can, and easily."""

    at: datetime
    """The proposed instant; aware, in UTC."""
    clocks: frozenset[int]
    """Minutes that each clock is ahead of UTC at that instant."""
    answered: int
    able: int
    """How many can, also if need be."""
    yes: int


@dataclass(frozen=True, slots=True)
class ToldTimes(Common):
    """What one committee told of times of meetings; it stays when it leaves a coalition."""

    async def at(self, times: Sequence[datetime]) -> list[ToldTime]:
        """Return what was told of some instants."""
        rows = await self.tx.all(
            "SELECT * FROM coalition_told_times WHERE committee = ? "
            "AND at IN (SELECT value FROM json_each(?)) ORDER BY at, clocks",
            (self.committee, json.dumps([millis(each) for each in times])),
        )
        return [
            ToldTime(
                moment(row["at"]),
                frozenset(json.loads(row["clocks"])),
                row["answered"],
                row["able"],
                row["yes"],
            )
            for row in rows
        ]

    async def tell(self, told: Iterable[ToldTime]) -> None:
        """Save what is told now; what was told of any of the same clocks at the same instant is gone."""
        for each in told:
            for old in await self.at([each.at]):
                if old.clocks & each.clocks:
                    await self.tx.execute(
                        "DELETE FROM coalition_told_times WHERE committee = ? AND at = ? AND clocks = ?",
                        (self.committee, millis(old.at), json.dumps(sorted(old.clocks))),
                    )
            await self.tx.put(
                "coalition_told_times",
                committee=self.committee,
                at=each.at,
                clocks=json.dumps(sorted(each.clocks)),
                answered=each.answered,
                able=each.able,
                yes=each.yes,
            )


@dataclass(frozen=True, slots=True)
class SharedMeetings(Common):
    """The meetings that one committee holds together with others."""

    async def add(
        self,
        coalition: CoalitionId,
        *,
        ref: str,
        member: MemberId | None,
        meeting: MeetingId,
        zone: str,
        closes: datetime,
    ) -> SharedMeeting:
        """Save that one of the committee's meetings is one of the coalition's, and return the new row."""
        await self.tx.add(
            "coalition_meetings",
            coalition=coalition,
            ref=ref,
            member=member,
            meeting=meeting,
            zone=zone,
            stage=MeetingStage.ASKING,
            closes_at=closes,
        )
        made = await self.of(meeting)
        if made is None:
            raise LookupError("a meeting just added is not there")
        return made

    async def of(self, meeting: MeetingId) -> SharedMeeting | None:
        """Return what one of the committee's meetings is to the coalition; None: it is the committee's alone."""
        return await self.tx.record(
            SharedMeeting, f"{_SHARED}WHERE meeting = ? AND {_OWN}", (meeting, self.committee)
        )

    async def by_ref(self, ref: str, member: MemberId | None) -> SharedMeeting | None:
        """Return the meeting that a member (None: this committee) proposed under ``ref``; None if unknown."""
        return await self.tx.record(
            SharedMeeting,
            f"{_SHARED}WHERE ref = ? AND member IS ? AND {_OWN}",
            (ref, member, self.committee),
        )

    async def held(self, ref: str) -> SharedMeeting | None:
        """Return the meeting under ``ref``, whoever proposed it; None if this committee does not hold it."""
        return await self.tx.record(
            SharedMeeting,
            f"{_SHARED}WHERE ref = ? AND {_OWN} ORDER BY id LIMIT 1",
            (ref, self.committee),
        )

    async def all(self) -> list[SharedMeeting]:
        """Return every meeting that the committee holds with others, oldest first."""
        return await self.tx.records(
            SharedMeeting, f"{_SHARED}WHERE {_OWN} ORDER BY id", (self.committee,)
        )

    async def become(self, meeting: SharedMeetingId, stage: MeetingStage) -> None:
        """Save how far the time of a meeting is agreed."""
        await self.tx.execute(
            "UPDATE coalition_meetings SET stage = ? WHERE id = ?", (stage.value, meeting)
        )

    async def settle(self, meeting: SharedMeetingId, start: datetime) -> None:
        """Save the instant that was chosen."""
        await self.tx.execute(
            "UPDATE coalition_meetings SET stage = ?, start_at = ? WHERE id = ?",
            (MeetingStage.SET.value, millis(start), meeting),
        )

    async def release(self, meeting: SharedMeetingId) -> None:
        """Make a meeting the committee's alone: the others do not change it any more."""
        await self.tx.execute("DELETE FROM coalition_meetings WHERE id = ?", (meeting,))

    async def answer(
        self, meeting: SharedMeetingId, member: MemberId, *, takes_part: bool, counts: str | None
    ) -> None:
        """Save what a member said to a meeting. Counts stay once they are there."""
        await self.tx.execute(
            "INSERT INTO coalition_meeting_counts(meeting, member, takes_part, counts) "
            "VALUES (?, ?, ?, ?) ON CONFLICT(meeting, member) DO UPDATE SET "
            "takes_part = excluded.takes_part, counts = COALESCE(counts, excluded.counts)",
            (meeting, member, int(takes_part), counts),
        )

    async def answers(self, meeting: SharedMeetingId) -> list[MeetingAnswer]:
        """Return what the members said to a meeting, by row id of the member."""
        return await self.tx.records(
            MeetingAnswer,
            "SELECT member, takes_part, counts FROM coalition_meeting_counts WHERE meeting = ? "
            "ORDER BY member",
            (meeting,),
        )

    async def drop_answers(self, member: MemberId) -> None:
        """Delete what a member said to meetings that this committee proposed."""
        await self.tx.execute("DELETE FROM coalition_meeting_counts WHERE member = ?", (member,))

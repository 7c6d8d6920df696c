"""Worlds in which everything goes wrong: crashes, clocks set, outages, meetings moved under way.

The rules are the real ones (commands/meetings/remind/rules.py); around them stand a table that survives
a crash and a homeserver that knows a repeated transaction id. In every world nothing is said early,
twice or after its time, and every row comes to an end.
"""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commands.meetings.remind.rules import ReminderFate, at_the_last_moment, decide, for_occurrence
from storage.core.model import CommitteeId
from storage.meetings.meetings import MeetingId, Occurrence, OccurrenceId
from storage.meetings.reminders import Reminder, ReminderKind, ReminderState

BEGIN = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WORLDS = 1500
TICK = timedelta(seconds=20)
OPEN = {ReminderState.PLANNED, ReminderState.QUEUED, ReminderState.SENDING}


class Crash(Exception):
    """The power went."""


@dataclass
class World:
    """One bot with one meeting or two. ``wall`` is what its clock shows; ``true`` is the time."""

    dice: random.Random
    careful: bool = True
    """False is the control: a bot that forgets its transaction id, sends late, or counts twice."""
    true: datetime = BEGIN
    off: timedelta = timedelta()
    rows: dict[int, Reminder] = field(default_factory=dict)
    versions: dict[int, int | None] = field(default_factory=dict)
    occurrences: dict[int, Occurrence] = field(default_factory=dict)
    outbox: list[int] = field(default_factory=list)
    said: dict[str, tuple[Reminder, datetime]] = field(default_factory=dict)
    """By transaction id: what the homeserver took, and when by the bot's clock."""
    worst: list[str] = field(default_factory=list)

    @property
    def wall(self) -> datetime:
        return self.true + self.off

    def plan(self, number: int, seq: int, start: datetime) -> None:
        local = start.astimezone(BERLIN).replace(tzinfo=None)
        one = Occurrence(
            OccurrenceId(number), MeetingId(number), number, "", "once", local, BERLIN, 90,
            start, start + timedelta(minutes=90), seq, live=True,
        )  # fmt: skip
        self.occurrences[number], self.versions[number] = one, seq
        for row in list(self.rows.values()):
            if row.subject == number and row.state is ReminderState.PLANNED and row.seq < seq:
                self.rows[row.id] = replace(row, state=ReminderState.CANCELLED)
        keys = {row.key for row in self.rows.values()}
        for plan in for_occurrence(one, self.wall):
            if plan.key not in keys:
                new = len(self.rows) + 1
                self.rows[new] = Reminder(
                    new,
                    plan.key,
                    CommitteeId(1),
                    plan.kind,
                    number,
                    seq,
                    None,
                    plan.due,
                    plan.expires,
                )

    def tick(self) -> None:
        """Looks once, in one transaction: it is all there or not at all."""
        due = [
            r for r in self.rows.values() if r.state is ReminderState.PLANNED and r.due <= self.wall
        ]
        decision = decide(sorted(due, key=lambda r: (r.due, r.id)), self.wall)
        after = dict(self.rows)
        for row in decision.expired:
            after[row.id] = replace(row, state=ReminderState.EXPIRED)
        queued = []
        for row in decision.send:
            fits = self.versions[row.subject] == row.seq
            after[row.id] = replace(
                row, state=ReminderState.QUEUED if fits else ReminderState.CANCELLED
            )
            queued += [row.id] if fits else []
        self._may_crash()
        self.rows, self.outbox = after, self.outbox + queued
        self._may_crash()

    def send(self, reachable: bool) -> None:  # noqa: FBT001 (a fact of the world)
        for number in list(self.outbox):
            row = self.rows[number]
            tried = row.state is ReminderState.SENDING
            fate = at_the_last_moment(
                row, self.wall, current=self.versions[row.subject], tried=tried
            )
            if fate is not ReminderFate.GOES and self.careful:
                ends = {
                    ReminderFate.EXPIRED: ReminderState.EXPIRED,
                    ReminderFate.CANCELLED: ReminderState.CANCELLED,
                    ReminderFate.UNKNOWN: ReminderState.UNKNOWN,
                    ReminderFate.EARLY: ReminderState.PLANNED,
                }
                self.rows[number] = replace(row, state=ends[fate])
                self.outbox.remove(number)
                continue
            self.rows[number] = row = replace(row, state=ReminderState.SENDING)
            self._may_crash()
            if not reachable:
                return
            transaction = row.key if self.careful else f"{row.key} {self.dice.random()}"
            if transaction not in self.said:
                self._judge(row)
                self.said[transaction] = (row, self.wall)
            self._may_crash()
            self.rows[number] = replace(row, state=ReminderState.SENT)
            self.outbox.remove(number)

    def _judge(self, row: Reminder) -> None:
        """The homeserver takes it: judge whether that is right, by the clock the bot goes by."""
        if self.wall < row.due and row.state is not ReminderState.SENDING:
            self.worst.append("early")
        if self.wall >= row.expires:
            self.worst.append("stale")
        if self.versions[row.subject] != row.seq:
            self.worst.append("for another time")

    def _may_crash(self) -> None:
        if self.dice.random() < 0.02:
            raise Crash

    def live(self, hours: int) -> None:
        end = self.true + timedelta(hours=hours)
        away_until = self.true
        while self.true < end:
            self.true += TICK * self.dice.choice((1, 1, 1, 30, 90))
            self._happenings()
            if self.dice.random() < 0.01:
                away_until = self.true + timedelta(minutes=self.dice.randrange(5, 300))
            if self.true < away_until:
                continue
            try:
                self.tick()
                self.send(self.dice.random() < 0.85)
            except Crash:
                continue
        # In the end everything comes to rest.
        self.off = timedelta(0)
        self.true += timedelta(days=400)
        while any(row.state in OPEN for row in self.rows.values()):
            try:
                self.tick()
                self.send(reachable=True)
            except Crash:
                continue

    def _happenings(self) -> None:
        if self.dice.random() < 0.004:
            self.off = timedelta(minutes=self.dice.choice((-60, -30, 30, 60)))
        if self.dice.random() < 0.003:
            number = self.dice.choice(list(self.occurrences))
            moved = self.wall + timedelta(hours=self.dice.randrange(1, 40))
            self.plan(
                number, self.occurrences[number].seq + 1, moved.replace(second=0, microsecond=0)
            )
        if self.dice.random() < 0.001:
            self.versions[self.dice.choice(list(self.versions))] = None


def world(seed: int, *, careful: bool = True) -> World:
    dice = random.Random(seed)
    made = World(dice, careful)
    for number in range(1, dice.choice((2, 3))):
        made.plan(number, 0, BEGIN + timedelta(hours=dice.randrange(2, 30)))
    made.live(36)
    return made


@pytest.mark.parametrize("part", range(10))
def test_in_no_world_is_anything_early_twice_or_stale(part: int) -> None:
    ends: Counter[ReminderState] = Counter()
    for seed in range(part * WORLDS // 10, (part + 1) * WORLDS // 10):
        one = world(seed)
        assert one.worst == [], seed
        said = [row.key for row, _at in one.said.values()]
        assert len(said) == len(set(said)), seed
        for row in one.rows.values():
            assert row.state not in OPEN, seed
            if row.state in {ReminderState.EXPIRED, ReminderState.CANCELLED}:
                assert row.key not in said, seed
            if row.state is ReminderState.SENT:
                assert row.key in said, seed
        ends.update(row.state for row in one.rows.values())
    assert ends[ReminderState.SENT] > ends[ReminderState.UNKNOWN]
    assert ends[ReminderState.SENT] > 400


def test_a_careless_bot_would_be_caught() -> None:
    """The control: without the last look and with random transaction ids there are all three faults."""
    worst: set[str] = set()
    twice = 0
    for seed in range(150):
        one = world(seed, careful=False)
        worst |= set(one.worst)
        keys = [row.key for row, _at in one.said.values()]
        twice += len(keys) - len(set(keys))
    assert worst >= {"stale", "for another time"}
    assert twice


def test_of_several_due_only_the_last_is_said() -> None:
    one = World(random.Random(1))
    one.plan(1, 0, BEGIN + timedelta(hours=25))
    now = BEGIN + timedelta(hours=25, minutes=20)
    decision = decide(one.rows.values(), now)
    assert [row.kind for row in decision.send] == [ReminderKind.START]
    assert {row.kind for row in decision.expired} == {
        ReminderKind.DAY_BEFORE,
        ReminderKind.HOUR_BEFORE,
        ReminderKind.AT_THE_DOOR,
        ReminderKind.ROLES,
    }

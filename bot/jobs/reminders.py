"""Says what is due about meetings.

A look at the table is a transaction for each committee that has something due, or several where much
is: what is to be said goes into the outbox under a transaction id that a repetition would make again.
The words are written when they go (``bot/jobs/reminder_texts.py``). So whatever dies, and whenever, each reminder is said
once or not at all, and none as if it were on time when it is not.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import AWAY, REMINDER, SPARING, ZONE, digest, stem
from bot.jobs.reminder_texts import moment
from bot.logging import logs
from bot.process import failpoints
from bot.process.memory import settle
from bot.rooms.authority import Authority
from commands.framework.i18n import speaking
from commands.framework.naming import naming
from commands.framework.reply import Audience, Code, line, reply
from commands.meetings.remind import rules
from commands.zones import release
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, DeliveryTerms, Outgoing
from storage.chat.outbox import MessageKind as Queued
from storage.chat.said_once import SaidOnce
from storage.core.database import Database
from storage.core.later import Later
from storage.core.model import CommitteeId
from storage.core.rows import millis
from storage.meetings.meetings import MeetingId, OccurrenceId
from storage.meetings.reminders import (
    OF_AN_OCCURRENCE,
    Reminder,
    ReminderKind,
    Reminders,
    ReminderState,
    ReminderTable,
)

if TYPE_CHECKING:
    from commands.meetings.remind import layout, texts
    from commands.meetings.time_poll import close
else:
    layout, texts, close = map(
        Later,
        (
            "commands.meetings.remind.layout",
            "commands.meetings.remind.texts",
            "commands.meetings.time_poll.close",
        ),
    )

NOTED_EVERY = timedelta(seconds=60)
"""How often it is written down that reminders were looked at."""
WARM_AFTER = 20.0
"""Seconds after the start."""
LAID_OUT_EVERY = timedelta(minutes=10)
AT_ONCE = 20
"""Reminders queued in one transaction, so that others have their turn."""
ONE_DAY_MS = 24 * 3600 * 1000
KEPT = timedelta(days=30)
"""How long it is known what became of a reminder."""

log = logs.get("bot.meetings")


class ReminderJob:
    """Queues due reminders from the table of reminders; idempotent."""

    def __init__(
        self,
        database: Database,
        authority: Authority,
        outbox: Delivering,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._authority = authority
        self._outbox = outbox
        self._now = now or (lambda: datetime.now(UTC))
        self._zones = release.known()
        self._noted: datetime | None = None
        self._laid_out: datetime | None = None
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Get the vocabularies of times ready in a while; whoever types one earlier waits."""
        # First come the answers to what was typed while the bot was away.
        await asyncio.sleep(WARM_AFTER)
        await asyncio.to_thread(_warm)
        settle()

    # -- what is due

    async def send_due(self) -> int:
        """Queue what is due now; return how many messages."""
        async with self._looking:
            now = self._now()
            away = await self._note(now)
            if self._laid_out is None or abs(now - self._laid_out) > LAID_OUT_EVERY:
                self._follow_the_zones()
                await self._lay_out(now)
                self._laid_out = now
            async with self._database.transaction() as tx:
                due = await ReminderTable(tx).due(now)
            groups: defaultdict[CommitteeId, list[Reminder]] = defaultdict(list)
            for reminder in due:
                groups[reminder.committee].append(reminder)
            queued = 0
            for committee, theirs in groups.items():
                queued += await self._one(committee, theirs, now, away)
            if due:
                log.info("reminders", due=len(due), queued=queued)
            return queued

    def _follow_the_zones(self) -> None:
        """Count by new time zone data as soon as they are installed, by whoever updates the machine."""
        before, self._zones = self._zones, release.use_newest(self._zones)
        if self._zones != before:
            log.info("time_zones", year=self._zones.used.year, release=self._zones.used.number)

    async def _note(self, now: datetime) -> datetime | None:
        """Record a look at the table; return since when the bot was away, None if it was not."""
        if self._noted is not None and abs(now - self._noted) < NOTED_EVERY:
            return None
        async with self._database.transaction() as tx:
            before = await ReminderTable(tx).looked(now, str(self._zones.used))
            await ReminderTable(tx).forget_before(now - KEPT)
        self._noted = now
        last = None if before is None else before[0]
        return last if rules.outage(last, now) else None

    async def _one(
        self,
        committee_id: CommitteeId,
        due: Sequence[Reminder],
        now: datetime,
        away: datetime | None,
    ) -> int:
        decision = rules.decide(due, now)
        left, expired = list(decision.send), [each.id for each in decision.expired]
        while True:
            batch, left = left[:AT_ONCE], left[AT_ONCE:]
            async with self._database.transaction() as tx:
                table = ReminderTable(tx)
                await table.settle(expired, ReminderState.EXPIRED, now)
                at = await moment(
                    self._authority, tx, await Committees(tx).by_id(committee_id), now
                )
                for reminder in batch:
                    await self._queue(reminder, at)
                if away is not None and not left:
                    await self._confess(decision, away, at)
                failpoints.reach("before_reminders")
            failpoints.reach("after_reminders")
            if not left:
                return len(decision.send)
            expired = []

    async def _queue(self, reminder: Reminder, at: "texts.ReminderMoment") -> None:
        table = ReminderTable(at.tx)
        if await texts.current(reminder, at) != reminder.seq:
            await table.settle([reminder.id], ReminderState.CANCELLED, at.now)
            return
        if reminder.kind in {ReminderKind.CLOSE, ReminderKind.OVER}:
            await self._do(reminder, at)
            return
        if rules.too_many(reminder, await self._said_today(reminder, at)):
            await table.settle([reminder.id], ReminderState.EXPIRED, at.now)
            await self._sparing(reminder, at)
            return
        await table.settle([reminder.id], ReminderState.QUEUED, at.now)
        own = Post(at.tx, self._outbox, stem(REMINDER, reminder.key))
        room = None if reminder.recipient else str(at.committee.room)
        why, person = reminder.kind.value, reminder.recipient
        terms = DeliveryTerms(Queued.REMINDER, why, at.committee.id, person)
        await own.put(
            Outgoing({}, ContentKind.REMINDER, str(reminder.id)),
            room=room,
            recipient=person,
            terms=terms,
        )
        if reminder.recipient is None:
            plans = await layout.for_people(reminder, at)
            await Reminders(at.tx, at.committee.id).plan(plans)

    async def _said_today(self, reminder: Reminder, at: "texts.ReminderMoment") -> rules.SaidToday:
        table, since = ReminderTable(at.tx), at.now - timedelta(days=1)
        most = rules.EACH_AT_MOST if reminder.recipient else rules.IN_ROOM_AT_MOST
        there = await table.said(at.committee.id, reminder.recipient, since, most)
        if reminder.recipient or reminder.kind not in OF_AN_OCCURRENCE:
            return rules.SaidToday(there)
        return rules.SaidToday(there, await table.because_of_one(reminder, since, rules.OF_ONE))

    async def _sparing(self, reminder: Reminder, at: "texts.ReminderMoment") -> None:
        """Say once a day that there are so many meetings that not each is announced in time."""
        day = digest(f"sparing {at.committee.id} {reminder.recipient or ''}")
        if not await SaidOnce(at.tx).due(day, millis(at.now), ONE_DAY_MS):
            return
        with speaking(await at.language(reminder.recipient)):
            words = line(
                "So much is planned that I leave out some reminders today, mostly of people "
                "who planned a lot. {meet} shows the next meetings, {actions} shows what to do.",
                meet=Code("!meet"),
                actions=Code("!actions"),
            )
        own = Post(at.tx, self._outbox, f"{SPARING}-{day}-{int(at.now.timestamp())}")
        who = reminder.recipient
        audience = Audience.ROOM if who is None else Audience.NAMED
        sparing = reply(words, audience=audience, to=() if who is None else (who,))
        await own.say(sparing, str(at.committee.room), "", at.committee, self._authority)

    async def _do(self, reminder: Reminder, at: "texts.ReminderMoment") -> None:
        """What is not a reminder but is done at its time."""
        await ReminderTable(at.tx).settle([reminder.id], ReminderState.SENT, at.now)
        if reminder.kind is ReminderKind.OVER:
            await self._drop_link(reminder, at)
            return
        reminders = Reminders(at.tx, at.committee.id)
        with speaking(at.committee.language), naming(at.committee):
            closed = await close.close_poll(MeetingId(reminder.subject), at, reminders)
        own = Post(at.tx, self._outbox, stem(REMINDER, reminder.key))
        if closed is not None:
            await own.say(closed, str(at.committee.room), "", at.committee, self._authority)

    async def _drop_link(self, reminder: Reminder, at: "texts.ReminderMoment") -> None:
        occurrence = await at.meetings.occurrence(OccurrenceId(reminder.subject))
        meeting = None if occurrence is None else await at.meetings.by_id(occurrence.meeting)
        if meeting is not None and meeting.version.rule is None:
            await at.meetings.drop_link(meeting.id)

    async def _confess(
        self, decision: rules.DueReminders, away: datetime, at: "texts.ReminderMoment"
    ) -> None:
        """One line about what came late or was skipped, because the bot was away."""
        late, skipped = rules.late(decision.send, at.now), len(decision.expired)
        if not late and not skipped:
            return
        zone = at.committee.zone
        with speaking(at.committee.language):
            told = line(
                "I was offline {begin}–{end}: {late} late, {skipped} skipped.",
                begin=f"{away.astimezone(zone):%H:%M}",
                end=f"{at.now.astimezone(zone):%H:%M}",
                late=late,
                skipped=skipped,
            )
        confession = reply(told, audience=Audience.ROOM)
        own = Post(at.tx, self._outbox, f"{AWAY}-{at.committee.id}-{int(away.timestamp())}")
        await own.say(confession, str(at.committee.room), "", at.committee, self._authority)

    # -- the weeks ahead

    async def _lay_out(self, now: datetime) -> None:
        """Lay out series and action items further ahead; tell where a zone's rules moved a meeting."""
        async with self._database.transaction() as tx:
            committees = await Committees(tx).all()
        for committee in committees:
            after: int | None = 0
            while after is not None:
                occasion = f"{ZONE}-{committee.id}-{int(now.timestamp())}-{after}"
                async with self._database.transaction() as tx:
                    at = await moment(self._authority, tx, committee, now)
                    moved, after = await layout.lay_out(at, after)
                    post = Post(tx, self._outbox, occasion)
                    for reply in moved:
                        await post.say(reply, str(committee.room), "", committee, self._authority)


def _warm() -> None:
    # Loaded here as well, in a thread: nothing else needs it.
    from commands.time.warm import warm  # noqa: PLC0415

    warm()

"""Morning digests: looks at the tables again and again, writes to each person once a day at most.

What waits to be sent is whose digest it is and of which day. The words are written when it goes, from
what its reader takes part in and carries then.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import DIGEST, digest
from bot.jobs.digest_texts import Morning, MorningTip, parts
from bot.logging import logs
from bot.rooms.authority import Authority
from commands.first_week.rules import TIP_DAYS, tip_due
from commands.follow_ups.digest_rules import EVENING, may_come
from commands.framework.context import Committee, UserId
from commands.meetings.remind.rules import is_quiet
from storage.authority.standings import Standings
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, DeliveryTerms, MessageKind, Outgoing
from storage.chat.preferences import People
from storage.contacts.follow_ups import FollowUps
from storage.core.database import Database, Transaction
from storage.first_week.first_weeks import FirstWeeks
from storage.turf.absences import Absences
from storage.turf.digests import Digests
from storage.turf.news import TurfNews

FARTHEST_EAST = timedelta(hours=14)
"""No clock is further ahead of UTC: nothing due later can be due for anybody."""

LONGEST_SILENCE = timedelta(days=9)
"""Older news is told to nobody: a week of it, and the days at its ends in any zone."""

LONGEST_FIRST_WEEK = timedelta(days=max(TIP_DAYS) + 2)
"""Whoever began before gets no tip any more, whatever day it is for them."""

log = logs.get("bot.jobs.digests")


class DigestJob:
    """Queues morning digests; the day that was looked at commits together with the message."""

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

    async def send_due(self, now: datetime | None = None) -> int:
        """Queue a digest for everybody whose morning it is and who has something due; return how many."""
        at = now or self._now()
        written = 0
        for person, committees in (await self._candidates(at)).items():
            async with self._database.transaction() as tx:
                written += await self._one(tx, person, committees, at)
        if written:
            log.info("digests", written=written)
        return written

    async def _candidates(self, at: datetime) -> dict[UserId, list[Committee]]:
        """Who may have something due, and where; those who are in the committee now."""
        latest = (at + FARTHEST_EAST).date()
        found: defaultdict[UserId, list[Committee]] = defaultdict(list)
        async with self._database.transaction() as tx:
            for committee in await Committees(tx).all():
                owed = await FollowUps(tx, committee.id).owed(latest, latest)
                owners = [each.owner for each in owed if each.due or each.overdue]
                people = set(owners)
                for owner in owners:
                    absence = await Absences(tx, committee.id).of(owner, at.date())
                    people |= set() if absence is None else {absence.cover}
                people |= set(await TurfNews(tx, committee.id).for_whom(at - LONGEST_SILENCE, at))
                new = await Standings(tx, committee.id).begun_since(at - LONGEST_FIRST_WEEK)
                people |= {each.person for each in new}
                if owners:
                    people |= {UserId(each) for each in await self._authority.leads(tx, committee)}
                for person in await self._authority.taking_part(tx, committee, sorted(people)):
                    found[person].append(committee)
        return found

    async def _one(
        self, tx: Transaction, person: UserId, committees: list[Committee], at: datetime
    ) -> bool:
        """Queue one person's digest if it is due; whether it was."""
        zone = await People(tx).zone(person) or committees[0].zone
        day = may_come(at, zone)
        last = await Digests(tx).last(person)
        if day is None or (last is not None and last >= day):
            return False
        if await self._rests(tx, person, zone, at):
            return False
        await Digests(tx).looked(person, day)
        if await Digests(tx).muted(person):
            return False
        # Nobody is woken by a tip: in quiet hours, where they last until the evening, none comes.
        quiet = is_quiet(at.astimezone(zone), await People(tx).quiet(person))
        new = None if quiet else await self._tip(tx, person, committees, day)
        morning = Morning(person, day, last, new)
        sheets = await parts(self._authority, tx, morning, committees, at)
        if not sheets:
            return False
        if morning.tip is not None and any(part.tip for part in sheets):
            await FirstWeeks(tx).tell(person, morning.tip.day)
        post = Post(tx, self._outbox, f"{DIGEST}-{day}-{digest(person)}")
        terms = DeliveryTerms(MessageKind.DIGEST, str(day), person=person)
        await post.put(
            Outgoing({}, ContentKind.DIGEST, morning.as_json()), recipient=person, terms=terms
        )
        return True

    @staticmethod
    async def _rests(tx: Transaction, person: UserId, zone: ZoneInfo, at: datetime) -> bool:
        """Whether somebody's quiet hours go on now, and end before it is too late for a digest.

        Whoever rests until the evening hears in the morning: else they never would.
        """
        hours, local = await People(tx).quiet(person), at.astimezone(zone)
        ahead = range(local.hour, EVENING.hour)
        return is_quiet(local, hours) and any(
            not is_quiet(local.replace(hour=hour), hours) for hour in ahead
        )

    @staticmethod
    async def _tip(
        tx: Transaction, person: UserId, committees: list[Committee], day: date
    ) -> MorningTip | None:
        """The tip that is due to somebody today, in the first committee in which one is."""
        told = await FirstWeeks(tx).told(person)
        for committee in committees:
            kept = await Standings(tx, committee.id).of(person)
            if kept is None:
                continue
            zone = await People(tx).zone(person) or committee.zone
            due = tip_due(kept.began.astimezone(zone).date(), day, told)
            if due is not None:
                return MorningTip(committee.id, due)
        return None

"""Morning digests: looks at the tables again and again, writes to each person once a day at most.

What waits to be sent is whose digest it is and of which day. The words are written when it goes, from
what its reader takes part in and carries then.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import DIGEST, digest
from bot.jobs.digest_texts import Morning, parts
from bot.logging import logs
from bot.rooms.authority import Authority
from commands.follow_ups.digest_rules import may_come
from commands.framework.context import Committee, UserId
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, DeliveryTerms, MessageKind, Outgoing
from storage.chat.preferences import People
from storage.contacts.follow_ups import FollowUps
from storage.core.database import Database, Transaction
from storage.turf.absences import Absences
from storage.turf.digests import Digests
from storage.turf.news import TurfNews

FARTHEST_EAST = timedelta(hours=14)
"""No clock is further ahead of UTC: nothing due later can be due for anybody."""

LONGEST_SILENCE = timedelta(days=9)
"""Older news is told to nobody: a week of it, and the days at its ends in any zone."""

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
                if owners:
                    people |= {UserId(each) for each in await self._authority.leads(tx, committee)}
                for person in await self._authority.taking_part(tx, committee, sorted(people)):
                    found[person].append(committee)
        return found

    async def _one(
        self, tx: Transaction, person: UserId, committees: list[Committee], at: datetime
    ) -> bool:
        """Queue one person's digest if it is due; whether it was."""
        day = may_come(at, await People(tx).zone(person) or committees[0].zone)
        last = await Digests(tx).last(person)
        if day is None or (last is not None and last >= day):
            return False
        await Digests(tx).looked(person, day)
        if await Digests(tx).muted(person):
            return False
        morning = Morning(person, day, last)
        if not await parts(self._authority, tx, morning, committees, at):
            return False
        post = Post(tx, self._outbox, f"{DIGEST}-{day}-{digest(person)}")
        terms = DeliveryTerms(MessageKind.DIGEST, str(day), person=person)
        await post.put(
            Outgoing({}, ContentKind.DIGEST, morning.as_json()), recipient=person, terms=terms
        )
        return True

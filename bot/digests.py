"""Morning digests: looks at the tables again and again, writes to each person once a day at most."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot import logs
from bot.authority import Authority
from bot.dispatcher import Post, digest
from bot.matrix.render import render
from commands.authority.rules import Need
from commands.follow_ups.digest import Reader, Sheet, sheet, words
from commands.follow_ups.digest_rules import may_come
from commands.framework.context import Committee, Role, UserId
from storage.absences import Absences
from storage.committees import Committees
from storage.database import Database, Transaction
from storage.digests import Digests
from storage.follow_ups import FollowUps
from storage.outbox import Parcel
from storage.people import People

FARTHEST_EAST = timedelta(hours=14)
"""No clock is further ahead of UTC: nothing due later can be due for anybody."""

log = logs.get("bot.digests")


class Mornings:
    """Idempotent: the day a person's digest was looked at commits together with the message."""

    def __init__(
        self,
        database: Database,
        authority: Authority,
        device: str,
        deliver: Callable[[list[Parcel]], None],
    ) -> None:
        self._database = database
        self._authority = authority
        self._device = device
        self._deliver = deliver

    async def look(self, now: datetime | None = None) -> int:
        """Write to everybody whose morning it is and who has something due; how many."""
        at = now or datetime.now(UTC)
        written = 0
        for person, committees in (await self._candidates(at)).items():
            async with self._database.transaction() as tx:
                parcels = await self._one(tx, person, committees, at)
            if parcels:
                written += 1
                self._deliver(parcels)
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
                if owners:
                    people |= {UserId(each) for each in await self._authority.leads(tx, committee)}
                for person in await self._authority.taking_part(tx, committee, sorted(people)):
                    found[person].append(committee)
        return found

    async def _one(
        self, tx: Transaction, person: UserId, committees: list[Committee], at: datetime
    ) -> list[Parcel]:
        day = may_come(at, await People(tx).zone(person) or committees[0].zone)
        last = await Digests(tx).last(person)
        if day is None or (last is not None and last >= day):
            return []
        await Digests(tx).looked(person, day)
        if await Digests(tx).muted(person):
            return []
        sheets: list[Sheet] = []
        for committee in committees:
            if await self._authority.may(tx, committee, person, Need(people=True), at) is not None:
                continue
            role = (await self._authority.standing(tx, committee, person)).role
            reader = Reader(person, role or Role.ORGANIZER, day, last)
            follow_ups, absences = FollowUps(tx, committee.id), Absences(tx, committee.id)
            part = await sheet(committee.name, reader, follow_ups, absences)
            sheets += [] if part is None else [part]
        if not sheets:
            return []
        post = Post(tx, self._device, f"digest-{day}-{digest(person)}")
        for content in render(words(sheets)):
            await post.put(content, recipient=person)
        return post.parcels

"""Morning digests: looks at the tables again and again, writes to each person once a day at most.

What waits to be sent is whose digest it is and of which day. The words are written when it goes, from
what its reader takes part in and carries then.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.delivery.outbox import DIGEST
from bot.delivery.post import Delivering, Post, digest
from bot.logging import logs
from bot.matrix.render import render
from bot.rooms.authority import Authority
from commands.follow_ups.digest import DigestPart, DigestReader, sheet, words
from commands.follow_ups.digest_rules import may_come
from commands.framework.context import Committee, Role, UserId
from commands.general.namesakes import told_apart
from commands.roles.rules import Need
from storage.chat.committees import Committees
from storage.chat.outbox import DeliveryTerms, MessageKind
from storage.chat.preferences import People
from storage.contacts.follow_ups import FollowUps
from storage.core.database import Database, Transaction
from storage.turf.absences import Absences
from storage.turf.digests import Digests

FARTHEST_EAST = timedelta(hours=14)
"""No clock is further ahead of UTC: nothing due later can be due for anybody."""

log = logs.get("bot.jobs.digests")


@dataclass(frozen=True, slots=True)
class Morning:
    """Whose digest, of which day; ``last`` is the day of the one before."""

    person: UserId
    day: date
    last: date | None


class DigestJob:
    """Idempotent: the day a person's digest was looked at commits together with the message."""

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

    async def look(self, now: datetime | None = None) -> int:
        """Write to everybody whose morning it is and who has something due; how many."""
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
        if not await self._sheets(tx, Morning(person, day, last), committees, at):
            return False
        post = Post(tx, self._outbox, f"digest-{day}-{digest(person)}")
        which = {"person": person, "day": str(day), "last": None if last is None else str(last)}
        terms = DeliveryTerms(MessageKind.DIGEST, str(day), person=person)
        await post.put({DIGEST: which}, recipient=person, terms=terms)
        return True

    # -- at the moment it goes

    async def said(self, content: Mapping[str, Any]) -> dict[str, Any] | None:
        """The words of a digest now; None when there is nothing left to say."""
        which = content[DIGEST]
        last = None if which["last"] is None else date.fromisoformat(which["last"])
        morning = Morning(UserId(which["person"]), date.fromisoformat(which["day"]), last)
        at = self._now()
        async with self._database.transaction() as tx:
            if await Digests(tx).muted(morning.person):
                return None
            sheets = await self._sheets(tx, morning, await Committees(tx).all(), at)
        return render(words(sheets))[0] if sheets else None

    async def sent(self, _tx: Transaction, _content: Mapping[str, Any]) -> None:
        """The homeserver has it; that its day was looked at is known since it was queued."""

    async def _sheets(
        self,
        tx: Transaction,
        morning: "Morning",
        committees: Sequence[Committee],
        at: datetime,
    ) -> list[DigestPart]:
        person, sheets = morning.person, list[DigestPart]()
        theirs = self._authority.places.committees_of(person, await Committees(tx).all())
        called = {each.id: each.name for each in told_apart(theirs)}
        for committee in committees:
            if await self._authority.may(tx, committee, person, Need(people=True), at) is not None:
                continue
            role = (await self._authority.standing(tx, committee, person)).role
            held_on = at.astimezone(committee.zone).date()
            reader = DigestReader(
                person, role or Role.ORGANIZER, morning.day, morning.last, held_on
            )
            follow_ups, absences = FollowUps(tx, committee.id), Absences(tx, committee.id)
            part = await sheet(called[committee.id], reader, follow_ups, absences)
            sheets += [] if part is None else [part]
        return sheets

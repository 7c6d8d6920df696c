"""The words of a morning digest, written when it is sent, from what its reader carries then."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from bot.matrix.render import render
from bot.rooms.authority import Authority
from commands.follow_ups.digest import DigestPart, DigestReader, sheet, words
from commands.framework.context import Committee, Role, UserId
from commands.general.namesakes import told_apart
from commands.roles.rules import Need
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.contacts.follow_ups import FollowUps
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.turf.absences import Absences
from storage.turf.digests import Digests
from storage.turf.news import TurfNews


@dataclass(frozen=True, slots=True)
class Morning:
    """Whose digest of which day is due; ``last`` is the day of the one before."""

    person: UserId
    day: date
    last: date | None

    def as_json(self) -> str:
        """The digest's source as the outbox keeps it until sending."""
        last = None if self.last is None else str(self.last)
        return json.dumps({"person": self.person, "day": str(self.day), "last": last})

    @classmethod
    def from_json(cls, written: str) -> "Morning":
        """Read what ``as_json`` wrote."""
        which = json.loads(written)
        last = None if which["last"] is None else date.fromisoformat(which["last"])
        return cls(UserId(which["person"]), date.fromisoformat(which["day"]), last)


class DigestTexts:
    """Writes the words of digests whose turn it is."""

    def __init__(
        self,
        database: Database,
        authority: Authority,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._authority = authority
        self._now = now or (lambda: datetime.now(UTC))

    async def said(self, source: str) -> Mapping[str, Any] | None:
        """The words of a digest now; None when there is nothing left to say."""
        morning = Morning.from_json(source)
        at = self._now()
        async with self._database.transaction() as tx:
            if await Digests(tx).muted(morning.person):
                return None
            sheets = await parts(self._authority, tx, morning, await Committees(tx).all(), at)
        return render(words(sheets))[0] if sheets else None

    async def sent(self, _tx: Transaction, _source: str) -> None:
        """Do nothing: that the day was looked at is on record since the digest was queued."""


async def parts(
    authority: Authority,
    tx: Transaction,
    morning: Morning,
    committees: Sequence[Committee],
    at: datetime,
) -> list[DigestPart]:
    """One part for each committee given in which the reader has something due."""
    person, sheets = morning.person, list[DigestPart]()
    theirs = authority.places.committees_of(person, await Committees(tx).all())
    called = {each.id: each.name for each in told_apart(theirs)}
    for committee in committees:
        if await authority.may(tx, committee, person, Need(people=True), at) is not None:
            continue
        role = (await authority.standing(tx, committee, person)).role
        held_on = at.astimezone(committee.zone).date()
        zone = await People(tx).zone(person) or committee.zone
        who = role or Role.ORGANIZER
        reader = DigestReader(person, who, morning.day, morning.last, held_on, zone)
        follow_ups, absences = FollowUps(tx, committee.id), Absences(tx, committee.id)
        part = await sheet(
            called[committee.id], reader, follow_ups, absences, TurfNews(tx, committee.id)
        )
        sheets += [] if part is None else [part]
    return sheets

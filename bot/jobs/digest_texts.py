"""The words of a morning digest, written when it is sent, from what its reader carries then."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.matrix.render import render
from bot.rooms.authority import Authority
from commands.framework.context import Committee, Role, UserId
from commands.framework.i18n import SOURCE_LANGUAGE, speaking
from commands.framework.naming import naming
from commands.framework.reply import Line
from commands.general.namesakes import told_apart
from commands.roles.rules import Need
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.contacts.follow_ups import FollowUps
from storage.core.database import Database, Transaction
from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.first_week.first_weeks import FirstWeeks
from storage.turf.absences import Absences
from storage.turf.digests import Digests
from storage.turf.news import TurfNews

if TYPE_CHECKING:
    from commands.first_week import tips
    from commands.follow_ups import digest
else:
    tips, digest = Later("commands.first_week.tips"), Later("commands.follow_ups.digest")


@dataclass(frozen=True, slots=True)
class MorningTip:
    """A tip of somebody's first week: in which committee they are new, and of which day after joining."""

    committee: CommitteeId
    day: int


@dataclass(frozen=True, slots=True)
class Morning:
    """Whose digest of which day is due; ``last`` is the day of the one before."""

    person: UserId
    day: date
    last: date | None
    tip: MorningTip | None = None
    """What comes with it for somebody who is new."""

    def as_json(self) -> str:
        """The digest's source as the outbox keeps it until sending."""
        last = None if self.last is None else str(self.last)
        written = {"person": self.person, "day": str(self.day), "last": last}
        tip = {} if self.tip is None else {"tip": [self.tip.committee, self.tip.day]}
        return json.dumps(written | tip)

    @classmethod
    def from_json(cls, written: str) -> "Morning":
        """Read what ``as_json`` wrote."""
        which = json.loads(written)
        last = None if which["last"] is None else date.fromisoformat(which["last"])
        tip = MorningTip(*which["tip"]) if "tip" in which else None
        return cls(UserId(which["person"]), date.fromisoformat(which["day"]), last, tip)


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
            everything = await Committees(tx).all()
            usual = next(
                iter(self._authority.places.committees_of(morning.person, everything)), None
            )
            language = await People(tx).language(morning.person)
            with speaking(language or (SOURCE_LANGUAGE if usual is None else usual.language)):
                sheets = await parts(self._authority, tx, morning, everything, at)
                return render(digest.words(sheets))[0] if sheets else None

    async def sent(self, _tx: Transaction, _source: str) -> None:
        """Do nothing: that the day was looked at is on record since the digest was queued."""


async def parts(
    authority: Authority,
    tx: Transaction,
    morning: Morning,
    committees: Sequence[Committee],
    at: datetime,
) -> list["digest.DigestPart"]:
    """One part for each committee given in which the reader has something due."""
    person, sheets = morning.person, list[digest.DigestPart]()
    theirs = authority.places.committees_of(person, await Committees(tx).all())
    called = {each.id: each.name for each in told_apart(theirs)}
    for committee in committees:
        if await authority.may(tx, committee, person, Need(people=True), at) is not None:
            continue
        role = (await authority.standing(tx, committee, person)).role
        held_on = at.astimezone(committee.zone).date()
        zone = await People(tx).zone(person) or committee.zone
        who = role or Role.ORGANIZER
        reader = digest.DigestReader(person, who, morning.day, morning.last, held_on, zone)
        follow_ups, absences = FollowUps(tx, committee.id), Absences(tx, committee.id)
        with naming(committee):
            part = await digest.sheet(
                called[committee.id],
                reader,
                follow_ups,
                absences,
                TurfNews(tx, committee.id),
                await _tip(tx, morning, committee, zone, at),
            )
        sheets += [] if part is None else [part]
    return sheets


async def _tip(
    tx: Transaction, morning: Morning, committee: Committee, zone: ZoneInfo, at: datetime
) -> list[Line]:
    """The tip that comes with a digest, unless its day is over or it is not wanted any more."""
    new, today = morning.tip, at.astimezone(zone).date()
    if new is None or new.committee != committee.id or today != morning.day:
        return []
    if await FirstWeeks(tx).off(morning.person):
        return []
    return tips.tip(new.day, await tips.first_week_of(tx, committee.id, morning.person, today, at))

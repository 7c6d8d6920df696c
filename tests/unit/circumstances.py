"""Somebody typing something, for tests of pure rules."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from commands.framework.context import Committee, CommitteeId, Context, Place, Role, RoomId, UserId
from tests.support.standing import of_old

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def circumstances(
    *, place: Place = Place.DIRECT, role: Role = Role.KEEPER, now: datetime = FRIDAY
) -> Context:
    zone = ZoneInfo("Europe/Madrid")
    committee = Committee(CommitteeId(1), RoomId("!r:example.org"), "Payments", zone, set_up=True)
    ana = UserId("@ana:example.org")
    return Context(ana, of_old(ana, role), place, committee, (committee,), now, zone)

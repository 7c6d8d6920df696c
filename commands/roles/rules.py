"""Permission rules: one pure function decides who may do what, whoever asks and whenever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from commands.roles.standing import Role, Standing
from storage.authority.standings import MemberRecord
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

FROM_THE_START = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when those hold their role with whom a committee began: nobody waits for them."""


class Newcomers(Enum):
    """The condition for newcomers to hear about people."""

    NAMED = "named"
    """The room is told of them."""
    CONFIRMED = "confirmed"
    """A lead says besides that they belong here."""


@dataclass(frozen=True, slots=True)
class AuthoritySettings:
    """The operator's settings about authority."""

    newcomers: Newcomers = Newcomers.NAMED
    held_days: int = 7
    """Days for which a role must have counted before it counts for what takes two people."""
    making_percent: int = 100
    """How much one person may make, of what commands/roles/quotas.py says."""


@dataclass(frozen=True, slots=True)
class Need:
    """The role and conditions that an act asks of whoever does it."""

    role: Role = Role.ORGANIZER
    people: bool = False
    """Whether the act tells or changes something about contacts."""
    second: bool = False
    """Whether the act is one half of what takes two people."""


TOLD_AGAIN_AFTER = timedelta(days=1)
"""How soon leads hear anew of somebody whose power went and came: a flood is no news."""


def untold(kept: MemberRecord, now: datetime) -> bool:
    """Whether leads are still to be told of somebody who waits."""
    if kept.told is None:
        return True
    return kept.waits is not None and kept.told < kept.waits and now - kept.told >= TOLD_AGAIN_AFTER


class DenialReason(Enum):
    """A reason why somebody may not do something."""

    STRANGER = "stranger"
    """Not a member."""
    ENDED = "ended"
    """Their part in the committee has ended."""
    UNCONFIRMED = "unconfirmed"
    """The room shows the role; nobody here has confirmed it."""
    ROLE = "role"
    """Their role is too low."""
    UNANNOUNCED = "unannounced"
    """The room has not been told of them yet."""
    UNACCEPTED = "unaccepted"
    """This committee's leads let newcomers in, and none has."""
    TOO_NEW = "too new"
    """Their role is too new for what takes two people."""


def refusal(
    standing: Standing, need: Need, now: datetime, settings: AuthoritySettings
) -> DenialReason | None:
    """The reason why somebody may not do something now; None if they may."""
    too_little = _too_little(standing, need)
    if too_little is not None:
        return too_little
    if need.people and not standing.introduced:
        return DenialReason.UNANNOUNCED
    if need.people and settings.newcomers is Newcomers.CONFIRMED and not standing.accepted:
        return DenialReason.UNACCEPTED
    if need.second and not _held_long(standing, need, now, settings):
        return DenialReason.TOO_NEW
    return None


def _held_long(standing: Standing, need: Need, now: datetime, settings: AuthoritySettings) -> bool:
    at = may_be_second(standing, need, settings)
    return at is not None and now >= at


def _too_little(standing: Standing, need: Need) -> DenialReason | None:
    if standing.barred:
        return DenialReason.ENDED
    if standing.role is None:
        return DenialReason.STRANGER
    if standing.role >= need.role:
        return None
    return (
        DenialReason.UNCONFIRMED
        if (standing.shown or Role.ORGANIZER) >= need.role
        else DenialReason.ROLE
    )


def may_be_second(standing: Standing, need: Need, settings: AuthoritySettings) -> datetime | None:
    """The time from which a role counts for what takes two people; None if the person has no such role."""
    since = {
        Role.ORGANIZER: standing.joined,
        Role.LEAD: standing.led,
        Role.KEEPER: standing.held,
    }[need.role]
    if since is None or since == FROM_THE_START:
        return since
    return since + timedelta(days=settings.held_days)


def counting(shown: Role, kept: MemberRecord | None) -> Role:
    """The role that counts: what the room shows, at most what was confirmed."""
    if kept is None or kept.lead is None:
        return Role.ORGANIZER
    return min(shown, Role.LEAD if kept.keeper is None else Role.KEEPER)


def standing(
    user: UserId, shown: Role | None, kept: MemberRecord | None, *, barred: bool
) -> Standing:
    """Compute somebody's standing from what the room shows and what the bot saw itself.

    Somebody of whom it wrote nothing down yet was not told of, and has no power.
    """
    if shown is None or kept is None:
        role = None if shown is None or barred else Role.ORGANIZER
        return Standing(
            user,
            role,
            shown,
            barred,
            introduced=False,
            joined=None,
            held=None,
            accepted=False,
        )
    counted = counting(shown, kept)
    led = kept.lead if counted >= Role.LEAD else None
    held = {Role.ORGANIZER: kept.joined, Role.LEAD: kept.lead, Role.KEEPER: kept.keeper}[counted]
    return Standing(
        user,
        None if barred else counted,
        shown,
        barred,
        introduced=kept.introduced is not None,
        joined=kept.joined,
        held=held,
        led=led,
        accepted=kept.accepted is not None,
    )


def seen(
    before: MemberRecord, shown: Role, now: datetime, vouched: datetime | None
) -> MemberRecord:
    """The record of a member after a look at the room.

    Power that is lost ends at once. Power that is new waits to be confirmed, unless it is
    ``vouched`` for by the founding of the committee or by the operator: since when it counts then.
    """
    lead = before.lead or vouched if shown >= Role.LEAD else None
    keeper = before.keeper or vouched if shown >= Role.KEEPER else None
    accepted = before.accepted or vouched if lead is not None else before.accepted
    after = replace(before, lead=lead, keeper=keeper, accepted=accepted)
    if counting(shown, after) >= shown:
        return replace(after, waits=None)
    return replace(after, waits=before.waits or now)


class Hindrance(Enum):
    """A reason why a member cannot be confirmed."""

    ONESELF = "oneself"
    BARRED = "barred"
    UNPROVEN = "unproven"
    """The person has no cross-signing identity that could be told from a forged one."""
    NOTHING = "nothing"
    """What the room shows counts already."""
    KEEPER = "keeper"
    """Only a keeper of the data makes another."""


def confirmable(
    theirs: Standing, by: Standing, settings: AuthoritySettings, *, proven: bool
) -> Role | Hindrance:
    """The role in which one member may confirm another at this moment, or why not.

    ``by`` is a lead whose role counts; ``proven`` whether the other's identity is the one seen first.
    """
    shown, counts = theirs.shown or Role.ORGANIZER, theirs.role or Role.ORGANIZER
    granted = min(shown, by.role or Role.ORGANIZER)
    if theirs.user == by.user:
        return Hindrance.ONESELF
    if theirs.barred:
        return Hindrance.BARRED
    lets_in = settings.newcomers is Newcomers.CONFIRMED and not theirs.accepted
    if granted <= counts and not lets_in:
        return Hindrance.KEEPER if shown > counts else Hindrance.NOTHING
    return granted if proven else Hindrance.UNPROVEN


def surprising(role: Role, theirs: Standing, settings: AuthoritySettings) -> bool:
    """Whether a confirmation may give more power than the lead who types it has in mind.

    The role that the room shows may have changed since the lead was asked.
    """
    lets_in = settings.newcomers is Newcomers.CONFIRMED and not theirs.accepted
    return role is Role.KEEPER or (role is Role.LEAD and lets_in)


def renewed(before: MemberRecord, now: datetime) -> MemberRecord:
    """The record of a member whose roles begin to count anew."""
    return replace(
        before,
        lead=None if before.lead is None else now,
        keeper=None if before.keeper is None else now,
    )


def confirmed(before: MemberRecord, role: Role, shown: Role, now: datetime) -> MemberRecord:
    """The record of a member after a confirmation."""
    after = replace(
        before,
        accepted=before.accepted or now,
        lead=before.lead or now if role >= Role.LEAD else before.lead,
        keeper=before.keeper or now if role >= Role.KEEPER else before.keeper,
    )
    return after if role < shown else replace(after, waits=None, told=None)

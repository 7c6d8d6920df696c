"""Puts together what records membership, follows invitations and greets rooms."""

from collections.abc import Callable

from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.matrix.client import Client
from bot.matrix.trust import Trust
from bot.membership.members import MemberWatch
from bot.membership.newcomers import Introductions
from bot.membership.offboarding import Effects
from bot.membership.onboarding import RoomOnboarding
from bot.rooms.authority import Authority
from bot.rooms.invitations import Invitations
from bot.state import SharedState
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, UserId


@dataclass(frozen=True, slots=True)
class MembershipParts:
    """Who comes, who is there, and what ends when somebody goes."""

    invitations: Invitations
    notices: Notices
    effects: Effects
    members: MemberWatch
    onboarding: RoomOnboarding


def build_membership(
    database: Database,
    client: Client,
    authority: Authority,
    trust: Trust,
    outbox: Outbox,
    forget: Callable[[CommitteeId, UserId], None],
    state: SharedState,
) -> MembershipParts:
    """Put the parts together. ``forget``: see ``Effects``."""
    committees, places = state.committees, authority.places
    notices = Notices(database, places, outbox)
    effects = Effects(forget, state.signals.invitations.set, outbox.wake)
    introductions = Introductions(authority, outbox)
    return MembershipParts(
        Invitations(database, client, places),
        notices,
        effects,
        MemberWatch(database, authority, outbox, effects, introductions, committees),
        RoomOnboarding(database, authority, client, notices, trust, committees),
    )

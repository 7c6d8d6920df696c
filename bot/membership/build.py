"""Puts together what sees to rooms and to who is in them."""

from dataclasses import dataclass

from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.matrix.client import Client
from bot.matrix.trust import Trust
from bot.membership.members import MemberWatch
from bot.membership.newcomers import Introductions
from bot.membership.offboarding import Effects
from bot.membership.onboarding import RoomOnboarding
from bot.polls.pending import PendingPolls
from bot.rooms.authority import Authority
from bot.rooms.invitations import Invitations
from bot.state import SharedState
from storage.core.database import Database


@dataclass(frozen=True, slots=True)
class Membership:
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
    pending: PendingPolls,
    state: SharedState,
) -> Membership:
    """Put the parts together."""
    committees, places = state.committees, authority.places
    notices = Notices(database, places, outbox)
    effects = Effects(pending.forget, state.signals.invitations.set, outbox.wake)
    introductions = Introductions(authority, outbox)
    return Membership(
        Invitations(database, client, places),
        notices,
        effects,
        MemberWatch(database, authority, outbox, effects, introductions, committees),
        RoomOnboarding(database, authority, client, notices, trust, committees),
    )

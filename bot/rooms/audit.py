"""Weak points in a room's settings: who can read, join or change more than they should."""

from collections.abc import Iterator

from bot.matrix.rooms import UNKNOWN, Room
from commands.general.audit import Flaw, Weakness

LEAD = 50
"""The level from which somebody leads."""

WEEK = 7 * 24 * 3600 * 1000
LONGEST_KEY = 1000
"""Messages under one key; the usual is a hundred."""

OLDEST_VERSION = 10
MANY_SERVERS = 3


def weaknesses(room: Room, own: str) -> tuple[Weakness, ...]:
    """Each with what it takes to say it; the worst first."""
    return tuple(_found(room, own))


def _found(room: Room, own: str) -> Iterator[Weakness]:
    if not room.encrypted:
        yield Weakness(Flaw.NOT_ENCRYPTED)
    yield from _who_comes_in(room)
    yield from _who_reads(room, own)
    yield from _who_decides(room)


def _who_comes_in(room: Room) -> Iterator[Weakness]:
    settings = room.settings
    if room.join_rule == "public":
        yield Weakness(Flaw.PUBLIC)
    elif room.join_rule in {"restricted", "knock_restricted"}:
        yield Weakness(Flaw.SPACE)
    elif room.join_rule == UNKNOWN:
        yield Weakness(Flaw.ODD_JOIN_RULE)
    if room.guests:
        yield Weakness(Flaw.GUESTS)
    if settings.address:
        yield Weakness(Flaw.ADDRESS)
    if settings.invite_level < LEAD:
        yield Weakness(Flaw.ALL_INVITE)
    if settings.invited_by_mail:
        yield Weakness(Flaw.MAIL_INVITES, count=len(settings.invited_by_mail))


def _who_reads(room: Room, own: str) -> Iterator[Weakness]:
    settings = room.settings
    if room.history_visibility == "world_readable":
        yield Weakness(Flaw.WORLD_READABLE)
    elif room.history_visibility in {"shared", UNKNOWN}:
        yield Weakness(Flaw.SHARED_HISTORY)
    invited = tuple(user for user, state in room.members.items() if state == "invite")
    if invited:
        yield Weakness(Flaw.PENDING, people=invited, count=len(invited))
    if settings.widgets:
        yield Weakness(Flaw.WIDGETS, count=len(settings.widgets))
    if settings.bridges:
        yield Weakness(Flaw.BRIDGES, count=len(settings.bridges))
    servers = {user.partition(":")[2] for user in room.joined if user != own}
    if len(servers) > MANY_SERVERS:
        yield Weakness(Flaw.SERVERS, count=len(servers))
    if settings.rotation_ms > WEEK or settings.rotation_messages > LONGEST_KEY:
        yield Weakness(Flaw.ROTATION)


def _who_decides(room: Room) -> Iterator[Weakness]:
    settings = room.settings
    if room.default_level >= LEAD:
        yield Weakness(Flaw.ALL_LEAD)
    if settings.state_level < LEAD:
        yield Weakness(Flaw.OPEN_SETTINGS)
    elif settings.guarded_level < LEAD:
        yield Weakness(Flaw.OPEN_SAFETY)
    if settings.kick_level < LEAD:
        yield Weakness(Flaw.ALL_REMOVE)
    if room.redact_level < LEAD:
        yield Weakness(Flaw.ALL_REDACT)
    if not room.version.isdigit() or int(room.version[:4]) < OLDEST_VERSION:
        yield Weakness(Flaw.OLD_VERSION)

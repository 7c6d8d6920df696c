"""Rooms as their unencrypted state describes them; the only source of membership and power.

Nothing here is ever taken from inside a ciphertext: a member could put state in there that the room
never had.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, field
from typing import Any

from bot.matrix.room_settings import AUDITED, RoomSettings
from storage.core.lazy_dataclass import dataclass

MEGOLM = "m.megolm.v1.aes-sha2"

CREATOR_LEVEL = 1_000_000
"""Room creators of version 12 stand above every number (MSC4289)."""

STATE_TYPES = (
    "m.room.create",
    "m.room.member",
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.guest_access",
    "m.room.name",
    "m.room.topic",
    "m.room.avatar",
    "m.room.tombstone",
    *AUDITED,
)
"""State the bot uses; the sync filter asks for no other."""

JOIN_RULES = frozenset({"invite", "public", "knock", "restricted", "knock_restricted", "private"})
VISIBILITIES = frozenset({"invited", "joined", "shared", "world_readable"})
OF_BOTS = "org.steward.coalition"
"""The type of a room that was made for the bots of a coalition (specification: Types)."""
UNKNOWN = "unknown"
"""Instead of a word of somebody's own, which `!status` would otherwise repeat."""

LONGEST_NAME = 100
"""Characters kept of a room's name."""

LOOKED_AT = 3
"""Counts up whenever a release looks at more of a room's state than the one before."""

_USER_ID = re.compile(r"@[\x21-\x39\x3B-\x7E]+:[A-Za-z0-9.\-]+(?::[0-9]{1,5})?|"
                      r"@[\x21-\x39\x3B-\x7E]+:\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")  # fmt: skip


def is_user_id(text: object) -> bool:
    """Whether this is a user id as the specification has them, historical ones included.

    Anything else is nobody: it could carry a sentence into a notice of ours.
    """
    return isinstance(text, str) and len(text) <= 255 and _USER_ID.fullmatch(text) is not None


@dataclass(slots=True)
class Room:
    """One joined room. ``encrypted`` never goes back to False once it was seen True."""

    id: str
    name: str = ""
    encrypted: bool = False
    join_rule: str = "invite"
    history_visibility: str = "shared"
    guests: bool = False
    version: str = "1"
    creators: list[str] = field(default_factory=list)
    founder: str = ""
    """Who made it. Apps name whoever they invite into a chat of two as a creator beside themselves."""
    of_bots: bool = False
    """Whether it was made for the bots of a coalition; no person's invitation leads into one."""
    members: dict[str, str] = field(default_factory=dict)
    """Membership by user id: ``join`` or ``invite``; everybody else is not listed."""
    names: dict[str, str] = field(default_factory=dict, compare=False)
    """What members call themselves here. In memory alone: on a disk it would say who people are."""
    gone: dict[str, bool] = field(default_factory=dict, compare=False)
    """Who left since anybody looked at it, or, once it was replaced, since then; whether they were put
    out. Whoever is there again was away in between. In a room of bots nobody looks, and it is kept."""
    fell: dict[str, int] = field(default_factory=dict, compare=False)
    """The least power that somebody had since anybody looked. In memory alone."""
    levels: dict[str, int] = field(default_factory=dict)
    default_level: int = 0
    redact_level: int = 50
    event_level: int = 0
    has_levels: bool = False
    replaced: bool = False
    """Whether the room carries a tombstone."""
    successor: str = ""
    """The room that the tombstone names, and who put it there."""
    replaced_by: str = ""
    predecessor: str = ""
    """The room that this one says it replaces."""
    declared_direct: bool = False
    """Whether the invitation said that this is a direct chat."""
    said_direct: bool = False
    """Whether a lead said so afterwards; until a third person comes."""
    described: bool = False
    """Whether it has a topic of its own."""
    pictured: bool = False
    """Whether it has a picture of its own."""
    asked: bool = False
    """Whether we asked what it is for: from then on only an answer settles that."""
    greeted: bool = False
    """Whether our first words were said here, to somebody who could read them."""
    looked_at: int = 0
    """Which release's idea of a room's whole state is in this (LOOKED_AT)."""
    inviter: str = ""
    settings: RoomSettings = field(default_factory=RoomSettings)

    @classmethod
    def restore(cls, snapshot: Mapping[str, Any]) -> "Room":
        """Rebuild a room from its snapshot; a snapshot of an earlier release counts as greeted."""
        settings = RoomSettings(**snapshot.get("settings", {}))
        return cls(**{"greeted": True, **snapshot, "settings": settings})

    def answered(self, *, direct: bool) -> None:
        """Record that somebody said what the room is for; ``direct``: their direct chat."""
        self.asked = True
        self.said_direct |= direct

    def snapshot(self) -> dict[str, Any]:
        """The room as the database keeps it, without what ``restore`` must find out anew."""
        # Once it is replaced it is known for good who left; before, until anybody has looked.
        kept = self.replaced or self.of_bots
        passing = {"names", "fell"} if kept else {"names", "fell", "gone"}
        return {key: value for key, value in asdict(self).items() if key not in passing}

    def apply(self, event: Mapping[str, Any]) -> bool:
        """Take over one state event; return whether the bot uses events of that kind. Never raises."""
        kind, key, content = event.get("type"), event.get("state_key"), event.get("content")
        if not isinstance(key, str) or not isinstance(content, dict):
            return False
        self.settings.apply(event)
        if kind == "m.room.member":
            self._member(key, content, event)
        elif kind in AUDITED:
            return True
        elif key != "" or not isinstance(kind, str):
            return False
        else:
            take = getattr(self, "_" + kind.removeprefix("m.room."), None)
            if kind not in STATE_TYPES or take is None:
                return False
            take(content, event)
        return True

    def apply_all(self, events: Iterable[object]) -> bool:
        """Take over state events, each guarded by itself; whether any was one the bot uses."""
        used = False
        for event in events:
            try:
                used |= isinstance(event, dict) and "state_key" in event and self.apply(event)
            except Exception:  # noqa: BLE001, S112 (one bad event never ends the loop)
                continue
        return used

    def missed(self, events: Iterable[object]) -> bool:
        """Note members who were away or had less power in a time that is over; whether there were any.

        State that flips is shown as it is in the end, where much happened in between.
        """
        noted = False
        for event in events:
            try:
                noted |= isinstance(event, dict) and "state_key" in event and self._was(event)
            except Exception:  # noqa: BLE001, S112 (one bad event never ends the loop)
                continue
        return noted

    def _was(self, event: Mapping[str, Any]) -> bool:
        kind, key, content = event.get("type"), event.get("state_key"), event.get("content")
        if not isinstance(key, str) or not isinstance(content, dict):
            return False
        if kind == "m.room.member" and content.get("membership") != "join" and self.has(key):
            self.gone[key] = event.get("sender", key) != key
            return True
        if kind != "m.room.power_levels" or key != "":
            return False
        then = Room(self.id, version=self.version, creators=self.creators)
        then.apply(event)
        return self._note_power({user: then.level(user) for user in self.joined})

    def _note_power(self, levels: Mapping[str, int]) -> bool:
        """Note who has, or had, less than now."""
        less = {user: level for user, level in levels.items() if level < self.level(user)}
        self.fell |= {user: min(level, self.fell.get(user, level)) for user, level in less.items()}
        return bool(less)

    def begin_here(self) -> None:
        """Forget earlier changes in membership and power: the bot has just joined."""
        self.gone.clear()
        self.fell.clear()

    def looked_over(self) -> None:
        """Clear the changes in membership and power that are recorded in the database by now."""
        self.fell.clear()
        self.gone = {
            user: out for user, out in self.gone.items() if self.replaced and not self.has(user)
        }

    def _member(self, user: str, content: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        membership = content.get("membership")
        if self.has(user) and membership != "join":
            self.gone[user] = event.get("sender", user) != user
        if isinstance(membership, str) and membership in {"join", "invite"} and is_user_id(user):
            self.members[user] = membership
            name = content.get("displayname")
            self.names[user] = (
                " ".join(name[:LONGEST_NAME].split()) if isinstance(name, str) else ""
            )
        else:
            self.members.pop(user, None)
            self.names.pop(user, None)
        if len(self.members) > 2:
            # What a lead said of a chat of two does not hold for whoever comes later.
            self.said_direct = False

    def _create(self, content: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        sender = event.get("sender")
        if not self.founder and isinstance(sender, str) and is_user_id(sender):
            self.founder = sender
        self.of_bots |= content.get("type") == OF_BOTS
        if self.creators:
            # A room is created once; who outranks everybody in it does not change.
            return
        version = content.get("room_version", "1")
        self.version = version if isinstance(version, str) else "1"
        additional = content.get("additional_creators")
        others = additional if isinstance(additional, list) and self.modern else []
        before = content.get("predecessor")
        named = before.get("room_id") if isinstance(before, dict) else None
        self.predecessor = named[:255] if isinstance(named, str) else ""
        self.creators = [user for user in (event.get("sender"), *others) if is_user_id(user)]

    def _power_levels(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        before = {user: self.level(user) for user in self.joined}
        users = content.get("users")
        named = users.items() if isinstance(users, dict) else ()
        levels = {user: _level(level, None) for user, level in named}
        self.levels = {user: level for user, level in levels.items() if level is not None}
        self.default_level = _level(content.get("users_default"), 0) or 0
        self.redact_level = _as_level(content.get("redact"), 50)
        events = content.get("events")
        wished = events.get("m.room.encrypted") if isinstance(events, dict) else None
        self.event_level = _as_level(wished, _as_level(content.get("events_default"), 0))
        self.has_levels = True
        for user, level in before.items():
            if (now := self.level(user)) < level:
                self.fell[user] = min(now, self.fell.get(user, now))

    def _encryption(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        self.encrypted = self.encrypted or content.get("algorithm") == MEGOLM

    def _join_rules(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        self.join_rule = _known(content.get("join_rule"), JOIN_RULES)

    def _history_visibility(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        self.history_visibility = _known(content.get("history_visibility"), VISIBILITIES)

    def _guest_access(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        self.guests = content.get("guest_access") == "can_join"

    def _name(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        name = content.get("name")
        self.name = name[:LONGEST_NAME] if isinstance(name, str) else ""

    def _topic(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        topic = content.get("topic")
        self.described = isinstance(topic, str) and bool(topic.strip())

    def _avatar(self, content: Mapping[str, Any], _event: Mapping[str, Any]) -> None:
        self.pictured = bool(content.get("url"))

    def _tombstone(self, content: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        self.replaced = True
        successor, sender = content.get("replacement_room"), event.get("sender")
        self.successor = successor[:255] if isinstance(successor, str) else ""
        self.replaced_by = sender if isinstance(sender, str) and is_user_id(sender) else ""

    def closed_to(self, user: str) -> bool:
        """Whether the room was replaced by another and takes no more messages from a person."""
        return self.replaced and self.level(user) < self.event_level

    @property
    def modern(self) -> bool:
        """Room version 12 and later, where creators outrank every level."""
        return self.version.isdigit() and int(self.version[:4]) >= 12

    @property
    def public(self) -> bool:
        """Whether strangers may join the room or read its history."""
        return self.join_rule == "public" or self.history_visibility == "world_readable"

    @property
    def joined(self) -> list[str]:
        """The ids of the members who have joined."""
        return [user for user, membership in self.members.items() if membership == "join"]

    def has(self, user: str) -> bool:
        """Whether a person is in the room now."""
        return self.members.get(user) == "join"

    def level(self, user: str) -> int:
        """A person's power level as the specification counts it, creators included."""
        if user in self.creators and (self.modern or not self.has_levels):
            return CREATOR_LEVEL if self.modern else 100
        return self.levels.get(user, self.default_level)

    def rightly_replaced(self, least: int) -> bool:
        """Whether the person who upgraded the room has at least the power level ``least``."""
        return bool(self.successor) and self.level(self.replaced_by) >= least

    def may_redact(self, user: str) -> bool:
        """Whether somebody may redact other people's messages."""
        return self.level(user) >= self.redact_level

    def partner(self, own: str) -> str | None:
        """The other person, where exactly two are in the room and nobody else is invited."""
        if len(self.members) != 2 or not self.has(own):
            return None
        other = next(user for user in self.members if user != own)
        return other if self.has(other) else None

    def made_direct(self, own: str) -> bool:
        """Whether the room was made as a direct chat and has no name of its own.

        Two people in a room prove nothing: they may be the first two of many.
        """
        if self.said_direct:
            return True
        made = self.declared_direct or own in {self.inviter, self.founder}
        called = self.name.strip() or self.settings.address
        return made and not (called or self.described or self.pictured)

    def direct_partner(self, own: str) -> str | None:
        """The other person of a direct chat; None where the room is no direct chat."""
        return self.partner(own) if self.made_direct(own) and not self.replaced else None


def _known(word: object, words: frozenset[str]) -> str:
    return word if isinstance(word, str) and word in words else UNKNOWN


_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,15}\s*")


def _level(value: object, default: int | None) -> int | None:
    if isinstance(value, bool):
        return default
    if isinstance(value, int):
        return max(-CREATOR_LEVEL, min(value, CREATOR_LEVEL - 1))
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        # Rooms before version 10 may spell levels as text.
        return _level(int(value), default)
    return default


def _as_level(value: object, default: int) -> int:
    level = _level(value, default)
    return default if level is None else level


def stripped(events: Iterable[object], own: str) -> Room:
    """The room as an invitation describes it before one has joined."""
    room = Room("")
    inviters = set()
    for event in events:
        if not isinstance(event, dict) or "state_key" not in event:
            continue
        room.apply_all([event])
        if event.get("type") == "m.room.member" and event.get("state_key") == own:
            content = event.get("content")
            room.declared_direct = isinstance(content, dict) and content.get("is_direct") is True
            sender = event.get("sender")
            inviters.add(sender if isinstance(sender, str) and is_user_id(sender) else "")
    # The rest of this state is what the inviter's server says; who invites must not be in doubt.
    room.inviter = inviters.pop() if len(inviters) == 1 else ""
    return room

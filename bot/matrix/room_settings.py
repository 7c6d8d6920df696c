"""Settings of a room that decide who reads along and who may change the room."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from storage.core.lazy_dataclass import dataclass

AUDITED = (
    "m.room.canonical_alias",
    "m.room.third_party_invite",
    "im.vector.modular.widgets",
    "m.widget",
    "m.bridge",
    "uk.half-shot.bridge",
)
"""State that only the audit uses."""

WIDGETS = frozenset({"im.vector.modular.widgets", "m.widget"})
BRIDGES = frozenset({"m.bridge", "uk.half-shot.bridge"})

GUARDED = (
    "m.room.encryption",
    "m.room.power_levels",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.guest_access",
    "m.room.server_acl",
    "m.room.tombstone",
)
"""Settings that decide about everybody's safety."""

MOST = 50
"""Things of one kind that are kept count of."""

_LARGEST = 1 << 53


@dataclass(slots=True)
class RoomSettings:
    """What the audit looks at; plain values, saved with the room."""

    whole: bool = False
    """Whether the room's state was read since all of this is looked at."""
    rotation_ms: int = 0
    """After how long apps change the key, and after how many messages; 0: the usual."""
    rotation_messages: int = 0
    invite_level: int = 0
    kick_level: int = 50
    state_level: int = 50
    """What changing any other setting takes."""
    guarded_level: int = 50
    """The least that changing one of the guarded settings takes."""
    address: bool = False
    """Whether the room has an address that can be guessed or searched for."""
    widgets: list[str] = field(default_factory=list)
    bridges: list[str] = field(default_factory=list)
    invited_by_mail: list[str] = field(default_factory=list)
    """Tokens of invitations to mail addresses that nobody took up."""

    def apply(self, event: Mapping[str, Any]) -> None:
        """Take over one state event; events of no interest to the audit are let pass."""
        kind, key, content = event.get("type"), event.get("state_key"), event.get("content")
        if not isinstance(kind, str) or not isinstance(key, str) or not isinstance(content, dict):
            return
        if kind in WIDGETS:
            _keep(self.widgets, f"{kind} {key}", there="url" in content or "type" in content)
        elif kind in BRIDGES:
            _keep(self.bridges, f"{kind} {key}", there=bool(content))
        elif kind == "m.room.third_party_invite":
            _keep(self.invited_by_mail, key, there="display_name" in content)
        elif kind == "m.room.member":
            self._taken_up(content)
        elif key == "":
            self._one_of_a_kind(kind, content)

    def _one_of_a_kind(self, kind: str, content: Mapping[str, Any]) -> None:
        if kind == "m.room.encryption":
            self.rotation_ms = number(content.get("rotation_period_ms"), 0)
            self.rotation_messages = number(content.get("rotation_period_msgs"), 0)
        elif kind == "m.room.canonical_alias":
            others = content.get("alt_aliases")
            self.address = bool(content.get("alias")) or bool(isinstance(others, list) and others)
        elif kind == "m.room.power_levels":
            self._levels(content)

    def _levels(self, content: Mapping[str, Any]) -> None:
        self.invite_level = number(content.get("invite"), 0)
        self.kick_level = min(number(content.get("kick"), 50), number(content.get("ban"), 50))
        self.state_level = number(content.get("state_default"), 50)
        events = content.get("events")
        named = events if isinstance(events, dict) else {}
        self.guarded_level = min(number(named.get(each), self.state_level) for each in GUARDED)

    def _taken_up(self, content: Mapping[str, Any]) -> None:
        """Somebody joined by an invitation to their mail address."""
        invite = content.get("third_party_invite")
        signed = invite.get("signed") if isinstance(invite, dict) else None
        token = signed.get("token") if isinstance(signed, dict) else None
        if isinstance(token, str):
            _keep(self.invited_by_mail, token, there=False)


def _keep(names: list[str], name: str, *, there: bool) -> None:
    short = name[:200]
    if short in names:
        names.remove(short)
    if there and len(names) < MOST:
        names.append(short)


def number(value: object, default: int) -> int:
    """A level or a period; rooms before version 10 may spell it as text."""
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(-_LARGEST, min(value, _LARGEST))

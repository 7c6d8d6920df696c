"""The table ``[authority]`` of config.toml: whose word counts, and from when on."""

import re
from dataclasses import field
from typing import Annotated, Final

from commands.roles.rules import AuthoritySettings, Newcomers
from storage.core.bounds import Within, some
from storage.core.lazy_dataclass import dataclass

USER: Final = re.compile(r"@[!-9;-~]+:[A-Za-z0-9.:\[\]-]+")
_ROOM: Final = re.compile(r"![!-~]{1,254}")


def _user(value: str) -> str:
    if not USER.fullmatch(value):
        raise ValueError("must be a full Matrix user id such as @steward:example.org")
    return value


def _room(value: str) -> str:
    if not _ROOM.fullmatch(value):
        raise ValueError("must name rooms by their internal id, which begins with !")
    return value


UserIdText = Annotated[str, _user]
RoomIdText = Annotated[str, _room]
SomeUsers = Annotated[tuple[UserIdText, ...], some]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityTable:
    """Whose word counts. What a room's state shows is the homeserver's word: an upper bound."""

    newcomers: Newcomers = Newcomers.NAMED
    """What happens before somebody new hears about people: the room is told, or a lead confirms."""
    held_days: Annotated[int, Within(0, 365)] = 7
    """Days for which a role must have counted before it counts for what takes two people.

    A week: committees meet about weekly, so everybody has seen the notice and could object.
    """
    leads: dict[RoomIdText, SomeUsers] = field(default_factory=dict)
    """The only leads of a committee, by the internal id of its room."""

    @property
    def settings(self) -> AuthoritySettings:
        """The table as the rules of ``storage.authority`` take it."""
        return AuthoritySettings(self.newcomers, self.held_days)

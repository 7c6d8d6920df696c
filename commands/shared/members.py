"""Members of the committee as its room has them now, and which of them a name means."""

from collections.abc import Collection, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from commands.framework.context import Role, UserId
from commands.framework.errors import Refusal, cut, impossible, refuse
from commands.framework.naming import named
from commands.framework.reply import Line, line, listed
from commands.framework.suggest import suggest
from commands.framework.values import Colleague
from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

if TYPE_CHECKING:
    from storage.names import look_alikes
else:
    # Nearly all names are typed in the letters of all addresses.
    look_alikes = Later("storage.names.look_alikes")

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Members:
    """The people in the committee's room and their roles, as the bot provides them."""

    roles: Mapping[UserId, Role]
    names: Mapping[UserId, str] = field(default_factory=dict)
    """Display names in the room. Anybody may take any name: good for asking back, no more."""

    def includes(self, user: UserId) -> bool:
        """Whether the user is in the committee's room now."""
        return user in self.roles

    def without(self, people: Collection[UserId]) -> "Members":
        """The same members, some left out."""
        return replace(
            self, roles={user: role for user, role in self.roles.items() if user not in people}
        )

    def find(self, said: Colleague) -> UserId:
        """The member meant. Raises Refusal for nobody and for several; never guesses."""
        return the_one(said, list(self.roles), self.names)

    def find_or_gone(self, said: Colleague, gone: set[UserId]) -> UserId:
        """The member meant, or somebody who has left and still carries something."""
        return the_one(said, [*self.roles, *sorted(gone - self.roles.keys())], self.names)

    def called(self, words: str) -> list[UserId]:
        """Members whose address, whole name or first name equals the words."""
        wanted = _plain(words)
        return [
            user
            for user in self.roles
            if wanted and wanted in {_local(user), *_said_names(self.names.get(user, ""))}
        ]

    def row(self, user: UserId) -> Line:
        """A member to choose from: the address, and the name they go by."""
        return row_of(user, self.names)


def the_one(
    said: Colleague, people: list[UserId], names: Mapping[UserId, str] | None = None
) -> UserId:
    """The member whom ``@ana`` means among these people. Raises Refusal.

    Only an address decides. Names that people gave themselves make it ask: for somebody whose name
    was typed, and where another goes by the name that is one person's address.
    """
    names = {} if names is None else names
    wanted = _plain(said)
    exact = [user for user in people if user == str(said)]
    # Addresses differ by case, and by letters that search takes for one: those are several people.
    exact = exact or [user for user in people if _plain(user) == wanted]
    if len(exact) == 1:
        return exact[0]
    found = [user for user in people if _local(user) == wanted]
    found += [user for user in people if user not in found and _looks_so(user, said)]
    called = [user for user in people if wanted == _plain(names.get(user, ""))]
    if len(found) == 1 and set(called) <= set(found):
        return found[0]
    meant = (
        exact or found or called or [u for u in people if wanted in _said_names(names.get(u, ""))]
    )
    meant += [user for user in called if user not in meant]
    if len(meant) == 1:
        raise impossible(
            "A name alone is not enough. Did you mean {who}? Then type {address}.",
            who=cut(names.get(meant[0], "")),
            address=meant[0],
        )
    if meant:
        raise Refusal(
            line("More than one person here is {who}. Say which:", who=cut(said)),
            choices=listed([row_of(user, names) for user in meant[:SHOWN]]),
        )
    short = {_local(user): user for user in people}
    close = suggest(wanted.partition(":")[0], short)
    if close is not None:
        raise refuse(
            "Nobody here is {who}. Did you mean {close}?", who=cut(said), close=f"@{close}"
        )
    raise Refusal(
        line("Nobody in this committee is {who}. There are:", who=cut(said)),
        choices=listed([(name,) for name in sorted(map(named, people))[:SHOWN]]),
    )


def row_of(user: UserId, names: Mapping[UserId, str]) -> Line:
    """An address to choose from, with the name its owner goes by."""
    name = cut(names.get(user, ""))
    return (f"{user} – {name}",) if name else (user,)


def _said_names(name: str) -> set[str]:
    """How a name may be said: the whole of it, or the first word."""
    whole = _plain(name)
    return {whole, whole.partition(" ")[0]} - {""}


def _local(user: str) -> str:
    return _plain(user).partition(":")[0]


def _looks_so(user: str, said: str) -> bool:
    """Whether a name typed looks like somebody's in letters of another script: which of two was copied nobody sees."""
    if user.isascii() and said.isascii():
        return False
    typed = said.removeprefix("@")
    return ":" not in typed and look_alikes.looks(typed) == look_alikes.looks(
        user.partition(":")[0]
    )


def _plain(user: str) -> str:
    """Without the @ and without case; ids keep their server."""
    name, colon, server = user.removeprefix("@").partition(":")
    return (folded(name) or name) + colon + server.casefold()

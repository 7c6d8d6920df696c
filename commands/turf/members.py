"""Who is in the committee now, as its room has it; and the one of them somebody meant."""

from collections.abc import Mapping
from dataclasses import dataclass

from commands.framework.context import Role, UserId
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import _
from commands.framework.reply import line, listed
from commands.framework.suggest import suggest
from commands.framework.values import Colleague
from storage.names import folded

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Members:
    """The people in the committee's room and what they may do; the bot provides it."""

    roles: Mapping[UserId, Role]

    def includes(self, user: UserId) -> bool:
        return user in self.roles

    def find(self, said: Colleague) -> UserId:
        """The member meant. Raises Refusal for nobody and for several; never guesses."""
        return the_one(said, list(self.roles))

    def find_or_gone(self, said: Colleague, gone: set[UserId]) -> UserId:
        """The member meant, or somebody who has left and still carries something."""
        return the_one(said, [*self.roles, *sorted(gone - self.roles.keys())])


def the_one(said: Colleague, people: list[UserId]) -> UserId:
    """Whom ``@ana`` means among these people. Raises Refusal."""
    wanted = _plain(said)
    exact = [user for user in people if _plain(user) == wanted]
    found = exact or [user for user in people if _plain(user).partition(":")[0] == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refusal(
            line(_("More than one person here is {who}. Say which:"), who=cut(said)),
            choices=listed([(user,) for user in found[:SHOWN]]),
        )
    names = {_plain(user).partition(":")[0]: user for user in people}
    close = suggest(wanted.partition(":")[0], names)
    if close is not None:
        raise refuse(
            _("Nobody here is {who}. Did you mean {close}?"), who=cut(said), close=f"@{close}"
        )
    raise Refusal(
        line(_("Nobody in this committee is {who}. There are:"), who=cut(said)),
        choices=listed([(f"@{name}",) for name in sorted(names)[:SHOWN]]),
    )


def _plain(user: str) -> str:
    """Without the @ and without case; ids keep their server."""
    name, colon, server = user.removeprefix("@").partition(":")
    return (folded(name) or name) + colon + server.casefold()

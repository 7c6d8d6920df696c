"""Members of long standing, for tests of everything but who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.rooms.authority import Authority
from commands.roles import rules
from commands.roles.standing import Role, Standing
from storage.authority.standings import MemberRecord
from storage.core.database import Transaction
from storage.core.model import Committee, UserId

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def kept(user: str) -> MemberRecord:
    """What the bot wrote down long ago of somebody whose power, if any, was confirmed then."""
    return MemberRecord(
        UserId(user),
        LONG_AGO,
        introduced=LONG_AGO,
        accepted=LONG_AGO,
        lead=LONG_AGO,
        keeper=LONG_AGO,
    )


def of_old(user: str, role: Role) -> Standing:
    """A member of long standing."""
    return rules.standing(UserId(user), role, kept(user), barred=False)


class _Everybody(dict[UserId, MemberRecord]):
    """Knows whoever is asked for."""

    def get(self, user: object, _default: object = None) -> MemberRecord:
        return kept(str(user))


@dataclass(slots=True)
class AsShown(Authority):
    """Standings in which everybody in the room has been there for long, with the role the room shows."""

    async def one(
        self, tx: Transaction, committee: Committee, person: UserId
    ) -> MemberRecord | None:
        return (await self.kept(tx, committee)).get(person)

    async def kept(self, tx: Transaction, committee: Committee) -> Mapping[UserId, MemberRecord]:
        del tx, committee
        return _Everybody()

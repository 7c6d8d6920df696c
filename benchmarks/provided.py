"""What the bot gives to commands beside the database, for measuring them without the bot."""

import secrets
from datetime import UTC, datetime
from typing import Final

from commands.imports.upload import AttachedFile
from commands.roles import rules
from commands.roles.standing import Role, Standing
from commands.shared.background import BackgroundWork
from commands.shared.members import Members
from storage.authority.standings import MemberRecord
from storage.core.model import UserId
from storage.privacy.forgotten import Seal


class Idle:
    """No work in the background."""

    def wake_imports(self) -> None:
        """Nothing works through lists."""

    def wake_downloads(self) -> None:
        """Nothing fetches files."""

    def wake_wiping(self) -> None:
        """Nothing writes files anew."""


SEAL: Final = Seal(secrets.token_bytes(32))
_GIVEN: Final[dict[type, object]] = {
    Seal: SEAL,
    BackgroundWork: Idle(),
    AttachedFile: AttachedFile(),
    Members: Members({}),
}


async def provide(kind: type) -> object:
    """Give what a command asks for by its type; LookupError for what no measured one asks for."""
    return _GIVEN[kind]


def of_old(user: UserId, role: Role) -> Standing:
    """A member of long standing, as the bot tells a command who types it."""
    at = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    kept = MemberRecord(user, at, introduced=at, accepted=at, lead=at, keeper=at)
    return rules.standing(user, role, kept, barred=False)

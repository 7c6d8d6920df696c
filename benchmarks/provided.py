"""Substitutes for what the bot provides to commands beside the database, for measuring without the bot."""

import secrets
from datetime import UTC, datetime
from typing import Final

from commands.framework.withheld import WithheldLine, WithheldLines
from commands.imports.upload import AttachedFile
from commands.polls.service import PollService
from commands.roles import rules
from commands.roles.standing import Role, Standing
from commands.shared.background import BackgroundWork
from commands.shared.members import Members
from storage.authority.standings import MemberRecord
from storage.core.model import UserId
from storage.privacy.forgotten import Seal
from tests.support.poll_desk import OpenDesk


class Idle:
    """Background work that is never done."""

    def wake_imports(self) -> None:
        """Do nothing: no import is worked on."""

    def wake_downloads(self) -> None:
        """Do nothing: no file is fetched."""

    def wake_wiping(self) -> None:
        """Do nothing: no file is rewritten."""


class NothingWithheld(WithheldLines):
    """Lines that wait for somebody's ok: none, ever."""

    def waiting(self, now: datetime) -> WithheldLine | None:
        """Return None: nothing waits."""

    def keep(self, line: WithheldLine) -> None:
        """Do nothing: measured lines name nobody where others read."""

    def drop(self) -> None:
        """Do nothing: nothing waits."""


SEAL: Final = Seal(secrets.token_bytes(32))
_GIVEN: Final[dict[type, object]] = {
    Seal: SEAL,
    BackgroundWork: Idle(),
    AttachedFile: AttachedFile(),
    Members: Members({}),
    WithheldLines: NothingWithheld(),
    PollService: OpenDesk(datetime(2026, 1, 5, 9, 0, tzinfo=UTC)),
}


async def provide(kind: type) -> object:
    """Return what a command asks for by its type; raises LookupError for types no measured one asks for."""
    return _GIVEN[kind]


def of_old(user: UserId, role: Role) -> Standing:
    """Make the standing of a member of many years, as the bot gives it to a command."""
    at = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    kept = MemberRecord(user, at, introduced=at, accepted=at, lead=at, keeper=at)
    return rules.standing(user, role, kept, barred=False)

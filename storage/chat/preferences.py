"""Preferences of each organizer across committees: time zone, language, quiet hours, reminders, current committee."""

from zoneinfo import ZoneInfo

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee, CommitteeId, UserId
from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class People(Shared):
    """Preferences of all organizers, by Matrix user id."""

    async def zone(self, user: UserId) -> ZoneInfo | None:
        """Return the person's own time zone; None: not set, and the committee's is used."""
        key = await self.tx.value("SELECT zone FROM people WHERE user = ?", (user,))
        return ZoneInfo(key) if isinstance(key, str) else None

    async def set_zone(self, user: UserId, zone: str) -> None:
        """Save the person's IANA time zone."""
        await self.tx.execute(
            "INSERT INTO people(user, zone) VALUES (?, ?) "
            "ON CONFLICT(user) DO UPDATE SET zone = excluded.zone",
            (user, zone),
        )

    async def language(self, user: UserId) -> str | None:
        """Return the code of the language that the person chose; None: not set."""
        kept = await self.tx.value("SELECT language FROM people WHERE user = ?", (user,))
        return kept if isinstance(kept, str) else None

    async def reads(self, user: UserId, committee: Committee) -> str:
        """Return the code of the language in which the person is written to directly."""
        return await self.language(user) or committee.language

    async def set_language(self, user: UserId, language: str) -> None:
        """Save the code of the language that the person wants to be answered in."""
        await self.tx.execute(
            "INSERT INTO people(user, language) VALUES (?, ?) "
            "ON CONFLICT(user) DO UPDATE SET language = excluded.language",
            (user, language),
        )

    async def quiet(self, user: UserId) -> str | None:
        """Return the hours in which the person is not pinged, "22-8"; None: not set."""
        kept = await self.tx.value("SELECT quiet FROM people WHERE user = ?", (user,))
        return kept if isinstance(kept, str) else None

    async def set_quiet(self, user: UserId, hours: str) -> None:
        """Save the person's quiet hours, as the command wrote the text."""
        await self.tx.execute(
            "INSERT INTO people(user, quiet) VALUES (?, ?) "
            "ON CONFLICT(user) DO UPDATE SET quiet = excluded.quiet",
            (user, hours),
        )

    async def reminders(self, user: UserId) -> str | None:
        """Where reminders reach them: room, direct or off; None: they have not said."""
        kept = await self.tx.value("SELECT reminders FROM people WHERE user = ?", (user,))
        return kept if isinstance(kept, str) else None

    async def set_reminders(self, user: UserId, where: str) -> None:
        """Save where the person wants reminders."""
        await self.tx.execute(
            "INSERT INTO people(user, reminders) VALUES (?, ?) "
            "ON CONFLICT(user) DO UPDATE SET reminders = excluded.reminders",
            (user, where),
        )

    async def current(self, user: UserId) -> CommitteeId | None:
        """Return the committee the person last chose with ``!use``."""
        chosen = await self.tx.value("SELECT committee FROM people WHERE user = ?", (user,))
        return CommitteeId(chosen) if isinstance(chosen, int) else None

    async def use(self, user: UserId, committee: CommitteeId) -> None:
        """Make a committee the person's current one."""
        await self.tx.execute(
            "INSERT INTO people(user, committee) VALUES (?, ?) "
            "ON CONFLICT(user) DO UPDATE SET committee = excluded.committee",
            (user, committee),
        )

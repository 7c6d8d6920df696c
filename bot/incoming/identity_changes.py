"""Finds people whose identity changed, before a message of theirs is judged."""

from collections.abc import Iterable

from bot.delivery.notices import Notices
from bot.matrix.trust import Trust
from bot.rooms.directory import RoomDirectory
from bot.state import CommitteeDirectory
from storage.chat.identities import Identities
from storage.core.database import Database


class IdentityChanges:
    """Follows the identities of everybody in the bot's rooms, and warns when one changes."""

    def __init__(
        self,
        database: Database,
        trust: Trust,
        places: RoomDirectory,
        notices: Notices,
        committees: CommitteeDirectory,
    ) -> None:
        self._database = database
        self._trust = trust
        self._places = places
        self._notices = notices
        self._committees = committees

    def track(self) -> None:
        """Follow the keys of everybody in our rooms, and of nobody else."""
        own, rooms = self._places.own, self._places.rooms.values()
        # Nearly all are known, with every answer of sync: only the others are looked at one by one.
        self._trust.track(
            user
            for room in rooms
            for user in self._trust.unknown(room.members)
            if user != own and room.has(user)
        )

    def mark_stale(self, people: Iterable[object]) -> None:
        """Have the keys of the people queried anew whom the homeserver reports as changed."""
        self._trust.mark_stale(user for user in people if isinstance(user, str))

    async def doubt(self, person: str) -> None:
        """Query a person's keys anew after a message from an unknown device, and see what changed."""
        self._trust.doubt(person)
        await self.look()

    async def look(self) -> None:
        """Query keys of new or changed people; record and tell whose identity changed."""
        self.track()
        await self._trust.refresh()
        news = tuple(self._trust.news)
        if not news:
            return
        async with self._database.transaction() as tx:
            for pin in news:
                await Identities(tx).pin(pin.person, pin.pinned, pin.pinned_at)
                await Identities(tx).offer(pin.person, pin.offered, pin.offered_at or 0)
                if pin.offered is not None:
                    await self._notices.warn_of_change(tx, pin, self._committees.known)
            tx.after_commit(lambda: self._trust.noted(len(news)))

"""Messages of a coalition: what this bot said, and what became of what others said."""

from datetime import datetime

from storage.coalition.model import (
    CoalitionId,
    HeardState,
    HeldMessage,
    LoggedMessage,
    MemberId,
    SaidMessage,
)
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Shared
from storage.core.rows import moment

MOST_AGAIN = 200
"""Messages that are said again at once, at most."""
MOST_HELD = 500
"""Messages of one member that are held, at most."""


@dataclass(frozen=True, slots=True)
class SaidMessages(Shared):
    """Messages of this bot's own, kept so that whoever missed one can have it again."""

    async def add(self, message: SaidMessage) -> None:
        """Save a message that is said in the same transaction."""
        await self.tx.add(
            "coalition_said",
            coalition=message.coalition,
            epoch=message.epoch,
            counter=message.counter,
            kind=message.kind,
            body=message.body,
            sentence=message.sentence,
            at=message.at,
            version=message.version,
        )

    async def between(
        self, coalition: CoalitionId, epoch: int, first: int, last: int
    ) -> list[SaidMessage]:
        """Return the messages with counters from ``first`` to ``last`` that are still kept, in order."""
        return await self.tx.records(
            SaidMessage,
            "SELECT * FROM coalition_said WHERE coalition = ? AND epoch = ? "
            "AND counter BETWEEN ? AND ? ORDER BY counter LIMIT ?",
            (coalition, epoch, first, last, MOST_AGAIN),
        )

    async def forget_before(self, at: int) -> int:
        """Delete messages said before ``at`` (Unix ms UTC); return how many."""
        return await self.tx.execute("DELETE FROM coalition_said WHERE at < ?", (at,))


@dataclass(frozen=True, slots=True)
class HeardMessages(Shared):
    """Messages of others by sender, epoch and counter: each is acted upon once."""

    async def knows(self, member: MemberId, epoch: int, counter: int) -> bool:
        """Whether a message came before, acted upon or held."""
        return bool(
            await self.tx.value(
                "SELECT 1 FROM coalition_heard WHERE member = ? AND epoch = ? AND counter = ?",
                (member, epoch, counter),
            )
        )

    async def hold(self, message: HeldMessage, at: int) -> bool:
        """Keep a message until those before it have come; False if too many of that member wait."""
        waiting = await self.tx.number(
            "SELECT COUNT(*) FROM coalition_heard WHERE member = ? AND epoch >= 0 AND state = 'held'",
            (message.member,),
        )
        if waiting >= MOST_HELD:
            return False
        await self.tx.add_new(
            "coalition_heard",
            member=message.member,
            epoch=message.epoch,
            counter=message.counter,
            kind=message.kind,
            body=message.body,
            sentence=message.sentence,
            state=HeardState.HELD,
            at=at,
        )
        return True

    async def note(self, message: HeldMessage, state: HeardState, at: int) -> None:
        """Note what became of a message; ``at`` is Unix ms UTC. Of what it said the sentence is kept."""
        await self.tx.put(
            "coalition_heard",
            member=message.member,
            epoch=message.epoch,
            counter=message.counter,
            kind=message.kind,
            body=None,
            sentence=message.sentence,
            state=state,
            at=at,
        )

    async def latest_at(self, member: MemberId) -> datetime | None:
        """Return when the last message of a member came (aware, UTC); None: none is kept."""
        at = await self.tx.value("SELECT MAX(at) FROM coalition_heard WHERE member = ?", (member,))
        return None if at is None else moment(int(str(at)))

    async def held(self, member: MemberId, epoch: int, counter: int) -> HeldMessage | None:
        """Return the message with exactly this counter if it is held; None if it is not."""
        return await self.tx.record(
            HeldMessage,
            "SELECT * FROM coalition_heard WHERE member = ? AND epoch = ? AND counter = ? "
            "AND state = 'held'",
            (member, epoch, counter),
        )

    async def first_held(self, member: MemberId, epoch: int) -> int | None:
        """Return the smallest counter of a member's held messages; None if none is held."""
        found = await self.tx.value(
            "SELECT MIN(counter) FROM coalition_heard WHERE member = ? AND epoch = ? "
            "AND state = 'held'",
            (member, epoch),
        )
        return None if found is None else int(str(found))

    async def waiting_since(self, member: MemberId, at: int) -> tuple[int, int] | None:
        """Return epoch and counter of a member's first message that is held since before ``at`` (Unix ms UTC).

        None if none is held for so long.
        """
        row = await self.tx.one(
            "SELECT epoch, counter FROM coalition_heard WHERE member = ? AND epoch >= 0 "
            "AND state = 'held' AND at < ? ORDER BY epoch DESC, counter LIMIT 1",
            (member, at),
        )
        return None if row is None else (int(row["epoch"]), int(row["counter"]))

    async def drop_held(self, member: MemberId, before_epoch: int) -> int:
        """Delete a member's held messages of earlier epochs; return how many."""
        return await self.tx.execute(
            "DELETE FROM coalition_heard WHERE member = ? AND epoch < ? AND state = 'held'",
            (member, before_epoch),
        )

    async def log(self, coalition: CoalitionId, most: int) -> list[LoggedMessage]:
        """Return what was said in the room of the bots, by all of them, newest first."""
        return await self.tx.records(
            LoggedMessage,
            "SELECT * FROM (SELECT c.label, s.sentence, s.at, s.id FROM coalition_said AS s "
            "JOIN coalitions AS c ON c.id = s.coalition WHERE s.coalition = ?1 AND s.epoch >= 0 "
            "UNION ALL SELECT m.label, h.sentence, h.at, h.id FROM coalition_members AS m "
            "JOIN coalition_heard AS h ON h.member = m.id AND h.epoch >= 0 "
            "WHERE m.coalition = ?1 AND m.bot > '') "
            "WHERE sentence <> '' ORDER BY at DESC, id DESC LIMIT ?2",
            (coalition, most),
        )

    async def counts(self) -> dict[str, int]:
        """Return how many messages of all members are known, by what became of them."""
        rows = await self.tx.all(
            "SELECT state, COUNT(*) AS n FROM coalition_heard GROUP BY state ORDER BY state"
        )
        return {str(row["state"]): int(row["n"]) for row in rows}

    async def forget_before(self, at: int) -> int:
        """Delete what became of messages before ``at`` (Unix ms UTC); counters stay. Return how many."""
        return await self.tx.execute("DELETE FROM coalition_heard WHERE at < ?", (at,))

    async def forget_beyond(self, most: int) -> int:
        """Delete what became of all but the last ``most`` messages of each member; return how many."""
        return await self.tx.execute(
            "DELETE FROM coalition_heard WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
            "(PARTITION BY member ORDER BY id DESC) AS n FROM coalition_heard WHERE state <> 'held') "
            "WHERE n > ?)",
            (most,),
        )

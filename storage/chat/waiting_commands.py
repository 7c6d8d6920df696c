"""Commands that wait while other people have their turn. A row lasts from the message to the answer."""

from dataclasses import field

from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class WaitingCommand:
    """A message accepted as a command and not yet acted upon."""

    event_id: str
    person: str
    room: str
    body: str = field(repr=False)
    """The text, with mentions written out (bot/matrix/message_text.py)."""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class WaitingCommands(Shared):
    """Everybody's commands that wait, each person's in the order in which they came."""

    async def keep(self, kept: WaitingCommand) -> None:
        """Save a command that has to wait."""
        await self.tx.add(
            "waiting",
            event_id=kept.event_id,
            person=kept.person,
            room=kept.room,
            body=kept.body,
            thread=kept.thread,
        )

    async def first(self, person: str, most: int) -> list[WaitingCommand]:
        """Return at most so many commands of a person, in the order in which they came."""
        return await self.tx.records(
            WaitingCommand,
            "SELECT * FROM waiting WHERE person = ? ORDER BY id LIMIT ?",
            (person, most),
        )

    async def people(self) -> dict[str, int]:
        """Return the characters that wait, by person, the longest waiting person first."""
        rows = await self.tx.all(
            "SELECT person, sum(length(body)) AS size FROM waiting GROUP BY person ORDER BY min(id)"
        )
        return {row["person"]: row["size"] for row in rows}

    async def take(self, event_id: str) -> str | None:
        """Delete a command that is answered now, and return its words; None when the row is already gone.

        Only these count: names may have been taken out of them since the command was read ahead.
        """
        body = await self.tx.returned(
            "DELETE FROM waiting WHERE event_id = ? RETURNING body", (event_id,)
        )
        return None if body is None else str(body)

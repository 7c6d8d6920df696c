"""Commands that wait until others had their turn. A row lives from the message to its answer."""

from dataclasses import dataclass, field

from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class WaitingCommand:
    """A message that was taken and not acted upon yet."""

    event_id: str
    person: str
    room: str
    body: str = field(repr=False)
    """What was said, with mentions in it (bot/matrix/message_text.py)."""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class WaitingCommands(Shared):
    """Everybody's commands that wait, each person's in the order in which they came."""

    async def keep(self, kept: WaitingCommand) -> None:
        await self.tx.add(
            "waiting",
            event_id=kept.event_id,
            person=kept.person,
            room=kept.room,
            body=kept.body,
            thread=kept.thread,
        )

    async def first(self, person: str) -> WaitingCommand | None:
        """The command of a person that came first."""
        return await self.tx.record(
            WaitingCommand, "SELECT * FROM waiting WHERE person = ? ORDER BY id LIMIT 1", (person,)
        )

    async def people(self) -> dict[str, int]:
        """Characters that wait, by person."""
        rows = await self.tx.all(
            "SELECT person, sum(length(body)) AS size FROM waiting GROUP BY person ORDER BY min(id)"
        )
        return {row["person"]: row["size"] for row in rows}

    async def done(self, event_id: str) -> bool:
        """The command was answered; False when somebody else did before."""
        return bool(await self.tx.execute("DELETE FROM waiting WHERE event_id = ?", (event_id,)))

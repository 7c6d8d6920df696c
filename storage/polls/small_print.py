"""Small print of ballots: who has had the full text, by person and kind of poll, for all committees."""

import json
from collections.abc import Iterable

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Shared


@dataclass(frozen=True, slots=True)
class SmallPrint(Shared):
    """People who have had the small print: everybody on a roster, whether they vote or not."""

    async def told(self, kind: str) -> frozenset[UserId]:
        """Return the people who have had the small print of one kind of poll."""
        rows = await self.tx.all("SELECT person FROM small_print WHERE kind = ?", (kind,))
        return frozenset(UserId(row["person"]) for row in rows)

    async def note(self, kind: str, people: Iterable[UserId]) -> None:
        """Note that people have had the small print; a second time changes nothing."""
        # In alphabetical order, as they are kept: not in the order in which ballots went out.
        await self.tx.executemany(
            "INSERT OR IGNORE INTO small_print(person, kind) VALUES (?, ?)",
            [(person, kind) for person in sorted(people)],
        )

    async def keep_only(self, people: Iterable[UserId]) -> None:
        """Delete everybody but ``people``: whoever left gets the full text again on return."""
        await self.tx.execute(
            "DELETE FROM small_print WHERE person NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(people)),),
        )

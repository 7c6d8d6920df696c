"""Words that this bot said to other committees, which have them since: those in which somebody's name stands."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from storage.coalition.personal import IDS
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Repository
from storage.core.rows import moment
from storage.core.slices import in_slices
from storage.privacy.name_patterns import NamePatterns


class SentKind(Enum):
    """Messages with words that people typed, by their kind (``commands/coalition/kinds.py``)."""

    NEWS = "news"
    QUESTION = "poll ask"
    TEST = "test proposed"
    MEETING = "meeting"
    MINUTES = "meeting minutes"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class SentWords:
    """Words that the other committees have."""

    kind: SentKind
    at: datetime
    """When they were sent; of a joint test, when it was proposed. Aware, UTC."""


_TYPED = ", ".join(f"'{each.value}'" for each in SentKind)
_IN_TEST = (
    "EXISTS (SELECT 1 FROM coalition_tests AS j WHERE j.coalition = s.coalition AND j.test IS NOT NULL "
    "AND j.name = s.body ->> 'name' AND j.letter = s.body ->> 'letter')"
)
_SENT = (
    "SELECT s.kind, s.at, s.sentence AS words, s.body FROM coalition_said AS s "
    "JOIN coalitions AS c ON c.id = s.coalition "
    f"WHERE c.committee = ?1 AND s.epoch >= 0 AND s.kind IN ({_TYPED}) "
    f"AND NOT (s.kind = '{SentKind.TEST.value}' AND {_IN_TEST}) "
    f"UNION ALL SELECT '{SentKind.TEST.value}', t.opened_at, t.name || char(10) || t.letter, '' "
    "FROM coalition_tests AS t JOIN coalitions AS c ON c.id = t.coalition "
    "WHERE c.committee = ?1 AND t.test IS NOT NULL ORDER BY 2"
)


@dataclass(frozen=True, slots=True)
class WordsSent(Repository):
    """What one committee's bot said to the others, as far as it is kept: 30 days, joint tests for longer."""

    async def naming(self, names: NamePatterns) -> list[SentWords]:
        """Return the words in which somebody's full name stands, oldest first."""
        rows = await self.tx.all(_SENT, (self.committee,))
        found = await in_slices(_naming(rows, names))
        return [
            SentWords(SentKind(row["kind"]), moment(row["at"]))
            for row, names_them in found
            if names_them
        ]


def _naming(rows: list[Row], names: NamePatterns) -> Iterator[tuple[Row, bool]]:
    for row in rows:
        in_words = names.blanked(row["words"]) is not None
        yield row, in_words or names.blanked_in_json(row["body"], IDS) is not None

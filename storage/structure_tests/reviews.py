"""Reviews: where a closed test contradicts the ratings. Each item waits for a yes or a no."""

from datetime import date, datetime
from enum import Enum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, ContactId, EntryId, UserId
from storage.core.repository import Repository
from storage.core.rows import millis
from storage.structure_tests.model import StructureTest


class ReviewReason(Enum):
    """Why a person's rating should be looked at again."""

    HELD_BACK = "held back"
    """Rated 1 or 2, asked, did not act."""
    STEPPED_UP = "stepped up"
    """Rated 3 to 5, or not assessed, and did it."""
    FOLLOWED = "followed"
    """A natural leader whose group followed."""
    NOT_FOLLOWED = "not followed"


FEWEST = 5
"""People in a group of whom something is told in counts."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One rating to look at again."""

    number: int
    what: ReviewReason
    contact: ContactId
    """The record kept in merges."""
    handle: str
    name: str
    organizer: UserId | None
    rating: Assessment
    """Today's."""
    did: int
    people: int
    """For a leader's group: how many stand behind them, or else how many others share area and shift."""


_OPEN = "(r.answer IS NULL OR EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = r.entry))"
_UNKNOWN_TO = (
    "(SELECT COUNT(*) FROM test_people AS l JOIN test_people AS g ON g.test = l.test "
    "AND g.area = l.area AND g.shift IS l.shift AND g.counted AND g.contact <> l.contact "
    "JOIN contacts AS m ON m.id = g.contact JOIN contacts AS w ON w.id = COALESCE(m.merged_into, m.id) "
    "WHERE l.test = r.test AND l.contact = r.contact AND g.organizer IS NOT ?2 "
    "AND w.organizer IS NOT ?2)"
)
"""Of a leader's group, how many somebody has never looked after."""
_FOR = (
    "(?2 IS NULL OR (c.organizer = ?2 AND (r.what NOT IN ('followed', 'not followed') "
    f"OR (NOT r.recorded AND {_UNKNOWN_TO} NOT BETWEEN 1 AND {FEWEST - 1}))))"
)
"""Whom an item is for: leads (?2 is null), or the organizer of whom it is about.

How far a leader's group came tells an organizer, who knows of their own in it, what became of the others:
where those are fewer than five, that is for leads. So is a group that was put behind a leader person by
person: it is not kept of whom it was when the test closed.
"""
_SAME = "(SELECT {c}.id UNION ALL SELECT d.id FROM contacts AS d WHERE d.merged_into = {c}.id)"
_RECORDED = (
    "SELECT l.contact, COUNT(*) AS people, SUM(g.mark = 5) AS did, 1 AS recorded FROM tests AS s "
    "CROSS JOIN contacts AS f INDEXED BY contacts_following CROSS JOIN contacts AS o ON o.id = f.follows "
    "CROSS JOIN test_people AS l ON l.test = s.id AND l.counted AND l.area >= 0 "
    f"AND l.contact IN {_SAME.format(c='o')} CROSS JOIN test_people AS g ON g.test = s.id "
    f"AND g.counted AND g.area >= 0 AND g.contact IN {_SAME.format(c='f')} WHERE s.id = ?1 "
    "AND f.follows > 0 AND f.committee = s.committee AND f.present AND f.merged_into IS NULL "
    "AND o.present AND (l.leader OR o.parts >= 2) GROUP BY l.contact"
)
"""The people who were put behind a leader, of those in the test."""
_GROUPS = (
    f"WITH recorded AS MATERIALIZED ({_RECORDED}) SELECT contact, people, did, recorded FROM recorded "
    # Each group is counted once: a leader's is all of it but themselves.
    "UNION ALL SELECT l.contact, g.people - 1, g.did - (l.mark = 5), 0 FROM test_people AS l "
    "JOIN (SELECT area, shift, COUNT(*) AS people, SUM(mark = 5) AS did FROM test_people "
    "WHERE test = ?1 AND counted AND area >= 0 GROUP BY area, shift) AS g "
    "ON g.area = l.area AND g.shift IS l.shift "
    "WHERE l.test = ?1 AND l.leader AND l.counted AND l.area >= 0 AND g.people > 1 "
    "AND l.contact NOT IN (SELECT contact FROM recorded)"
)
_ITEMS = (
    "SELECT p.contact, 0 AS did, 0 AS people, 0 AS recorded, CASE WHEN p.mark = 5 THEN 'stepped up' "
    "ELSE 'held back' END AS what, CASE WHEN p.mark = 5 THEN 2 ELSE 1 END AS place "
    "FROM test_people AS p JOIN contacts AS k ON k.id = p.contact "
    "JOIN contacts AS c ON c.id = COALESCE(k.merged_into, k.id) "
    "WHERE p.test = ?1 AND p.counted AND p.area >= 0 AND c.present "
    "AND (c.out_from IS NULL OR c.out_from > ?2) AND CASE WHEN p.mark = 5 "
    "THEN c.rating IS NULL OR c.rating > 2 ELSE p.mark IN (1, 3, 4) AND c.rating <= 2 END "
    "UNION ALL SELECT led.contact, led.did, led.people, led.recorded, "
    "CASE WHEN 2 * led.did > led.people THEN 'followed' "
    f"ELSE 'not followed' END, 3 FROM ({_GROUPS}) AS led"
)


@dataclass(frozen=True, slots=True)
class Reviews(Repository):
    """One committee's review lists."""

    today: date
    author: UserId
    now: datetime

    async def count(self, test: StructureTest) -> dict[ReviewReason, int]:
        """Count the items a test's list would have if the test closed now."""
        rows = await self.tx.all(
            f"SELECT what, COUNT(*) AS n FROM ({_ITEMS}) GROUP BY what",
            (test.id, self.today.isoformat()),
        )
        return {ReviewReason(row["what"]): row["n"] for row in rows}

    async def draw_up(self, test: StructureTest) -> None:
        """Save the review list of a test as of now."""
        await self.tx.execute(
            "INSERT INTO test_reviews(test, number, contact, what, did, people, recorded) "
            "SELECT ?1, ROW_NUMBER() OVER (ORDER BY place, contact), contact, what, did, people, "
            "recorded "
            f"FROM ({_ITEMS})",
            (test.id, self.today.isoformat()),
        )

    async def open_items(
        self, test: StructureTest, whose: UserId | None, *, limit: int
    ) -> list[ReviewItem]:
        """Return unanswered items about one organizer's people, or about all (None)."""
        return await self.tx.records(
            ReviewItem,
            f"{_SELECT}WHERE r.test = ?1 AND {_OPEN} AND {_FOR} ORDER BY r.number LIMIT ?3",
            (test.id, whose, limit),
        )

    async def left(self, test: StructureTest, whose: UserId | None) -> int:
        """Count unanswered items."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM test_reviews AS r JOIN contacts AS k ON k.id = r.contact "
            "JOIN contacts AS c ON c.id = COALESCE(k.merged_into, k.id) "
            f"WHERE r.test = ?1 AND {_OPEN} AND {_FOR}",
            (test.id, whose),
        )

    async def item(
        self, test: StructureTest, whose: UserId | None, number: int
    ) -> ReviewItem | None:
        """Return an unanswered item by its number, for an organizer or for leads (None); else None."""
        return await self.tx.record(
            ReviewItem,
            f"{_SELECT}WHERE r.test = ?1 AND r.number = ?3 AND {_OPEN} AND {_FOR}",
            (test.id, whose, number),
        )

    async def answered(
        self, test: StructureTest, item: ReviewItem, answer: str, entry: EntryId | None
    ) -> None:
        """Save an answer; ``entry`` is the history entry of the change it made."""
        await self.tx.execute(
            "UPDATE test_reviews SET answer = ?, answered_by = ?, answered_at = ?, entry = ? "
            "WHERE test = ? AND number = ?",
            (answer, self.author, millis(self.now), entry, test.id, item.number),
        )


_SELECT = (
    "SELECT r.number, r.what, r.did, r.people, c.id AS contact, 'M-' || c.number AS handle, c.name, "
    "c.organizer, COALESCE(c.rating, 0) AS rating FROM test_reviews AS r JOIN contacts AS k ON k.id = r.contact "
    "JOIN contacts AS c ON c.id = COALESCE(k.merged_into, k.id) "
)

"""Joint tests of a coalition: what was proposed, who is in it, the counts that were told, the tables of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from storage.coalition.model import CoalitionId
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.core.repository import Shared
from storage.core.rows import Json, millis
from storage.structure_tests.model import Action

_TOLD = ("coalition_tables", "coalition_counts", "coalition_sides")
"""Tables of what was said about joint tests, by the test's key."""
Counts = tuple[tuple[int, ...], ...]
"""Asked, said yes or did it, did it: of each line."""


@dataclass(frozen=True, slots=True)
class ProposedTest:
    """A joint test as it was proposed, and what this committee's part in it is."""

    coalition: CoalitionId
    key: str
    """The id of the message that proposed it."""
    action: Action
    name: str
    goal: int
    """In percent; 0: none."""
    letter: str
    """The text that is signed; empty for what is no letter."""
    opened_at: datetime
    closes_at: datetime
    test: int | None = None
    """The row id of this committee's own test; None: it is not in it."""
    areas: Json[tuple[tuple[int, ...], ...]] = ()
    """Of each line that this committee tells, its areas; an empty one is everybody."""
    epoch: int = 0
    """Of this bot's counter when the committee came in."""

    @property
    def proposer(self) -> str:
        """The bot of the committee that proposed it."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class ToldLine:
    """People who are counted together; the name is empty where they are the whole committee."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class TestSide:
    """A committee in a joint test."""

    __test__ = False

    bot: str
    label: str
    lines: Json[tuple[ToldLine, ...]]
    epoch: int
    """Of its bot's counter when it came in."""


@dataclass(frozen=True, slots=True)
class ToldCounts:
    """Counts that a committee told for one of a test's days."""

    bot: str
    due: datetime
    message: str
    """The id of the message that told them."""
    counts: Json[Counts]
    at: datetime


@dataclass(frozen=True, slots=True)
class CountsTable:
    """Which counts stand beside each other in every room, and who is missing."""

    id: int
    due: datetime
    messages: Json[tuple[str, ...]]
    missing: Json[tuple[str, ...]]
    alone: bool
    """Whether nobody said it, and it is what this bot heard."""
    told: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposedTests(Shared):
    """The joint tests of coalitions."""

    async def add(self, test: ProposedTest) -> bool:
        """Save a joint test; False if it is known."""
        return await self.tx.add_new(
            "coalition_tests",
            coalition=test.coalition,
            key=test.key,
            action=test.action,
            name=test.name,
            goal=test.goal,
            letter=test.letter,
            opened_at=test.opened_at,
            closes_at=test.closes_at,
        )

    async def come_in(
        self, test: ProposedTest, own: int, areas: Sequence[Sequence[int]], epoch: int
    ) -> None:
        """Save this committee's part: its own test, the areas of its lines, the epoch of its counter."""
        await self.tx.execute(
            "UPDATE coalition_tests SET test = ?, areas = ?, epoch = ? WHERE coalition = ? AND key = ?",
            (own, json.dumps([list(each) for each in areas]), epoch, test.coalition, test.key),
        )

    async def by_key(self, coalition: CoalitionId, key: str) -> ProposedTest | None:
        """Return the joint test that a message proposed; None if it is not known."""
        return await self.tx.record(
            ProposedTest,
            "SELECT * FROM coalition_tests WHERE coalition = ? AND key = ?",
            (coalition, key),
        )

    async def own_number(self, test: ProposedTest) -> int:
        """Return the number of this committee's own test in it; 0 if that was taken back or there is none."""
        found = await self.tx.value("SELECT number FROM live_tests WHERE id = ?", (test.test,))
        return int(str(found or 0))

    async def since(self, coalition: CoalitionId, closes: datetime) -> list[ProposedTest]:
        """Return the joint tests that close at a time or later, in the order in which they close."""
        return await self.tx.records(
            ProposedTest,
            "SELECT * FROM coalition_tests WHERE coalition = ? AND closes_at >= ? "
            "ORDER BY closes_at, key",
            (coalition, millis(closes)),
        )

    async def forget_before(
        self, coalition: CoalitionId, closes: datetime, heard: datetime
    ) -> None:
        """Delete joint tests that closed before ``closes``, and what was heard before ``heard`` of none at all."""
        old = "SELECT key FROM coalition_tests WHERE coalition = ?1 AND closes_at < ?2"
        at = millis(closes)
        if await self.tx.value(f"{old} LIMIT 1", (coalition, at)) is not None:
            for table in (*_TOLD, "coalition_tests"):
                await self.tx.execute(
                    f"DELETE FROM {table} WHERE coalition = ?1 AND key IN ({old})", (coalition, at)
                )
        for table in _TOLD:
            await self.tx.execute(
                f"DELETE FROM {table} WHERE coalition = ?1 AND at < ?2 "
                "AND key NOT IN (SELECT key FROM coalition_tests WHERE coalition = ?1)",
                (coalition, millis(heard)),
            )

    async def of_proposer(self, coalition: CoalitionId, bot: str, closes: datetime) -> int:
        """Count the joint tests that a bot proposed and that close at a time or later."""
        tests = await self.since(coalition, closes)
        return sum(each.proposer == bot for each in tests)

    async def unknown(self, coalition: CoalitionId, bot: str) -> int:
        """Count the joint tests that a bot spoke of and that were not proposed as far as was heard."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT key FROM coalition_sides WHERE coalition = ?1 AND bot = ?2 UNION "
            "SELECT key FROM coalition_counts WHERE coalition = ?1 AND bot = ?2) "
            "WHERE key NOT IN (SELECT key FROM coalition_tests WHERE coalition = ?1)",
            (coalition, bot),
        )


@dataclass(frozen=True, slots=True)
class JointCounts(Shared):
    """Who is in joint tests, what they told, and what stands beside each other."""

    async def take_side(
        self, coalition: CoalitionId, key: str, side: TestSide, at: datetime
    ) -> bool:
        """Save that a committee is in a joint test; the first word counts, False for a second one."""
        return await self.tx.add_new(
            "coalition_sides",
            coalition=coalition,
            key=key,
            bot=side.bot,
            label=side.label,
            lines=json.dumps([{"name": each.name, "people": each.people} for each in side.lines]),
            epoch=side.epoch,
            at=at,
        )

    async def sides(self, coalition: CoalitionId, key: str) -> list[TestSide]:
        """Return the committees that came into a joint test, by label."""
        return await self.tx.records(
            TestSide,
            "SELECT * FROM coalition_sides WHERE coalition = ? AND key = ? ORDER BY label, bot",
            (coalition, key),
        )

    async def tell(self, coalition: CoalitionId, key: str, told: ToldCounts) -> bool:
        """Save counts that a committee told; False if that message is known."""
        return await self.tx.add_new(
            "coalition_counts",
            coalition=coalition,
            key=key,
            bot=told.bot,
            due=told.due,
            message=told.message,
            counts=json.dumps(told.counts),
            at=told.at,
        )

    async def reports(self, coalition: CoalitionId, key: str, bot: str) -> int:
        """Count what a committee told in a joint test."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM coalition_counts WHERE coalition = ? AND key = ? AND bot = ?",
            (coalition, key, bot),
        )

    async def last(self, coalition: CoalitionId, key: str, bot: str) -> ToldCounts | None:
        """Return the counts that a committee told last in a joint test; None: none yet."""
        return await self.tx.record(
            ToldCounts,
            "SELECT * FROM coalition_counts WHERE coalition = ? AND key = ? AND bot = ? "
            "ORDER BY id DESC LIMIT 1",
            (coalition, key, bot),
        )

    async def of(self, coalition: CoalitionId, key: str, due: datetime) -> dict[str, ToldCounts]:
        """Return what each committee told last for one of a test's days, by its bot."""
        rows = await self.tx.records(
            ToldCounts,
            "SELECT * FROM coalition_counts WHERE coalition = ? AND key = ? AND due = ? ORDER BY id",
            (coalition, key, millis(due)),
        )
        return {each.bot: each for each in rows}

    async def by_message(
        self, coalition: CoalitionId, key: str, due: datetime
    ) -> dict[str, ToldCounts]:
        """Return everything that was told for one of a test's days, by the message that told it."""
        rows = await self.tx.records(
            ToldCounts,
            "SELECT * FROM coalition_counts WHERE coalition = ? AND key = ? AND due = ?",
            (coalition, key, millis(due)),
        )
        return {each.message: each for each in rows}

    async def lay(
        self,
        coalition: CoalitionId,
        key: str,
        due: datetime,
        *,
        messages: Sequence[str],
        missing: Sequence[str],
        alone: bool,
        now: datetime,
    ) -> None:
        """Save which counts stand beside each other for one of a test's days; ``alone``: nobody said it."""
        await self.tx.add(
            "coalition_tables",
            coalition=coalition,
            key=key,
            due=due,
            messages=json.dumps(list(messages)),
            missing=json.dumps(list(missing)),
            alone=int(alone),
            at=now,
        )

    async def tables(self, coalition: CoalitionId, key: str) -> list[CountsTable]:
        """Return the tables of a joint test, in the order in which they came."""
        return await self.tx.records(
            CountsTable,
            "SELECT * FROM coalition_tables WHERE coalition = ? AND key = ? ORDER BY id",
            (coalition, key),
        )

    async def shown(self, table: CountsTable) -> None:
        """Note that the room has a table."""
        await self.tx.execute("UPDATE coalition_tables SET told = 1 WHERE id = ?", (table.id,))

    async def lines(self, committee: CommitteeId) -> dict[frozenset[int], int]:
        """Return the lines that a committee told last, in whatever coalition: areas -> people."""
        rows = await self.tx.all(
            "SELECT areas, people FROM coalition_lines WHERE committee = ?", (committee,)
        )
        return {frozenset(json.loads(row["areas"])): row["people"] for row in rows}

    async def line_up(self, committee: CommitteeId, lines: Mapping[frozenset[int], int]) -> None:
        """Save the lines that a committee tells now; those they are made of are gone."""
        for areas in await self.lines(committee):
            if not areas or any(areas & each for each in lines):
                await self.tx.execute(
                    "DELETE FROM coalition_lines WHERE committee = ? AND areas = ?",
                    (committee, json.dumps(sorted(areas))),
                )
        for areas, people in lines.items():
            await self.tx.put(
                "coalition_lines",
                committee=committee,
                areas=json.dumps(sorted(areas)),
                people=people,
            )

    async def gives_areas(self, coalition: CoalitionId) -> bool:
        """Whether a committee tells its counts by area."""
        found = await self.tx.value(
            "SELECT areas FROM coalition_gives WHERE coalition = ?", (coalition,)
        )
        return bool(found)

    async def give(self, coalition: CoalitionId, *, areas: bool) -> None:
        """Save whether a committee tells its counts by area."""
        await self.tx.put("coalition_gives", coalition=coalition, areas=int(areas))

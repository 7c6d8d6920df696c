"""Markers of forgotten people: keyed one-way hashes that show when somebody is about to be added again."""

import hashlib
import hmac
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import datetime
from enum import Enum

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.core.repository import Repository
from storage.names import folded, other_spellings, same_name
from storage.names.employee_numbers import number_key

KEY_BYTES = 32
SEAL_BYTES = hashlib.sha256().digest_size
FILLED_UP = 64
"""Markers are kept in multiples of this."""


class Trait(Enum):
    """Something by which a person is met again."""

    NUMBER = "number"
    """The employer's."""
    EMAIL = "email"
    PLACE = "place"
    """A name in an area."""
    NAME = "name"
    LIKE = "like"
    """A spelling that may be another's."""
    BLANK = "blank"
    """Nothing. Rows of it hide how many of the others there are, which tells how long a name was."""


class Certainty(Enum):
    """Whether somebody is a person who was forgotten."""

    SURE = "sure"
    MAYBE = "maybe"
    """A namesake, as far as one can tell."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Key of the markers (HMAC-SHA-256). Only whoever has the key can check a guess against a marker."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError("a sealing key has 32 bytes")

    def of(self, committee: CommitteeId, trait: Trait, value: str) -> str:
        """Compute a marker; markers of two committees cannot be compared."""
        content = json.dumps([int(committee), trait.value, value]).encode()
        return hmac.new(self.key, content, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Described:
    """A person as a list or an organizer describes them."""

    name: str
    area: str | None = None
    external_id: str | None = None
    email: str | None = None

    def traits(self) -> set[tuple[Trait, str]]:
        """Return everything the person may be met by again.

        Normalised, so that case, accents, word order, blanks and umlauts make no difference.
        """
        return traits(
            [self.name],
            [self.area] if self.area else [],
            numbers=[self.external_id] if self.external_id else [],
            emails=[self.email] if self.email else [],
        )

    def sealed(self, seal: Seal, committee: CommitteeId) -> dict[str, bool]:
        """Return the person's markers, each with whether the exact name (not a similar one) made the marker.

        A spelling like the name is held against whole names too: those are all there is of people
        who were forgotten before spellings were kept.
        """
        said = self.traits()
        likes = {value for trait, value in said if trait is Trait.LIKE}
        as_names = {(Trait.NAME, value) for value in likes}
        return {seal.of(committee, trait, value): False for trait, value in as_names} | {
            seal.of(committee, trait, value): trait is not Trait.LIKE for trait, value in said
        }


def traits(
    names: Iterable[str], areas: Iterable[str], *, numbers: Iterable[str], emails: Iterable[str]
) -> set[tuple[Trait, str]]:
    """Return everything somebody may be met by again: normalised names, places, numbers, addresses."""
    every = tuple(names)
    called = {key for name in every for key in same_name(name)}
    likes = {key for name in every for key in other_spellings(name)}
    places = {folded(area) for area in areas}
    return {
        *((Trait.NAME, name) for name in called),
        *((Trait.LIKE, name) for name in likes | called),
        *((Trait.PLACE, f"{name}\n{area}") for name in called for area in places),
        # As it stands in older markers, and as a spreadsheet leaves it.
        *(
            (Trait.NUMBER, said)
            for number in numbers
            for said in (number.strip().casefold(), number_key(number.strip()))
        ),
        *((Trait.EMAIL, email.strip().casefold()) for email in emails),
    }


@dataclass(frozen=True, slots=True)
class Forgotten(Repository):
    """One committee's markers of forgotten people."""

    async def remember(
        self, seal: Seal, known_by: Iterable[tuple[Trait, str]], at: datetime
    ) -> None:
        """Save the markers of somebody who is being forgotten."""
        row = await self.tx.add("forgotten", committee=self.committee, at=at)
        known = sorted(known_by, key=lambda known: (known[0].value, known[1]))
        seals = [(seal.of(self.committee, trait, value), trait) for trait, value in known]
        blanks = -len(seals) % FILLED_UP
        seals += [(secrets.token_hex(SEAL_BYTES), Trait.BLANK) for _blank in range(blanks)]
        await self.tx.executemany(
            "INSERT OR IGNORE INTO seals(committee, seal, kind, forgotten) VALUES (?, ?, ?, ?)",
            [(self.committee, marker, trait.value, row) for marker, trait in seals],
        )

    async def any(self) -> bool:
        """Whether the committee has any markers."""
        found = await self.tx.value(
            "SELECT 1 FROM seals WHERE committee = ? AND seal > '' LIMIT 1", (self.committee,)
        )
        return found is not None

    async def met(self, seal: Seal, people: Sequence[Described]) -> list[Certainty | None]:
        """Say for each person whether they were forgotten (None: no), in the order of ``people``."""
        if not people or not await self.any():
            return [None] * len(people)
        sealed = [person.sealed(seal, self.committee) for person in people]
        rows = await self._rows(set().union(*sealed))
        by_seal: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_seal[row["seal"]].append(row)
        kinds = await self._kinds({row["forgotten"] for row in rows})
        return [
            _certainty(
                person, [(row, theirs[each]) for each in theirs for row in by_seal[each]], kinds
            )
            for person, theirs in zip(people, sealed, strict=True)
        ]

    async def lift(self, seal: Seal, person: Described) -> int:
        """Delete the markers of everybody a description surely fits; returns how many people they were."""
        sealed = person.sealed(seal, self.committee)
        rows = await self._rows(sealed)
        kinds = await self._kinds({row["forgotten"] for row in rows})
        each_s: defaultdict[int, list[Row]] = defaultdict(list)
        for row in rows:
            each_s[row["forgotten"]].append(row)
        fitting = {
            each
            for each, theirs in each_s.items()
            if _certainty(person, [(row, sealed[row["seal"]]) for row in theirs], kinds)
            is Certainty.SURE
        }
        await self.tx.executemany(
            "DELETE FROM forgotten WHERE id = ?", [(each,) for each in sorted(fitting)]
        )
        return len(fitting)

    async def _rows(self, sealed: Iterable[str]) -> list[Row]:
        return await self.tx.all(
            "SELECT s.seal, s.kind, s.forgotten FROM json_each(?2) AS j "
            "CROSS JOIN seals AS s ON s.committee = ?1 AND s.seal = j.value",
            (self.committee, json.dumps(sorted(sealed))),
        )

    async def _kinds(self, groups: Iterable[int]) -> dict[int, set[Trait]]:
        """Return which kinds of markers each forgotten person has."""
        rows = await self.tx.all(
            "SELECT DISTINCT s.forgotten, s.kind FROM json_each(?) AS j "
            "CROSS JOIN seals AS s ON s.forgotten = j.value",
            (json.dumps(sorted(groups)),),
        )
        found: defaultdict[int, set[Trait]] = defaultdict(set)
        for row in rows:
            found[row["forgotten"]].add(Trait(row["kind"]))
        return found


def _certainty(
    person: Described, rows: Sequence[tuple[Row, bool]], kinds: dict[int, set[Trait]]
) -> Certainty | None:
    """Return the surest verdict of the markers that fit; ``True``: the exact name made the marker."""
    met: defaultdict[int, set[Trait]] = defaultdict(set)
    for row, exactly in rows:
        met[row["forgotten"]].add(Trait(row["kind"]) if exactly else Trait.LIKE)
    said = {
        _one(person, Trait(row["kind"]), kinds[row["forgotten"]])
        if exactly and not _shared(met[row["forgotten"]])
        else Certainty.MAYBE
        for row, exactly in rows
    }
    return min(said, key=list(Certainty).index, default=None)


def _shared(met: set[Trait]) -> bool:
    """Whether nothing but a number or an address is theirs: numbers are given again, families share."""
    return len(met) == 1 and met <= {Trait.NUMBER, Trait.EMAIL}


def _one(person: Described, trait: Trait, known: set[Trait]) -> Certainty:
    if trait in {Trait.NUMBER, Trait.EMAIL}:
        return Certainty.SURE
    if person.external_id is not None and Trait.NUMBER in known:
        # Another number: a namesake, unless the employer gave new ones.
        return Certainty.MAYBE
    if trait is Trait.PLACE or person.area is None or Trait.PLACE not in known:
        return Certainty.SURE
    return Certainty.MAYBE

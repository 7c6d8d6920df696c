"""An attacker who looks for names beside choices in whatever the files give.

He knows the program, the roster and the options, and holds every copy of the files that was ever
made, the deleted ones included; not the half of a key that was never on a disk.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Final

from tests.support import ballot_sqlite as sqlite
from tests.support.ballot_layouts import Choice, Snapshot
from tests.support.ballot_sqlite import NotReadable, State

BLOCK: Final = 16
"""Bytes of a slot, and of a cipher's block."""
SAME: Final = bytes(BLOCK)
NONCE: Final = 12
Links = dict[str, Choice]
Reader = Callable[[bytes], Mapping[str, Choice] | None]
"""What a sealed state says when it is read as if it were not sealed; None when it is."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the attacker knows without any file."""

    roster: Sequence[str]
    options: Sequence[str]
    read: Reader = field(default=lambda _state: None)
    codes: Mapping[bytes, Choice] = field(default_factory=dict)
    """How the program writes each choice into a slot."""


@dataclass(slots=True)
class Evidence:
    """All files that were found, oldest first where the order is known."""

    snapshots: list[Snapshot] = field(default_factory=list)
    recovered: list[bytes] = field(default_factory=list)
    """Deleted files, or a whole disk."""

    def states(self) -> Iterator[State]:
        """Yield every state of the database that can be put together, some several times."""
        for snapshot in self.snapshots:
            database = _content(snapshot, "ballots.db")
            yield from _readable(database)
            yield from sqlite.states_in_log(database, _content(snapshot, "ballots.db-wal"))
        bases = [_content(each, "ballots.db") for each in self.snapshots[-1:]]
        bases += chain.from_iterable(map(sqlite.databases_in, self.recovered))
        for carved in self.recovered:
            for base in bases:
                yield from _readable(base)
                for log in sqlite.logs_in(carved):
                    yield from sqlite.states_in_log(base, log)
                if base.startswith(sqlite.HEADER):
                    yield from sqlite.states_in_journals(base, carved)


def link(evidence: Evidence, knowledge: Knowledge) -> Links:
    """Say who chose what, as far as anything in the evidence says so."""
    return link_states(list(evidence.states()), knowledge)


def link_states(states: Sequence[State], knowledge: Knowledge) -> Links:
    """Say who chose what, from states of the database, oldest first."""
    sealed = list(dict.fromkeys(chain.from_iterable(map(boxes, states))))
    sealing = from_boxes(sealed, knowledge) if sealed else {}
    found: Links = {}
    for links in (sealing, _from_tables(states), *map(_from_order, states)):
        for person, choice in links.items():
            if person in knowledge.roster:
                found.setdefault(person, choice)
    return found


def guess_the_rest(links: Links, knowledge: Knowledge, chance: random.Random) -> Links:
    """Add a guess for everybody not linked, so that an empty hand has a score as well."""
    choices = range(len(knowledge.options))
    return {
        person: links[person] if person in links else chance.choice(choices)
        for person in knowledge.roster
    }


def present(snapshot: Snapshot) -> State:
    """Return the database as the program itself would read it; empty where a key is needed."""
    database = _content(snapshot, "ballots.db")
    last = State({})
    for state in _readable(database):
        last = state
    for state in sqlite.states_in_log(database, _content(snapshot, "ballots.db-wal")):
        last = state
    return last


# -- tables -----------------------------------------------------------------------------------------


def _from_tables(states: Iterable[State]) -> Links:
    """Two states, one ballot apart: the new voter cast the new ballot."""
    moments: dict[int, tuple[frozenset[str], Counter[Choice]]] = {}
    for state in states:
        moment = _moment(state)
        if moment is not None and len(moment[0]) == moment[1].total():
            moments.setdefault(len(moment[0]), moment)
    found: Links = {}
    for count in sorted(moments):
        if count + 1 in moments:
            (people, ballots), (more, and_theirs) = moments[count], moments[count + 1]
            new, cast = more - people, and_theirs - ballots
            if len(new) == 1 and cast.total() == 1:
                found[next(iter(new))] = next(iter(cast))
    return found


def _moment(state: State) -> tuple[frozenset[str], Counter[Choice]] | None:
    try:
        voters, ballots = sqlite.rows(state, "voters"), sqlite.rows(state, "ballots")
    except NotReadable:
        return None
    voted = frozenset(str(cell.values[0]) for cell in voters if cell.values[1])
    cast = Counter(c.values[1] for c in ballots if isinstance(c.values[1], int))
    return voted, cast


def _from_order(state: State) -> Links:
    """One state is enough where rows lie in the order in which they were inserted."""
    try:
        voters = sqlite.in_order_of_writing(sqlite.rows(state, "voters"))
        ballots = sqlite.in_order_of_writing(sqlite.rows(state, "ballots"))
    except NotReadable:
        return {}
    # A flag that was set later tells that rows were there before anybody voted.
    if len(voters) != len(ballots) or any(cell.values[1] in {0, 1} for cell in voters):
        return {}
    pairs = zip(voters, ballots, strict=True)
    return {
        str(voter.values[0]): ballot.values[1]
        for voter, ballot in pairs
        if isinstance(ballot.values[1], int)
    }


# -- boxes ------------------------------------------------------------------------------------------


def boxes(state: State) -> list[bytes]:
    """Return the sealed states in a database, if the file can be read at all."""
    try:
        cells = sqlite.rows(state, "box")
    except NotReadable:
        return []
    return [c.values[4] for c in cells if len(c.values) == 5 and isinstance(c.values[4], bytes)]


def from_boxes(versions: Sequence[bytes], knowledge: Knowledge) -> Links:
    """Read choices from sealed states that are sealed badly."""
    found: Links = {}
    for version in versions:
        for plain in (version, version[NONCE:-BLOCK]):
            found.update(knowledge.read(plain) or {})
    found.update(_from_stream(versions, knowledge))
    return found


def _from_stream(versions: Sequence[bytes], knowledge: Knowledge) -> Links:
    """Two versions under one key stream: their difference is that of what they say.

    An empty slot is all ones, so the first vote of somebody shows its code, in the place that the
    roster gives them.
    """
    cast: dict[int, Choice] = {}
    for old, new in pairwise(versions):
        for at, choice in first_votes(old, new, knowledge).items():
            cast.setdefault(at, choice)
    first = min(cast, default=0)
    people = sorted(knowledge.roster)
    places = {at: (at - first) // BLOCK for at in cast}
    return {people[place]: cast[at] for at, place in places.items() if place < len(people)}


def first_votes(old: bytes, new: bytes, knowledge: Knowledge) -> dict[int, Choice]:
    """Find choices put into an empty slot between two versions under one key stream."""
    change, found = xor(old, new), {}
    for code, choice in knowledge.codes.items():
        shown = bytes(byte ^ 0xFF for byte in code)
        at = change.find(shown)
        while at >= 0:
            found[at] = choice
            at = change.find(shown, at + 1)
    return found


def xor(one: bytes, other: bytes) -> bytes:
    """The difference of two byte strings, as long as the shorter one."""
    size = min(len(one), len(other))
    return (int.from_bytes(one[:size]) ^ int.from_bytes(other[:size])).to_bytes(size)


def differences(old: bytes, new: bytes) -> list[tuple[int, int]]:
    """Where two versions differ, and by what, in blocks counted from behind the nonce."""
    change = xor(old, new)
    blocks = ((at, change[at : at + BLOCK]) for at in range(NONCE, len(change) - BLOCK, BLOCK))
    return [(at, int.from_bytes(block)) for at, block in blocks if block != SAME]


# -- files ------------------------------------------------------------------------------------------


def _content(snapshot: Snapshot, name: str) -> bytes:
    return snapshot[name].content if name in snapshot else b""


def _readable(database: bytes) -> Iterator[State]:
    try:
        yield sqlite.state_of(database)
    except NotReadable:
        return

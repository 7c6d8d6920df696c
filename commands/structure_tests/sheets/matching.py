"""Matching names on a signature list with people on record. Pure; never a guess.

Sure is a name that one person bears, letter for letter but for case, accents and order (or the
employer's number or an address with a name that is like theirs), and that is not so common that among
so many people another bearer is to be expected. Everything else waits for somebody's word: likely where one
person's name is almost it, unclear where several fit, unknown where nobody does.
"""

from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Sequence
from heapq import nsmallest
from math import log2
from typing import TypeVar

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.names import (
    Commonness,
    Spelling,
    evidence,
    fits_a_number,
    fits_an_address,
    folded,
    full_key,
    keys,
    rarity,
    spelled,
    words,
)
from storage.names.employee_numbers import number_key
from storage.structure_tests.sheets import Bearer, SheetLine, SignatureVerdict

T = TypeVar("T")
Thinking = Generator[None, None, T]
"""Comes to something after some steps."""

WORTH_A_LOOK, LIKELY = -5.0, -3.0
"""Bits from which a name is offered to choose from, and from which it may be the one that is meant."""
RARE, _RARE_AMONG = 1.9, 500
"""Bits by which a name has to stand out for its one bearer to be surely meant, among so many people.

One more for each time that there are twice as many: more strangers have it as well.
"""
APART = 2.0
"""Bits by which the next best has to stay behind."""
JUDGED = 100
"""People against whom one line is judged; among names that are all alike it would be everybody."""
A_STEP = 1_000
"""People of one word who are counted in a row."""
CHOICES = 4
"""People offered for one line."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of a signature list."""

    line: int
    name: str
    area: str | None = None
    external_id: str | None = None
    email: str | None = None


def match(signatures: Sequence[Signature], bearers: Sequence[Bearer]) -> tuple[SheetLine, ...]:
    """A verdict for every line. Whoever stands there twice counts once."""
    return tuple(line for line in matching(signatures, bearers) if line is not None)


def matching(
    signatures: Sequence[Signature], bearers: Sequence[Bearer]
) -> Iterator[SheetLine | None]:
    """Match signatures in short steps, so that others have their turn in between."""
    index = _Index(bearers, signatures)
    yield from index.built()
    taken: dict[ContactId, str | None] = {}
    for signature in signatures:
        verdict, people = yield from _meant(signature, index)
        if len(people) == 1 and people[0].contact in taken:
            verdict = _again(verdict, signature, taken[people[0].contact])
        elif verdict is SignatureVerdict.SURE:
            taken[people[0].contact] = signature.external_id
        contacts = tuple(bearer.contact for bearer in people[:CHOICES])
        yield SheetLine(signature.line, signature.name, verdict, contacts)


def _again(verdict: SignatureVerdict, signature: Signature, before: str | None) -> SignatureVerdict:
    """Judge a name met before: the same person, unless its number differs from the line above.

    A name that is only like it may be another's. ``before``: the number of the line above.
    """
    number = signature.external_id
    another = number is not None and before is not None and number_key(number) != number_key(before)
    return (
        SignatureVerdict.TWICE
        if verdict is SignatureVerdict.SURE and not another
        else SignatureVerdict.UNCLEAR
    )


class _Index:
    """Bearers by what the lines of a list may have in common with them.

    Only that: what no line has would be thousands of small objects, and while those are looked through for
    garbage nobody else has a turn. Bearers are numbered by their place for the same reason.
    """

    def __init__(self, bearers: Sequence[Bearer], signatures: Sequence[Signature]) -> None:
        self.full: dict[str, list[Bearer]] = {}
        self.by_id: dict[str, list[Bearer]] = {}
        self.by_email: dict[str, list[Bearer]] = {}
        self.common = Commonness()
        self.rare = RARE + max(log2(max(len(bearers), 1) / _RARE_AMONG), 0.0)
        self._near: dict[str, list[int]] = {}
        self._spelled: dict[int, tuple[Spelling, ...]] = {}
        self._bearers = bearers
        self._signatures = signatures

    def built(self) -> Iterator[None]:
        """Enter everybody, one a step."""
        for signature in self._signatures:
            self._expect(signature)
            yield
        have: Counter[str] = Counter()
        for at, bearer in enumerate(self._bearers):
            have.update({w.plain for name in bearer.names for w in spelled(name).words})
            self._enter(at, bearer)
            yield
        self.common = Commonness(len(self._bearers), have)

    def _expect(self, signature: Signature) -> None:
        self.full.setdefault(full_key(signature.name), [])
        if signature.external_id is not None:
            self.by_id.setdefault(number_key(signature.external_id), [])
        if signature.email:
            self.by_email.setdefault(signature.email.casefold(), [])
        for mark in _marks(signature.name):
            self._near.setdefault(mark, [])

    def _enter(self, at: int, bearer: Bearer) -> None:
        for key in {full_key(name) for name in bearer.names} & self.full.keys():
            self.full[key].append(bearer)
        if bearer.external_id and (number := number_key(bearer.external_id)) in self.by_id:
            self.by_id[number].append(bearer)
        if bearer.email and (email := bearer.email.casefold()) in self.by_email:
            self.by_email[email].append(bearer)
        for mark in {mark for name in bearer.names for mark in _marks(name)} & self._near.keys():
            self._near[mark].append(at)

    def near(self, name: str) -> Thinking[list[tuple[Bearer, tuple[Spelling, ...]]]]:
        """The people whose names have most in common with a name; rare parts of names weigh more.

        Runs in steps, since one word may be in thousands of names.
        """
        met: defaultdict[int, float] = defaultdict(float)
        for mark in _marks(name):
            places = self._near.get(mark, ())
            for start in range(0, len(places), A_STEP):
                less = -1 / len(places)
                for at in places[start : start + A_STEP]:
                    met[at] += less
                yield
        yield
        contacts = (self._bearers[at].contact for at in met)
        nearest = nsmallest(JUDGED, zip(met.values(), contacts, met, strict=True))
        return [(self._bearers[at], self._spellings(at)) for _little, _contact, at in nearest]

    def _spellings(self, at: int) -> tuple[Spelling, ...]:
        known = self._spelled.get(at)
        if known is None:
            names = self._bearers[at].names
            known = self._spelled[at] = tuple(spelled(name) for name in names)
        return known


def _marks(name: str) -> set[str]:
    """Under what two names meet that may be one: a word, a key, the initials, the letters in a row."""
    said = words(name)
    initials = "".join(sorted(word[0] for word in said))
    joined = "".join(sorted("".join(said)))
    return {*said, *keys(name), f"={initials}", f"~{joined}"}


def _meant(signature: Signature, index: _Index) -> Thinking[tuple[SignatureVerdict, list[Bearer]]]:
    number = None if signature.external_id is None else number_key(signature.external_id)
    by_number = index.by_id.get(number or "", []) if number is not None else []
    said = by_number or index.by_email.get((signature.email or "").casefold(), [])
    bearers = index.full.get(full_key(signature.name), []) if folded(signature.name) else []
    if len(bearers) > 1 and signature.area:
        there = [b for b in bearers if b.area == folded(signature.area)]
        bearers = there if len(there) == 1 else bearers
    likeness = _fits if by_number else _fits_closely
    fitting = [b for b in said if b in bearers] or [b for b in said if likeness(signature.name, b)]
    if len(fitting) == 1:
        return _inside(fitting[0]), fitting
    if len(bearers) == 1 and not _contradicted(bearers[0], number, said):
        rare = rarity(spelled(signature.name), index.common) >= index.rare
        return _inside(bearers[0]) if rare or not bearers[
            0
        ].inside else SignatureVerdict.LIKELY, bearers
    named = [b for b in said if b not in bearers and _something_of(signature.name, b)]
    if bearers:
        return SignatureVerdict.UNCLEAR, [*bearers, *named]
    verdict, near = yield from _almost(signature, index)
    if named or (near and _contradicted(near[0], number, said)):
        return SignatureVerdict.UNCLEAR, [
            *named,
            *(bearer for bearer in near if bearer not in named),
        ]
    return verdict, near


def _contradicted(bearer: Bearer, number: str | None, said: list[Bearer]) -> bool:
    """Whether a number says that a namesake signed: theirs is another one, or it is somebody else's."""
    if number is None:
        return False
    theirs = bearer.external_id
    return (theirs is not None and number_key(theirs) != number) or (
        bool(said) and bearer not in said
    )


def _fits(name: str, bearer: Bearer) -> bool:
    """Numbers are given again and addresses shared: the whole name has to be like theirs."""
    return any(fits_a_number(name, each) for each in bearer.names)


def _fits_closely(name: str, bearer: Bearer) -> bool:
    """Ana and Ina Lopez share the address of their home: a slip is not told from another name."""
    return any(fits_an_address(name, each) for each in bearer.names)


def _something_of(name: str, bearer: Bearer) -> bool:
    """Whether a word of the name is theirs; too little to know them by."""
    return not {word for each in bearer.names for word in words(each)}.isdisjoint(words(name))


def _inside(bearer: Bearer) -> SignatureVerdict:
    return SignatureVerdict.SURE if bearer.inside else SignatureVerdict.OUTSIDE


def _almost(signature: Signature, index: _Index) -> Thinking[tuple[SignatureVerdict, list[Bearer]]]:
    said = spelled(signature.name)
    found = []
    near = yield from index.near(signature.name)
    for bearer, names in near:
        bits = max(evidence(said, name, index.common) for name in names)
        if bits >= WORTH_A_LOOK:
            found.append((bits, bearer, names))
        yield
    found.sort(key=lambda each: (-each[0], each[1].contact))
    if not found:
        return SignatureVerdict.UNKNOWN, []
    people = [bearer for _bits, bearer, _names in found]
    best, _bearer, names_of_best = found[0]
    ahead = best >= LIKELY and (len(found) == 1 or found[1][0] <= best - APART)
    # Whoever is on record as Charlotte is not likely to be any Charlotte with a surname.
    alone = all(len(name.words) == 1 for name in names_of_best)
    if ahead and not (alone and len(said.words) > 1):
        return SignatureVerdict.LIKELY, people[:1]
    return SignatureVerdict.UNCLEAR, people

"""Names on a signature list -> whom they mean. Pure; never a guess.

Sure is a name that one person bears, letter for letter but for case, accents and order (or the
employer's number or an address with a name that is like theirs). Everything else waits for somebody's word:
likely where one person's name is almost it, unclear where several fit, unknown where nobody does.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from commands.framework.person import is_part, is_short
from storage.model import ContactId
from storage.names import alike, folded, full_key, keys, words
from storage.numbers import number_key
from storage.tests_sheets import Bearer, SheetLine, Verdict

CLOSE, APART = 0.92, 0.1
"""How alike the best of several names has to be, and how much less the next, to be likely."""
CHOICES = 4
"""People offered for one line."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of a list."""

    line: int
    name: str
    area: str | None = None
    external_id: str | None = None
    email: str | None = None


def match(signatures: Iterable[Signature], bearers: Sequence[Bearer]) -> tuple[SheetLine, ...]:
    """A verdict for every line. Whoever stands there twice counts once."""
    index = _Index(bearers)
    told: list[SheetLine] = []
    taken: set[ContactId] = set()
    for signature in signatures:
        verdict, people = _meant(signature, index)
        if len(people) == 1 and people[0].contact in taken:
            # The same name again is the same person; a name that is only like it may be another's.
            verdict = Verdict.UNCLEAR if verdict is Verdict.LIKELY else Verdict.TWICE
        elif verdict is Verdict.SURE:
            taken.add(people[0].contact)
        contacts = tuple(bearer.contact for bearer in people[:CHOICES])
        told.append(SheetLine(signature.line, signature.name, verdict, contacts))
    return tuple(told)


class _Index:
    """Bearers by what a line may have in common with them."""

    def __init__(self, bearers: Sequence[Bearer]) -> None:
        self._bearers = bearers
        self.full: defaultdict[str, list[Bearer]] = defaultdict(list)
        self.by_id: defaultdict[str, list[Bearer]] = defaultdict(list)
        self.by_email: defaultdict[str, list[Bearer]] = defaultdict(list)
        self._near: defaultdict[str, dict[ContactId, Bearer]] = defaultdict(dict)
        for bearer in bearers:
            for key in {full_key(name) for name in bearer.names}:
                self.full[key].append(bearer)
            if bearer.external_id:
                self.by_id[number_key(bearer.external_id)].append(bearer)
            if bearer.email:
                self.by_email[bearer.email.casefold()].append(bearer)
            for name in bearer.names:
                for mark in _marks(name):
                    self._near[mark][bearer.contact] = bearer

    def near(self, name: str) -> list[Bearer]:
        found: dict[ContactId, Bearer] = {}
        for mark in _marks(name):
            found |= self._near.get(mark, {})
        return list(found.values())


def _marks(name: str) -> set[str]:
    """Under what two names meet that may be one: a word, a key, the initials, the letters in a row."""
    said = words(name)
    initials = "".join(sorted(word[0] for word in said))
    joined = "".join(sorted("".join(said)))
    return {*said, *keys(name), f"={initials}", f"~{joined}"}


def _meant(signature: Signature, index: _Index) -> tuple[Verdict, list[Bearer]]:
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
        return _inside(bearers[0]), bearers
    named = [b for b in said if b not in bearers and _something_of(signature.name, b)]
    if bearers:
        return Verdict.UNCLEAR, [*bearers, *named]
    verdict, near = _almost(signature, index)
    if named or (near and _contradicted(near[0], number, said)):
        return Verdict.UNCLEAR, [*named, *(bearer for bearer in near if bearer not in named)]
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
    return any(_likeness(name, each) > 0 for each in bearer.names)


def _fits_closely(name: str, bearer: Bearer) -> bool:
    """Ana and Ina Lopez share the address of their home: a slip is not told from another name."""
    return any(is_part(name, each) or is_short(name, each) for each in bearer.names)


def _something_of(name: str, bearer: Bearer) -> bool:
    """Whether a word of the name is theirs; too little to know them by."""
    return not {word for each in bearer.names for word in words(each)}.isdisjoint(words(name))


def _inside(bearer: Bearer) -> Verdict:
    return Verdict.SURE if bearer.inside else Verdict.OUTSIDE


def _almost(signature: Signature, index: _Index) -> tuple[Verdict, list[Bearer]]:
    scored = [
        (max(_likeness(signature.name, name) for name in bearer.names), bearer)
        for bearer in index.near(signature.name)
    ]
    found = sorted(
        ((score, bearer) for score, bearer in scored if score),
        key=lambda each: (-each[0], each[1].contact),
    )
    if not found:
        return Verdict.UNKNOWN, []
    people = [bearer for _score, bearer in found]
    best = found[0][0]
    if len(found) == 1 or (best >= CLOSE and found[1][0] <= best - APART):
        return Verdict.LIKELY, people[:1]
    return Verdict.UNCLEAR, people


def _likeness(one: str, other: str) -> float:
    """0 for names of two people; else how alike they are."""
    a, b = set(words(one)), set(words(other))
    part_of = len(a & b) >= 2 and (a <= b or b <= a)
    if not (part_of or alike(one, other)):
        return 0.0
    left, right = full_key(one), full_key(other)
    ratio = SequenceMatcher(None, left, right, autojunk=False).ratio()
    return max(ratio, 0.9) if part_of else ratio

"""Matching people on a list with the records: who is new, what changes, what is asked about. Pure.

A shared word is no identity. Numbers are given again, families share an address, and forms count
their answers: whoever has the number or the address of somebody with another name is asked about.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import Protocol

from commands.imports.read.fields import Field
from commands.imports.read.people import Problem, Trouble
from commands.names.said import is_short
from storage.contacts.details import DetailField
from storage.contacts.listed import Candidates, KnownContact, Listed
from storage.contacts.past import NO_PAST, KnownPast, Past
from storage.core.later import for_a_while
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId
from storage.imports.seen_lines import By, Key
from storage.names import fits_a_number, fits_an_address, folded, full_key, words
from storage.names.employee_numbers import number_key

MANY = 0.3
"""A field that would change for a larger share of the people met again is probably another column."""
SHORT = 3
"""Letters of a word in which another letter makes another name, and no slip."""
FEW = 10
"""People below whom a share says nothing."""


class RowVerdict(Enum):
    """The verdict on a row: what would become of it."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    AMBIGUOUS = "ambiguous"
    REPEATED = "repeated"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Judged:
    """A row's verdict, with the changes and problems found in the row."""

    verdict: RowVerdict
    listed: Listed | None = None
    known: KnownContact | None = None
    changes: frozenset[Field] = frozenset()
    problems: tuple[Problem, ...] = ()

    @property
    def replaced(self) -> frozenset[Field]:
        """The changed fields in which a known value would be replaced by another."""
        ours = {} if self.known is None else _by_field(self.known)
        return frozenset(what for what in self.changes if ours.get(what) is not None)


# -- rows that are the same person -------------------------------------------------------------


@dataclass(slots=True)
class SeenPeople:
    """The people of the lines above, to notice one who is in a list twice."""

    before: Mapping[Key, Listed] = field(default_factory=dict)
    """People of earlier sheets who may be on the sheet at hand again."""
    new: dict[Key, Listed] = field(default_factory=dict)
    """People whom the sheet at hand is the first to name."""

    def again(self, person: Listed) -> Judged | None:
        """The verdict when a line above speaks of the same person or may do so."""
        if person.external_id is not None:
            before = self._first(By.NUMBER, number_key(person.external_id), person)
            if before is not person:
                if before.key == person.key:
                    return _stop(RowVerdict.REPEATED, Trouble.REPEATS, str(before.line))
                return _stop(RowVerdict.AMBIGUOUS, Trouble.SAME_ID, str(before.line))
        before = self._first(By.NAME, name_and_area(person), person)
        if before is person or _told_apart(before, person):
            return None
        if (before.shift, before.email) == (person.shift, person.email):
            return _stop(RowVerdict.REPEATED, Trouble.REPEATS, str(before.line))
        return _stop(RowVerdict.AMBIGUOUS, Trouble.SAME_NAME, str(before.line))

    def shares(self, person: Listed) -> Judged | None:
        """The verdict on somebody new whose address a line above has, under another name."""
        if person.email is None:
            return None
        before = self._first(By.ADDRESS, person.email, person)
        if before.key == person.key:
            return None
        return _stop(RowVerdict.AMBIGUOUS, Trouble.SAME_EMAIL, str(before.line), before.name)

    def meets(self, contact: ContactId, person: Listed) -> int:
        """The first line that was found to speak of a contact, which may be this one."""
        return self._first(By.CONTACT, str(contact), person).line

    def _first(self, by: By, key: str, person: Listed) -> Listed:
        known = self.before.get((by, key))
        return self.new.setdefault((by, key), person) if known is None else known


def name_and_area(person: Listed) -> str:
    """Under which key somebody of one name in one area is met again."""
    return f"{person.key}\n{area_key(person.area or '')}"


@for_a_while(512)
def area_key(area: str) -> str:
    """Fold an area once: a list has as many lines as people, and as many areas as a company."""
    return folded(area)


def keys_of(person: Listed) -> Iterator[Key]:
    """Under which keys a line may have been seen before, contacts aside."""
    yield By.NAME, name_and_area(person)
    if person.external_id is not None:
        yield By.NUMBER, number_key(person.external_id)
    if person.email is not None:
        yield By.ADDRESS, person.email


def _told_apart(one: Listed, other: Listed) -> bool:
    """Whether two of one name in one area differ in something that only one person has."""
    return (
        one.external_id is not None
        and other.external_id is not None
        and number_key(one.external_id) != number_key(other.external_id)
    ) or (one.email is not None and other.email is not None and one.email != other.email)


def _stop(verdict: RowVerdict, trouble: Trouble, *said: str) -> Judged:
    return Judged(verdict, problems=(Problem(trouble, said),))


# -- who it is ---------------------------------------------------------------------------------


def judge(person: Listed, candidates: Candidates, *, overwrite: bool) -> Judged:
    """Match a person on the list with the records, and find what would change. Never a guess."""
    found = _found(person, candidates)
    if isinstance(found, Judged):
        return found
    if found is None:
        return Judged(RowVerdict.NEW, person)
    return compare(person, found, overwrite=overwrite)


def _found(person: Listed, candidates: Candidates) -> KnownContact | Judged | None:
    """By the employer's number, then by address, then by the whole name and the area."""
    number = None if person.external_id is None else number_key(person.external_id)
    if number is not None and number in candidates.by_id:
        return _bearer(person, candidates.by_id[number], _fits_number)
    if person.email is not None and person.email in candidates.by_email:
        found = _bearer(person, candidates.by_email[person.email], _fits_email)
        if isinstance(found, KnownContact) and _another(person, found):
            return _stop(RowVerdict.AMBIGUOUS, Trouble.OTHER_ID, found.label)
        return found
    return _by_name(person, candidates.by_key.get(person.key, ()))


def _bearer(
    person: Listed, found: Sequence[KnownContact], fits: Callable[[Listed, KnownContact], bool]
) -> KnownContact | Judged:
    """The contact whose name fits as well, else a verdict; several may share a number or an address."""
    same = [known for known in found if person.key in map(full_key, known.names)]
    near = same or [known for known in found if fits(person, known)]
    if len(near) == 1:
        return near[0]
    if len(near) > 1 or len(found) > 1:
        return _stop(RowVerdict.AMBIGUOUS, Trouble.SEVERAL, _handles(near or found))
    return _stop(RowVerdict.AMBIGUOUS, Trouble.OTHER_NAME, found[0].label)


def _fits_number(person: Listed, known: KnownContact) -> bool:
    """Whether a number and a name that is like theirs may be trusted: unless something else differs."""
    if any(fits_an_address(person.name, name) for name in known.names):
        return True
    if not any(fits_a_number(person.name, name) for name in known.names):
        return False
    elsewhere = person.area is not None and known.area is not None and (
        folded(person.area) != folded(known.area)
    )  # fmt: skip
    other_address = person.email is not None and known.emails and person.email not in known.emails
    return not (elsewhere or other_address)


def _fits_email(person: Listed, known: KnownContact) -> bool:
    """Whether an address and a name may be trusted. Ana and Ina Lopez of one home are two people."""
    return any(fits_an_address(person.name, name) for name in known.names)


def _by_name(person: Listed, bearers: Sequence[KnownContact]) -> KnownContact | Judged | None:
    if not bearers:
        return None
    here = [k for k in bearers if folded(k.area or "") == folded(person.area or "")]
    namesakes = [known for known in bearers if not _another(person, known)]
    met = [known for known in here if known in namesakes]
    if len(met) == 1:
        return met[0]
    if met:
        return _stop(RowVerdict.AMBIGUOUS, Trouble.SEVERAL, _handles(met))
    if here:
        # The same name in the same place, and another number: new numbers, or a namesake.
        return _stop(RowVerdict.AMBIGUOUS, Trouble.NAMESAKE, _handles(here))
    if namesakes:
        return _stop(RowVerdict.AMBIGUOUS, Trouble.ELSEWHERE, _handles(namesakes))
    return None


def unless_like(new: Judged, near: Sequence[KnownContact]) -> Judged:
    """The verdict on somebody new, beside people whose name may be theirs in another spelling."""
    person = new.listed
    if person is None:
        return new
    like = [
        known
        for known in near
        if not _another(person, known) and not all(map(_slips(person.name), known.names))
    ]
    return _stop(RowVerdict.AMBIGUOUS, Trouble.ELSEWHERE, _handles(like)) if like else new


def _slips(one: str) -> Callable[[str], bool]:
    """Whether names differ in short words alone: Ana Bo and Ana Bu are two people, no slip."""
    a = set(words(one))

    def only(other: str) -> bool:
        b = set(words(other))
        here, there = a - b, b - a
        # Where one of them only has a word more, as van den, it is left out and no other name.
        short = bool(here) and bool(there) and all(1 < len(word) <= SHORT for word in a ^ b)
        return short and not is_short(one, other)

    return only


def _another(person: Listed, known: KnownContact) -> bool:
    """Whether the employer's numbers say that a namesake is somebody else."""
    return bool(person.external_id and known.external_ids) and not known.has_number(
        person.external_id or ""
    )


def _handles(several: Iterable[KnownContact]) -> str:
    return ", ".join(known.label for known in list(several)[:4])


# -- what changes ------------------------------------------------------------------------------


class PersonFields(Protocol):
    """Any source on somebody's name and place: a line, a record, the list before."""

    @property
    def name(self) -> str | None: ...
    @property
    def area(self) -> str | None: ...
    @property
    def shift(self) -> str | None: ...


def _by_field(one: PersonFields) -> Mapping[Field, str | None]:
    """What is compared."""
    return {Field.NAME: one.name, Field.AREA: one.area, Field.SHIFT: one.shift}


def compare(person: Listed, known: KnownContact, *, overwrite: bool) -> Judged:
    """Find what the list changes about a contact. Blanks erase nothing; hands win unless ``overwrite``."""
    changes: set[Field] = set()
    kept: list[str] = []
    ours_by_field = _by_field(known)
    last_by_field = {} if known.last is None else _by_field(known.last)
    for what, said in _by_field(person).items():
        ours, last = ours_by_field[what], last_by_field.get(what)
        # An alias is as good as the name that is shown.
        same_as = known.names if what is Field.NAME else (ours,)
        if said is None or any(_same(what, said, each) for each in same_as):
            continue
        if ours is None or overwrite or (last is not None and _same(what, last, ours)):
            changes.add(what)
        else:
            kept.append(what.value)
    if person.external_id is not None and not known.has_number(person.external_id):
        changes.add(Field.ID)
    if person.email is not None and person.email not in known.emails:
        changes.add(Field.EMAIL)
    past = _new_past(person.past, known.past)
    changes |= {what for what, new in _past_fields(past) if new}
    reach = _new_reach(person, known, overwrite=overwrite)
    changes |= {Field(each.value) for each in reach}
    kept += [
        each.value
        for each in person.reach
        if _told_otherwise(person, known, each) and each not in reach
    ]
    problems = [Problem(Trouble.KEPT, (known.label, ", ".join(kept)))] if kept else []
    if person.past.rating not in {None, past.rating, known.past.rating}:
        problems.append(Problem(Trouble.RATED, (known.label,)))
    if known.out:
        problems.append(Problem(Trouble.LEFT, (known.label,)))
    verdict = RowVerdict.UPDATED if changes else RowVerdict.UNCHANGED
    return Judged(verdict, person, known, frozenset(changes), tuple(problems))


def _past_fields(past: Past) -> tuple[tuple[Field, bool], ...]:
    return (
        (Field.RATING, past.rating is not None),
        (Field.TALKED, past.talked is not None),
        (Field.LEADER, past.leader),
    )


def _new_past(said: Past, ours: KnownPast) -> Past:
    """What a list tells about somebody's past that is not known.

    Whoever was rated here keeps that rating: what a list says is older, and hearsay.
    """
    rating = None if ours.rated else said.rating
    known = said.talked is not None and ours.talked is not None and ours.talked >= said.talked
    return Past(rating, None if known else said.talked, said.leader and not ours.leader)


def past_of(one: Judged) -> Past:
    """What is new about somebody's past by a row."""
    if one.listed is None:
        return NO_PAST
    return one.listed.past if one.known is None else _new_past(one.listed.past, one.known.past)


def _told_otherwise(person: Listed, known: KnownContact, what: DetailField) -> bool:
    """Whether a list says how somebody is reached otherwise than the committee has it."""
    ours, said = known.reach.get(what), person.reach[what]
    return ours is None or ours.value is None or what.key(ours.value) != what.key(said)


def _new_reach(
    person: Listed, known: KnownContact, *, overwrite: bool
) -> Mapping[DetailField, str]:
    """What a list tells about how somebody is reached. What was typed by hand, or taken out, stays so."""
    return {
        what: said
        for what, said in person.reach.items()
        if _told_otherwise(person, known, what)
        and (overwrite or what not in known.reach or known.reach[what].of_a_list)
    }


def reach_of(one: Judged, *, overwrite: bool) -> Mapping[DetailField, str]:
    """What is new about how somebody is reached by a row."""
    if one.listed is None:
        return {}
    return (
        one.listed.reach
        if one.known is None
        else _new_reach(one.listed, one.known, overwrite=overwrite)
    )


def _same(what: Field, one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return one == other
    return full_key(one) == full_key(other) if what is Field.NAME else folded(one) == folded(other)


def sweeping(changed: Mapping[str, int], met: int) -> list[tuple[str, int]]:
    """Fields that would change for so many that another column was probably meant."""
    if met < FEW:
        return []
    return [(name, times) for name, times in changed.items() if times > MANY * met]

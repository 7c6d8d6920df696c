"""What a row of a list means for the records: who it is, what is new, what is left alone. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from commands.framework.convert import looks_like_a_handle
from commands.imports import cells
from commands.imports.cells import Formula, NoDay, Order, TwoWays
from commands.imports.fields import Field
from commands.imports.reading import Row
from storage.bulk import Candidates, Known, Listed
from storage.model import ContactId
from storage.names import folded, full_key, words

LONGEST_NAME, LONGEST_LABEL = 80, 60
MANY = 0.3
"""A field that would change for a larger share of the people met again is probably another column."""
FEW = 10
"""People below whom a share says nothing."""
_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]+")


class Verdict(Enum):
    """What would become of a row."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    AMBIGUOUS = "ambiguous"
    REPEATED = "repeated"
    BAD = "bad"
    SKIPPED = "skipped"


class Trouble(Enum):
    """What is to be said about a line."""

    NO_NAME = "no name"
    ODD_NAME = "odd name"
    LONG = "long"
    SURPLUS = "surplus"
    FORMULA = "formula"
    NO_DAY = "no day"
    TWO_WAYS = "two ways"
    ODD_EMAIL = "odd email"
    REPEATS = "repeats"
    SAME_ID = "same id"
    SAME_NAME = "same name"
    SAME_PERSON = "same person"
    SEVERAL = "several"
    ELSEWHERE = "elsewhere"
    OTHER_NAME = "other name"
    OTHER_ID = "other id"
    KEPT = "kept"
    LEFT = "left"
    SINCE = "since"
    FAILED = "failed"
    FORGOTTEN = "forgotten"
    PERHAPS_FORGOTTEN = "perhaps forgotten"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say about a line; ``words`` fill the sentence."""

    trouble: Trouble
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a list are to be read."""

    columns: Mapping[int, Field]
    orders: Mapping[int, Order] = field(default_factory=dict)
    """How columns write days with slashes, where that is known."""
    values: Mapping[Field, Mapping[str, str]] = field(default_factory=dict)
    """What a code stands for, by folded code: N is night."""
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A row's verdict, and what there is to say about it."""

    verdict: Verdict
    listed: Listed | None = None
    known: Known | None = None
    changes: frozenset[Field] = frozenset()
    problems: tuple[Problem, ...] = ()

    @property
    def replaced(self) -> frozenset[Field]:
        """The changes that put something else where something was."""
        return frozenset(
            what
            for what, attribute in _COMPARED
            if what in self.changes and getattr(self.known, attribute, None) is not None
        )


# -- what a row says ---------------------------------------------------------------------------


def listed(row: Row, reading: Reading) -> tuple[Listed | None, tuple[Problem, ...]]:
    """The person a row speaks of; None, with the reason, when it speaks of nobody."""
    found: dict[Field, str] = {}
    problems: list[Problem] = []
    for column, what in reading.columns.items():
        try:
            said = cells.value(row.cells[column])
        except Formula:
            problems.append(Problem(Trouble.FORMULA, (what.value,)))
            continue
        if said is not None:
            found[what] = reading.values.get(what, {}).get(folded(said), said)
    name = _name(found)
    wrong = Problem(Trouble.SURPLUS) if row.surplus else _wrong_name(name)
    if wrong is not None:
        unsaid = wrong.trouble is Trouble.NO_NAME and problems
        return None, tuple(problems) if unsaid else (wrong,)
    for what in (Field.AREA, Field.SHIFT, Field.ID):
        if len(found.get(what, "")) > LONGEST_LABEL:
            problems.append(Problem(Trouble.LONG, (what.value,)))
            del found[what]
    number = found.get(Field.ID)
    person = Listed(
        line=row.line,
        name=name,
        key=full_key(name),
        external_id=None if number is None else cells.external_id(number),
        email=_email(found.get(Field.EMAIL), problems),
        area=found.get(Field.AREA),
        shift=found.get(Field.SHIFT),
        hired=_hired(found.get(Field.HIRED), _order(reading), problems),
    )
    return person, tuple(problems)


def _name(found: Mapping[Field, str]) -> str:
    if Field.NAME in found:
        return cells.person_name(found[Field.NAME])
    return " ".join(found[part] for part in (Field.FIRST, Field.LAST) if part in found)


def _wrong_name(name: str) -> Problem | None:
    if not name:
        return Problem(Trouble.NO_NAME)
    if len(name) > LONGEST_NAME:
        return Problem(Trouble.LONG, (Field.NAME.value,))
    if not any(char.isalpha() for char in name) or looks_like_a_handle(name) or not folded(name):
        return Problem(Trouble.ODD_NAME, (name,))
    return None


def _email(said: str | None, problems: list[Problem]) -> str | None:
    if said is None:
        return None
    bare = said.removeprefix("mailto:").casefold()
    if not _EMAIL.fullmatch(bare) or len(bare) > 254:
        problems.append(Problem(Trouble.ODD_EMAIL))
        return None
    return bare


def _order(reading: Reading) -> Order | None:
    column = next((c for c, what in reading.columns.items() if what is Field.HIRED), None)
    return None if column is None else reading.orders.get(column)


def _hired(said: str | None, order: Order | None, problems: list[Problem]) -> date | None:
    if said is None:
        return None
    try:
        return cells.day(said, order)
    except TwoWays:
        problems.append(Problem(Trouble.TWO_WAYS, (said,)))
    except NoDay:
        problems.append(Problem(Trouble.NO_DAY, (said,)))
    return None


# -- rows that are the same person -------------------------------------------------------------


@dataclass(slots=True)
class Seen:
    """The people of the lines above, to notice one who is there twice."""

    by_id: dict[str, Listed] = field(default_factory=dict)
    by_name: dict[tuple[str, str], Listed] = field(default_factory=dict)
    contacts: dict[ContactId, int] = field(default_factory=dict)
    """Contacts that a line above was found to speak of, and which line."""

    def again(self, person: Listed) -> Judged | None:
        """The verdict when a line above speaks of the same person or may do so."""
        if person.external_id is not None:
            before = self.by_id.setdefault(person.external_id, person)
            if before is not person:
                if before.key == person.key:
                    return _stop(Verdict.REPEATED, Trouble.REPEATS, str(before.line))
                return _stop(Verdict.AMBIGUOUS, Trouble.SAME_ID, str(before.line))
        before = self.by_name.setdefault((person.key, folded(person.area or "")), person)
        if before is person or _told_apart(before, person):
            return None
        if (before.shift, before.email) == (person.shift, person.email):
            return _stop(Verdict.REPEATED, Trouble.REPEATS, str(before.line))
        return _stop(Verdict.AMBIGUOUS, Trouble.SAME_NAME, str(before.line))


def _told_apart(one: Listed, other: Listed) -> bool:
    """Whether two of one name in one area differ in something that only one person has."""
    return (
        one.external_id is not None
        and other.external_id is not None
        and one.external_id != other.external_id
    ) or (one.email is not None and other.email is not None and one.email != other.email)


def _stop(verdict: Verdict, trouble: Trouble, *said: str) -> Judged:
    return Judged(verdict, problems=(Problem(trouble, said),))


# -- who it is ---------------------------------------------------------------------------------


def judge(person: Listed, candidates: Candidates, *, overwrite: bool) -> Judged:
    """Who a person on the list is in our records, and what would change. Never a guess."""
    found = _found(person, candidates)
    if isinstance(found, Judged):
        return found
    if found is None:
        return Judged(Verdict.NEW, person)
    return compare(person, found, overwrite=overwrite)


def _found(person: Listed, candidates: Candidates) -> Known | Judged | None:
    """By the employer's number, then by address, then by the whole name and the area."""
    if person.external_id is not None and person.external_id in candidates.by_id:
        return _surely(person, candidates.by_id[person.external_id])
    if person.email is not None and person.email in candidates.by_email:
        found = _surely(person, candidates.by_email[person.email])
        if isinstance(found, Known) and _another(person, found):
            return _stop(Verdict.AMBIGUOUS, Trouble.OTHER_ID, found.label)
        return found
    return _by_name(person, candidates.by_key.get(person.key, ()))


def _surely(person: Listed, found: Sequence[Known]) -> Known | Judged:
    """Numbers are given again and addresses shared: something of the name has to fit as well."""
    if len(found) > 1:
        return _stop(Verdict.AMBIGUOUS, Trouble.SEVERAL, _handles(found))
    [known] = found
    if {w for name in known.names for w in words(name)}.isdisjoint(words(person.name)):
        return _stop(Verdict.AMBIGUOUS, Trouble.OTHER_NAME, known.label)
    return known


def _by_name(person: Listed, bearers: Sequence[Known]) -> Known | Judged | None:
    namesakes = [known for known in bearers if not _another(person, known)]
    here = [k for k in namesakes if folded(k.area or "") == folded(person.area or "")]
    if len(here) == 1:
        return here[0]
    if here:
        return _stop(Verdict.AMBIGUOUS, Trouble.SEVERAL, _handles(here))
    if namesakes:
        return _stop(Verdict.AMBIGUOUS, Trouble.ELSEWHERE, _handles(namesakes))
    return None


def _another(person: Listed, known: Known) -> bool:
    """Whether the employer's numbers say that a namesake is somebody else."""
    return bool(person.external_id and known.external_ids) and (
        person.external_id not in known.external_ids
    )


def _handles(several: Iterable[Known]) -> str:
    return ", ".join(known.label for known in list(several)[:4])


# -- what changes ------------------------------------------------------------------------------

_COMPARED = (
    (Field.NAME, "name"),
    (Field.AREA, "area"),
    (Field.SHIFT, "shift"),
)


def compare(person: Listed, known: Known, *, overwrite: bool) -> Judged:
    """What the list changes about somebody we know. Blanks erase nothing; hands win."""
    changes: set[Field] = set()
    kept: list[str] = []
    for what, attribute in _COMPARED:
        said, ours = getattr(person, attribute), getattr(known, attribute)
        if said is None or any(_same(what, said, each) for each in _ours(known, attribute)):
            continue
        last = getattr(known.last, attribute) if known.last is not None else None
        if ours is None or overwrite or (last is not None and _same(what, last, ours)):
            changes.add(what)
        else:
            kept.append(what.value)
    if person.external_id is not None and person.external_id not in known.external_ids:
        changes.add(Field.ID)
    if person.email is not None and person.email not in known.emails:
        changes.add(Field.EMAIL)
    problems = [Problem(Trouble.KEPT, (known.label, ", ".join(kept)))] if kept else []
    if known.out:
        problems.append(Problem(Trouble.LEFT, (known.label,)))
    verdict = Verdict.UPDATED if changes else Verdict.UNCHANGED
    return Judged(verdict, person, known, frozenset(changes), tuple(problems))


def _ours(known: Known, attribute: str) -> tuple[str | None, ...]:
    """What we have: an alias is as good as the name that is shown."""
    return known.names if attribute == "name" else (getattr(known, attribute),)


def _same(what: Field, one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return full_key(one) == full_key(other) if what is Field.NAME else folded(one) == folded(other)


def sweeping(changed: Mapping[str, int], met: int) -> list[tuple[str, int]]:
    """Fields that would change for so many that another column was probably meant."""
    if met < FEW:
        return []
    return [(name, times) for name, times in changed.items() if times > MANY * met]

"""The grammar of spoken lines: every way in which a whole line can be read. Pure.

A line is a name and, in any order, how it went, a rating, a day and so on. What is said freely, a note or an
ask, runs to the end or to where something clear begins; where that is not clear there are several readings,
and the person is asked. A line no reading of which uses every word is read without as few as possible.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from enum import Enum, auto

from commands.one_on_ones.spoken import vocabulary as words
from commands.one_on_ones.spoken.moves import Path, Stretch, keys, settings, table, unused_in
from commands.one_on_ones.spoken.pieces import Piece, words_kept
from commands.one_on_ones.spoken.reading import Heard, Person, Reading, Value
from commands.one_on_ones.spoken.vocabulary import TEXTS, Detail, Verb
from commands.time.terms import ALSO_WORDS
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Answer, Assessment, Contact, Evidence, Outcome

MOST_UNUSED = 8
"""Words that may be left over before a line counts as not understood at all."""
LONGEST_DAY = 5
"""Words of a day."""
LONGEST_NAME = 4
"""Words of a name."""
SENTENCE = 4
"""Words behind a comma from which they are a sentence of their own."""
ENOUGH = 6
"""Readings; more would not be shown."""

Names = Mapping[tuple[int, int], tuple[Contact, ...]]
"""Whom the pieces from one place to another name, of those whom the reader may see."""


@dataclass(frozen=True, slots=True)
class Days:
    """How days are read."""

    bare: Callable[[str], tuple[date, ...]]
    """A day without a key: the days that are meant, past or to come; empty for other words."""
    coming: Callable[[str], tuple[date, ...]]
    """A day behind ``next``."""
    past: Callable[[str], tuple[date, ...]]
    """A day behind ``on=``."""


class Cut(Enum):
    """Whether free words end before a piece."""

    CLEAR = auto()
    OPEN = auto()
    """They may: then there are two readings."""
    NONE = auto()


@dataclass(slots=True)
class Grammar:
    """The readings of one line."""

    line: Sequence[Piece]
    names: Names
    days: Days
    today: date
    unknown_names: bool = False
    """Whether words that name nobody may be the name of somebody whom the reader may not see."""
    _dead: set[tuple[int, frozenset[Detail], bool, int]] = field(default_factory=set)
    _phrases: dict[tuple[str, int], tuple[int, object] | None] = field(default_factory=dict)
    """What was found in a table at a piece: each way through the line asks for it again."""
    _days: dict[int, tuple[Stretch, ...]] = field(default_factory=dict)
    """The days alone at a piece, likewise."""

    def heard(self) -> Heard:
        """Read the line with as few words left over as possible."""
        act, start = self._act()
        known = any(self._person(at) is not None for at in range(start, len(self.line)))
        self.unknown_names = self.unknown_names and act is not None and not known
        for unused in range(MOST_UNUSED + 1):
            self._dead.clear()
            paths = list(self._paths(start, frozenset(), named=False, left=unused))
            found = self._readings(paths)
            if act is Verb.FOLLOW_UP:
                found = [each for each in found if Detail.ON not in each[0].values] or found
            if found:
                readings = tuple(reading for reading, _path in found)
                return Heard(act, readings, unused_in(found[0][1], start))
        return Heard(act, ())

    def _act(self) -> tuple[Verb | None, int]:
        """What the line begins with, and where the rest begins."""
        found = self._phrase("ACTS", 0)
        if found is None:
            return None, 0
        end, value = found
        if (0, 1) in self.names and end == 1 and len(self.line) > 1 and (1, 2) not in self.names:
            # Somebody is called that.
            return None, 0
        return (value if isinstance(value, Verb) else None), end

    # -- paths ---------------------------------------------------------------------------------------

    def _paths(self, at: int, used: frozenset[Detail], *, named: bool, left: int) -> Iterator[Path]:
        """Every way on from a piece, with exactly ``left`` words left over."""
        place = (at, used, named, left)
        if place in self._dead:
            return
        if at == len(self.line):
            if left == 0 and named:
                yield ()
            return
        found = False
        for move in self._moves(at, used, named=named, left=left):
            told = {move.slot, *(slot for slot, _value in move.more)} - {None}
            if told & used or (move.people and named):
                continue
            slots = used | frozenset(slot for slot in told if slot is not None)
            rest = self._paths(
                move.end,
                slots,
                named=named or bool(move.people),
                left=left - move.unused,
            )
            for path in rest:
                found = True
                yield (move, *path)
        if not found:
            self._dead.add(place)

    def _moves(
        self, at: int, used: frozenset[Detail], *, named: bool, left: int
    ) -> Iterator[Stretch]:
        piece = self.line[at]
        if not piece.plain and piece.key is None and not piece.text:
            yield Stretch(at + 1)
            return
        if piece.text.lstrip("-–—") == "yes" and piece.text != "yes":
            yield Stretch(at + 1, sure=True)
            return
        if not named:
            yield from self.people_from(at)
        keyed = list(self._keyed(at, used, named=named))
        yield from keyed
        if piece.key is None and not piece.quoted:
            yield from self._said(at)
            if not any(move.slot is Detail.NEXT for move in keyed):
                yield from self._day(at)
            yield from self._passed(at, used)
        if not named and self.unknown_names:
            yield from self._unknown(at)
        if left and piece.key not in keys():
            yield Stretch(at + 1, unused=True)

    def _said(self, at: int) -> Iterator[Stretch]:
        """How it went, a rating, what it rests on, an answer: in their own words."""
        piece = self.line[at]
        outcome = self._phrase("OUTCOMES", at)
        if outcome is not None and isinstance(outcome[1], Outcome):
            yield Stretch(outcome[0], Detail.OUTCOME, outcome[1])
            if outcome[0] > at + 1:
                return
        if piece.text.isdecimal() and len(piece.text) == 1 and piece.text in "012345":
            yield from self._rating(at, int(piece.text), alone=True)
        number = table("NUMBERS").get((piece.plain,))
        if isinstance(number, int):
            yield from self._rating(at, number, alone=False)
        evidence = self._phrase("EVIDENCE", at)
        if (
            evidence is not None
            and isinstance(evidence[1], Evidence)
            and piece.plain not in words.ONE_LETTER
        ):
            yield Stretch(evidence[0], Detail.EVIDENCE, evidence[1])
        answer = self._phrase("ANSWERS", at)
        if answer is not None and isinstance(answer[1], Answer):
            yield Stretch(answer[0], Detail.ANSWER, answer[1])

    def _rating(self, at: int, number: int, *, alone: bool) -> Iterator[Stretch]:
        rating = Assessment(number)
        found = self._phrase("EVIDENCE", at + 1)
        if found is not None and isinstance(found[1], Evidence):
            more = ((Detail.EVIDENCE, found[1]),)
            yield Stretch(found[0], Detail.RATE, rating, more=more)
        if alone:
            yield Stretch(at + 1, Detail.RATE, rating)

    def _day(self, at: int) -> tuple[Stretch, ...]:
        """A day alone: the next step, or when it was. Somebody called Sam is no Saturday."""
        if at not in self._days:
            self._days[at] = tuple(self._day_at(at))
        return self._days[at]

    def _day_at(self, at: int) -> Iterator[Stretch]:
        if self._person(at) is not None:
            return
        for end in range(min(at + LONGEST_DAY, len(self.line)), at, -1):
            if not self._together(at, end) or self._is_rating(at, end):
                continue
            text = " ".join(piece.text for piece in self.line[at:end])
            found = self.days.bare(text)
            if found:
                unsure = end == at + 1 and self.line[at].plain in ALSO_WORDS
                for day in found:
                    slot = Detail.ON if day <= self.today else Detail.NEXT
                    yield Stretch(end, slot, day, doubtful=unsure)
                    if day == self.today:
                        yield Stretch(end, Detail.NEXT, day)
                return

    def _is_rating(self, at: int, end: int) -> bool:
        """``2 d`` with a blank is a rating and what it rests on, not two days."""
        if end != at + 2 or not self.line[at].text.isdecimal():
            return False
        last = self.line[at + 1]
        return last.plain in words.ONE_LETTER and not last.glued

    def _passed(self, at: int, used: frozenset[Detail]) -> Iterator[Stretch]:
        """Words between the others that change nothing."""
        for length in range(min(3, len(self.line) - at), 1, -1):
            if tuple(piece.plain for piece in self.line[at : at + length]) in settings():
                yield Stretch(at + length)
        answers = Detail.ASK in used and Detail.ANSWER not in used
        if answers and self._phrase("ANSWERS", at) is not None:
            return
        if self.line[at].plain in words.FILLERS:
            yield Stretch(at + 1)

    # -- people --------------------------------------------------------------------------------------

    def people_from(self, at: int) -> Iterator[Stretch]:
        """One person or several, by handle or by names that mean somebody."""
        start = at
        while start < len(self.line) and self.line[start].plain in words.BEFORE_A_NAME:
            if self._person(start) is not None:
                break
            start += 1
        found: list[Person] = []
        while start < len(self.line):
            person = self._person(start)
            if person is None:
                break
            found.append(person)
            yield Stretch(person.span[1], people=tuple(found))
            start = person.span[1]
            if start < len(self.line) and self.line[start].plain in words.JOINERS:
                start += 1

    def _person(self, at: int) -> Person | None:
        piece = self.line[at]
        if piece.key is not None:
            return None
        if piece.handle is not None:
            return Person(piece.text, number=piece.handle, span=(at, at + 1))
        for end in range(min(at + LONGEST_NAME, len(self.line)), at, -1):
            contacts = self.names.get((at, end), ())
            if contacts and self._together(at, end):
                text = " ".join(each.text for each in self.line[at:end])
                return Person(text, contacts, span=(at, end))
        return None

    def _unknown(self, at: int) -> Iterator[Stretch]:
        """The words up to the first that mean something, as the name of somebody else."""
        start = at
        while start < len(self.line) and self.line[start].plain in words.BEFORE_A_NAME:
            start += 1
        if start >= len(self.line) or self._person(start) is not None:
            return
        end = start
        while end < min(start + LONGEST_NAME, len(self.line)) and self._is_a_name(end, start):
            end += 1
            if self.line[end - 1].stop:
                break
        if end > start:
            text = " ".join(each.text for each in self.line[start:end])
            yield Stretch(end, people=(Person(text, span=(start, end)),))

    def _is_a_name(self, at: int, start: int) -> bool:
        piece = self.line[at]
        if piece.quoted and piece.key is None:
            return at == start
        plain = piece.key is None and piece.plain and not any(c.isdigit() for c in piece.text)
        if not plain:
            return False
        means = (*self._said(at), *self._day(at), *self._keyed_value_moves(at))
        return not means

    # -- keys ----------------------------------------------------------------------------------------

    def _keyed_value_moves(self, at: int) -> Sequence[object]:
        found = self._phrase("KEYS", at)
        if found is None or found[1] is Detail.ON:
            return ()
        return (found,) if found[0] < len(self.line) else ()

    def _key(self, at: int) -> tuple[int, Detail, bool] | None:
        """The key that begins here: where its value begins, which, and whether a sign says so."""
        piece = self.line[at]
        if piece.key is not None:
            slot = keys().get(piece.key)
            return None if slot is None else (at, slot, True)
        found = self._phrase("KEYS", at)
        if found is None or not isinstance(found[1], Detail):
            return None
        return found[0], found[1], ":" in self.line[found[0] - 1].ends

    def _keyed(self, at: int, used: frozenset[Detail], *, named: bool) -> Iterator[Stretch]:
        key = self._key(at)
        if key is None:
            return
        start, slot, signed = key
        if start >= len(self.line):
            return
        if slot in TEXTS:
            if slot not in used:
                yield from self._text(start, slot, used | {slot}, named=named)
        elif slot in {Detail.NEXT, Detail.ON}:
            yield from self._dated(start, slot, signed=signed)
        else:
            for move in self._unkeyed_said(start):
                if move.slot is slot:
                    yield move

    def _unkeyed_said(self, at: int) -> Iterator[Stretch]:
        """What a value says without its key: the first piece may still carry it."""
        kept, phrases, days = self.line, self._phrases, self._days
        self._phrases, self._days = {}, {}
        self.line = [*kept[:at], replace(kept[at], key=None, quoted=False), *kept[at + 1 :]]
        try:
            yield from list(self._said(at))
        finally:
            self.line, self._phrases, self._days = kept, phrases, days

    def _dated(self, start: int, slot: Detail, *, signed: bool) -> Iterator[Stretch]:
        """A day behind ``next`` or ``on``. ``on thu`` without a sign may be either."""
        if self.line[start].plain in words.JOINERS:
            return
        for end in range(min(start + LONGEST_DAY, len(self.line)), start, -1):
            if not self._together(start, end):
                continue
            text = " ".join(piece.text for piece in self.line[start:end])
            if slot is Detail.NEXT:
                days = self.days.coming(text)
            else:
                days = self.days.past(text)
                if not signed:
                    days = (*days, *(d for d in self.days.bare(text) if d > self.today))
            if days:
                for day in days:
                    which = slot if slot is Detail.NEXT or day <= self.today else Detail.NEXT
                    yield Stretch(end, which, day, weak=which is Detail.ON and not signed)
                return

    # -- free words ----------------------------------------------------------------------------------

    def _text(
        self, start: int, slot: Detail, used: frozenset[Detail], *, named: bool
    ) -> Iterator[Stretch]:
        """Free words from here on, to the end or to where something else begins."""
        if self.line[start].quoted:
            yield Stretch(start + 1, slot, self.line[start].text)
            return
        open_ends: list[int] = []
        last = self._end_of_an_issue(start) if slot is Detail.ISSUE else len(self.line)
        for end in range(start + 1, last):
            cut = self._cut(start, end, slot, used)
            if cut is Cut.NONE or not self._goes_on(end, used, named=named):
                continue
            open_ends.append(end)
            if cut is Cut.CLEAR:
                break
        else:
            open_ends.append(last)
        for end in open_ends:
            text = words_kept(self.line[start:end])
            if text:
                yield Stretch(end, slot, text)

    def _end_of_an_issue(self, start: int) -> int:
        """Where an issue ends at the latest: a few words, and never the sentence behind its comma.

        Issues are counted, and read to all leads; what else was said is asked about.
        """
        last = len(self.line)
        for at in range(start, last - 1):
            if not self.line[at].stop:
                continue
            end = next((n + 1 for n in range(at + 1, last) if self.line[n].stop), last)
            behind = self.line[at + 1 : end]
            rated = any(len(each.text) == 1 and each.text in "12345" for each in behind)
            if len(behind) >= SENTENCE or rated or behind[0].plain in words.SPEAKERS:
                return at + 1
        return last

    def _goes_on(self, at: int, used: frozenset[Detail], *, named: bool) -> bool:
        """Whether all that follows can be read."""
        return any(True for _path in self._paths(at, used, named=named, left=0))

    def _cut(self, start: int, at: int, slot: Detail, used: frozenset[Detail]) -> Cut:
        """Whether free words end before a piece."""
        piece, before = self.line[at], self.line[at - 1]
        key = self._key(at)
        if (
            key is not None
            and key[1] not in used
            and not (piece.plain in words.INSIDE and not before.stop)
        ):
            return self._cut_at_key(key, before, slot)
        bound = piece.plain in words.BOUND and not before.stop
        inside = bound or piece.key is not None or piece.quoted
        moves = [] if inside else [*self._said(at), *self._day(at)]
        if not moves:
            return Cut.NONE
        if before.stop:
            return Cut.CLEAR
        if slot is Detail.NOTE:
            return Cut.OPEN
        rated = any(move.slot is Detail.RATE and move.more for move in moves)
        answered = slot is Detail.ASK and any(move.slot is Detail.ANSWER for move in moves)
        dated = moves[0].slot in {Detail.NEXT, Detail.ON}
        if dated and before.plain in words.BOUND and at > start + 1:
            return Cut.NONE
        return Cut.CLEAR if rated or answered else Cut.OPEN

    @staticmethod
    def _cut_at_key(key: tuple[int, Detail, bool], before: Piece, slot: Detail) -> Cut:
        _value, named, signed = key
        if signed or before.stop:
            return Cut.CLEAR
        if named is Detail.ON:
            return Cut.NONE
        return Cut.OPEN if slot is Detail.NOTE else Cut.CLEAR

    # -- small things --------------------------------------------------------------------------------

    def _phrase(self, of: str, at: int) -> tuple[int, object] | None:
        """The longest phrase of a table that begins at a piece: where it ends, what it means."""
        if (of, at) not in self._phrases:
            self._phrases[of, at] = self._phrase_at(of, at)
        return self._phrases[of, at]

    def _phrase_at(self, of: str, at: int) -> tuple[int, object] | None:
        known = table(of)
        for end in range(min(at + words.LONGEST, len(self.line)), at, -1):
            if not self._together(at, end):
                continue
            said = tuple(word for piece in self.line[at:end] for word in piece.plain.split())
            if said in known:
                return end, known[said]
        return None

    def _together(self, at: int, end: int) -> bool:
        """Whether nothing parts these pieces."""
        first, *others = self.line[at:end]
        if first.key is not None and others and first.quoted:
            return False
        if any(piece.key is not None or piece.quoted for piece in others):
            return False
        return not any(piece.stop for piece in self.line[at : end - 1])

    # -- the end -------------------------------------------------------------------------------------

    def _readings(self, paths: Sequence[Path]) -> list[tuple[Reading, Path]]:
        """Each reading once, with a path that leads to it."""
        found: dict[tuple[object, ...], tuple[Reading, Path]] = {}
        for path in paths:
            reading = self._reading(path)
            if reading is not None:
                found.setdefault(reading.key, (reading, path))
        return list(found.values())[:ENOUGH]

    def _reading(self, path: Path) -> Reading | None:
        """What a path tells; None for what nobody means."""
        values: dict[Detail, Value] = {}
        for move in path:
            if move.slot is not None and move.value is not None:
                values[move.slot] = move.value
            values |= dict(move.more)
        if Detail.ANSWER in values and Detail.ASK not in values:
            return None
        if Detail.EVIDENCE in values and Detail.RATE not in values:
            return None
        if values.get(Detail.NEXT) == self.today and Detail.OUTCOME in values:
            return None
        if Detail.OUTCOME not in values and any(move.weak for move in path) and len(values) == 1:
            return None
        people = next(move.people for move in path if move.people)
        return Reading(
            people,
            values,
            sure=any(move.sure for move in path),
            doubtful=any(move.doubtful for move in path),
        )

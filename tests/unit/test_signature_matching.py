"""Signature lists against a corpus of 500 lines whose every line was decided beforehand.

tests/support/signatures: a unit of 454 people, and 500 signatures as people write them: other case and
order, no accents, slips of the finger, initials, names left out, namesakes, strangers, people twice.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from commands.structure_tests.sheets.matching import Signature, match
from storage.core.model import ContactId
from storage.names import alike, folded, full_key
from storage.structure_tests.sheets import Bearer, SheetLine, SignatureVerdict

CORPUS = Path(__file__).resolve().parents[1] / "support" / "signatures"
NOBODY = {"unknown", "stranger"}
PLAIN = {"exact", "case", "order", "accents", "called otherwise", "twin"}
"""Kinds that one person's name covers letter for letter."""


@dataclass(frozen=True)
class Decided:
    """A line, what was said about it, and what is right."""

    kind: str
    written: str
    meant: int | None
    line: SheetLine

    @property
    def right(self) -> bool:
        return self.meant is not None and self.line.contacts[:1] == (self.meant,)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def bearers() -> list[Bearer]:
    return [
        Bearer(
            ContactId(int(row["number"])),
            tuple(name for name in (row["name"], row["also"]) if name),
            folded(row["area"]),
            None,
            None,
            row["where"] != "outside",
        )
        for row in rows("roster.csv")
    ]


@pytest.fixture(scope="module")
def decided() -> list[Decided]:
    wanted = list(rows("signatures.csv"))
    # A list is read with "Last, First" turned round before it is matched.
    read = [Signature(int(row["line"]), turned(row["written"])) for row in wanted]
    return [
        Decided(row["kind"], row["written"], int(row["meant"]) if row["meant"] else None, line)
        for row, line in zip(wanted, match(read, bearers()), strict=True)
    ]


def turned(name: str) -> str:
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma else name


def told(decided: list[Decided]) -> str:
    """The whole table, shown when a figure below is missed."""
    return "\n".join(
        f"{kind}: {dict(Counter(d.line.verdict.value for d in decided if d.kind == kind))}"
        for kind in sorted({each.kind for each in decided})
    )


def test_the_corpus_has_five_hundred_lines_of_every_kind(decided: list[Decided]) -> None:
    assert len(decided) == 500
    assert {each.kind for each in decided} == {
        *PLAIN, *NOBODY, "one slip", "two slips", "initial", "middle left out", "namesake",
        "outside", "twice",
    }  # fmt: skip


def test_whoever_is_surely_meant_is_meant(decided: list[Decided]) -> None:
    """Precision of what is marked without anybody looking at it: all of it."""
    sure = [each for each in decided if each.line.verdict is SignatureVerdict.SURE]
    assert len(sure) > 250, told(decided)
    assert [each for each in sure if not each.right] == []


def test_plain_names_are_found_without_help(decided: list[Decided]) -> None:
    """Recall where nothing is wrong with the name: every line, unless it is a namesake's."""
    plain = [each for each in decided if each.kind in PLAIN]
    missed = [each for each in plain if not (each.right and each.line.verdict in {
        SignatureVerdict.SURE, SignatureVerdict.OUTSIDE, SignatureVerdict.TWICE})]  # fmt: skip
    assert len(missed) <= len(plain) * 0.01, [(each.kind, each.written) for each in missed]


def test_likely_is_nearly_always_right(decided: list[Decided]) -> None:
    likely = [each for each in decided if each.line.verdict is SignatureVerdict.LIKELY]
    right = sum(each.right for each in likely)
    assert likely
    assert right / len(likely) >= 0.97, [
        (each.kind, each.written) for each in likely if not each.right
    ]


def test_of_those_on_record_nearly_all_are_found_or_listed_to_choose(
    decided: list[Decided],
) -> None:
    """Recall: named alone, or among those somebody chooses from."""
    known = [each for each in decided if each.meant is not None]
    missed = [each for each in known if each.meant not in each.line.contacts]
    assert len(missed) <= len(known) * 0.03, [(each.kind, each.written) for each in missed]


def test_namesakes_are_listed_and_never_chosen(decided: list[Decided]) -> None:
    for each in decided:
        if each.kind == "namesake":
            assert each.line.verdict is SignatureVerdict.UNCLEAR, each
            assert each.meant in each.line.contacts
            assert len(each.line.contacts) == 2


def test_strangers_are_never_sure_and_seldom_likely(decided: list[Decided]) -> None:
    strangers = [each for each in decided if each.kind in NOBODY]
    assert all(each.line.verdict is not SignatureVerdict.SURE for each in strangers)
    likely = [each.written for each in strangers if each.line.verdict is SignatureVerdict.LIKELY]
    assert len(likely) <= 1, likely
    unknown = [each for each in decided if each.kind == "unknown"]
    assert sum(each.line.verdict is SignatureVerdict.UNKNOWN for each in unknown) >= 29, told(
        unknown
    )


def test_two_people_with_almost_one_name_stay_two(decided: list[Decided]) -> None:
    twins = [each for each in decided if each.kind == "twin"]
    found = {SignatureVerdict.SURE, SignatureVerdict.OUTSIDE}
    assert all(each.right and each.line.verdict in found for each in twins), twins


def test_whoever_stands_there_twice_counts_once(decided: list[Decided]) -> None:
    counted = Counter(
        each.line.contacts[0] for each in decided if each.line.verdict is SignatureVerdict.SURE
    )
    assert max(counted.values()) == 1
    twice = [each for each in decided if each.kind == "twice"]
    assert all(
        each.line.verdict in {SignatureVerdict.TWICE, SignatureVerdict.OUTSIDE} for each in twice
    ), twice


def test_who_was_not_in_the_unit_is_said_apart(decided: list[Decided]) -> None:
    outside = [each for each in decided if each.kind == "outside"]
    assert outside
    assert all(each.line.verdict is SignatureVerdict.OUTSIDE for each in outside)


def test_an_area_tells_namesakes_apart_and_a_number_needs_something_of_the_name() -> None:
    two = [Bearer(ContactId(n), ("Alex Kim",), area, str(n), None, inside=True)
           for n, area in ((1, "payments"), (2, "search"))]  # fmt: skip
    [told] = match([Signature(1, "Alex Kim", "Search")], two)
    assert (told.verdict, told.contacts) == (SignatureVerdict.SURE, (2,))
    [told] = match([Signature(1, "A. Kim", None, "1")], two)
    assert (told.verdict, told.contacts) == (SignatureVerdict.SURE, (1,))
    [told] = match([Signature(1, "Zoe Quist", None, "1")], two)
    assert told.verdict is SignatureVerdict.UNKNOWN
    [told] = match([Signature(1, "Alex Kim", "Ops")], two)
    assert told.verdict is SignatureVerdict.UNCLEAR


def test_a_bolder_matcher_would_be_caught(decided: list[Decided]) -> None:
    """The positive control: taking the first name that is alike marks the wrong people."""
    people = bearers()
    wrong = 0
    for each in decided:
        if each.kind not in {"namesake", "one slip", "initial", "middle left out", "stranger"}:
            continue
        first = next(
            (b for b in people if any(alike(each.written, name) for name in b.names)), None
        )
        wrong += first is not None and first.contact != each.meant
    assert wrong > 5, wrong
    assert full_key("Kim, Alex") == full_key("Alex Kim")

"""Cells and names that are read without a second look are read as all others are."""

import random
import re
import string
from itertools import product

import pytest

from commands.imports.read import cells, people, plain_rows
from commands.imports.read.fields import Field
from commands.imports.read.people import ColumnReading
from commands.imports.read.tables import ListRow
from commands.imports.rules import keys_of
from commands.names import said
from storage.names import folded

NEVER = re.compile("(?!)")
WORDS = (
    "Ana", "ANA", "Null", "None", "na", "NaN", "Total", "total", "Grand", "and", "und", "y", "Dr", "Dr.",
    "Sr.", "Jr.", "RN", "van", "Ñandú", "Åsa", "Straße", "ſoma", "SUMMA", "Page", "2", "00123", "1.5",
    "M", "41", "Temp", "retired", "O'Brien", "O’Brien", "-", "n.n.", "k.a.", "n/a", "李", "e\u0301va",
    "\ufeffAna", "K", "", "=1", "'00123", "d'1", "#null!", "Anna-Lena", "ﬁn", "İnci",
)  # fmt: skip
TEXTS = sorted(
    {
        sign.join(several)
        for n in (1, 2)
        for several in product(WORDS, repeat=n)
        for sign in (" ", "-")
    }
    | {"Ana  Lopez", " Ana", "Ana ", "Grand Total 3", "Ana and Ben Lopez", "Page 2 of 3"}
)


def taken(cell: str, nothing: frozenset[str]) -> str | None:
    try:
        return cells.value(cell, nothing=nothing)
    except cells.Formula:
        return "formula"


def test_a_plain_cell_is_read_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (cells.NOTHING, cells.NAMES_ARE_WRITTEN, cells.AREAS_ARE_WRITTEN)
    quick = [taken(text, nothing) for text in TEXTS for nothing in kinds]
    monkeypatch.setattr(cells, "_PLAIN", NEVER)
    assert quick == [taken(text, nothing) for text in TEXTS for nothing in kinds]


@pytest.mark.parametrize(
    "columns",
    [
        {0: Field.NAME},
        {0: Field.FIRST, 1: Field.LAST},
        {0: Field.NAME, 1: Field.PREFERRED},
        {0: Field.LAST, 1: Field.INFIX},
        {0: Field.NAME, 1: Field.AREA, 2: Field.ID},
    ],
)
def test_a_plain_name_is_read_as_any_other(
    columns: dict[int, Field], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(16)
    rows = [ListRow(1, (text, chance.choice(TEXTS), chance.choice(TEXTS))) for text in TEXTS]
    reading = ColumnReading(columns)
    assert any(said.is_plain(row.cells[0]) for row in rows)
    quick = [people.listed(row, reading) for row in rows]
    monkeypatch.setattr(said, "is_plain", lambda _written: False)
    assert quick == [people.listed(row, reading) for row in rows]


@pytest.mark.parametrize(
    "columns",
    [
        {0: Field.NAME, 1: Field.AREA, 2: Field.SHIFT, 3: Field.ID},
        {3: Field.ID, 1: Field.LAST, 0: Field.FIRST},
        {0: Field.NAME, 1: Field.AREA, 2: Field.EMAIL},
        {1: Field.AREA, 3: Field.ID},
    ],
)
def test_rows_of_a_list_are_read_as_each_alone_is(columns: dict[int, Field]) -> None:
    chance = random.Random(16)
    odd = [*TEXTS, "x" * 61, "=2+2", "a@b.c"]
    numbers = ["1001", "00123", "1,000", "1.23E+11", "7.0", "A-7", "#5", "", "٣", "9" * 61]
    rows = [
        ListRow(
            line,
            (
                chance.choice(["Ana", text, "Ana Lopez", "x" * 50 + " " + "y" * 50]),
                chance.choice(["Lopez", "Pay", "Pay", chance.choice(odd)]),
                chance.choice(["day", "night", chance.choice(odd)]),
                chance.choice(numbers),
            ),
            surplus=not line % 11,
        )
        for line, text in enumerate(TEXTS)
    ]
    for reading in (
        ColumnReading(columns),
        ColumnReading(columns, values={Field.SHIFT: {"day": "D"}}),
    ):
        read = plain_rows.reader(reading)
        assert [read(row) for row in rows] == [people.listed(row, reading) for row in rows]


@pytest.mark.parametrize(
    "columns",
    [
        {0: Field.NAME, 1: Field.AREA, 2: Field.SHIFT, 3: Field.ID},
        {3: Field.ID, 1: Field.LAST, 0: Field.FIRST},
        {0: Field.NAME, 2: Field.SHIFT},
        {1: Field.NAME, 0: Field.AREA},
        {0: Field.NAME, 1: Field.EMAIL},
    ],
)
@pytest.mark.parametrize("odd_ones", [0.0, 0.02, 0.5])
def test_keys_of_a_sheet_are_those_of_each_person_alone(
    columns: dict[int, Field], odd_ones: float
) -> None:
    """And whoever has nothing odd in their row is read at once, but for names of 60 letters and more."""
    chance = random.Random(24)
    names = ["Ana Lopez", "ben ÖZ", "Mia Straße", "Zoe Ana", "Ana Zoe", "x" * 29 + " " + "y" * 29]
    odd = [*TEXTS, "x" * 61, "=2+2", "Ana Lopez\nBen Kim", "Ana\nLopez", "x" * 50 + " " + "y" * 30]
    numbers = ["1001", "00123", "7", "0"]
    odd_numbers = ["1,000", "", "٣", "9" * 61, "7\n8", "A-7"]
    quick = 0
    for first in range(0, 4_000, 40):

        def cell(usual: list[str], others: list[str]) -> str:
            return chance.choice(others if chance.random() < odd_ones else usual)

        sheet = [
            (
                line,
                [
                    cell(names, odd) if Field.FIRST not in columns.values() else cell(["Ana"], odd),
                    cell(names if columns.get(1) is Field.NAME else ["Pay", "PAY", "Ops"], odd),
                    cell(["day", "night", ""], odd),
                    cell(numbers, odd_numbers),
                ],
                chance.random() < odd_ones / 9,
            )
            for line in range(first, first + 40)
        ]
        reading = ColumnReading(columns)
        found = plain_rows.keys_reader(reading)(sheet)
        for at, (line, there, surplus) in enumerate(sheet):
            if at in found.odd:
                continue
            quick += 1
            person, problems = people.listed(ListRow(line, tuple(there), surplus), reading)
            assert person is not None
            assert not problems
            keys = [found.names[at], *([found.numbers[at]] if found.numbers else [])]
            assert keys == [key for _by, key in keys_of(person)]
    usual = Field.EMAIL not in columns.values()
    assert quick >= usual * 4_000 * (1 - odd_ones) ** 5
    assert quick == 0 or usual


def test_text_without_accents_is_folded_as_any_other() -> None:
    chance = random.Random(16)
    for _each in range(2_000):
        text = "".join(chance.choices(string.printable + "\x1c\x85", k=chance.randrange(12)))
        # One letter of another alphabet, and all of it goes the long way.
        assert f"{folded(text)} ж".strip() == folded(f"{text} ж")

"""Files as they come: every encoding, separator and head there is, and an answer for the odd ones."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.imports.read import cells
from commands.imports.read.cells import Formula, NoDayInCell, TwoWays
from commands.imports.read.day_order import DayOrderEvidence, Order
from commands.imports.read.encoding import DecodedText, decode
from commands.imports.read.fields import Field
from commands.imports.read.separated import read_text
from commands.imports.read.tables import ListRow, NotAList, Table, Unreadable, guessed
from commands.imports.read.top_rows import letter

PEOPLE = "Emp #;Full Nm;Dept/Team\n1;Müller, Zoë;Größe\n2;Peña, José;Café “Süd”\n"


def read(content: bytes | str) -> Table | NotAList:
    """A file of text, with rows that one can look at twice."""
    text = DecodedText.of(content) if isinstance(content, str) else decode(content)
    found = NotAList(Unreadable.BINARY) if text is None else read_text(text)
    return found if isinstance(found, NotAList) else replace(found, rows=tuple(found.rows))


def table(content: bytes | str) -> Table:
    found = read(content)
    assert isinstance(found, Table), found
    return found


def refused(content: bytes | str) -> tuple[Unreadable, int]:
    found = read(content)
    assert isinstance(found, NotAList), found
    return found.why, found.line


def order_in(*days: str) -> Order | None:
    evidence = DayOrderEvidence()
    for each in days:
        evidence.look(each)
    return evidence.order


def rows(found: Table) -> tuple[ListRow, ...]:
    return tuple(found.rows)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_letters_are_read_in_every_encoding(encoding: str) -> None:
    found = table(PEOPLE.encode(encoding))
    assert rows(found)[0].cells == ("1", "Müller, Zoë", "Größe")
    assert rows(found)[1].cells == ("2", "Peña, José", "Café “Süd”")


def test_one_accent_is_enough_to_tell() -> None:
    assert next(iter(table("Name;Area\nZoë;Payments\n".encode("cp1252")).rows)).cells[0] == "Zoë"
    assert (
        next(iter(table("Name;Area\nO’Brien;Payments\n".encode("cp1252")).rows)).cells[0]
        == "O’Brien"
    )


def test_old_macs_too() -> None:
    names = "Name;Area\nZoë Müller;Lager\nJosé Peña;Café\nBjörn Ångström;Küche\n"
    assert next(iter(table(names.encode("mac_roman")).rows)).cells == ("Zoë Müller", "Lager")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, end: str) -> None:
    lines = ["Emp #,Full Nm,Dept", '1,"Okafor; Sam, jr.",Pay', "2,Mia Chen,Sea", ",,", "3,A B,C"]
    found = table(end.join(line.replace(",", separator) for line in lines).replace("\t jr", ", jr"))
    assert found.separator == separator
    assert [row.line for row in found.rows] == [2, 3, 5]
    assert [len(row.cells) for row in found.rows] == [3, 3, 3]


def test_a_separator_that_excel_names() -> None:
    found = table("sep=;\nName;Area, old\nSam Okafor;Pay, ments\n")
    assert (found.separator, found.head_line, rows(found)[0].line) == (";", 2, 3)


@pytest.mark.parametrize(
    ("text", "heads", "line"),
    [
        ("Emp #,Name\n1,Sam O\n", ("Emp #", "Name"), 1),
        (
            "ACME staff\n\n,,November\nEmp #,Name,Team\n1,Sam O,Pay\n2,Mia C,Pay\n",
            ("Emp #", "Name", "Team"),
            4,
        ),
        (
            "Person,,,Work,\nEmp #,Last,First,Dept/Team,Shift\n1,O,Sam,Pay,D\n",
            ("Emp #", "Last", "First", "Dept/Team", "Shift"),
            2,
        ),
        (
            "Employee,Full,Dept/\nNumber,Nm,Team\n1,Sam O,Pay\n",
            ("Number", "Full Nm", "Team"),
            2,
        ),
        ("1,Sam Okafor\n2,Mia Chen\n", ("A", "B"), 0),
        ("Wert,Bez\nSam Okafor,12\nMia Chen,13\n", ("Wert", "Bez"), 1),
    ],
)
def test_heads(text: str, heads: tuple[str, ...], line: int) -> None:
    found = table(text)
    assert (found.heads, found.head_line) == (heads, line)


def test_heads_in_the_middle_are_no_people() -> None:
    found = table("Emp #,Name\n1,Sam O\nEmp #,Name\n2,Mia C\n")
    assert [row.line for row in found.rows] == [2, 4]


def test_the_mapping_is_guessed_by_heads_and_by_looks() -> None:
    found = table("Emp #,Full Nm,Dept/Team,Shift,Hired,Salary\n1,Sam O,Pay,D,2020-01-01,1\n")
    assert guessed(found) == {
        0: Field.ID,
        1: Field.NAME,
        2: Field.AREA,
        3: Field.SHIFT,
        4: Field.HIRED,
    }
    found = table("1001,Sam Okafor,sam@x.org\n1002,Mia Chen,mia@x.org\n")
    assert guessed(found) == {1: Field.NAME, 2: Field.EMAIL}
    found = table("Nachname;Vorname;Abteilung\nMüller;Zoë;Lager\n")
    assert guessed(found) == {0: Field.LAST, 1: Field.FIRST, 2: Field.AREA}


@pytest.mark.parametrize(
    ("content", "why", "line"),
    [
        (b"", Unreadable.EMPTY, 0),
        (b"\xef\xbb\xbf \r\n\r\n", Unreadable.EMPTY, 0),
        (",,\n;;\n", Unreadable.ONE_COLUMN, 2),
        (bytes(range(256)) * 20, Unreadable.BINARY, 0),
        (b"\x01\x02\x03\x04" * 50, Unreadable.BINARY, 0),
        ("some words\nand more\nhere\n", Unreadable.ONE_COLUMN, 1),
        ("Emp #,Name\n", Unreadable.NO_ROWS, 1),
        ('Emp #,Name\n1,"Sam O\n2,Mia C\n', Unreadable.OPEN_QUOTE, 2),
        ('Emp #,Name\n1,"Sam O\n' + "2,Mia C\n" * 40 + '3,"Jo B"\n', Unreadable.OPEN_QUOTE, 2),
        ("a,b\n" + "1," * 300 + "\n", Unreadable.TOO_MANY, 2),
        ("Name,About\nSam O," + "x" * 5000 + "\n", Unreadable.OPEN_QUOTE, 2),
    ],
)
def test_odd_files(content: bytes | str, why: Unreadable, line: int) -> None:
    assert refused(content) == (why, line)


def test_a_cell_may_go_on_in_the_next_line() -> None:
    found = table('Emp #,Name\n1,"Sam\nOkafor"\n2,"Mia\nChen"')
    assert [(row.line, row.cells[1]) for row in found.rows] == [(2, "Sam Okafor"), (4, "Mia Chen")]


def test_short_rows_are_filled_and_long_ones_noticed() -> None:
    found = table("Emp #,Name,Area\n1,Sam O\n" + "2,Mia C,Pay\n" * 9 + "3,Chen, Mia,Pay\n")
    assert rows(found)[0].cells == ("1", "Sam O", "")
    assert [row.line for row in found.rows if row.surplus] == [12]


def test_a_list_of_names_alone() -> None:
    assert guessed(table("Name\nSam Okafor\nMia Chen\n")) == {0: Field.NAME}


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    assert isinstance(read(content), Table | NotAList)


@given(st.text(alphabet='ab1,;\t"\n\r= \0é', max_size=120))
def test_no_text_makes_it_raise(text: str) -> None:
    found = read(text.encode())
    if isinstance(found, Table):
        assert all(len(row.cells) == len(found.heads) for row in found.rows)
        assert [row.line for row in found.rows] == sorted({row.line for row in found.rows})


# -- cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (" Sam ", "Sam"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("-", None),
        ("#N/A", None),
        ("n/a", None),
        ("+34 600 (1)", "+34 600 (1)"),
        ("\u202eSam", "Sam"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_what_a_cell_says(cell: str, said: str | None) -> None:
    assert cells.value(cell) == said


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(1)", "=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "'=1+1", '="="']
)
def test_formulas_are_not_kept(cell: str) -> None:
    with pytest.raises(Formula):
        cells.value(cell)


@pytest.mark.parametrize(
    "words",
    [
        "2024-03-05",
        "2024/3/5",
        "2024-03-05 00:00:00".replace(" ", "T"),
        "20240305",
        "05.03.2024",
        "5.3.24",
        "5 Mar 2024",
        "5-Mar-24",
        "March 5, 2024",
        "5 March 2024",
        "45356",
    ],
)
def test_dates(words: str) -> None:
    assert cells.day(words, None) == date(2024, 3, 5)


def test_slashes_are_read_as_the_rest_of_the_column_says() -> None:
    assert order_in("05/03/2024", "25/03/2024") is Order.DAY_FIRST
    assert order_in("05/03/2024", "03/25/2024") is Order.MONTH_FIRST
    assert order_in("05/03/2024") is None
    assert order_in("25/03/2024", "03/25/2024") is None
    assert cells.day("05/03/2024", Order.DAY_FIRST) == date(2024, 3, 5)
    assert cells.day("03/05/2024", Order.MONTH_FIRST) == date(2024, 3, 5)
    assert cells.day("25/03/2024", None) == date(2024, 3, 25)
    with pytest.raises(TwoWays):
        cells.day("05/03/2024", None)


@pytest.mark.parametrize(
    "words", ["soon", "31.02.2024", "2024-13-01", "1/2/3", "99999999", "00000", "12 Foo 2024"]
)
def test_no_dates(words: str) -> None:
    with pytest.raises(NoDayInCell):
        cells.day(words, None)


def test_numbers_that_a_spreadsheet_widened() -> None:
    assert cells.external_id("1001.0") == "1001"
    assert cells.external_id("00123") == "00123"
    assert cells.external_id("AB-1.5") == "AB-1.5"


def test_columns_are_called_as_in_a_spreadsheet() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip

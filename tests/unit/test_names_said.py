"""Names as people, lists and programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.names.said import (
    as_said,
    is_a_couple,
    is_a_total,
    joined,
    perhaps_nothing,
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Okafor, Sam", "Sam Okafor"),
        ("Sam Okafor", "Sam Okafor"),
        ("Okafor,", "Okafor,"),
        ("O'Brien, Ana", "Ana O'Brien"),
        ("García López, María José", "María José García López"),
        ("van den Berg, Anna", "Anna van den Berg"),
        ("Berg, Anna van den", "Anna van den Berg"),
        ("Berg, van den, Anna", "Anna van den Berg"),
        ("'t Hooft, Jan", "Jan 't Hooft"),
        ("Ma, Jack", "Jack Ma"),
        ("Doe, Ma", "Ma Doe"),
        ("Ng", "Ng"),
        ("María José Carreño Quiñones", "María José Carreño Quiñones"),
    ],
)
def test_last_name_first_is_turned_round_and_nothing_is_lost(written: str, said: str) -> None:
    assert as_said(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Jane Doe, RN", "Jane Doe"),
        ("Doe, Jane, RN, MSN", "Jane Doe"),
        ("Jane Doe, Ph.D.", "Jane Doe"),
        ("Jane Doe, CEng", "Jane Doe"),
        ("Dipl. Ing. Kurt Braun", "Kurt Braun"),
        ("Jane Doe, MSN RN-BC", "Jane Doe"),
        ("Jane Doe (RN)", "Jane Doe"),
        ("John Smith, Jr.", "John Smith Jr."),
        ("Smith Jr., John", "John Smith Jr."),
        ("Smith, Jr., John", "John Smith Jr."),
        ("Smith, John, Jr.", "John Smith Jr."),
        ("Smith III, John", "John Smith III"),
        ("Dr. Sam Okafor Jr.", "Sam Okafor Jr."),
        ("Ms. Mia Chen", "Mia Chen"),
        ("Prof. Dr. Anna Müller", "Anna Müller"),
        ("Sr. García López", "García López"),
        ("Dr. rer. nat. Anna Groß", "Anna Groß"),
        ("Dr. Okafor", "Dr. Okafor"),
        ("M. Night Shyamalan", "M. Night Shyamalan"),
        ("Pan Wei Ming", "Pan Wei Ming"),
    ],
)
def test_degrees_and_titles_are_no_names_and_generations_are(written: str, said: str) -> None:
    assert as_said(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mia Chen (On Leave)", "Mia Chen"),
        ("Chen (On Leave), Mia", "Mia Chen"),
        ("Mia Chen (102345)", "Mia Chen"),
        ("Mia Chen [C]", "Mia Chen"),
        ("Mia Chen - on leave", "Mia Chen"),
        ("*Jo Brand", "Jo Brand"),
        ("Ana Ruiz - Soto", "Ana Ruiz - Soto"),
        ("Anna Groß (Elternzeit)", "Anna Groß"),
        ("Sam Okafor (they/them)", "Sam Okafor"),
        ("Sam Okafor <sam@x.org>", "Sam Okafor"),
        ("William (Bill) Smith", "William (Bill) Smith"),
        ("Ana Lopez (Garcia)", "Ana Lopez (Garcia)"),
    ],
)
def test_remarks_of_programs_go_and_names_in_brackets_stay(written: str, said: str) -> None:
    assert as_said(written) == said


def test_first_and_last_in_two_columns() -> None:
    assert joined("Sam", "Okafor") == "Sam Okafor"
    assert joined("John", "Smith, Jr.") == "John Smith Jr."
    assert joined("Jane, RN", "Doe") == "Jane Doe"
    assert joined("Anna", "Berg, van den") == "Anna van den Berg"
    assert joined("小明", "王") == "王小明"
    assert joined("Sam", "") == "Sam"


@pytest.mark.parametrize(
    ("written", "two"),
    [
        ("Jane and John Doe", True),
        ("Jane & John Doe", True),
        ("Doe, Jane & John", True),
        ("Hans und Lena Meier", True),
        ("Jane y John Doe", True),
        ("Jane Doe / Sam Okafor", True),
        ("José Ortega y Gasset", False),
        ("Ortega y Gasset", False),
        ("Maria da Costa e Silva", False),
        ("John E Smith Jones", False),
        ("Karl von und zu Guttenberg", False),
        ("Metin And", False),
        ("Andy Anderson", False),
    ],
)
def test_two_people_in_one_cell(written: str, *, two: bool) -> None:
    assert is_a_couple(written) is two


@pytest.mark.parametrize(
    ("written", "nobody"),
    [
        ("TOTAL", True),
        ("Total employees: 214", True),
        ("Grand total", True),
        ("Summe:", True),
        ("Gesamt", True),
        ("Page 2 of 3", True),
        ("Max Summe", False),
        ("Total Wang", False),
        ("Grand", False),
    ],
)
def test_what_closes_a_list_is_nobody(written: str, *, nobody: bool) -> None:
    assert is_a_total(written) is nobody


@pytest.mark.parametrize(
    ("parts", "asked"),
    [
        (["Chris", "Null"], None),
        (["Na", "Kim"], None),
        (["Soo", "Na"], None),
        (["Nan", "Goldin"], None),
        (["KIM", "NA"], None),
        (["J.", "Null"], None),
        (["Sam", "NULL"], "NULL"),
        (["Sam", "NaN"], "NaN"),
        (["Null"], "Null"),
    ],
)
def test_a_name_that_programs_write_for_nothing(parts: list[str], asked: str | None) -> None:
    assert perhaps_nothing(parts) == asked


@given(st.text("aB,.;&()<>[]{}/ +-'éJr漢0NULnaRdDrMs", max_size=24))
def test_no_name_is_ever_emptied(written: str) -> None:
    said = as_said(written)
    assert bool(said) == bool(written.strip())
    assert any(map(str.isalpha, said)) == any(map(str.isalpha, written))
    joined(written, written)
    is_a_couple(written)
    is_a_total(written)
    perhaps_nothing([written, written])

"""Whole exports of other programs: the right columns by themselves, or a question."""

import pytest

from commands.imports.files import opened
from commands.imports.reading import guessed
from tests.support.exports import COUNTRIES, DIRECTORIES, FORMS, PROGRAMS, Case


def columns(text: str) -> dict[str, str]:
    file = opened(text.encode())
    assert file.odd is None, file.odd
    [titled] = file.tables
    found = guessed(titled.table)
    return {titled.table.heads[column]: field.value for column, field in found.items()}


def check(case: Case) -> None:
    _program, text, right = case
    assert columns(text) == right


@pytest.mark.parametrize("case", [*PROGRAMS, *DIRECTORIES], ids=lambda case: case[0])
def test_exports_of_programs_for_contacts_and_staff(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case[0])
def test_the_number_of_an_answer_is_no_employee_number(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", COUNTRIES, ids=lambda case: case[0])
def test_lists_in_many_languages(case: Case) -> None:
    check(case)


def test_a_column_of_job_titles_is_not_taken_for_names() -> None:
    rows = "".join(f"{n};Software Engineer;{who}\n" for n, who in enumerate(
        ("Sam Okafor", "Mia Chen", "Jo Brand"), 1))  # fmt: skip
    assert columns(f"Kennung;Rolle;Wer\n{rows}") == {"Wer": "name"}

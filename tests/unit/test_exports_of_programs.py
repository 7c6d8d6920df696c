"""Whole exports of other programs: the right columns by themselves, or a question."""

import pytest

from commands.imports.list_contents import ListContents
from commands.imports.upload import AttachedFile
from tests.support.exports import COUNTRIES, DIRECTORIES, FORMS, PROGRAMS, Case


def columns(text: str) -> dict[str, str]:
    found = AttachedFile.read("export.csv", text.encode()).found
    assert isinstance(found, ListContents), found
    return {found.table.heads[column]: field.value for column, field in found.columns.items()}


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


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (
            (
                "Employee ID,Legal Name - First Name,Legal Name - Last Name,Preferred Name - First Name\n"
                "12,Samuel,Okafor,Sam\n13,Mia,Chen,\n"
            ),
            {
                "Employee ID": "id",
                "Legal Name - First Name": "first",
                "Legal Name - Last Name": "last",
                "Preferred Name - First Name": "preferred",
            },
        ),
        (
            (
                "Submission Date,Name - First Name,Name - Last Name,Submission ID\n"
                "2026-01-01,Sam,Okafor,5001\n2026-01-02,Mia,Chen,5002\n"
            ),
            {"Name - First Name": "first", "Name - Last Name": "last"},
        ),
        (
            (
                "#,What's your first name?,And your last name?,Submit Date (UTC)\n"
                "ab1,Sam,Okafor,2026-01-01\nab2,Mia,Chen,2026-01-02\n"
            ),
            {"What's your first name?": "first", "And your last name?": "last"},
        ),
        (
            (
                "Order #,First Name,Last Name,Ticket Type,Attendee #\n"
                "8801,Sam,Okafor,General,9901\n8802,Mia,Chen,General,9907\n"
            ),
            {"First Name": "first", "Last Name": "last"},
        ),
        (
            (
                "userPrincipalName,surname,givenName,id,userType\n"
                "sam@x.org,Okafor,Sam,5f3c-22,Member\nmia@x.org,Chen,Mia,77ac-01,Member\n"
            ),
            {"userPrincipalName": "email", "surname": "last", "givenName": "first"},
        ),
    ],
    ids=["Workday", "Jotform", "Typeform", "Eventbrite", "Entra"],
)
def test_heads_that_say_their_group_or_ask_and_numbers_that_are_not_the_employer_s(
    text: str, right: dict[str, str]
) -> None:
    assert columns(text) == right

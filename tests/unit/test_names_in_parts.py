"""A name in parts: under which letter a card stands, and nothing of it lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.names.parts import NameParts, name_parts


@pytest.mark.parametrize(
    ("name", "given_name", "family"),
    [
        ("Sam Okafor", "Sam", "Okafor"),
        ("Ana O'Brien", "Ana", "O'Brien"),
        ("O'Brien, Ana", "Ana", "O'Brien"),
        ("van den Berg, Ana", "Ana", "van den Berg"),
        ("Ana van den Berg", "Ana", "van den Berg"),
        ("Gerard 't Hooft", "Gerard", "'t Hooft"),
        ("'t Hooft", "", "'t Hooft"),
        ("Fatima El Amrani", "Fatima", "El Amrani"),
        ("Jane St. John", "Jane", "St. John"),
        ("Robert De Niro", "Robert", "De Niro"),
        ("María José Carreño Quiñones", "María José", "Carreño Quiñones"),
        ("Jo García López", "Jo", "García López"),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("José García de la Torre", "José", "García de la Torre"),
        ("João Silva dos Santos", "João", "Silva dos Santos"),
        ("María del Carmen Ruiz", "María del Carmen", "Ruiz"),
        ("María de los Ángeles Pérez Gil", "María de los Ángeles", "Pérez Gil"),
        ("Mary Ann Smith", "Mary Ann", "Smith"),
        ("Ana Sofía López", "Ana Sofía", "López"),
        ("Anna-Maria Groß-Müller", "Anna-Maria", "Groß-Müller"),
        ("Li Ma", "Li", "Ma"),
        ("金 哲秀", "哲秀", "金"),
        ("Cher", "Cher", ""),
        ("-Berg", "-Berg", ""),
        ("a, b, c", "a, b, c", ""),
    ],
)
def test_given_and_family_name(name: str, given_name: str, family: str) -> None:
    assert name_parts(name) == NameParts(given_name, family)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Sam Okafor Jr.", NameParts("Sam", "Okafor", suffix="Jr.")),
        ("John Smith, Jr.", NameParts("John", "Smith", suffix="Jr.")),
        ("Smith Jr., John", NameParts("John", "Smith", suffix="Jr.")),
        ("Martin Luther King III", NameParts("Martin Luther", "King", suffix="III")),
        ("Jane Doe, RN", NameParts("Jane", "Doe", suffix="RN")),
        ("Jane Doe, BSN, RN", NameParts("Jane", "Doe", suffix="BSN RN")),
        ("Sam B. Okafor", NameParts("Sam", "Okafor", "B.")),
        ("Doe, Jane A.", NameParts("Jane", "Doe", "A.")),
        ("Dr. Sam Okafor Jr.", NameParts("Sam", "Okafor", prefix="Dr.", suffix="Jr.")),
        ("Okafor, Dr. Sam", NameParts("Sam", "Okafor", prefix="Dr.")),
        ("Dr. med. Sam Okafor", NameParts("Sam", "Okafor", prefix="Dr. med.")),
        ("Jane Doe, RN-BC", NameParts("Jane", "Doe", suffix="RN-BC")),
        # A title has its dot, or it may be a name.
        ("Ing Wong", NameParts("Ing", "Wong")),
        # Two letters after a comma may be a whole given name.
        ("Li, Ma", NameParts("Ma", "Li")),
    ],
)
def test_what_stands_around_a_name(name: str, parts: NameParts) -> None:
    assert name_parts(name) == parts


@given(st.text(st.sampled_from("aZ é山 .,'-"), max_size=24) | st.text(max_size=24))
def test_no_letter_is_lost_or_made_up(name: str) -> None:
    parts = name_parts(name)
    said = f"{parts.prefix}{parts.given}{parts.additional}{parts.family}{parts.suffix}"
    assert sorted(said.replace(",", "").replace(" ", "")) == sorted(
        "".join(name.split()).replace(",", "")
    )

"""docs/threat-model.md says what the programs say."""

from tests.inside.attacks import ATTACKS
from tests.inside.page import PAGE, rows, stated


def test_the_page_has_the_programs_row_by_row() -> None:
    assert stated(PAGE.read_text("utf-8")) == rows(), "python -m tests.inside.page"


def test_every_program_has_a_name_of_its_own() -> None:
    assert len({attack.key for attack in ATTACKS}) == len(ATTACKS)
    assert len({(attack.who, attack.goal) for attack in ATTACKS}) == len(ATTACKS)

"""What is far longer than anybody writes it is not taken apart: it costs no more than what is."""

import pytest

from bot.matrix.message_text import LONGEST_LINE, NO_RELATION, said_in
from bot.matrix.rooms import Room
from commands.framework.mentions import MENTION
from commands.names.said import LONGEST, as_said, is_a_couple, is_a_total
from storage.privacy.name_patterns import NamePatterns
from tests.support.held import effort
from tests.support.worst import MARKUP, MESSAGE

OWN, ANA = "@steward:example.org", "@ana:example.org"
AT_MOST = 12
"""Yardsticks: a twentieth of a second where the benchmarks were published."""


@pytest.mark.parametrize(
    "unit", ["Maria & Ana / ", "(", "(a) ", "a/", "Dr. ", "a, ", " - ", "(leave) ", "and ", ";;;"]
)
def test_a_long_cell_is_no_name(unit: str) -> None:
    written = (unit * MESSAGE)[:MESSAGE]
    with effort() as taken:
        as_said(written)
        is_a_couple(written)
        is_a_total(written)
    assert taken.yardsticks < AT_MOST


def test_a_name_with_all_that_programs_put_beside_it_is_taken_apart() -> None:
    """The control: what is as long as names with titles and remarks get is still read."""
    written = f"Okafor, Sam, {'MSN, RN, ' * 20}(on leave until the first of May)"
    assert len(written) < LONGEST
    assert as_said(written) == "Sam Okafor"
    assert is_a_couple("Jane and John Doe")
    assert is_a_total("Grand total: 214")


def room(**names: str) -> Room:
    made = Room("!room", encrypted=True)
    made.members = dict.fromkeys((OWN, ANA), "join")
    made.names = {ANA: "Ana", **names}
    return made


def read(text: str, formatted: str = "", place: Room | None = None) -> str:
    content = {"body": text, "format": "org.matrix.custom.html", "formatted_body": formatted}
    content |= {"m.mentions": {"user_ids": [ANA]}}  # type: ignore[dict-item]
    return said_in(content, text, NO_RELATION, place or room(), OWN)


@pytest.mark.parametrize(
    "unit",
    ["[", "[a](", "[[a]", "[a](b ", "https://matrix.to/#/@", "matrix:u/", "\\", "[\\", "@Ana ", "> <", "`!"],
)  # fmt: skip
@pytest.mark.parametrize("formatted", ["", *MARKUP])
def test_a_long_message_is_read_quickly(unit: str, formatted: str) -> None:
    text = (unit * MESSAGE)[:MESSAGE]
    with effort() as taken:
        read(text, formatted)
    # The parser of markup has a bound of its own (bot/matrix/links.py).
    assert taken.yardsticks < 2 * AT_MOST


def test_people_are_found_in_a_command_of_any_length_that_is_read() -> None:
    line = "!turf move " + "x" * (LONGEST_LINE - 30) + " @Ana"
    assert [found[1] for found in MENTION.finditer(read(line))] == [ANA]


def test_a_list_under_a_command_is_left_as_it_is() -> None:
    below = "\n".join(["[Ana](https://matrix.to/#/@ana:example.org)"] * 200)
    said = read(f"!import paste @Ana\n{'a' * LONGEST_LINE}\n{below}")
    assert said.endswith(below)


def test_a_member_with_an_endless_name_is_nobody_in_words() -> None:
    endless = room(**{ANA: "a" * MESSAGE})
    with effort() as taken:
        read("!turf @ana " + "a" * 2_000, place=endless)
    assert taken.yardsticks < AT_MOST


def test_looking_for_a_name_costs_little_in_any_text() -> None:
    names = NamePatterns(["Ana Maria Garcia", "Garcia Ana", "Maria Ana", "Ana"])
    text = "ana maria " * (MESSAGE // 10)
    with effort() as taken:
        assert names.blanked(text) is not None
    assert taken.yardsticks < 5 * AT_MOST
    assert names.blanked("Then Garcia, Ana came.") == "Then […] came."
    assert names.blanked("we met Ana's cousin") == "we met […]'s cousin"

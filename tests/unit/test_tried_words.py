"""What people type in vain is answered by the command they mean, or by none: a wrong guess is worse."""

import pytest

from commands.all import CATALOGUE
from commands.framework.catalogue import UnknownCommand
from commands.framework.context import Role
from commands.framework.reply import Code
from commands.framework.suggest import suggest
from commands.framework.words import Word
from commands.general.tried_words import TRIED


def meant(text: str, role: Role = Role.KEEPER) -> str | None:
    """The command that is suggested; the typed ones must be unknown."""
    with pytest.raises(UnknownCommand) as unknown:
        CATALOGUE.find([Word(word) for word in text.split()], role)
    command = unknown.value.meant
    return None if command is None else command.name


@pytest.mark.parametrize("words", TRIED)
def test_a_tried_word_is_no_command_and_is_answered_by_one(words: str) -> None:
    assert meant(words) == TRIED[words]


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        # Seen in tries without the manual: each went to another command or to none.
        ("minutes", "meet end"),
        ("tasks", "actions"),
        ("call Sam", "1on1 log"),
        ("who is Sam", "contact find"),
        ("signed Sam", "test mark"),
        ("promote @mei", "confirm"),
        ("lead", "confirm"),
        # Slips.
        ("lgo Sam", "1on1 log"),
        ("minuts", "meet end"),
        ("signd", "test mark"),
        ("rpeort", "report"),
        ("tst mark", "test mark"),
        ("cahrt", "chart"),
        ("voet", "vote"),
    ],
)
def test_what_people_tried(typed: str, command: str) -> None:
    assert meant(typed) == command


@pytest.mark.parametrize("typed", ["wow", "pizza", "party", "zwyx", "xyz", "so", "great", "thanks"])
def test_what_is_near_nothing_gets_no_guess(typed: str) -> None:
    assert meant(typed) is None


def test_nobody_is_sent_to_a_command_they_may_not_use() -> None:
    with pytest.raises(UnknownCommand) as unknown:
        CATALOGUE.find([Word("import")], Role.ORGANIZER)
    assert unknown.value.problem == (Code("!import file"), " is for leads.")
    assert meant("import", Role.LEAD) == "import file"


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("clozes", "closes"),
        ("Berlim", "Berlin"),
        ("ab", None),
        ("day", None),
        ("goals", "goal"),
        ("import", None),
    ],
)
def test_slips_are_counted(typed: str, near: str | None) -> None:
    assert suggest(typed, ["closes", "goal", "Berlin", "night", "report"]) == near

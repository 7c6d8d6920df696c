"""Every command is whole: an example that parses, help, a place in the reference, words in gettext."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from commands import index
from commands.all import CATALOGUE
from commands.framework.catalogue import Catalogue, Group
from commands.framework.context import Context, Role
from commands.framework.parse import Request, parse
from commands.framework.reply import Reply
from commands.framework.spec import Command, CommandNames, Where, known_by_names
from commands.framework.spec import command as declare
from commands.framework.undo import UndoPolicy
from commands.reference import PAGE, page
from storage.core.model import EntryKind
from storage.core.repository import Common, Counts, Repository
from tests.unit.circumstances import FRIDAY, circumstances

THURSDAY = FRIDAY - timedelta(days=1)
"""On a Friday, "fri" is asked about."""

ROOT = Path(__file__).resolve().parents[2]


@cache
def reference() -> str:
    """The page, made once for all commands."""
    return page()


@pytest.mark.parametrize("command", list(CATALOGUE), ids=lambda command: command.name)
def test_a_command_is_whole(command: Command) -> None:
    request = parse(command.example, circumstances(now=THURSDAY), CATALOGUE)
    assert isinstance(request, Request), request.refusal.problem
    assert request.command is command
    assert command.summary.endswith(".")
    assert all(parameter.about for parameter in command.parameters)
    assert f"### !{command.name}\n" in reference()
    assert f"`{command.example}`" in reference()


def test_a_command_that_nobody_can_type_or_provide_is_found() -> None:
    """Signatures are read when they are first asked for: the test above asks for all of them."""

    @declare("broken", who=Role.ORGANIZER, where=Where.DIRECT, example="!broken")
    async def broken(_ctx: Context, words: list[str]) -> Reply:
        """Do what cannot be done."""
        raise NotImplementedError(words)

    with pytest.raises(TypeError, match="words"):
        _ = broken.parameters


@pytest.mark.parametrize("command", list(CATALOGUE), ids=lambda command: command.name)
def test_every_name_of_a_command_leads_to_it(command: Command) -> None:
    for name in (command.name, *command.also):
        example = command.example.replace(f"!{command.name}", f"!{name}", 1)
        request = parse(example, circumstances(now=THURSDAY), CATALOGUE)
        assert isinstance(request, Request), (name, request.refusal.problem)
        assert request.command is command


@pytest.mark.parametrize("command", list(CATALOGUE), ids=lambda command: command.name)
def test_what_touches_records_belongs_in_the_direct_chat(command: Command) -> None:
    touched = [kind for kind in command.reaches if issubclass(kind, Repository)]
    if not all(issubclass(kind, Counts | Common) for kind in touched):
        assert command.where is Where.DIRECT


def test_the_reference_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: make docs"


def test_the_catalogue_of_words_is_current() -> None:
    found = {
        message
        for folder in ("commands", "bot")
        for _file, _line, message, *_more in extract_from_dir(
            ROOT / folder, method_map=[("**.py", "commands.framework.messages:extract")]
        )
        if message
    }
    with (ROOT / "locales" / "steward.pot").open("rb") as pot:
        messages = [message for message in read_po(pot) if message.id]
    assert found == {message.id for message in messages}, "run: make docs"
    places = {file for message in messages for file, _line in message.locations}
    assert [file for file in places if not (ROOT / file).exists()] == [], "run: make docs"
    assert "Record a conversation or an attempt with a contact." in found


def test_every_kind_of_entry_says_how_it_is_undone() -> None:
    """What undoing and moving a talk take back is never the last thing that somebody saved."""
    never_last = {EntryKind.UNDONE, EntryKind.TALK_MOVED_AWAY}
    missing = set(EntryKind) - never_last - CATALOGUE.undo.keys()
    assert not missing, f"{missing}: declare an UndoPolicy in commands/<job>/undo.py"
    for kind, policy in CATALOGUE.undo.items():
        assert policy.what() or policy.refuse_if, f"{kind}: what is taken back?"


def test_two_jobs_cannot_both_say_how_a_kind_is_undone() -> None:
    one = SimpleNamespace(UNDO={EntryKind.NOTED: UndoPolicy()})
    with pytest.raises(ValueError, match="two jobs"):
        Catalogue((), guide=CATALOGUE.guide, undo=(one, one)).undo  # noqa: B018 (worked out when asked for)


def test_what_is_known_of_commands_before_they_are_loaded_is_true() -> None:
    for command in CATALOGUE:
        # Loads its module, which says so when its names are others.
        assert command.declared.run.__qualname__ == command.home[1]
        assert command.secret is CATALOGUE.secrets.get(command)
    assert index.written(CATALOGUE) == index.FILE.read_text(encoding="utf-8"), "run: make docs"


def test_names_that_are_no_longer_true_are_noticed_when_the_module_is_loaded() -> None:
    async def run(ctx: Context) -> Reply:
        """Paint."""
        raise NotImplementedError

    home = (run.__module__, run.__qualname__)
    known = known_by_names(home, CommandNames("paint", Role.ORGANIZER, Where.DIRECT))
    with pytest.raises(ValueError, match="make docs"):
        declare("paint", who=Role.LEAD, where=Where.DIRECT, example="!paint")(run)
    assert declare("paint", who=Role.ORGANIZER, where=Where.DIRECT, example="!paint")(run) is known
    assert known.example == "!paint"


def test_a_command_with_a_secret_is_named_with_it() -> None:
    groups = [Group(lambda: "Meetings", tuple(CATALOGUE.secrets))]
    with pytest.raises(ValueError, match="takes a secret"):
        Catalogue(groups)

"""What people typed is remembered to read it quickly, and not for long: notes of talks above all."""

import gc
import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper

import pytest

from storage.core.later import forget_what_was_typed
from tests.chat.conversation import Chat
from tests.support.spoken import Table, people

OURS = ("bot.", "commands.", "storage.")
TALK = "I talked to Sam Ortiz, afraid of the foreman Kowalski, call again friday 5pm in Lodz"
TITLE = "!meet plan Kowalski and the night shift | friday 5pm Lodz"


def remembering() -> Iterator["_lru_cache_wrapper[object]"]:
    """All functions that remember answers: those that modules and classes name, and others that are there.

    What was there when a process was forked is in no list of the collector's.
    """
    ours = [vars(m) for name, m in list(sys.modules.items()) if name.startswith(OURS)]
    classes = [vars(each) for names in ours for each in names.values() if isinstance(each, type)]
    places = [list(names.values()) for names in (*ours, *classes)]
    for place in (*places, gc.get_objects()):
        yield from (each for each in place if isinstance(each, _lru_cache_wrapper))


def remembered(word: str) -> Iterator[str]:
    """The functions that remember an answer about the word."""
    for each in remembering():
        tables = [found for found in gc.get_referents(each) if isinstance(found, dict)]
        if any(word in str(asked).casefold() for table in tables for asked in table):
            yield f"{each.__module__}.{each.__qualname__}"


@pytest.mark.parametrize("line", [TALK, TITLE])
async def test_no_word_of_a_line_stays_in_memory_for_its_being_read(chat: Chat, line: str) -> None:
    await people(chat)
    await Table(chat.database).played(line)
    # The control: until then they are.
    assert list(remembered("kowalski"))
    forget_what_was_typed()
    assert list(remembered("kowalski")) == []


LIST = "Name,Team,Shift\nZoe Quill,Crew of Kowalski,night of Kowalski\nZach Quinn,Crew of Kowalski,day\n"


async def test_no_word_of_a_list_stays_in_memory_for_its_being_read(chat: Chat) -> None:
    """Whatever stands in a column that somebody called an area: names, or why somebody was ill."""
    said = await chat.send("@lea", "list.csv", LIST)
    number = said.text.partition("Import ")[2].partition(":")[0]
    await chat.dm("@lea", f"!import check {number}")
    await chat.dm("@lea", f"!import commit {number} --yes")
    assert list(remembered("kowalski"))
    forget_what_was_typed()
    assert list(remembered("kowalski")) == []

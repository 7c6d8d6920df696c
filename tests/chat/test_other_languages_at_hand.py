"""Names in languages that nobody here speaks are read once, where a message may need them, and off the event loop."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from bot.incoming.replies import read_names
from commands.all import CATALOGUE
from commands.framework import typed_names
from commands.framework.context import Context, Place
from commands.framework.i18n import available, hearing, names_kept
from tests.chat.conversation import Chat

TYPED = (
    "!log M-1 reached 2 said fri",
    "!contact add 'Sam Okafor' area=Payments",
    "contact add 'Sam Okafor' area=Payments --yes",
    "!next",
    "! next",
    "!NEXT.",
    "!contact add 'Sam Okafor' bereich=Payments",
    "!kontakt neu 'Sam Okafor' bereich=Payments",
    "hello there",
    "yes",
    "3",
    "log M-1 reached\n1a1 M-2 hablé",
    "联系人添加“Sam Okafor”",
    "!lgo Sam Okafor reached",
    "",
    "!",
)
IN_ENGLISH = ("!next", "!contact add 'Sam Okafor' area=Payments", "! next", "!NEXT.")


@pytest.fixture
def unread() -> Iterator[typed_names.TypedNames]:
    """As after a start: no other language was needed."""
    names = CATALOGUE.typed
    names._others.clear()
    yield names
    names._others.clear()


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("place", Place)
async def test_what_is_not_read_before_a_message_is_not_read_for_it(
    chat: Chat, unread: typed_names.TypedNames, typed: str, place: Place
) -> None:
    with hearing("en", "en"):
        needed = unread.needs_others(typed, place)
    await (chat.dm("@ana", typed) if place is Place.DIRECT else chat.room("@ana", typed))
    assert needed or not unread._others


@pytest.mark.parametrize("typed", IN_ENGLISH)
def test_a_command_in_english_needs_none(unread: typed_names.TypedNames, typed: str) -> None:
    assert not unread.needs_others(typed, Place.DIRECT)
    assert not unread.needs_others(typed, Place.ROOM)
    assert not unread.needs_others("nobody means me", Place.ROOM)


@pytest.mark.parametrize(
    ("language", "typed"), [("de", "kontakt neu 'Sam'"), ("zh_Hans", "联系人添加“Sam Okafor”")]
)
def test_a_language_that_is_spoken_here_needs_no_other(
    unread: typed_names.TypedNames, language: str, typed: str
) -> None:
    with hearing(language, "en"):
        assert not unread.needs_others(typed, Place.DIRECT)
    with hearing("en", "en"):
        assert unread.needs_others(typed, Place.DIRECT), "the control"


async def test_they_are_read_once_and_in_another_thread(
    chat: Chat, unread: typed_names.TypedNames, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    read = names_kept

    def noted(language: str) -> dict[tuple[str, str], str]:
        threads.append(threading.current_thread())
        return read(language)

    monkeypatch.setattr(typed_names, "names_kept", noted)
    here = SimpleNamespace(committee=SimpleNamespace(language="en"), language="en")
    ctx = cast(Context, SimpleNamespace(**vars(here), place=Place.DIRECT))
    await read_names(unread, "!next", ctx)
    assert threads == []
    for _ in range(2):
        await read_names(unread, "pendientes", ctx)
    assert len(threads) == len(available()) - 1
    assert threading.main_thread() not in threads
    assert (await chat.dm("@ana", "!pendientes")).text
    assert len(threads) == len(available()) - 1

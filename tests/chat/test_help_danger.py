"""What a lead who thinks of repression asks for in a hurry: found by any word, and true."""

import pytest

from tests.chat.conversation import Chat


@pytest.mark.parametrize("typed", ["!help danger", "panic", "help safety", "!danger"])
async def test_what_to_do_in_danger_is_one_word_away(chat: Chat, typed: str) -> None:
    assert (await chat.dm("@ana", typed)).says(
        "!offboard @ben", "!audit by=@ben", "!forget M-41", "steward panic", "steward rotate-key"
    )


@pytest.mark.parametrize(
    "typed", ["raid", "police at the door", "lost phone", "wipe everything", "snitch"]
)
async def test_other_words_for_it_lead_there(chat: Chat, typed: str) -> None:
    assert (await chat.dm("@lea", typed)).says("!help danger")


async def test_what_is_named_there_exists(chat: Chat) -> None:
    for typed in ("!offboard", "!readmit", "!audit by=@ben", "!forget", "!help roles"):
        assert "I do not know" not in (await chat.dm("@lea", typed)).text


async def test_who_can_read_this_is_answered_with_status(chat: Chat) -> None:
    assert (await chat.dm("@ana", "who can read this?")).says("by invitation")
    assert (await chat.dm("@ana", "what does the server see")).says("!help secrecy")
    assert (await chat.dm("@ana", "who voted")).says("!help secrecy")

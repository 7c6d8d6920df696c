"""What ``!help`` shows is typed as it stands there, and done: never an answer that it was meant otherwise."""

import pytest

from commands.framework.errors import Refusal
from commands.framework.reply import Code, Items, Line, Reply
from tests.chat.conversation import Chat, Said

NEWCOMERS = ("@dan", "@eva", "@flo")
NOT_YET = ("There has been no structure test yet.",)
"""What is true of a committee that has just begun, and no fault of what was typed."""


def shown(said: Said) -> list[str]:
    """Everything to type that an answer shows."""
    return [part.text for reply in said.replies for row in _lines(reply) for part in _codes(row)]


def _lines(reply: Reply) -> list[Line]:
    return [
        row
        for block in reply.blocks
        for row in (block.lines if isinstance(block, Items) else (block,))
    ]


def _codes(row: Line) -> list[Code]:
    return [part for part in row if isinstance(part, Code)]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was refused, in the words of the refusal."""
    found: list[str] = []
    really = Refusal.reply

    def noted(self: Refusal) -> Reply:
        reply = really(self)
        if not Said((reply,)).text.startswith(NOT_YET):
            found.append(Said((reply,)).text)
        return reply

    monkeypatch.setattr(Refusal, "reply", noted)
    return found


async def test_the_control_a_question_without_options_is_refused(
    chat: Chat, refused: list[str]
) -> None:
    said = await chat.room("@ana", "!poll Shall we go public?")
    assert refused
    assert said.says('!poll yesno "Shall we go public?"', '!poll temp "Shall we go public?"')
    assert "?." not in said.text


@pytest.mark.parametrize("who", ["@ana", "@lea", "@kim"])
async def test_all_that_help_shows_in_the_room_is_done(
    chat: Chat, refused: list[str], who: str
) -> None:
    chat.join(*NEWCOMERS)
    examples = shown(await chat.room(who, "!help"))
    assert '!poll yesno "Shall we go public?"' in examples
    for each in examples:
        await chat.room(who, each)
        assert refused == [], each


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("who", ["@ana", "@lea", "@kim"])
async def test_all_that_help_shows_in_a_direct_chat_is_done(
    chat: Chat, refused: list[str], who: str, *, known: bool
) -> None:
    chat.join(*NEWCOMERS)
    if known:
        await chat.dm(who, '!contact add "Alex Kim" area=Payments')
    examples = shown(await chat.dm(who, "!help"))
    assert examples
    for each in examples:
        await chat.dm(who, each)
        assert refused == [], each


async def test_what_a_refusal_shows_instead_is_done(chat: Chat, refused: list[str]) -> None:
    chat.join(*NEWCOMERS)
    said = await chat.room("@ana", "!poll Shall we go public?")
    refused.clear()
    for each in shown(said):
        await chat.room("@ana", each)
        assert refused == [], each

r"""Wrong commands: each gets one helpful line; none saves, pings or bends the formatting.

wrong_commands.txt holds what was typed (after ``> ``, invisible characters as ``\uXXXX``) and how
the answer begins.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from commands.framework.reply import Items
from tests.chat.conversation import Chat, Said

TABLE = Path(__file__).with_name("wrong_commands.txt")
PING = re.compile(r"@room\b", re.IGNORECASE)


def _visible(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def wrong_commands() -> list[tuple[str, str]]:
    rows = TABLE.read_text(encoding="utf-8").strip().split("\n\n")
    return [
        (_visible(typed.removeprefix("> ")), _visible(answer))
        for typed, _newline, answer in (row.partition("\n") for row in rows)
    ]


LONG = [
    ("!due " + "a" * 65_536, "That is far too long"),
    ("!contact add " + "🙂" * 2_000, "That is far too long"),
    ("!contact show " + "word " * 700, "I do not know what to do with “word”"),
    ("!" + "b" * 3_000, "I do not know “bbbbbbbbb"),
    ("b" * 65_536, "I am only a bot"),
    ("!help " + "q" * 100, "“qqq"),
    ("!use " + "q" * 100, "“qqq"),
    ("!tz " + "q" * 500, "I do not know “qqq"),
    ("!contact add " + "y" * 90, "“yyy"),
    ("!contact add z area=" + "y" * 70, "“yyy"),
    ("!log M-1 reached ask=" + "w" * 300, "“www"),
    ("!log M-1 reached note=" + "x" * 1_200, "“xxx"),
    ("!log M-1 reached note=" + "x" * 300, "Not saved yet: that note is long"),
    ("!done 1 " + "tell " * 70, "Not saved yet: that note is long"),
    ("!log M-1 reached " + "rate=2 " * 100, "rate= is there twice"),
    ("!contact add " + '"' * 3_000, "What is their name?"),
    ("!contact find " + "ab " * 1_000, "“ab ab ab"),
    ("!done " + "9" * 4_000, "“9999"),
    ("!snooze 1 " + "9" * 3_000 + "d", "I cannot read the day “9999"),
    ("!log M-1 reached next=" + "1" * 3_000, "I cannot read the day “1111"),
]


class _Tags(HTMLParser):
    """Fails on any tag that our renderer does not write, and on unbalanced ones."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"p", "code", "strong", "ul", "ol", "li"}, tag
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check_form(said: Said, *, most: int = 1) -> None:
    """So many lines, perhaps a list to choose from; nobody is pinged; no foreign markup."""
    for reply in said.replies:
        assert 1 <= sum(not isinstance(block, Items) for block in reply.blocks) <= most
    for content in (each.content for each in said.outgoing):
        assert content["m.mentions"] == {}
        assert not PING.search(content["body"])
        assert not PING.search(content["formatted_body"])
        assert len(content["body"].splitlines()[0]) < 400
        assert content["body"].replace("\n", "").replace("\u2060", "").isprintable()
        tags = _Tags()
        tags.feed(content["formatted_body"])
        assert tags.open == []


@pytest.fixture
async def busy_chat(chat: Chat) -> Chat:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", '!contact add "Alex Kim" area=Payments')
    await chat.dm("@ana", '!contact add "Alex Kim" area=Search --yes')
    await chat.dm("@ana", '!log M-1 reached ask="sign petition" next=fri')
    await chat.dm("@lea", '!test open petition "RTO petition" goal=60% --yes')
    return chat


async def _saved(chat: Chat) -> object:
    async with chat.database.transaction() as tx:
        return await tx.value("SELECT COUNT(*) FROM history")


def test_there_are_enough_of_them() -> None:
    typed = [typed for typed, _answer in wrong_commands() + LONG]
    assert len(typed) == len(set(typed))
    assert len(typed) >= 150


async def test_each_wrong_command_gets_its_helpful_line(busy_chat: Chat) -> None:
    before = await _saved(busy_chat)
    wrong = []
    for typed, answer in wrong_commands() + LONG:
        said = await busy_chat.dm("@ana", typed)
        check_form(said)
        if not said.text.startswith(answer):
            wrong.append(f"{typed[:80]!r}\n  got:  {said.text[:200]}\n  want: {answer}")
    assert not wrong, "\n".join(wrong)
    assert await _saved(busy_chat) == before


async def test_in_the_room_they_tell_no_private_word(busy_chat: Chat) -> None:
    """What is typed in the room by mistake is refused there without its words."""
    before = await _saved(busy_chat)
    for typed, _answer in wrong_commands() + LONG:
        said = await busy_chat.room("@ana", typed)
        # A name among the words is asked about with the line to type instead.
        check_form(said, most=2)
        for name in ("Okafor", "Kim", "Zoltan", "Nobody", "pregnant"):
            assert name not in said.here, typed
    assert await _saved(busy_chat) == before


def test_the_check_of_the_form_can_fail() -> None:
    assert PING.search("hello @room")
    with pytest.raises(AssertionError):
        _Tags().feed("<p><img src=x></p>")

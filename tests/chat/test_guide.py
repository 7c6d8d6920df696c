"""docs/guide/*.md is played: what the pages show is what happens."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.framework.reply import Audience
from tests.chat.conversation import Chat, Said

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
BLOCK = re.compile(r"^```chat\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(?P<who>@\w+)(?P<room> in the room)?: (?P<text>.+)")
CLOCK = "%A %d %B %Y, %H:%M"
ELSEWHERE = "(in the direct chat) "


def shown(said: Said) -> str:
    """What came back, as the guide writes it."""
    private = "".join(f"\n{ELSEWHERE}{row}" for row in said.body(Audience.PERSON).splitlines())
    return said.here + private


def test_there_is_a_guide() -> None:
    assert [page.name for page in PAGES] == ["first-week.md"]
    assert len(BLOCK.findall(PAGES[0].read_text(encoding="utf-8"))) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_the_guide_tells_what_happens(chat: Chat, page: Path) -> None:
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for turn in block.strip().split("\n\n"):
            first, _newline, answer = turn.partition("\n")
            typed = TYPED.fullmatch(first)
            if typed is None:
                chat.now = datetime.strptime(first, CLOCK).replace(tzinfo=UTC)
                continue
            say = chat.room if typed["room"] else chat.dm
            chat.audit = chat.healthy()
            assert shown(await say(typed["who"], typed["text"])) == answer, first

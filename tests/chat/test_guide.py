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
STORY = re.compile(r"^\| (\d+) .* \| `(\w+\.py)::(\w+)` \|$", re.MULTILINE)
CLOCK = "%A %d %B %Y, %H:%M"
ELSEWHERE = "(in the direct chat) "


def shown(said: Said) -> str:
    """What came back, as the guide writes it."""
    private = "".join(f"\n{ELSEWHERE}{row}" for row in said.body(Audience.PERSON).splitlines())
    return said.here + private


def test_there_is_a_guide() -> None:
    assert [page.name for page in PAGES] == ["first-week.md", "one-on-ones.md"]
    for page in PAGES:
        assert len(BLOCK.findall(page.read_text(encoding="utf-8"))) >= 10


def test_every_story_names_a_test_that_is_there() -> None:
    told = STORY.findall((GUIDE / "one-on-ones.md").read_text(encoding="utf-8"))
    assert [int(number) for number, _file, _test in told] == [*range(1, 27), *range(37, 41)]
    for _number, file, test in told:
        source = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {test}\(", source, re.MULTILINE), f"{file}::{test}"


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

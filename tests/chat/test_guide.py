"""docs/guide/*.md is played: what the pages show is what happens."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.framework.reply import Audience
from tests.chat.conversation import Chat, Said
from tests.support.reminded import Told

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
SEVERAL = "coalition.md"
"""The page with several committees: test_guide_coalition.py plays it."""
PAGES = sorted(page for page in GUIDE.glob("*.md") if page.name != SEVERAL)
BLOCK = re.compile(r"^```chat\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(?P<who>@\w+)(?P<room> in the room)?: (?P<text>.+)")
STORY = re.compile(r"^\| (\d+) .* \| `(\w+\.py)::(\w+)` \|$", re.MULTILINE)
CLOCK = "%A %d %B %Y, %H:%M"
ELSEWHERE = "(in the direct chat) "
NEW_LINE = " ⏎ "
"""Where a message goes on in its next line, as a pasted list does."""
IN_THE_ROOM, TO_EACH = "(in the room) ", "(to each of them) "

FEW = 3
"""What so few people are told by direct message is not shown."""


def shown(said: Said, chat: Chat) -> str:
    """What came back, as the guide writes it, and what was said to others."""
    public = "".join(f"\n{IN_THE_ROOM}{row}" for row in said.body(Audience.ROOM).splitlines())
    private = "".join(f"\n{ELSEWHERE}{row}" for row in said.body(Audience.PERSON).splitlines())
    everybody = [each for each in said.replies if len(each.to) > FEW]
    each = "".join(f"\n{TO_EACH}{row}" for row in Said(tuple(everybody)).text.splitlines())
    return (said.here + public + private + each + unasked(chat)).strip("\n")


def reminded(said: Sequence[Told]) -> str:
    """What was said about meetings on the way."""
    return "".join(
        f"\n{IN_THE_ROOM if each.to == 'room' else ELSEWHERE}{row}"
        for each in said
        for row in each.body.splitlines()
    )


def unasked(chat: Chat) -> str:
    """What polls had said in the room and to everybody on a roster since it was last asked."""
    room, chat.polls.in_room = Said(tuple(chat.polls.in_room)), []
    people, chat.polls.in_person = list(chat.polls.in_person.values()), {}
    assert all(each == people[0] for each in people), "not everybody was told the same"
    each = Said(tuple(people[0]) if people else ())
    return "".join(
        f"\n{where}{row}"
        for where, said in ((IN_THE_ROOM, room), (TO_EACH, each))
        for row in said.text.splitlines()
    )


def test_there_is_a_guide() -> None:
    assert [page.name for page in PAGES] == [
        "a-week-with-next.md",
        "first-day.md",
        "first-week.md",
        "from-a-spreadsheet.md",
        "in-few-taps.md",
        "meetings.md",
        "new-here.md",
        "one-on-ones.md",
        "polls.md",
        "structure-tests.md",
        "what-moves-people.md",
    ]
    for page in PAGES:
        assert len(BLOCK.findall(page.read_text(encoding="utf-8"))) >= 8


TOLD = {
    "one-on-ones.md": [*range(1, 27), *range(37, 41)],
    "structure-tests.md": [13, *range(27, 37)],
    # Story 22 of meetings, unencrypted rooms, is refused before any command (tests/matrix).
    "meetings.md": [*range(1, 22), *range(23, 27)],
}
"""User stories by the page that tells them."""


@pytest.mark.parametrize("page", TOLD)
def test_every_story_names_a_test_that_is_there(page: str) -> None:
    told = STORY.findall((GUIDE / page).read_text(encoding="utf-8"))
    assert [int(number) for number, _file, _test in told] == TOLD[page]
    for _number, file, test in told:
        source = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {test}\(", source, re.MULTILINE), f"{file}::{test}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_the_guide_tells_what_happens(chat: Chat, page: Path) -> None:
    if "!setup" in page.read_text(encoding="utf-8"):
        await chat.begin_anew()
    if page.name == "polls.md":
        chat.join("@dan", "@eva", "@flo")
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for turn in block.strip().split("\n\n"):
            first, _newline, answer = turn.partition("\n")
            typed = TYPED.fullmatch(first)
            if typed is None:
                said = reminded(
                    await chat.pass_time(datetime.strptime(first, CLOCK).replace(tzinfo=UTC))
                )
                assert (said + unasked(chat)).strip("\n") == answer, first
                continue
            say = chat.room if typed["room"] else chat.dm
            chat.audit = chat.healthy()
            text = typed["text"].replace(NEW_LINE, "\n")
            assert shown(await say(typed["who"], text), chat) == answer, first

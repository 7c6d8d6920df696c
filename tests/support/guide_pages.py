"""Pages of the guide: turns of a conversation, played and compared, in English and in other languages.

``python -m tests.support.guide_pages PAGE …`` plays pages and writes into each what the bot answers. So a page in
another language is written with what people type, and the answers come from the bot.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from babel.dates import format_date

from commands.framework.reply import Audience
from tests.chat.conversation import Chat, Said
from tests.support import begun
from tests.support.made_whole import SHELF
from tests.support.reminded import Told

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
SEVERAL = "coalition.md"
"""The page with several committees: test_guide_coalition.py plays it."""
PAGES = sorted(page for page in GUIDE.glob("*.md") if page.name != SEVERAL)
TRANSLATED = sorted(GUIDE.glob("*/*.md"))
BLOCK = re.compile(r"^```chat\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLOCK = "%A %d %B %Y, %H:%M"
NEW_LINE = " ⏎ "
"""Where a message goes on in its next line, as a pasted list does."""
FEW = 3
"""What so few people are told by direct message is not shown."""
YEARS = range(2026, 2028)
"""In which the guide plays."""


@dataclass(frozen=True, slots=True)
class Notation:
    """How a page says where something is typed and read."""

    typed_in_the_room: str
    in_the_room: str
    elsewhere: str
    to_each: str

    @property
    def typed(self) -> re.Pattern[str]:
        """What somebody types, and whether in the room."""
        room = re.escape(self.typed_in_the_room)
        return re.compile(rf"(?P<who>@\w+)(?P<room> {room})?: (?P<text>.+)")


ENGLISH = Notation("in the room", "(in the room) ", "(in the direct chat) ", "(to each of them) ")
NOTATIONS = {
    "en": ENGLISH,
    "de": Notation("im Raum", "(im Raum) ", "(im Direktchat) ", "(an alle, einzeln) "),
    "es": Notation("en la sala", "(en la sala) ", "(en el chat directo) ", "(a cada persona) "),
    "zh_Hans": Notation("在房间里", "（房间里）", "（私聊里）", "（发给每个人）"),
}


def language_of(page: Path) -> str:
    """Return the language of a page: that of its folder, English at the top."""
    return "en" if page.parent == GUIDE else page.parent.name


def at_the_clock(words: str, language: str) -> datetime:
    """Return the moment that a line of a page names: a day as the language writes it in full, and the hour."""
    if language == "en":
        return datetime.strptime(words, CLOCK).replace(tzinfo=UTC)
    day, _comma, hour = words.rpartition(", ")
    at = datetime.strptime(hour, "%H:%M").replace(tzinfo=UTC)
    return datetime.combine(_days(language)[day], at.timetz())


def in_full(at: datetime, language: str) -> str:
    """Return a moment as a page of a language writes it."""
    if language == "en":
        return at.strftime(CLOCK)
    return f"{format_date(at, 'full', locale=language)}, {at:%H:%M}"


@cache
def _days(language: str) -> dict[str, date]:
    first = date(YEARS[0], 1, 1)
    days = (first + timedelta(days=n) for n in range(365 * len(YEARS)))
    return {format_date(day, "full", locale=language): day for day in days}


def shown(said: Said, chat: Chat, notation: Notation = ENGLISH) -> str:
    """What came back, as the guide writes it, and what was said to others."""
    public = _lines(notation.in_the_room, said.body(Audience.ROOM))
    private = _lines(notation.elsewhere, said.body(Audience.PERSON))
    everybody = [each for each in said.replies if len(each.to) > FEW]
    each = _lines(notation.to_each, Said(tuple(everybody)).text)
    return (said.here + public + private + each + unasked(chat, notation)).strip("\n")


def reminded(said: Sequence[Told], notation: Notation = ENGLISH) -> str:
    """What was said about meetings on the way."""
    return "".join(
        _lines(notation.in_the_room if each.to == "room" else notation.elsewhere, each.body)
        for each in said
    )


def unasked(chat: Chat, notation: Notation = ENGLISH) -> str:
    """What polls had said in the room and to everybody on a roster since it was last asked."""
    room, chat.polls.in_room = Said(tuple(chat.polls.in_room)), []
    people, chat.polls.in_person = list(chat.polls.in_person.values()), {}
    assert all(each == people[0] for each in people), "not everybody was told the same"
    each = Said(tuple(people[0]) if people else ())
    return _lines(notation.in_the_room, room.text) + _lines(notation.to_each, each.text)


def _lines(where: str, body: str) -> str:
    return "".join(f"\n{where}{row}" for row in body.splitlines())


def turns(block: str) -> Iterator[tuple[str, str]]:
    """Yield what is typed in a block, or how late it becomes, each with what the page says of it."""
    for turn in block.strip().split("\n\n"):
        first, _newline, answer = turn.partition("\n")
        yield first, answer


async def begin(chat: Chat, page: Path, text: str) -> None:
    """Make a committee as a page needs it."""
    if "!setup" in text:
        await chat.begin_anew()
    if page.name == "polls.md":
        chat.join("@dan", "@eva", "@flo")
    language = language_of(page)
    if language != "en":
        async with chat.database.transaction() as tx:
            await tx.execute("UPDATE committees SET language = ?", (language,))
        chat.polls.room_speaks = chat.polls.person_speaks = language


async def play(chat: Chat, first: str, language: str) -> str:
    """Type what a turn of a page says, or let it become that late; returns what is said then."""
    notation = NOTATIONS[language]
    typed = notation.typed.fullmatch(first)
    if typed is None:
        said = reminded(await chat.pass_time(at_the_clock(first, language)), notation)
        return (said + unasked(chat, notation)).strip("\n")
    chat.audit = chat.healthy()
    say = chat.room if typed["room"] else chat.dm
    text = typed["text"].replace(NEW_LINE, "\n")
    return shown(await say(typed["who"], text), chat, notation)


async def played_anew(page: Path, chat: Chat) -> str:
    """Return the text of a page with what the bot answers now."""
    text, language = page.read_text(encoding="utf-8"), language_of(page)
    await begin(chat, page, text)
    blocks = []
    for block in BLOCK.findall(text):
        said = [(first, await play(chat, first, language)) for first, _answer in turns(block)]
        blocks.append("\n\n".join("\n".join(filter(None, each)) for each in said))
    rest = iter(blocks)
    return BLOCK.sub(lambda _old: f"```chat\n{next(rest)}\n```", text)


def write(pages: Sequence[Path]) -> None:
    """Write into pages what the bot answers now."""
    with tempfile.TemporaryDirectory() as folder:
        committee = begun.made(Path(folder) / "steward.db")

        async def anew(page: Path) -> str:
            async with begun.copied(committee) as chat:
                return await played_anew(page.resolve(), chat)

        for page in pages:
            page.write_text(asyncio.run(anew(page)), encoding="utf-8")
        SHELF.clear()


if __name__ == "__main__":
    write([Path(each) for each in sys.argv[1:]])

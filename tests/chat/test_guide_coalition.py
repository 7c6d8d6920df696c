"""docs/guide/coalition.md is played: three committees with a bot each, over a room of bots without Matrix.

A line says whose it is: ``@lea of Milan: …`` is typed in her direct chat, ``@ana of Milan in the room: …`` in the
room; several people may type the same, ``@ana, @ben of Milan: …``, and what the last of them is answered stands
below. ``…`` stands for lines that the page leaves out. What is said unasked stands there too: ``(in the room of Berlin) …``, ``(to the leads of Milan) …``.
"""

import hashlib
import itertools
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.outgoing import outgoing
from commands.framework.i18n import all_of
from commands.framework.reply import Audience, Reply
from storage.chat.outbox import ContentKind
from tests.chat.conversation import Chat
from tests.support.coalition_bus import Bus, Chapter, coalition
from tests.support.guide_pages import BLOCK, CLOCK, GUIDE, NEW_LINE
from tests.support.reminded import Told

PAGE = GUIDE / "coalition.md"
TYPED = re.compile(
    r"(?P<who>@\w+(?:, @\w+)*) of (?P<committee>\w+)(?P<room> in the room)?: (?P<text>.+)"
)
ANY = ".+"
CITIES = {"Berlin": "Europe/Berlin", "Milan": "Europe/Rome", "Shenzhen": "Asia/Shanghai"}
LIST = " ⏎ ".join(
    (
        "Name,Team",
        *(
            f"{first} {last},{'Tools' if first < 'L' else 'Art'}"
            for first in ("Ada", "Bo", "Cy", "Dara", "Eli", "Mo", "Nia", "Ola", "Pia", "Ravi")
            for last in ("Okafor", "Chen")
        ),
    )
)
MORE = ("@dan",)
"""Who is in each committee beside Ana and Ben, its lead Lea and its keeper Kim."""


@asynccontextmanager
async def chapters(begun: Path) -> AsyncIterator[Bus]:
    """The three committees of the page, each of five on its own clock, with twenty people on its list.

    Codes are the same each time: what is drawn by chance is counted.
    """
    drawn = itertools.count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_bytes", lambda size: _drawn(next(drawn), size))
        async with _on_the_bus(begun) as bus:
            yield bus


def _drawn(number: int, size: int) -> bytes:
    return hashlib.sha256(bytes([number])).digest()[:size]


@asynccontextmanager
async def _on_the_bus(begun: Path) -> AsyncIterator[Bus]:
    async with coalition(*CITIES, begun=begun, paired=False) as bus:
        for name, chapter in bus.chapters.items():
            chapter.chat.join(*MORE)
            await chapter.chat.dm("@kim", f"!import paste ⏎ {LIST}".replace(NEW_LINE, "\n"))
            await chapter.chat.dm("@kim", "!import check 1")
            assert (await chapter.chat.dm("@kim", "!import commit 1")).says("20 added")
            chapter.chat.polls.clock = ZoneInfo(CITIES[name])
            async with chapter.chat.database.transaction() as tx:
                await tx.execute("UPDATE committees SET zone = ?, name = ?", (CITIES[name], name))
        yield bus
        assert bus.errors == []


class Played:
    """The page as it is played; ``answer`` is what the guide shows below a line."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self._seen = dict.fromkeys(bus.chapters, 0)
        self._codes: dict[str, str] = {}
        """What stands in the page for what is different each time."""

    async def answer(self, first: str) -> str:
        """What follows from one line: a time that comes, or something that is typed."""
        typed = TYPED.fullmatch(first)
        if typed is None:
            return await self._pass_time(datetime.strptime(first, CLOCK).replace(tzinfo=UTC))
        chapter = self.bus[typed["committee"]]
        chat = chapter.chat
        say = chat.room if typed["room"] else chat.dm
        text = typed["text"].replace(NEW_LINE, "\n")
        said = [await say(who, text) for who in typed["who"].split(", ")][-1]
        here = [said.here]
        for where, audience in (
            (f"(in the room of {chapter.name}) ", Audience.ROOM),
            ("(in the direct chat) ", Audience.PERSON),
        ):
            here += [f"{where}{row}" for row in said.body(audience).splitlines()]
        await self._meet()
        return "\n".join(filter(None, [*here, *self._unasked()]))

    async def _pass_time(self, now: datetime) -> str:
        rows = []
        for chapter in self.bus.chapters.values():
            told = await chapter.chat.pass_time(now)
            rows += [row for each in told for row in self._reminded(chapter, each)]
        await self._meet()
        return "\n".join([*rows, *self._unasked()])

    async def _meet(self) -> None:
        """Deliver what is on the way, pairing included."""
        await self.bus.meet()
        await self.bus.settle()

    @staticmethod
    def _reminded(chapter: Chapter, told: Told) -> list[str]:
        where = f"(in the room of {chapter.name}) " if told.to == "room" else "(in a direct chat) "
        return [f"{where}{row}" for row in told.body.splitlines()]

    def _unasked(self) -> list[str]:
        """What every committee was told since it was last asked, the same words of several once."""
        rows: dict[tuple[str, str], list[str]] = {}
        for name, chapter in self.bus.chapters.items():
            new = chapter.told[self._seen[name] :]
            self._seen[name] = len(chapter.told)
            said = [
                ("in the room of" if each.audience is Audience.ROOM else "to the leads of", each)
                for each, _occasion in new
            ]
            for where, each in (*said, *_of_polls(chapter.chat)):
                rows.setdefault((where, body(each)), []).append(name)
        return [
            f"({where} {all_of(names)}) {row}"
            for (where, text), names in rows.items()
            for row in text.splitlines()
        ]


def _of_polls(chat: Chat) -> list[tuple[str, Reply]]:
    """What polls said in the room and to everybody on a roster, since they were last asked."""
    room, chat.polls.in_room = chat.polls.in_room, []
    people, chat.polls.in_person = list(chat.polls.in_person.values()), {}
    assert all(each == people[0] for each in people), "not everybody was told the same"
    each = people[0] if people else []
    return [*(("in the room of", said) for said in room), *(("to each in", said) for said in each)]


def body(said: Reply) -> str:
    """The plain text of a reply."""
    return "\n".join(
        str(each.content["body"]) for each in outgoing(said) if each.kind is ContentKind.EVENT
    )


def is_shown(told: str, answer: str) -> bool:
    """Whether the guide shows what was told; a line of ``…`` there stands for lines that it leaves out."""
    pattern = "\n".join(ANY if row == "…" else re.escape(row) for row in answer.splitlines())
    return re.fullmatch(pattern, told, re.DOTALL) is not None


async def test_the_page_of_a_coalition_tells_what_happens(begun: Path) -> None:
    async with chapters(begun) as bus:
        played = Played(bus)
        for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            for turn in block.strip().split("\n\n"):
                first, _newline, answer = turn.partition("\n")
                told = await played.answer(first)
                assert is_shown(told, answer), f"{first}\n{told}"

"""Each reader is spoken to in one language, their own: the guide is played in pseudo-languages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery.outgoing import outgoing
from commands.framework.reply import Audience, Reply
from storage.chat.outbox import ContentKind
from storage.chat.preferences import People
from tests.chat.conversation import Chat
from tests.chat.test_guide import BLOCK, CLOCK, NEW_LINE, PAGES, TYPED
from tests.support.pseudo import foreign, pseudo

ROOM, PERSON = "es", "de"


@dataclass
class Reading:
    """Everybody who reads what the bot says; ``wrong``: what was said in the language of somebody else."""

    chat: Chat
    wrong: list[str] = field(default_factory=list)

    async def turn(self, first: str) -> None:
        """Type or wait as one turn of a page says, and read all that comes of it."""
        typed = TYPED.fullmatch(first)
        if typed is None:
            when = datetime.strptime(first, CLOCK).replace(tzinfo=UTC)
            for told in await self.chat.pass_time(when):
                self._read(told.body, ROOM if told.to == "room" else PERSON, first)
        else:
            self.chat.audit = self.chat.healthy()
            say = self.chat.room if typed["room"] else self.chat.dm
            said = await say(typed["who"], typed["text"].replace(NEW_LINE, "\n"))
            for reply in said.replies:
                here = ROOM if typed["room"] else PERSON
                language = {Audience.HERE: here, Audience.ROOM: ROOM}.get(reply.audience, PERSON)
                self._read(_words(reply, language), language, first)
        for reply in self.chat.polls.in_room:
            self._read(_words(reply, ROOM), ROOM, first)
        for reply in _all(self.chat.polls.in_person.values()):
            self._read(_words(reply, PERSON), PERSON, first)
        self.chat.polls.in_room, self.chat.polls.in_person = [], {}

    def _read(self, words: str, language: str, because: str) -> None:
        if foreign(words, language):
            self.wrong.append(f"{because} -> {language}: {words}")


def _all(replies: Iterable[list[Reply]]) -> list[Reply]:
    return [each for some in replies for each in some]


def _words(reply: Reply, language: str) -> str:
    said = reply.spoken(language)
    return "\n".join(
        str(each.content["body"]) for each in outgoing(said) if each.kind is ContentKind.EVENT
    )


async def _mixed(chat: Chat) -> None:
    """The room is spoken to in one language, everybody in another."""
    async with chat.database.transaction() as tx:
        await tx.execute("UPDATE committees SET language = ?", (ROOM,))
        for who in chat.roles:
            await People(tx).set_language(chat.user(who), PERSON)
    chat.polls.room_speaks, chat.polls.person_speaks = ROOM, PERSON


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_nobody_reads_the_language_of_others(chat: Chat, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if "!setup" in text:
        await chat.begin_anew()
    if page.name == "polls.md":
        chat.join("@dan", "@eva", "@flo")
    await _mixed(chat)
    reading = Reading(chat)
    with pseudo():
        for block in BLOCK.findall(text):
            for turn in block.strip().split("\n\n"):
                await reading.turn(turn.partition("\n")[0])
    assert not reading.wrong, "\n\n".join(reading.wrong)


async def test_somebody_chooses_and_the_room_stays(chat: Chat) -> None:
    with pseudo():
        said = await chat.dm("@ana", "!lang deutsch")
        assert said.says("⟦From now on I write to you in Deutsch.⟧", "!setup lang=de")
        said = await chat.room("@ana", "!lang")
        assert said.here.startswith("⟨I write to you in Deutsch")
        assert (await chat.dm("@ben", "!me")).text.startswith("⟨")
        assert (await chat.dm("@ana", "!me")).text.startswith("⟦")
        said = await chat.room("@ben", "!lang es")
        assert said.here.startswith("⟨I answer that")
        assert said.in_person.startswith("⟪From now on")


async def test_a_lead_chooses_for_the_room(chat: Chat) -> None:
    with pseudo():
        assert (await chat.room("@lea", "!setup lang=spanisch")).here.startswith("⟪From now on")
        assert (await chat.room("@ben", "!status")).here.startswith("⟪")
        # Who has not said what they read is written to in the room's language.
        assert (await chat.dm("@ben", "!me")).text.startswith("⟪")
        assert (await chat.room("@ben", "!setup lang=de")).here.startswith("⟪")


@pytest.mark.parametrize("typed", ["klingon", "x", "d", "--", "de de"])
async def test_what_nobody_speaks_is_asked_about(chat: Chat, typed: str) -> None:
    with pseudo():
        said = await chat.dm("@ana", f"!lang {typed}")
        assert said.says("English (en)", "Deutsch (de)")
        assert (await chat.dm("@ana", "!me")).text.startswith("⟨")

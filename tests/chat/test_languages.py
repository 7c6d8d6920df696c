"""Each reader is spoken to in one language, their own: the guide is played in pseudo-languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery.outgoing import outgoing
from commands.framework.i18n import available
from commands.framework.reply import Audience, Reply
from storage.chat.outbox import ContentKind
from storage.chat.preferences import People
from tests.chat.conversation import Chat
from tests.chat.test_guide import BLOCK, CLOCK, NEW_LINE, PAGES, TYPED, reminded, shown, unasked
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


SPOKEN = [language for language in available() if language != "en"]
SOME = [(PAGES[number % len(PAGES)], language) for number, language in enumerate(SPOKEN)]
"""Each language once, and another page each."""
REST = [(page, language) for page in PAGES for language in SPOKEN if (page, language) not in SOME]


@pytest.mark.parametrize(
    ("page", "language"),
    [*SOME, *(pytest.param(*each, marks=pytest.mark.nightly) for each in REST)],
    ids=lambda each: each.stem if isinstance(each, Path) else each,
)
async def test_the_guide_is_played_in_every_language(chat: Chat, page: Path, language: str) -> None:
    """What is typed there in English does the same whatever the reader's language is."""
    text = page.read_text(encoding="utf-8")
    for turn in await _played(chat, text, language):
        first, _newline, answer = turn[0].partition("\n")
        assert "{" not in turn[1].replace("{", "", answer.count("{")), first
        # The same number of lines, but for one that sentences about plurals may take or leave.
        assert bool(answer) == bool(turn[1]), f"{first}: {turn[1]!r} for {answer!r}"
        assert turn[1] != answer or not re.search(r"[a-z]{3} [a-z]{3}", answer), first


async def _played(chat: Chat, text: str, language: str) -> list[tuple[str, str]]:
    """The turns of a page, each with what was said to it in a language."""
    if "!setup" in text:
        await chat.begin_anew()
    chat.join("@dan", "@eva", "@flo")
    async with chat.database.transaction() as tx:
        await tx.execute("UPDATE committees SET language = ?", (language,))
    chat.polls.room_speaks = chat.polls.person_speaks = language
    turns = []
    for block in BLOCK.findall(text):
        for turn in block.strip().split("\n\n"):
            first = turn.partition("\n")[0]
            typed = TYPED.fullmatch(first)
            if typed is None:
                when = datetime.strptime(first, CLOCK).replace(tzinfo=UTC)
                said = reminded(await chat.pass_time(when)) + unasked(chat)
            else:
                chat.audit = chat.healthy()
                say = chat.room if typed["room"] else chat.dm
                said = shown(await say(typed["who"], typed["text"].replace(NEW_LINE, "\n")), chat)
            turns.append((turn, said.strip("\n")))
    return turns


async def test_somebody_chooses_and_the_room_stays(chat: Chat) -> None:
    with pseudo():
        said = await chat.dm("@ana", "!lang deutsch")
        assert said.says("⟦From now on I write to you in Deutsch.⟧", "!⟦setup⟧ ⟦lang⟧=de")
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

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
from commands.shared import wording
from storage.chat.preferences import People
from tests.chat.conversation import Chat
from tests.support.guide_pages import (
    BLOCK,
    CLOCK,
    ENGLISH,
    GUIDE,
    NEW_LINE,
    PAGES,
    reminded,
    shown,
    unasked,
)
from tests.support.left_in_english import english, said, words_of
from tests.support.pseudo import foreign, pseudo

ROOM, PERSON = "es", "de"
CHAPTER = "Payments chapter"


@dataclass
class Reading:
    """Everybody who reads what the bot says; ``wrong``: what was said in the language of others."""

    chat: Chat
    wrong: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    """What was said in English."""
    typed: list[str] = field(default_factory=lambda: [CHAPTER])

    async def turn(self, first: str) -> None:
        """Type or wait as one turn of a page says, and read all that comes of it."""
        typed = ENGLISH.typed.fullmatch(first)
        if typed is None:
            when = datetime.strptime(first, CLOCK).replace(tzinfo=UTC)
            for told in await self.chat.pass_time(when):
                language = ROOM if told.to == "room" else PERSON
                self._read(told.body, words_of(told.rich), language, first)
        else:
            self.typed.append(typed["text"])
            self.chat.audit = self.chat.healthy()
            say = self.chat.room if typed["room"] else self.chat.dm
            answers = await say(typed["who"], typed["text"].replace(NEW_LINE, "\n"))
            for reply in answers.replies:
                here = ROOM if typed["room"] else PERSON
                language = {Audience.HERE: here, Audience.ROOM: ROOM}.get(reply.audience, PERSON)
                self._hear(reply, language, first)
        for reply in self.chat.polls.in_room:
            self._hear(reply, ROOM, first)
        for reply in _all(self.chat.polls.in_person.values()):
            self._hear(reply, PERSON, first)
        self.chat.polls.in_room, self.chat.polls.in_person = [], {}

    def _hear(self, reply: Reply, language: str, because: str) -> None:
        spoken = reply.spoken(language)
        self._read(said_in(spoken), said(spoken), language, because)

    def _read(self, whole: str, words: str, language: str, because: str) -> None:
        """Read a message, whole and without what is to be typed."""
        if foreign(whole, language):
            self.wrong.append(f"{because} -> {language}: {whole}")
        left = english(words, language, self.typed)
        if left:
            self.english.append(f"{because} -> {left}: {words}")


def _all(replies: Iterable[list[Reply]]) -> list[Reply]:
    return [each for some in replies for each in some]


def said_in(reply: Reply) -> str:
    """Everything of a reply, what is to be typed as well."""
    return "\n".join(
        [said(reply)]
        + [str(each.content["body"]) for each in outgoing(reply) if "body" in each.content]
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
    """Nor English, but for what ``left_in_english`` names with its reason."""
    reading = await _read_through(chat, page)
    assert not reading.wrong, "\n\n".join(reading.wrong)
    assert not reading.english, "\n\n".join(reading.english)


async def test_a_word_left_in_english_is_noticed(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: outcomes and ratings are said, and are not translated any more."""
    monkeypatch.setattr(wording, "_", lambda words: words)
    reading = await _read_through(chat, GUIDE / "first-week.md")
    assert any("['reached']" in each for each in reading.english)
    assert any("'supports'" in each for each in reading.english)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("⟦Logged ⟧M-1 Sam Okafor⟦: reached.⟧", []),
        ("⟦Logged ⟧M-1 Sam Okafor⟦: ⟧reached⟦.⟧", ["reached"]),
        ("⟦Ask: ⟧sign the petition", []),
        ("⟦Ask: ⟧petition", ["petition"]),
        ("⟦It is ⟧Fr., 27. Nov.", []),
        ("⟦It is ⟧Fri 27 Nov", ["Fri"]),
    ],
)
def test_what_counts_as_english(said: str, left: list[str]) -> None:
    typed = ['!1on1 log "Sam Okafor" reached ask="sign the petition"']
    assert english(said, "de", typed) == left


async def _read_through(chat: Chat, page: Path) -> Reading:
    """Read a page in which the room speaks one pseudo-language, and everybody another."""
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
    return reading


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
            typed = ENGLISH.typed.fullmatch(first)
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
        assert said.says("⟦From now on I write to you in ⟧Deutsch⟦.⟧", "!⟦setup⟧ ⟦lang⟧=de")
        said = await chat.room("@ana", "!lang")
        assert said.here.startswith("⟨I write to you in ⟩Deutsch")
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
        assert (await chat.room("@ben", "!setup lang=de")).says("⟪ is for ⟫")


@pytest.mark.parametrize("typed", ["klingon", "x", "d", "--", "de de"])
async def test_what_nobody_speaks_is_asked_about(chat: Chat, typed: str) -> None:
    with pseudo():
        said = await chat.dm("@ana", f"!lang {typed}")
        assert said.says("English (en)", "Deutsch (de)")
        assert (await chat.dm("@ana", "!me")).text.startswith("⟨")

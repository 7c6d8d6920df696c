"""Each reader is spoken to in one language, their own: the guide is played in pseudo-languages."""

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


async def _mixed(chat: Chat) -> None:
    """The room is spoken to in one language, everybody in another."""
    async with chat.database.transaction() as tx:
        await tx.execute("UPDATE committees SET language = ?", (ROOM,))
        for who in chat.roles:
            await People(tx).set_language(chat.user(who), PERSON)


def _words(reply: Reply, language: str) -> str:
    said = reply.spoken(language) if reply.anew is not None else reply
    return "\n".join(
        str(each.content["body"]) for each in outgoing(said) if each.kind is ContentKind.EVENT
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_nobody_reads_the_language_of_others(chat: Chat, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if "!setup" in text:
        await chat.begin_anew()
    if page.name == "polls.md":
        chat.join("@dan", "@eva", "@flo")
    await _mixed(chat)
    wrong: list[str] = []

    def see(reply: Reply, here: str, typed: str) -> None:
        language = {Audience.HERE: here, Audience.ROOM: ROOM}.get(reply.audience, PERSON)
        words = _words(reply, language)
        if foreign(words, language):
            wrong.append(f"{typed} -> {reply.audience.name} {language}: {words}")

    with pseudo():
        for block in BLOCK.findall(text):
            for turn in block.strip().split("\n\n"):
                first, _newline, _answer = turn.partition("\n")
                typed = TYPED.fullmatch(first)
                if typed is None:
                    when = datetime.strptime(first, CLOCK).replace(tzinfo=UTC)
                    for each in await chat.pass_time(when):
                        language = ROOM if each.to == "room" else PERSON
                        if foreign(each.body, language):
                            wrong.append(f"{first} -> {each.to} {language}: {each.body}")
                    continue
                chat.audit = chat.healthy()
                say = chat.room if typed["room"] else chat.dm
                said = await say(typed["who"], typed["text"].replace(NEW_LINE, "\n"))
                for reply in said.replies:
                    see(reply, ROOM if typed["room"] else PERSON, first)
                for reply in chat.polls.in_room:
                    see(replace_audience(reply, Audience.ROOM), ROOM, first)
                for replies in chat.polls.in_person.values():
                    for reply in replies:
                        see(replace_audience(reply, Audience.PERSON), PERSON, first)
                chat.polls.in_room, chat.polls.in_person = [], {}
    assert not wrong, f"{len(wrong)}:\n" + "\n\n".join(wrong)


def replace_audience(reply: Reply, audience: Audience) -> Reply:
    from dataclasses import replace

    return replace(reply, audience=audience)

"""What speaks whose language beside the replies: files, pictures, polls of Matrix, the admin's side.

Decided item by item in docs/translating.md.
"""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.framework.i18n import available, speaking
from commands.framework.messages import translating
from commands.framework.reply import Audience
from commands.privacy.formats import CardKey, file_of
from storage.chat.preferences import People
from storage.privacy.exports import ExportFormat
from tests.chat.conversation import Chat
from tests.unit.test_files_for_others import PEOPLE, export

ROOT = Path(__file__).resolve().parents[2]
FOR_THE_ADMIN = ("bot/cli", "bot/config", "bot/logging", "bot/process")
"""Speaks English: an admin reads it beside manuals, looks words up, and pastes them into searches."""


@pytest.fixture
async def mixed(chat: Chat) -> Chat:
    """The room reads Spanish, Ana German, the others as the room."""
    async with chat.database.transaction() as tx:
        await tx.execute("UPDATE committees SET language = 'es'")
        await People(tx).set_language(chat.user("@ana"), "de")
    return chat


@pytest.mark.parametrize("shape", ExportFormat)
def test_exports_are_the_same_in_every_language(shape: ExportFormat) -> None:
    """Other programs read them, and other committees."""
    made = set()
    for language in available():
        with speaking(language):
            made.add(file_of(export(shape, 1), PEOPLE, CardKey(bytes(32))))
    assert len(made) == 1


@pytest.mark.parametrize("folder", FOR_THE_ADMIN)
def test_what_the_admin_reads_is_english(folder: str) -> None:
    translated = [
        str(path)
        for path in (ROOT / folder).rglob("*.py")
        if list(translating(ast.parse(path.read_text(encoding="utf-8"))))
    ]
    assert translated == []


@pytest.mark.parametrize(("in_room", "title"), [(True, "Cita"), (False, "Termin")])
async def test_a_calendar_shows_what_the_warning_said(
    mixed: Chat, *, in_room: bool, title: str
) -> None:
    """In the language of the place where it was asked for; then the title stays as it is in the calendar."""
    mixed.be(datetime(2026, 3, 30, 9, tzinfo=UTC))
    await mixed.dm("@lea", "!meet new Planning | tue 19:00 | 90m")
    await mixed.dm("@lea", "!ok")
    say = mixed.room if in_room else mixed.dm
    assert (await say("@ana", "!meet ics #1")).says(title)
    (sent,) = (await say("@ana", "!ok")).replies
    assert sent.audience is Audience.PERSON
    assert sent.calendar is not None
    assert f"SUMMARY:{title}\r\n" in sent.calendar.text
    for language in ("de", "es"):
        assert sent.spoken(language).calendar == sent.calendar


async def test_a_poll_of_matrix_asks_as_it_was_typed(mixed: Chat) -> None:
    """What the bot adds speaks the room's language: everybody there sees the one poll."""
    await mixed.room("@ana", "!poll open Who brings food? me | not this time")
    (said,) = (await mixed.room("@ana", "!ok")).replies
    for language in ("de", "es"):
        poll = said.spoken(language).poll
        assert poll is not None
        assert poll.answers == ("me", "not this time")
    assert said.poll is not None
    assert said.poll.question == "«Who brings food?» (con nombres)"


async def test_a_picture_speaks_as_the_words_beside_it(mixed: Chat) -> None:
    await mixed.sure("@lea", '!test open petition "RTO"')
    await mixed.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    said = await mixed.dm("@lea", "!wallchart")
    (drawn,) = [each.picture for each in said.replies if each.picture is not None]
    assert "mapa de pared" in drawn.title


async def test_help_says_the_first_clause_in_chinese_as_well(chat: Chat) -> None:
    """Chinese ends a clause with signs of its own."""
    async with chat.database.transaction() as tx:
        await tx.execute("UPDATE committees SET language = 'zh_Hans'")
    said = (await chat.dm("@ana", "!help contacts")).text
    rows = [row for row in said.splitlines() if row.startswith("• ")]
    assert rows
    assert all(row.count("。") == 1 and row.endswith("。") and "；" not in row for row in rows)

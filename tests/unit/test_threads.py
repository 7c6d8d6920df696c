"""Where an answer goes: into the thread it was asked in, after a caption, not into a room that ended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.matrix.media import Attachment
from bot.matrix.message_text import Relation
from commands.framework.mentions import addressed
from commands.framework.reply import Audience, Reply, say
from commands.imports.upload import AttachedFile
from commands.shared.attached import LostFile, WordlessMessage
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, OutboxTable, Outgoing
from storage.imports.uploads import Uploads
from tests.unit.test_intake import ANA, COMMITTEE, DIRECT, Workplace, work

__all__ = ["work"]

ROOT = "$root"


async def contents(work: Workplace) -> list[tuple[str, dict[str, Any]]]:
    """What waits to be sent: where, and what."""
    async with work.database.transaction() as tx:
        waiting = await OutboxTable(tx).waiting()
    return [(str(parcel.room or parcel.recipient), dict(parcel.content)) for parcel in waiting]


def relation(answered: str) -> dict[str, Any]:
    return {
        "rel_type": "m.thread",
        "event_id": ROOT,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": answered},
    }


@pytest.mark.parametrize("place", [COMMITTEE, DIRECT])
async def test_a_command_in_a_thread_is_answered_there(work: Workplace, place: str) -> None:
    asked = replace(work.message("!help", place), relation=Relation(thread=ROOT))
    await work.take(asked)
    said = await contents(work)
    assert said
    assert {where for where, _content in said} == {place}
    assert [content["m.relates_to"] for _where, content in said] == [
        relation(asked.event_id) for _ in said
    ]
    await work.take(work.message("!help", place))
    assert "m.relates_to" not in (await contents(work))[-1][1]


async def test_what_is_private_leaves_the_thread(work: Workplace) -> None:
    asked = replace(work.message("!due", COMMITTEE), relation=Relation(thread=ROOT))
    await work.take(asked)
    by_place = dict(await contents(work))
    assert by_place[COMMITTEE]["m.relates_to"] == relation(asked.event_id)
    assert "m.relates_to" not in by_place["@ana:committee.test"]


@pytest.mark.parametrize(
    ("place", "inside"), [(DIRECT, {COMMITTEE: False}), (COMMITTEE, {COMMITTEE: True})]
)
async def test_what_is_said_from_memory_stays_out_of_a_thread_of_another_room(
    work: Workplace, monkeypatch: pytest.MonkeyPatch, place: str, inside: dict[str, bool]
) -> None:
    """The event of a direct chat is nobody else's business."""

    async def told(*_args: object) -> tuple[Reply, ...]:
        return (replace(say("Closed."), audience=Audience.ROOM, fleeting=True),)

    heard: dict[str, bool] = {}

    def note(
        rooms: Sequence[str], _people: object, contents: Any, _occasion: str, _of: str
    ) -> None:
        heard.update(dict.fromkeys(rooms, "m.relates_to" in contents[0].content))

    monkeypatch.setattr("bot.incoming.replies.answer", told)
    work.put_together(say_from_memory=note)
    await work.take(replace(work.message("!poll", place), relation=Relation(thread=ROOT)))
    assert heard == inside


async def test_our_own_mistake_is_told_in_the_thread(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("bot.incoming.replies.answer", failing)
    asked = replace(work.message("!help", COMMITTEE), relation=Relation(thread=ROOT))
    await work.take(asked)
    ((_where, sorry),) = await contents(work)
    assert "it is our fault" in sorry["body"]
    assert sorry["m.relates_to"] == relation(asked.event_id)


@pytest.mark.parametrize("thing", list(WordlessMessage))
async def test_what_is_no_words_gets_a_line_in_the_direct_chat_alone(
    work: Workplace, thing: WordlessMessage
) -> None:
    await work.take(replace(work.message("", COMMITTEE), thing=thing))
    assert await contents(work) == []
    await work.take(replace(work.message("", DIRECT), thing=thing))
    ((_where, said),) = await contents(work)
    assert "\n" not in said["body"]
    assert "text files" not in said["body"]


def test_each_thing_has_words_of_its_own() -> None:
    from commands.general.attachments import about  # noqa: PLC0415

    assert len({str(about(thing).blocks) for thing in WordlessMessage}) == len(WordlessMessage)


def photo(caption: str) -> dict[str, Any]:
    return {
        "body": caption,
        "attachment": Attachment(
            "a.png", caption, 1, None, LostFile.NOT_A_FILE, WordlessMessage.PHOTO
        ),
    }


async def test_a_command_below_a_photo_is_done(work: Workplace) -> None:
    """In the room as well: everybody saw it typed."""
    for place in (COMMITTEE, DIRECT):
        for caption in ("!help", "！help", addressed("Steward:", "help")):
            before = len(await contents(work))
            await work.take(replace(work.message("", place), **photo(caption)))
            assert len(await contents(work)) > before, (place, caption)
            assert "cannot look at pictures" not in str((await contents(work))[before:])
    before = len(await contents(work))
    await work.take(replace(work.message("", COMMITTEE), **photo("our banner")))
    assert len(await contents(work)) == before
    await work.take(replace(work.message("", DIRECT), **photo("our banner")))
    assert "I cannot look at pictures" in (await contents(work))[-1][1]["body"]


async def ana_leads(work: Workplace) -> None:
    """She has power in the room, and the bot has seen it."""
    work.places.rooms[COMMITTEE].levels[ANA] = 50
    async with work.database.transaction() as tx:
        (committee,) = await Committees(tx).all()
        await work.authority.look(tx, committee, datetime.now(UTC))


@pytest.mark.parametrize(
    ("caption", "answer"),
    [
        ("", "Import 1: staff.csv, 2 rows"),
        ("the whole list", "Import 1: staff.csv, 2 rows"),
        ("!import", "Import 1: staff.csv, 2 rows"),
        ("！import", "Import 1: staff.csv, 2 rows"),
        (addressed("Steward:", "import file"), "Import 1: staff.csv, 2 rows"),
        ("!contact list", "I did not open staff.csv: that command takes no file"),
    ],
)
async def test_what_was_written_with_a_file_is_the_command_for_it(
    work: Workplace, caption: str, answer: str
) -> None:
    await ana_leads(work)
    file = Attachment("staff.csv", caption, 1, None, None)
    asked = replace(work.message(caption, DIRECT), attachment=file, relation=Relation(thread=ROOT))
    await work.take(asked)
    async with work.database.transaction() as tx:
        waiting = await Uploads(tx).all()
    # A command that takes no file is answered at once, and the file is never fetched.
    assert bool(waiting) is answer.startswith("Import")
    upload = AttachedFile.read("staff.csv", b"Name,Area\nSam Okafor,QA\nMia Chen,Web\n")
    for sent in waiting:
        await work.commands.files.answer(sent, upload)
    said = await contents(work)
    assert answer in str([content["body"] for _where, content in said])
    assert all(content["m.relates_to"] == relation(asked.event_id) for _where, content in said)


async def test_a_list_that_was_sent_into_the_room_is_taken_away(work: Workplace) -> None:
    await ana_leads(work)
    file = Attachment("staff.csv", "!import", 1, None, None)
    asked = replace(work.message("!import", COMMITTEE), attachment=file)
    await work.take(asked)
    said = await contents(work)
    async with work.database.transaction() as tx:
        waiting = await OutboxTable(tx).waiting()
    taken_back = Outgoing({}, ContentKind.REDACTION, asked.event_id)
    assert (COMMITTEE, taken_back) in [(each.room, each.outgoing) for each in waiting]
    assert "belongs in our direct chat" in str(said)
    async with work.database.transaction() as tx:
        assert await Uploads(tx).all() == []
    before = len(said)
    quiet = Attachment("staff.csv", "for you", 1, None, None)
    await work.take(replace(work.message("for you", COMMITTEE), attachment=quiet))
    assert len(await contents(work)) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("yes", "!yes"),
        ("Yes!", "!yes"),
        ("no #1", "!no"),
        ("log Sam", "!log"),
        ("thanks", ""),
        ("yes, that is what I think", ""),
        ("", ""),
    ],
)
async def test_an_answer_without_its_mark_is_told_so(
    work: Workplace, words: str, told: str
) -> None:
    """It looks given and is not."""
    await work.take(work.message(words, COMMITTEE))
    assert await contents(work) == []
    asked = replace(work.message(words, COMMITTEE), relation=Relation(answers=True, to_us=True))
    await work.take(asked)
    said = await contents(work)
    if not told:
        assert said == []
        return
    ((where, content),) = said
    assert where == COMMITTEE
    assert content["body"].endswith(f"begin with an exclamation mark: {told}")
    assert "Sam" not in content["body"]


async def test_questions_go_on_in_a_thread(work: Workplace) -> None:
    await work.take(work.message('!contact add "Sam Okafor" area=Payments', DIRECT))
    for words in ("!1on1 log M-1", "reached", "skip"):
        asked = replace(work.message(words, DIRECT), relation=Relation(thread=ROOT))
        await work.take(asked)
        _where, said = (await contents(work))[-1]
        assert said["m.relates_to"] == relation(asked.event_id)
    assert "What did you ask them to do?" in (await contents(work))[-1][1]["body"]


async def test_no_answer_is_tried_in_a_room_that_was_replaced(work: Workplace) -> None:
    work.places.rooms[COMMITTEE].replaced = True
    await work.take(work.message("!status", COMMITTEE))
    assert await contents(work) == []
    assert await work.count("handled") == 0
    await work.take(work.message("!help", DIRECT))
    assert await contents(work)
    work.places.rooms[DIRECT].replaced = True
    before = len(await contents(work))
    await work.take(work.message("!help", DIRECT))
    assert len(await contents(work)) == before
    assert work.places.direct_with("@ana:committee.test", [COMMITTEE]) is None

"""What was sent leaves the table with the next command, in one COMMIT with what that does, or not at all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery.sent_messages import SentMessages
from bot.matrix.guard import Message
from storage.chat.outbox import OutboxTable, Outgoing
from storage.core.driver import OperationalError
from tests.support.answering import ANA, ROOM, Answering, answering


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Answering]:
    async with answering(tmp_path, lambda _: True) as made:
        made.bot.outbox.deliver = lambda parcel: None  # type: ignore[method-assign]
        yield made


def sent_of(made: Answering) -> SentMessages:
    return made.bot.outbox._sent


async def one_sent(made: Answering) -> None:
    async with made.database.transaction() as tx:
        parcel = await OutboxTable(tx).put("t", Outgoing({"body": "sent words"}), 0, "D", room=ROOM)
    assert parcel is not None
    sent_of(made).note(parcel)


async def test_the_next_command_takes_it_off_in_its_own_commit(made: Answering) -> None:
    await one_sent(made)
    done: list[str] = []
    made.database._thread.connection.set_trace_callback(done.append)
    await made.bot.dispatcher.handle(Message("$1", ROOM, ANA, "PHONE", "!tz", "of Ana", 1))
    assert done.count("COMMIT") == 1
    greeting, answer = await made.waiting()
    assert "sent words" not in (greeting, answer)
    assert "time zone" in answer
    assert sent_of(made)._sent == {}


async def test_it_is_taken_off_by_its_time_where_the_command_fails_to_commit(
    made: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_sent(made)

    async def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(OutboxTable, "put", full)
        with pytest.raises(OperationalError):
            await made.bot.dispatcher.handle(Message("$1", ROOM, ANA, "PHONE", "!tz", "of Ana", 1))
    assert (await made.waiting())[1:] == ["sent words"], "all of it is undone"
    assert len(sent_of(made)._sent) == 1, "and nobody takes it for done"
    await sent_of(made).finish()
    assert len(await made.waiting()) == 1, "the greeting"


async def test_the_answer_is_not_read_back_though_another_was_taken_off(made: Answering) -> None:
    """What is known of a queued row holds until another one goes, so that one goes first."""
    await one_sent(made)
    done: list[str] = []
    made.database._thread.connection.set_trace_callback(done.append)
    await made.bot.dispatcher.handle(Message("$1", ROOM, ANA, "PHONE", "!tz", "of Ana", 1))
    written = [each for each in done if "outbox" in each]
    assert written[0].startswith("DELETE")
    assert written[1].startswith("INSERT")
    number = await _newest(made)
    before = len(done)
    async with made.database.look() as tx:
        assert await OutboxTable(tx).by_id(number) is not None
    assert not [each for each in done[before:] if each.startswith("SELECT")]


async def _newest(made: Answering) -> int:
    async with made.database.transaction() as tx:
        return await tx.number("SELECT max(id) FROM outbox")

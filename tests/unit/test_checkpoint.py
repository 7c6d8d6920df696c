"""How far was read is saved together, soon, and never in the middle of an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.incoming import checkpoint as module
from bot.incoming.checkpoint import Checkpoint, Unsaved
from bot.process import retry
from storage.chat.facts import SYNC_TOKEN, Facts
from storage.core.database import Database, Transaction
from storage.core.driver import Error

AGES = 1000.0


@dataclass
class Around:
    """What a checkpoint looks at and writes with."""

    unsaved: Unsaved = field(default_factory=Unsaved)
    hurries: bool = False
    watched: bool = False
    malformed: int = 0
    learned: set[str] = field(default_factory=set)
    rooms: dict[str, object] = field(default_factory=dict)
    commits: int = 0
    waited: list[int] = field(default_factory=list)
    """Milliseconds for which what was written had waited."""
    written: asyncio.Event = field(default_factory=asyncio.Event)

    saving: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def save(self, _tx: Transaction, waited: int) -> None:
        """As the expiry writes its part."""
        self.waited.append(waited)
        self.saving.set()
        await self.goes_on.wait()

    async def write_sent(self, _tx: Transaction) -> None:
        """As the outbox writes its part."""

    async def committed(self) -> None:
        self.commits += 1
        self.written.set()

    @property
    def pulse(self) -> SimpleNamespace:
        return SimpleNamespace(is_watched=lambda: self.watched, received=None)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    yield database
    await database.close()


@pytest.fixture
def around() -> Around:
    around = Around()
    around.goes_on.set()
    return around


@pytest.fixture
def point(database: Database, around: Around) -> Checkpoint:
    parts = cast("Any", around)
    return Checkpoint(
        database,
        around.unsaved,
        machine=parts,
        expiry=parts,
        places=parts,
        outbox=parts,
        state=parts,
    )


@pytest.fixture
async def running(point: Checkpoint) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(point.run())
    await asyncio.sleep(0)
    yield task
    await ended(task)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def said(token: str, **more: object) -> dict[str, Any]:
    timeline = {"events": [{"type": "m.room.encrypted"}]}
    return {"next_batch": token, "rooms": {"join": {"!a": {"timeline": timeline}}}, **more}


async def heard(point: Checkpoint, answer: dict[str, Any]) -> None:
    async with point.handling():
        await point.save(answer, 0)


async def saved(database: Database) -> str | None:
    async with database.transaction() as tx:
        return await Facts(tx).get(SYNC_TOKEN)


async def test_before_it_runs_each_answer_is_saved_at_once(
    point: Checkpoint, around: Around, database: Database
) -> None:
    for number in range(3):
        await heard(point, said(str(number)))
    assert (around.commits, await saved(database)) == (3, "2")


async def test_messages_close_on_each_other_are_one_commit(
    point: Checkpoint,
    around: Around,
    running: asyncio.Task[None],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TOGETHER", AGES)
    monkeypatch.setattr(module, "QUIET", AGES)
    for answer in (said("first"), said("second"), said("third"), {"next_batch": "empty"}):
        await heard(point, answer)
    assert (around.commits, await saved(database), point.token) == (1, "first", "empty")
    await ended(running)
    assert (around.commits, await saved(database)) == (2, "empty")


@pytest.mark.usefixtures("running")
async def test_what_waits_is_saved_soon(
    point: Checkpoint, around: Around, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOGETHER", 0.01)
    await heard(point, said("first"))
    around.written.clear()
    await heard(point, said("second"))
    await around.written.wait()
    assert (around.commits, await saved(database)) == (2, "second")
    await asyncio.sleep(0.05)
    assert around.commits == 2, "nothing waits any more"


@pytest.mark.usefixtures("running")
async def test_what_waits_is_saved_once_nothing_more_comes(
    point: Checkpoint, around: Around, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOGETHER", AGES)
    monkeypatch.setattr(module, "QUIET", 0.05)
    await heard(point, said("first"))
    for number in range(20):
        await heard(point, said(str(number)))
        await asyncio.sleep(0)
    around.written.clear()
    await around.written.wait()
    assert await saved(database) == "19"
    assert around.commits < 20, "what came soon after another waited with it"


async def test_whoever_waits_long_has_its_grace_begin_when_it_began_to_wait(
    point: Checkpoint, around: Around, running: asyncio.Task[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOGETHER", AGES)
    monkeypatch.setattr(module, "QUIET", AGES)
    await heard(point, said("first"))
    assert around.waited == [0]
    await heard(point, said("second"))
    await asyncio.sleep(0.02)
    await heard(point, said("third"))
    await ended(running)
    assert around.waited[1] >= 20


@pytest.mark.usefixtures("running")
async def test_what_waited_long_enough_goes_with_the_next_answer(
    point: Checkpoint, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    await heard(point, said("first"))
    monkeypatch.setattr(module, "TOGETHER", 0.0)
    await heard(point, said("second"))
    await heard(point, said("third"))
    assert around.commits == 2


@pytest.mark.parametrize("why", ["hurries", "watched", "unsaved", "learned", "keys"])
async def test_what_is_urgent_is_saved_at_once(
    point: Checkpoint,
    around: Around,
    running: asyncio.Task[None],
    monkeypatch: pytest.MonkeyPatch,
    why: str,
) -> None:
    monkeypatch.setattr(module, "TOGETHER", AGES)
    monkeypatch.setattr(module, "QUIET", AGES)
    await heard(point, said("first"))
    await heard(point, said("waits"))
    assert around.commits == 1
    answer = said("second")
    match why:
        case "unsaved":
            around.unsaved.left.add("!b")
        case "learned":
            around.learned.add("!b")
        case "keys":
            answer["to_device"] = {"events": [{}]}
        case _:
            setattr(around, why, True)
    await heard(point, answer)
    assert around.commits == 2
    assert not running.done()


async def test_what_waits_is_saved_when_the_bot_stops(
    point: Checkpoint, running: asyncio.Task[None], database: Database
) -> None:
    await heard(point, said("first"))
    await heard(point, said("second"))
    await ended(running)
    assert await saved(database) == "second"


async def test_half_an_answer_is_never_saved(
    point: Checkpoint,
    around: Around,
    running: asyncio.Task[None],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A message that was noted as read and not acted on yet could be given up."""
    monkeypatch.setattr(module, "TOGETHER", 0.01)
    await heard(point, said("first"))
    with pytest.raises(ZeroDivisionError):
        async with point.handling():
            await point.save(said("second"), 0)
            raise ZeroDivisionError
    # Whoever fails after that ends the bot; one whose answer is still being handled has it saved later.
    await heard(point, said("third"))
    with suppress(ZeroDivisionError):
        async with point.handling():
            await asyncio.sleep(0.05)
            commits = around.commits
            raise ZeroDivisionError
    await ended(running)
    assert around.commits == commits
    assert await saved(database) in {"first", "third"}


@pytest.mark.usefixtures("running")
async def test_an_answer_is_handled_after_what_is_being_saved(
    point: Checkpoint, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read in it must not be saved with the token before it."""
    await heard(point, said("first"))
    monkeypatch.setattr(module, "TOGETHER", 0.0)
    around.saving.clear()
    around.goes_on.clear()
    late = asyncio.create_task(heard(point, said("second")))
    await around.saving.wait()
    begun = asyncio.Event()

    async def handle() -> None:
        async with point.handling():
            begun.set()

    next_one = asyncio.create_task(handle())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not begun.is_set()
    around.goes_on.set()
    await asyncio.gather(late, next_one)
    assert begun.is_set()


async def test_a_room_that_is_learned_while_others_are_saved_is_saved_next(
    point: Checkpoint, around: Around
) -> None:
    """Somebody's direct chat is opened while the answer before it waits for the disk."""
    around.learned.add("!before")
    around.saving.clear()
    around.goes_on.clear()
    saving = asyncio.create_task(heard(point, said("first")))
    await around.saving.wait()
    around.learned.add("!meanwhile")
    around.goes_on.set()
    await saving
    assert around.learned == {"!meanwhile"}
    assert point.has_news
    await heard(point, said("second"))
    assert not around.learned


async def test_a_room_that_was_learned_and_could_not_be_saved_is_saved_later(
    point: Checkpoint, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    around.learned.add("!before")

    async def full(_tx: Transaction, _waited: int = 0) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(around, "save", full)
        with pytest.raises(ZeroDivisionError):
            await heard(point, said("first"))
    assert around.learned == {"!before"}


@pytest.mark.usefixtures("running")
async def test_while_a_full_disk_is_left_alone_nothing_waits(
    point: Checkpoint, around: Around, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever would save it sleeps for up to a minute, though there may be room again."""
    monkeypatch.setattr(retry, "AGAIN", AGES)
    monkeypatch.setattr(module, "TOGETHER", 0.01)
    await heard(point, said("first"))
    save, refused = around.save, asyncio.Event()

    async def full(_tx: Transaction, _waited: int = 0) -> None:
        monkeypatch.setattr(around, "save", save)
        refused.set()
        raise Error("database or disk is full")

    monkeypatch.setattr(around, "save", full)
    await heard(point, said("second"))
    await refused.wait()
    await asyncio.sleep(0.02)
    await heard(point, said("third"))
    assert await saved(database) == "third"
    monkeypatch.setattr(module, "TOGETHER", AGES)
    await heard(point, said("fourth"))
    assert await saved(database) == "fourth"

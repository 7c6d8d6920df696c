"""One message, one transaction: a command that raises, a storage that refuses, a repetition."""

import asyncio
import io
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.clearance import Clearance
from bot.incoming import replies
from bot.incoming.admission import Admission, Halt
from bot.incoming.build import CommandHandling
from bot.incoming.dispatcher import Dispatcher
from bot.logging import logs
from bot.matrix.client import Client
from bot.matrix.guard import Message, Refused
from bot.matrix.rooms import Room
from bot.process import retry
from bot.process.retry import persist
from bot.rooms.directory import RoomDirectory
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, OutboxTable, Outgoing
from storage.contacts.contacts import Contacts
from storage.core import later
from storage.core.database import Database
from storage.core.driver import IntegrityError, OperationalError
from storage.core.model import RoomId
from tests.support.commanding import commands_for, new_state
from tests.support.outboxes import outbox_over
from tests.support.standing import AsShown

OWN, ANA = "@steward:committee.test", "@ana:committee.test"
COMMITTEE, DIRECT = "!committee", "!direct"
SECRET = "a name nobody may read"
ROOT = Path(__file__).parents[2]


def room(name: str, *members: str) -> Room:
    made = Room(name, encrypted=True)
    made.members = dict.fromkeys((OWN, *members), "join")
    return made


class Workplace:
    """A real dispatcher over a real database; the outbox is never started, so its table fills."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.client = Client("http://127.0.0.1:9", OWN)
        self.client.resume("DEVICE", "")
        self.places = RoomDirectory(OWN, lambda _: True)
        self.places.rooms[COMMITTEE] = room(COMMITTEE, ANA, "@ben:committee.test")
        self.places.rooms[DIRECT] = room(DIRECT, ANA)
        self.places.rooms[DIRECT].declared_direct = True
        self.authority = AsShown(self.places)
        self.state = new_state()
        self.outbox = outbox_over(
            None, database, self.client, self.places.rooms, self._nobody, Clearance(self.authority)
        )
        self._count = 0
        self.commands = self.put_together()

    def put_together(self, **others: Any) -> CommandHandling:
        """Put the parts together as a process does that begins, some of them replaced."""
        self.commands = commands_for(
            self.database, self.authority, self.client, self.outbox, self.state, **others
        )
        return self.commands

    @property
    def dispatcher(self) -> Dispatcher:
        return self.commands.dispatcher

    async def _nobody(self, _person: str) -> Room | None:
        return None

    def message(self, body: str, place: str = DIRECT, **changes: Any) -> Message:
        self._count += 1
        number = changes.pop("index", self._count)
        event_id = changes.pop("event_id", f"$event{self._count}")
        return Message(event_id, place, ANA, "PHONE", body, "session", number)

    async def take(self, message: Message) -> None:
        """As intake does."""
        await persist(
            lambda: self.dispatcher.handle(message),
            lambda error_id: self.dispatcher.set_aside(message, error_id),
        )

    async def queued(self) -> list[str]:
        async with self.database.transaction() as tx:
            return [str(parcel.content["body"]) for parcel in await OutboxTable(tx).waiting()]

    async def count(self, table: str) -> int:
        async with self.database.transaction() as tx:
            return int(str(await tx.value(f"SELECT count(*) FROM {table}")))


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Workplace]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    async with database.transaction() as tx:
        await Committees(tx).add(RoomId(COMMITTEE), "Payments", "UTC", datetime.now(UTC))
    work = Workplace(database)
    yield work
    await work.client.close()
    await database.close()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    installed = logs.install("debug", stream=stream)
    yield stream
    installed.undo()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.0, 0.0, 0.0))


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception, times: int = 10**6) -> list[str]:
    """Let adding a contact fail after it was written, so many times."""
    add = Contacts.add
    failed: list[str] = []

    async def adding(self: Contacts, *args: Any, **kwargs: Any) -> Any:
        added = await add(self, *args, **kwargs)
        if len(failed) < times:
            failed.append(SECRET)
            raise error
        return added

    monkeypatch.setattr(Contacts, "add", adding)
    return failed


@pytest.mark.parametrize(
    "error",
    [RuntimeError(SECRET), IntegrityError(SECRET), KeyError(SECRET), RecursionError(SECRET)],
)
async def test_a_command_that_raises_changes_nothing_and_is_told_once(
    work: Workplace, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failing(monkeypatch, error, times=1)
    message = work.message(f'!contact add "{SECRET}"')
    await work.take(message)
    (sorry,) = await work.queued()
    assert "it is our fault" in sorry
    error_id = sorry.rsplit(" ", 1)[-1].strip("`")
    assert error_id in log.getvalue()
    assert SECRET not in sorry + log.getvalue()
    assert await work.count("contacts") == 0
    assert await work.count("dead_letters") == 1
    # Delivered again, it is neither tried nor told again.
    await work.take(message)
    assert len(await work.queued()) == 1
    await work.take(work.message('!contact add "Uma Thorne"'))
    assert await work.count("contacts") == 1
    assert "Uma Thorne" in (await work.queued())[-1]


async def test_what_fails_since_files_were_replaced_is_told_so(
    work: Workplace, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A command that is loaded now comes from another release than what runs."""
    source = tmp_path / "commands"
    (source / "polls").mkdir(parents=True)
    monkeypatch.setattr(later, "_OURS", (source,))
    failing(monkeypatch, ImportError(SECRET), times=2)
    await work.take(work.message('!contact add "Uma Thorne"'))
    (source / "polls" / "commands.py").touch()
    await work.take(work.message('!contact add "Uma Thorne"'))
    before, after = await work.queued()
    assert "it is our fault" in before
    assert "I was updated and have to be restarted" in after
    assert after.rsplit(" ", 1)[-1].strip("`") in log.getvalue()
    assert await work.count("contacts") == 0
    monkeypatch.setattr(later, "_OURS", (source, tmp_path / "gone"))
    assert later.were_replaced()


def test_a_process_that_has_just_begun_is_of_the_files_that_are_there() -> None:
    asked = (
        "from storage.core import later; assert len(later._OURS) == 3; print(later.were_replaced())"
    )
    done = subprocess.run(  # noqa: S603 (this interpreter)
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize("body", [f'!contact add "{SECRET}"', f"!lgo {SECRET} reached", "!due"])
async def test_what_fails_in_the_room_is_taken_away_if_it_may_name_somebody(
    work: Workplace, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    async def refusing(*_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(replies, "answer", refusing)
    await work.take(work.message(body, COMMITTEE))
    async with work.database.transaction() as tx:
        waiting = await OutboxTable(tx).waiting()
    removed = [each.source for each in waiting if each.kind is ContentKind.REDACTION]
    assert removed == ([] if body == "!due" else ["$event1"])


async def test_so_is_what_is_left_aside(work: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Admission, "look", lambda *_: Halt(Refused.DISK_FULL))
    await work.take(work.message(f"!meet new 1on1 with {SECRET} | fri", COMMITTEE))
    await work.take(work.message("!due", COMMITTEE))
    await work.take(work.message(f"!lgo {SECRET} reached"))
    async with work.database.transaction() as tx:
        waiting = await OutboxTable(tx).waiting()
    assert [e.source for e in waiting if e.kind is ContentKind.REDACTION] == ["$event1"]


async def test_a_storage_that_refuses_twice_is_tried_a_third_time(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = failing(monkeypatch, OperationalError("disk I/O error"), times=2)
    await work.take(work.message('!contact add "Uma Thorne"'))
    assert len(failed) == 2
    assert await work.count("contacts") == 1
    assert await work.count("dead_letters") == 0
    assert len(await work.queued()) == 1


async def test_a_storage_that_refuses_thrice_makes_a_dead_letter(
    work: Workplace, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = failing(monkeypatch, OperationalError(SECRET))
    message = work.message('!contact add "Uma Thorne"')
    await work.take(message)
    assert len(failed) == 3
    assert await work.count("contacts") == 0
    assert await work.count("dead_letters") == 1
    (sorry,) = await work.queued()
    assert "it is our fault" in sorry
    assert SECRET not in log.getvalue()
    await work.take(message)
    assert len(failed) == 3


async def test_if_even_that_is_refused_nothing_is_acknowledged(work: Workplace) -> None:
    """The error goes up and ends the run; a later start takes the message up again."""
    message = work.message('!contact add "Uma Thorne"')
    await _fill(work)
    filled = len(await work.queued())
    with pytest.raises(OperationalError):
        await work.take(message)
    assert len(await work.queued()) == filled
    for table in ("handled", "contacts", "dead_letters"):
        assert await work.count(table) == 0
    async with work.database.transaction() as tx:
        await tx.value("PRAGMA max_page_count = 100000")
    await work.take(message)
    assert await work.count("contacts") == 1
    assert len(await work.queued()) == filled + 1


async def _fill(work: Workplace) -> None:
    """Let the database grow no further, and the outbox have no room for even a short answer."""
    async with work.database.transaction() as tx:
        pages = int(str(await tx.value("PRAGMA page_count")))
        await tx.value(f"PRAGMA max_page_count = {pages}")
    for number in itertools.count():
        try:
            async with work.database.transaction() as tx:
                await OutboxTable(tx).put(
                    f"{number}", Outgoing({"body": ""}), 1, "DEVICE", room="!other"
                )
        except OperationalError:
            return


async def test_a_ciphertext_is_run_once_under_whatever_event_id(work: Workplace) -> None:
    first = work.message('!contact add "Uma Thorne"', index=7)
    await work.take(first)
    again = work.message('!contact add "Uma Thorne"', index=7, event_id="$another")
    await work.take(again)
    await work.take(first)
    assert await work.count("contacts") == 1
    assert len(await work.queued()) == 1


async def test_cancelled_at_any_step_a_message_is_done_whole_or_not_at_all(
    work: Workplace,
) -> None:
    """SIGTERM may come at every await, COMMIT included; the next run finishes what is left."""
    whole = 0
    for steps in range(60):
        message = work.message(f'!contact add "Person {chr(65 + steps % 26)}{steps}" --yes')
        task = asyncio.create_task(work.take(message))
        if steps < 20:
            for _ in range(steps):
                await asyncio.sleep(0)
        else:
            # The last of them long enough to be done before it is cancelled.
            await asyncio.sleep(0.0004 * (steps - 20) if steps < 59 else 1.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        contacts, handled = await work.count("contacts"), await work.count("handled")
        assert contacts == handled == len(await work.queued())
        whole += contacts > steps
        assert steps or not whole
        await work.take(message)
        assert await work.count("contacts") == steps + 1
    assert whole


async def test_the_storage_is_not_blamed_for_what_a_command_did(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A constraint that a command broke would break again: it is told at once, not retried."""
    failed = failing(monkeypatch, IntegrityError("UNIQUE constraint failed"))
    await work.take(work.message('!contact add "Uma Thorne"'))
    assert len(failed) == 1

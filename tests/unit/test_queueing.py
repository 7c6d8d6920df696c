"""Commands that wait for their turn: in order, once, whatever ends meanwhile; and nobody else waits for them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.incoming import queue
from bot.incoming.queue import CommandQueue
from bot.incoming.set_aside import SetAside
from bot.incoming.study_runner import ROUNDS, StudyRunner
from bot.matrix.guard import Message
from bot.matrix.media import Attachment, FileLocation
from bot.membership import departures
from bot.process import retry
from commands.all import CATALOGUE
from commands.framework.context import Context
from commands.framework.reply import Reply, say
from commands.framework.study import IN_PLACE
from commands.imports.upload import AttachedFile
from commands.shared.attached import LostFile
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.chat.waiting_commands import WaitingCommand
from storage.contacts.contacts import Contacts
from storage.core.database import Database
from storage.core.driver import OperationalError
from storage.core.model import RoomId, UserId
from storage.imports.uploads import Upload as Sent
from storage.imports.uploads import Uploads
from tests.support.collected import Collected
from tests.support.commanding import NO_EFFECTS
from tests.support.running import start, stop
from tests.unit.test_intake import ANA, COMMITTEE, DIRECT, Workplace, room

BEN, BENS = "@ben:committee.test", "!bens"


class Busy(Workplace):
    """A workplace in which Ana has asked for much, and Ben for nothing."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.places.rooms[BENS] = room(BENS, BEN)
        self.places.rooms[BENS].declared_direct = True
        self.open()

    @property
    def queue(self) -> CommandQueue:
        return self.commands.queue

    def open(self) -> None:
        """As a process does that begins."""
        self.put_together(queued=True)
        self.queue.share.note(ANA, 0.6, at_once=True)

    async def says(self, body: str, who: str = ANA) -> Message:
        self._count += 1
        direct = DIRECT if who == ANA else BENS
        event = f"$event{self._count}"
        message = Message(event, direct, who, "PHONE", body, f"session {who}", self._count)
        await self.take(message)
        return message

    async def sends(self, body: str) -> Message:
        """Ana sends a file with words below it."""
        self._count += 1
        where = FileLocation("mxc://files.test/x", "key", "iv", "digest")
        file = Attachment("staff.csv", body, 10, where, None)
        message = Message(
            f"$event{self._count}",
            DIRECT,
            ANA,
            "PHONE",
            body,
            "files",
            self._count,
            attachment=file,
        )
        await self.take(message)
        return message

    async def settled(self) -> None:
        """Everything that waits is done."""
        start(self.queue)
        while await self.count("waiting"):  # noqa: ASYNC110 (a table tells nobody when it changes)
            await asyncio.sleep(0.01)
        await asyncio.gather(*self.queue._lanes.values())


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Busy]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    async with database.transaction() as tx:
        await Committees(tx).add(RoomId(COMMITTEE), "Payments", "UTC", datetime.now(UTC))
    work = Busy(database)
    yield work
    await stop(work.queue)
    await work.client.close()
    await database.close()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(queue, "PAUSE", 0.0)


async def names_of(work: Workplace) -> list[str]:
    async with work.database.transaction() as tx:
        rows = await tx.all("SELECT name FROM contacts WHERE present ORDER BY number")
    return [row["name"] for row in rows]


NAMES = ("Olga Ivanova", "Sam Okafor", "Mia Chen", "Zoltan Quwx")


async def test_others_are_answered_before_what_waits_and_it_is_done_in_order(work: Busy) -> None:
    for name in NAMES:
        await work.says(f"!contact add '{name}'")
    assert await work.count("waiting") == 4
    assert await names_of(work) == []
    await work.says("!contact add 'Alex Kim'", BEN)
    assert await names_of(work) == ["Alex Kim"]
    await work.settled()
    assert await names_of(work) == ["Alex Kim", *NAMES]
    assert len(await work.queued()) == 5


async def test_whoever_asked_for_little_is_answered_at_once(work: Busy) -> None:
    work.queue.share._spent.clear()
    await work.says(f"!contact add '{NAMES[0]}'")
    assert await names_of(work) == [NAMES[0]]


async def test_what_comes_after_something_that_waits_waits_behind_it(work: Busy) -> None:
    await work.says(f"!contact add '{NAMES[0]}'")
    work.queue.share._spent.clear()
    await work.says("!undo")
    await work.settled()
    assert await names_of(work) == []
    assert await work.count("contacts") == 1


async def test_it_is_done_once_however_often_it_is_delivered(work: Busy) -> None:
    message = await work.says(f"!contact add '{NAMES[0]}'")
    await work.take(message)
    assert await work.count("waiting") == 1
    await work.settled()
    await work.take(message)
    await work.settled()
    assert await names_of(work) == [NAMES[0]]
    assert len(await work.queued()) == 1


async def test_a_later_run_does_what_an_earlier_one_took(work: Busy) -> None:
    for name in NAMES:
        await work.says(f"!contact add '{name}'")
    await stop(work.queue)
    work.open()
    work.queue.share._spent.clear()
    await work.queue.restore()
    assert not work.queue.at_once(ANA), "theirs would overtake what waits"
    await work.settled()
    assert await names_of(work) == list(NAMES)


async def test_it_is_done_as_who_its_sender_is_by_then(work: Busy) -> None:
    await work.says(f"!contact add '{NAMES[0]}'")
    del work.places.rooms[COMMITTEE].members[ANA]
    await work.settled()
    assert await names_of(work) == []
    assert await work.queued() == []


async def test_a_command_that_raises_is_told_and_the_next_is_done(
    work: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Contacts.add

    async def adding(self: Contacts, *args: Any, **kwargs: Any) -> Any:
        if args[0] == NAMES[0]:
            raise LookupError("a fault")
        return await add(self, *args, **kwargs)

    monkeypatch.setattr(Contacts, "add", adding)
    for name in NAMES[:2]:
        await work.says(f"!contact add '{name}'")
    await work.settled()
    assert await names_of(work) == [NAMES[1]]
    sorry, saved = await work.queued()
    assert "it is our fault" in sorry
    assert NAMES[1] in saved


async def test_a_storage_that_refuses_for_good_is_told_and_the_next_is_done(
    work: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Contacts.add

    async def adding(self: Contacts, *args: Any, **kwargs: Any) -> Any:
        if args[0] == NAMES[0]:
            raise OperationalError("disk I/O error")
        return await add(self, *args, **kwargs)

    monkeypatch.setattr(Contacts, "add", adding)
    for name in NAMES[:2]:
        await work.says(f"!contact add '{name}'")
    await work.settled()
    assert await names_of(work) == [NAMES[1]]
    assert "it is our fault" in (await work.queued())[0]


async def test_over_the_budget_it_is_told_once_and_nothing_is_lost(work: Busy) -> None:
    work.queue.share.note(ANA, 10_000.0, at_once=False)
    for name in NAMES:
        await work.says(f"!contact add '{name}'")
    start(work.queue)
    while not await work.queued():  # noqa: ASYNC110 (a table tells nobody when it changes)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    (told,) = await work.queued()
    assert "I keep the rest" in told
    assert await work.count("waiting") == 4
    await work.says("!contact add 'Alex Kim'", BEN)
    assert await names_of(work) == ["Alex Kim"]
    await stop(work.queue)
    work.queue.share._spent.clear()
    await work.settled()
    assert await names_of(work) == ["Alex Kim", *NAMES]


async def test_more_than_is_kept_is_told_once_and_others_are_kept(
    work: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST", 60)
    for name in NAMES:
        await work.says(f"!contact add '{name}'")
    assert await work.count("waiting") == 2
    (told,) = await work.queued()
    assert "Please send it again" in told
    await work.settled()
    assert await names_of(work) == list(NAMES[:2])


async def test_talk_that_waits_for_nobody_is_not_kept(work: Busy) -> None:
    """In a room only commands are kept: what people say to each other is none of it."""
    await work.take(Message("$talk", COMMITTEE, ANA, "PHONE", "we meet at noon", "s", 1))
    assert await work.count("waiting") == 0


async def test_names_are_taken_out_of_what_waits_when_somebody_is_forgotten(work: Busy) -> None:
    work.queue.share._spent.clear()
    await work.says("!contact add 'Quentin Vorobyov'")
    work.queue.share.note(ANA, 1.0, at_once=True)
    await work.says("!contact alias M-1 'Quentin Vorobyov'")
    work.places.rooms[COMMITTEE].levels[BEN] = 50
    await work.says("!forget M-1", BEN)
    work.queue.share._spent.pop(BEN, None)
    await work.says("!forget M-1 --yes", BEN)
    async with work.database.transaction() as tx:
        bodies = [row["body"] for row in await tx.all("SELECT body FROM waiting")]
    assert len(bodies) == 1
    assert "Vorobyov" not in bodies[0]


async def test_nothing_that_was_read_ahead_brings_back_who_is_forgotten(work: Busy) -> None:
    """Ana's commands were read together; Ben forgets between the first and the second."""
    work.places.rooms[COMMITTEE].levels[BEN] = 50
    await work.says("!contact add 'Quentin Vorobyov'", BEN)
    await work.says("!contact add 'Alex Kim'")
    await work.says("!contact alias M-1 'Quentin Vorobyov'")
    await work.says("!contact add 'Quentin Vorobyov'")
    assert await work.count("waiting") == 3
    do = work.queue._do

    async def do_and_forget(kept: WaitingCommand) -> None:
        await do(kept)
        if kept.body.endswith("'Alex Kim'"):
            for line in ("!forget M-1", "!forget M-1 --yes"):
                work.queue.share._spent.pop(BEN, None)
                await work.says(line, BEN)

    work.queue.share._spent.clear()
    work.queue._do = do_and_forget  # type: ignore[method-assign]
    await work.settled()
    assert await names_of(work) == ["Alex Kim"]
    async with work.database.transaction() as tx:
        kept = await tx.all("SELECT name FROM contacts")
        said = await tx.all("SELECT content FROM outbox")
    assert "Vorobyov" not in str([*map(tuple, kept), *map(tuple, said)])


# -- thinking ------------------------------------------------------------------------------------


class Thought:
    """What !scale thinks about in these tests."""

    def __init__(self) -> None:
        self.about = 0
        self.times: list[int] = []
        self.during: Callable[[int], None] = lambda _step: None

    async def run(self, ctx: Context) -> Reply:
        about = self.about

        def steps() -> Iterator[int | None]:
            self.times.append(about)
            for step in range(3):
                self.during(step)
                yield step

        found = await ctx.study.of(about, steps)
        return say("I thought {n} about {about}.", n=str(len(found)), about=str(about))


@pytest.fixture
def thought() -> Iterator[Thought]:
    scale = next(command for command in CATALOGUE if command.name == "scale")
    before, made = scale.run, Thought()
    object.__setattr__(scale.declared, "run", made.run)
    yield made
    object.__setattr__(scale.declared, "run", before)


async def test_what_has_to_be_thought_about_waits_and_is_answered(
    work: Busy, thought: Thought
) -> None:
    work.queue.share._spent.clear()
    await work.says("!scale")
    assert thought.times == []
    assert await work.count("waiting") == 1
    await work.settled()
    assert thought.times == [0]
    assert await work.queued() == ["I thought 3 about 0."]


async def test_the_database_is_free_while_it_is_thought(work: Busy, thought: Thought) -> None:
    busy: list[bool] = []
    thought.during = lambda _step: busy.append(work.database.busy)
    work.queue.share._spent.clear()
    await work.says("!scale")
    await work.settled()
    assert busy == [False, False, False]


async def test_without_a_queue_it_is_thought_in_the_middle(work: Busy, thought: Thought) -> None:
    """The control: nobody else has the database meanwhile."""
    busy: list[bool] = []
    thought.during = lambda _step: busy.append(work.database.busy)
    work.put_together()
    await work.says("!scale")
    assert busy == [True, True, True]
    assert await work.queued() == ["I thought 3 about 0."]


async def test_what_changed_meanwhile_is_thought_about_again(work: Busy, thought: Thought) -> None:
    def change(step: int) -> None:
        if step == 2 and thought.about < 2:
            thought.about += 1

    thought.during = change
    work.queue.share._spent.clear()
    await work.says("!scale")
    await work.settled()
    assert thought.times == [0, 1, 2]
    assert await work.queued() == ["I thought 3 about 2."]


async def test_what_keeps_changing_is_thought_about_in_the_middle_at_last(
    work: Busy, thought: Thought
) -> None:
    def change(step: int) -> None:
        thought.about += step == 2

    thought.during = change
    work.queue.share._spent.clear()
    await work.says("!scale")
    await work.settled()
    assert thought.times == list(range(ROUNDS + 1))
    assert await work.queued() == [f"I thought 3 about {ROUNDS}."]


async def test_the_time_of_thinking_is_its_askers(work: Busy, thought: Thought) -> None:
    def compute(_step: int) -> None:
        until = time.thread_time() + 0.05
        while time.thread_time() < until:
            pass

    thought.during = compute
    work.queue.share._spent.clear()
    await work.says("!scale")
    await work.settled()
    spent = sum(seconds for _at, seconds in work.queue.share._spent[ANA].seconds)
    assert spent >= 0.15


async def test_a_fault_in_thinking_is_told(work: Busy, thought: Thought) -> None:
    def fail(_step: int) -> None:
        raise LookupError("a fault")

    thought.during = fail
    work.queue.share._spent.clear()
    await work.says("!scale")
    await work.says("!me")
    await work.settled()
    sorry, _me = await work.queued()
    assert "it is our fault" in sorry


# -- the watch of the running bot ----------------------------------------------------------------


async def test_a_command_that_holds_the_loop_is_counted_by_its_name(
    work: Busy, thought: Thought
) -> None:
    async def hold(ctx: Context) -> Reply:
        until = time.thread_time() + 0.3
        while time.thread_time() < until:
            pass
        await asyncio.sleep(0.01)
        return await thought.run(ctx)

    scale = next(command for command in CATALOGUE if command.name == "scale")
    object.__setattr__(scale.declared, "run", hold)
    start(work.queue)
    await asyncio.sleep(0.06)
    await work.says("!scale", BEN)
    while not work.queue.watch.held:  # noqa: ASYNC110 (a counter tells nobody)
        await asyncio.sleep(0.01)
    assert work.queue.watch.held.keys() == {"scale"}


# -- commands below files ------------------------------------------------------------------------


async def test_a_command_below_a_file_that_takes_none_waits_its_turn(work: Busy) -> None:
    """Else whoever hangs each command onto a file would never wait."""
    await work.says(f"!contact add '{NAMES[0]}'")
    message = await work.sends(f"!contact add '{NAMES[1]}'")
    await work.take(message)
    assert await work.count("waiting") == 2
    (unread,) = await work.queued()
    assert "I did not open staff.csv" in unread
    await work.settled()
    await work.take(message)
    await work.settled()
    assert await names_of(work) == list(NAMES[:2])
    assert len(await work.queued()) == 3


async def test_a_command_below_a_file_overtakes_nothing_that_was_put_by(work: Busy) -> None:
    putting_by = SetAside(work.dispatcher)
    first = Message("$first", DIRECT, ANA, "PHONE", f"!contact add '{NAMES[0]}'", "s", 901)
    assert await putting_by.takes(first)
    below = Attachment("staff.csv", "", 10, None, LostFile.DAMAGED)
    words = f"!contact add '{NAMES[1]}'"
    second = Message("$second", DIRECT, ANA, "PHONE", words, "s", 902, attachment=below)
    assert not await putting_by.takes(second)
    await work.take(second)
    await putting_by.finish()
    await work.settled()
    assert await names_of(work) == list(NAMES[:2])


def of_ana(number: int) -> Message:
    words = f"!contact add '{NAMES[number]}'"
    return Message(f"$put-by-{number}", DIRECT, ANA, "PHONE", words, "s", 910 + number)


async def put_by(work: Busy, *numbers: int) -> None:
    """One answer of sync with commands of somebody who asked for much."""
    putting_by = SetAside(work.dispatcher)
    work.dispatcher.begin_batch()
    for number in numbers:
        assert await putting_by.takes(of_ana(number))
    await putting_by.end()


async def test_a_command_alone_runs_at_once_where_nobody_waits(work: Busy) -> None:
    await put_by(work, 0)
    assert await work.count("waiting") == 0
    assert await names_of(work) == list(NAMES[:1])


async def test_of_several_commands_each_waits(work: Busy) -> None:
    await put_by(work, 0, 1)
    assert await work.count("waiting") == 2
    await put_by(work, 2)
    assert await work.count("waiting") == 3, "none overtakes"
    await work.settled()
    assert await names_of(work) == list(NAMES[:3])


async def test_a_command_alone_waits_when_its_sender_used_up_their_time(
    work: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work.queue.share, "_budget", 0.0)
    await put_by(work, 0)
    assert await work.count("waiting") == 1


async def test_a_list_that_was_sent_is_fetched_and_waits_behind_nothing(work: Busy) -> None:
    """The control: a file with a command that takes one is kept with its file."""
    work.places.rooms[COMMITTEE].levels[ANA] = 50
    await work.says(f"!contact add '{NAMES[0]}'")
    await work.sends("!import file")
    assert await work.count("waiting") == 1
    assert await work.count("uploads") == 1


async def test_heavy_words_below_a_file_are_thought_about_before_they_are_done(
    work: Busy, thought: Thought
) -> None:
    busy: list[bool] = []
    thought.during = lambda _step: busy.append(work.database.busy)
    work.queue.share._spent.clear()
    message = await work.sends("!scale")
    await work.take(message)
    await work.settled()
    assert busy == [False, False, False]
    answers = await work.queued()
    assert sum("I thought 3 about 0." in each for each in answers) == 1
    assert sum("I did not open staff.csv" in each for each in answers) == 1


@pytest.mark.parametrize("apart", [True, False])
async def test_the_answer_to_a_file_is_thought_about_while_the_database_is_free(
    work: Busy, thought: Thought, monkeypatch: pytest.MonkeyPatch, *, apart: bool
) -> None:
    """The control: what is thought about in the middle."""
    busy: list[bool] = []
    thought.during = lambda _step: busy.append(work.database.busy)
    if not apart:

        async def in_place(_self: object, _person: str, attempt: Any) -> None:
            await attempt(IN_PLACE)

        monkeypatch.setattr(StudyRunner, "attempt", in_place)
    async with work.database.transaction() as tx:
        committee = await Committees(tx).by_room(RoomId(COMMITTEE))
        assert committee is not None
        file = {"name": "staff.csv", "where": None, "lost": None, "thread": "", "asked": False}
        sent = Sent("$file", DIRECT, ANA, "!scale", file, 0, committee.id)
        await Uploads(tx).keep(sent)
    await work.commands.files.answer(sent, AttachedFile("staff.csv", LostFile.DAMAGED))
    assert busy == [not apart] * 3
    assert await work.count("uploads") == 0


# -- whose part ends -----------------------------------------------------------------------------

SEARCH = "!search"


async def leaves(work: Busy) -> None:
    """Ana is no longer in the committee's room, and the bot looks at it."""
    work.places.rooms[COMMITTEE].members.pop(ANA, None)
    await departures.offboard_leavers(
        work.database, work.authority, COMMITTEE, Collected(), effects=NO_EFFECTS
    )


async def test_what_waits_of_somebody_goes_with_their_part(work: Busy) -> None:
    await work.says(f"!contact add '{NAMES[0]}'")
    await work.says(f"!contact add '{NAMES[1]}'", BEN)
    work.queue.share.note(BEN, 0.6, at_once=True)
    await work.says(f"!contact add '{NAMES[2]}'", BEN)
    assert await work.count("waiting") == 2
    await leaves(work)
    assert await work.count("waiting") == 1, "another's stays"
    work.places.rooms[COMMITTEE].members[ANA] = "join"
    await work.settled()
    assert await names_of(work) == [NAMES[1], NAMES[2]]


async def also_in_search(work: Busy, chosen: str) -> None:
    work.places.rooms[SEARCH] = room(SEARCH, ANA)
    async with work.database.transaction() as tx:
        await Committees(tx).add(RoomId(SEARCH), "Search", "UTC", datetime.now(UTC))
        committee = await Committees(tx).by_room(RoomId(chosen))
        assert committee is not None
        await People(tx).use(UserId(ANA), committee.id)


@pytest.mark.parametrize(("chosen", "left"), [(COMMITTEE, 0), (SEARCH, 1)])
async def test_in_another_committee_what_was_about_this_one_is_not_done(
    work: Busy, chosen: str, left: int
) -> None:
    await also_in_search(work, chosen)
    await work.says(f"!contact add '{NAMES[0]}'")
    await leaves(work)
    assert await work.count("waiting") == left
    await work.settled()
    async with work.database.transaction() as tx:
        rooms = await tx.all(
            "SELECT k.room FROM contacts AS c JOIN committees AS k ON k.id = c.committee"
        )
    assert [row["room"] for row in rooms] == [SEARCH] * left


async def test_what_was_typed_in_the_room_goes_with_a_part_in_it(work: Busy) -> None:
    """Nobody is told in the room that something went wrong with it."""
    await also_in_search(work, SEARCH)
    await work.take(Message("$typed", COMMITTEE, ANA, "PHONE", "!meet", "s", 903))
    assert await work.count("waiting") == 1
    await leaves(work)
    assert await work.count("waiting") == 0
    await work.settled()
    assert await work.queued() == []

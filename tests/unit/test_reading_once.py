"""What was read cannot be read again after a time of grace; everything else still can."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import vodozemac
from hypothesis import given
from hypothesis import strategies as st
from nio.crypto import InboundGroupSession, Olm

from bot.matrix import session_expiry
from bot.matrix.guard import Message
from bot.matrix.olm import moved_to
from bot.matrix.read_positions import ReadPositions
from storage.chat.facts import SYNC_TOKEN, Facts
from storage.chat.read_positions import Progress, Progresses
from tests.support.adversary import ForgedDevice, JsonObject, event_id
from tests.support.answering import ROOM, Answering, answering

MINUTE = 60_000
GRACE = 10 * MINUTE
CANNOT = "could not read"


class Clock:
    """Says what time it is when sessions are moved on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(session_expiry, "_now", made)
    return made


@pytest.fixture
async def bot(tmp_path: Path, clock: Clock) -> AsyncIterator[Answering]:
    del clock
    async with answering(tmp_path) as made:
        yield made


def openable(bot: Answering, *events: JsonObject) -> int:
    """How many of these the keys open that are on the disk."""
    kept = bot.machine.olm.store.load_inbound_group_sessions()
    found = 0
    for event in events:
        content = event["content"]
        session = kept.get(ROOM, content["sender_key"], content["session_id"])
        if session is not None:
            try:
                session.decrypt(content["ciphertext"])
            except vodozemac.MegolmDecryptionException:
                continue
            found += 1
    return found


def asks(device: ForgedDevice, sent: int = 1) -> JsonObject:
    return device.says(ROOM, "!me") | {"origin_server_ts": sent}


async def answered(bot: Answering) -> bool:
    """Whether Ana gets an answer that is not an excuse."""
    said = await bot.ask("!me")
    return bool(said) and not any(CANNOT in each for each in said)


async def later(bot: Answering, clock: Clock, by: int = GRACE) -> None:
    clock.now += by
    await bot.expiry.run_due()


async def test_after_the_grace_nothing_opens_what_was_read(bot: Answering, clock: Clock) -> None:
    events = [asks(bot.ana) for _ in range(3)]
    await bot.take(bot.said(*events))
    assert openable(bot, *events) == 3, "the control"
    await later(bot, clock, GRACE - 1)
    assert openable(bot, *events) == 3
    await later(bot, clock, 1)
    assert openable(bot, *events) == 0
    assert await answered(bot), "and the chat goes on"


async def test_what_comes_late_is_read_within_the_grace(bot: Answering, clock: Clock) -> None:
    events = [asks(bot.ana) for _ in range(4)]
    await bot.take(bot.said(events[0], events[3]))
    await later(bot, clock, GRACE - 1)
    before = len(await bot.waiting())
    await bot.take(bot.said(events[1]))
    said = await bot.waiting()
    assert len(said) > before
    assert not any(CANNOT in each for each in said)
    await later(bot, clock)
    await bot.take(bot.said(events[2]))
    assert [CANNOT in each for each in (await bot.waiting())[len(said) :]] == [True]
    assert (await bot.refused())["unreadable"] == 1


@pytest.mark.parametrize("how", ["in a session that goes on", "in one that is gone"])
async def test_what_was_read_and_comes_again_is_not_asked_for(
    bot: Answering, clock: Clock, how: str
) -> None:
    first, second = asks(bot.ana), bot.ana.says(ROOM, "just talk")
    await bot.take(bot.said(first, second))
    if "gone" in how:
        await new_session(bot)
        await bot.take(bot.said(asks(bot.ana, sent=2)))
    await later(bot, clock)
    before = await bot.waiting()
    await bot.take(bot.said(first))
    assert "replayed" not in await bot.refused()
    await bot.take(bot.said(first | {"event_id": event_id()}, second | {"event_id": event_id()}))
    await later(bot, clock)
    await bot.take(bot.said())
    assert await bot.waiting() == before
    assert (await bot.refused())["replayed"] == 2


async def new_session(bot: Answering) -> None:
    bot.ana.megolm = vodozemac.GroupSession()
    await bot.take({"to_device": {"events": [bot.ana.room_key(bot.target(), ROOM)]}})


async def test_a_key_that_comes_again_does_not_reach_further_back(
    bot: Answering, clock: Clock
) -> None:
    await new_session(bot)
    key = bot.ana.megolm.session_key.to_base64()
    old = bot.ana.megolm
    events = [asks(bot.ana), asks(bot.ana)]
    await bot.take(bot.said(*events))
    await later(bot, clock)
    again = bot.ana.room_key(bot.target(), ROOM, session_key=key)
    await bot.take({"to_device": {"events": [again]}})
    assert openable(bot, *events) == 0
    # Nor once the session is gone; but what is written in it from then on can be read.
    await new_session(bot)
    await bot.take(bot.said(asks(bot.ana, sent=2)))
    await later(bot, clock)
    assert old.session_id not in names(bot)
    bot.ana.megolm = old
    again = bot.ana.room_key(bot.target(), ROOM, session_key=key)
    await bot.take({"to_device": {"events": [again]}})
    assert old.session_id in names(bot)
    assert openable(bot, *events) == 0
    assert await answered(bot)


def names(bot: Answering) -> set[str]:
    return {each.id for each in bot.machine.olm.store.load_inbound_group_sessions()}


async def test_a_session_that_is_written_in_again_stays(bot: Answering, clock: Clock) -> None:
    """A message of an older session that comes late does not end the newer one."""
    older = bot.ana.megolm
    late = asks(bot.ana, sent=1)
    await new_session(bot)
    newer = bot.ana.megolm
    await bot.take(bot.said(asks(bot.ana, sent=2)))
    await bot.take(bot.said(late))
    await later(bot, clock)
    assert {older.session_id, newer.session_id} <= names(bot)
    # And one that was thought to be over comes back.
    await new_session(bot)
    await bot.take(bot.said(asks(bot.ana, sent=3)))
    bot.ana.megolm = newer
    await bot.take(bot.said(asks(bot.ana, sent=4)))
    await later(bot, clock)
    assert newer.session_id in names(bot)
    assert await answered(bot)


async def test_nothing_tells_any_more_which_messages_were_commands(
    bot: Answering, clock: Clock
) -> None:
    async def places() -> int:
        async with bot.database.transaction() as tx:
            return int(str(await tx.value("SELECT max(message_index) FROM handled")))

    await bot.take(bot.said(asks(bot.ana), bot.ana.says(ROOM, "just talk"), asks(bot.ana)))
    assert await places() == 2, "the control"
    await later(bot, clock)
    assert await places() < 0
    async with bot.database.transaction() as tx:
        assert await tx.value("SELECT count(*) FROM reading WHERE due IS NOT NULL") == 0


async def test_what_was_due_is_moved_on_at_the_next_start(
    bot: Answering, clock: Clock, tmp_path: Path
) -> None:
    events = [asks(bot.ana), asks(bot.ana)]
    await bot.take(bot.said(*events))
    clock.now += GRACE
    bot.machine.olm.reading.__init__()  # type: ignore[misc]
    await bot.expiry.restore()
    assert openable(bot, *events) == 0


async def test_what_is_not_checkpointed_is_neither_moved_nor_saved(
    bot: Answering, clock: Clock
) -> None:
    """Ended now, the bot would be sent that message again, and has to be able to read it."""
    events = [asks(bot.ana) for _ in range(3)]
    await bot.take(bot.said(events[0], events[2]))
    clock.now += GRACE
    bot.intake._guard.judge(bot.places.rooms[ROOM], events[1])
    await bot.expiry.run_due()
    assert openable(bot, *events) == 3
    async with bot.database.transaction() as tx:
        (row,) = await Progresses(tx).all()
    assert row.missed == [(1, 2)]
    await bot.take(bot.said(events[1]))
    await later(bot, clock)
    assert openable(bot, *events) == 0


async def test_what_was_handled_and_comes_again_without_content_is_given_up(
    bot: Answering, clock: Clock
) -> None:
    """The bot ended after it acted on a message, and before it saved how far it had read."""
    event = asks(bot.ana)
    verdict = bot.intake._guard.judge(bot.places.rooms[ROOM], event)
    assert isinstance(verdict, Message)
    await bot.intake._router._dispatcher.handle(verdict)
    bot.machine.olm.reading.__init__()  # type: ignore[misc]
    bot.expiry._recalled = False
    await bot.take(bot.said(event | {"content": {}}))
    await later(bot, clock)
    assert openable(bot, event) == 0


async def test_our_own_messages_leave_no_key(bot: Answering) -> None:
    before = names(bot)
    Olm.create_outbound_group_session(bot.machine.olm, ROOM)
    assert len(names(bot)) == len(before) + 1, "the control"
    bot.machine.forget_own()
    bot.machine.olm.create_outbound_group_session(ROOM)
    assert names(bot) == before


async def test_where_nothing_came_nothing_is_written(bot: Answering) -> None:
    async def saved() -> str | None:
        async with bot.database.transaction() as tx:
            return await Facts(tx).get(SYNC_TOKEN)

    before = await saved()
    await bot.take({"rooms": {"join": {ROOM: {"timeline": {"events": []}}}}})
    assert await saved() == before != bot.intake.token
    await bot.take(bot.said(bot.ana.says(ROOM, "just talk")))
    assert await saved() == bot.intake.token


async def test_of_each_session_one_name_is_kept_however_much_is_read_in_it(
    bot: Answering, clock: Clock
) -> None:
    """Every few messages wait to be given up by themselves: with names of their own each would take 400 bytes."""
    for _ in range(20):
        clock.now += 1
        await bot.take(bot.said(asks(bot.ana)))
    reading = bot.machine.olm.reading
    waiting = [key for _due, key, _upto in bot.expiry._line]
    assert len(waiting) == 20
    (of_device,) = reading._devices.values()
    them = [*waiting, *reading.known, *reading._sent, *of_device]
    assert len({id(key) for key in them}) == 1


def test_nothing_is_kept_of_sessions_that_are_forgotten_nor_of_their_devices() -> None:
    reading = ReadPositions()
    for device in ("phone", "laptop"):
        for number in range(3):
            reading.note(ROOM, f"{device} {number}", 0, first=0, sent=number)
    assert len(reading.known) == 6
    reading.forget(list(reading.known.values()))
    assert (len(reading.known), len(reading._sent), len(reading._devices)) == (0, 0, 0)


def test_a_session_can_be_given_up_to_its_very_end() -> None:
    key = vodozemac.GroupSession().session_key.to_base64()
    session = InboundGroupSession(key, "f", "s", ROOM)
    assert moved_to(session, 0) is session
    moved = moved_to(session, (1 << 32) - 1)
    assert moved is not None
    assert moved.first_known_index == (1 << 32) - 1
    assert moved_to(session, 1 << 32) is None


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_progress_knows_what_was_read(indices: list[int]) -> None:
    progress = Progress(ROOM, "session", 0)
    for index in indices:
        progress.read(index)
    assert {each for each in range(50) if progress.was_read(each)} == set(indices)

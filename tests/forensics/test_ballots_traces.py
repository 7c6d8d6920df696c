"""What the whole data directory of a running bot tells while a secret poll is open.

The box is one file of three: what happens in the other two must not tell either who voted, or that
somebody did.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import zip_longest
from pathlib import Path

import pytest

from demo.homeserver import Homeserver
from demo.steward import Steward
from tests.crash.ledger import inside
from tests.support.at_rest import quiet
from tests.support.ballot_faulty_bot import BEAT
from tests.support.ballot_table import Note
from tests.support.ballot_voters import (
    SETTINGS,
    FaultySteward,
    Voter,
    invited,
    opened,
    room_keys,
    with_ballot,
)
from tests.support.committee import PASSWORD, Committee, Gathered, SignIn

TRIES = 4
PAGE, LOG_HEAD, FRAME = 4096, 32, 4096 + 24
Copy = dict[str, list[bytes]]
"""The pages of each file; of a log, the frames."""
Shape = frozenset[tuple[str, object]]
"""What was written: in each file which pages, in a log how many frames."""


class BeatingSteward(FaultySteward):
    """Its heartbeats come every few seconds."""

    fault = "beating"


@pytest.fixture
async def committee(
    homeserver: Homeserver, gathered: Gathered, in_memory: Path, tmp_path: Path
) -> AsyncIterator[Committee]:
    user = await homeserver.register(f"steward-{in_memory.name[-6:].lower()}", PASSWORD)
    settings = SETTINGS.format(keys=in_memory)
    async with BeatingSteward(
        tmp_path / "b", homeserver.url, user, PASSWORD, settings=settings
    ) as bot:
        await bot.init()
        await bot.start()
        yield await gathered(bot)


def copied(data: Path) -> Copy:
    """What a copy of the directory shows without any key."""
    found = {}
    for path in data.glob("*.db*"):
        if not path.name.endswith("-shm"):
            content = path.read_bytes()
            first, size = (LOG_HEAD, FRAME) if path.name.endswith("-wal") else (0, PAGE)
            found[path.name] = [content[at : at + size] for at in range(first, len(content), size)]
    return found


def changed(before: Copy, after: Copy) -> Shape:
    """What was written between two copies."""
    written: dict[str, object] = {}
    for name, pages in after.items():
        pairs = zip_longest(before.get(name, []), pages)
        numbers = tuple(number for number, (old, new) in enumerate(pairs) if old != new)
        if numbers:
            written[name] = len(numbers) if name.endswith("-wal") else numbers
    return frozenset(written.items())


async def beat(steward: Steward) -> tuple[Shape, float]:
    """Wait for a heartbeat; what it wrote, and until when there is no other."""
    while True:
        before = copied(steward.data)
        while copied(steward.data) == before:  # noqa: ASYNC110 (files tell nobody)
            await asyncio.sleep(0.05)
        next_one = time.monotonic() + BEAT
        await quiet(steward)
        after = copied(steward.data)
        if time.monotonic() < next_one:
            return changed(before, after), next_one


async def voters_of(committee: Committee, sign_in: SignIn) -> tuple[str, list[Voter]]:
    """A poll of three who have all talked to the bot before."""
    chi = await sign_in("chi")
    await invited(committee, [chi])
    bot = committee.steward.user
    code = await opened(committee, '!poll temp "Ready?" k=3 closes=1h')
    found = [await with_ballot(who, bot, code) for who in (committee.ana, committee.ben, chi)]
    for voter in found:
        await voter.who.ask(voter.room, "!me", of=bot)
    await quiet(committee.steward)
    return code, found


async def test_copies_of_all_files_do_not_tell_a_vote_from_a_heartbeat(
    committee: Committee, sign_in: SignIn, note: Note
) -> None:
    code, (voter, *_) = await voters_of(committee, sign_in)
    steward = committee.steward
    of_beats, of_votes = set(), set()
    tried = votes = 0
    while tried < TRIES:
        shape, next_one = await beat(steward)
        of_beats.add(shape)
        before, votes = copied(steward.data), votes + 1
        event = await voter.vote(code, "04")
        await voter.recorded(code, votes)
        assert await voter.is_redacted(event)
        await quiet(steward)
        after = copied(steward.data)
        # Whatever took so long that another heartbeat came between shows neither the one nor the other.
        if time.monotonic() < next_one:
            tried += 1
            of_votes.add(changed(before, after))
    told = bool(of_votes - of_beats)
    note("copies of all files, no key: whether", "product", f"{told:+.3f}")
    assert not told, (of_votes, of_beats)
    assert {name for name, _pages in next(iter(of_votes))} >= {"app.db", "nio.db"}, "the control"


async def test_keys_of_direct_chats_do_not_tell_who_voted(
    committee: Committee, sign_in: SignIn, note: Note
) -> None:
    """One copy, and the passphrase: whoever voted looks like whoever typed something else."""
    code, (voter, talker, _) = await voters_of(committee, sign_in)
    bot = committee.steward.user
    event = await voter.vote(code, "04")
    await voter.recorded(code, 1)
    assert await voter.is_redacted(event)
    await talker.who.ask(talker.room, "!me", of=bot)
    await quiet(committee.steward)
    await committee.steward.kill()
    kept = await room_keys(committee.steward.data, bot)
    first = [
        sorted(
            session.first_known_index
            for by_id in kept[each.room].values()
            for session in by_id.values()
        )
        for each in (voter, talker)
    ]
    told = first[0] != first[1]
    # Nor which of somebody's messages were commands: the others would be votes.
    async with inside(committee.steward) as database, database.transaction() as tx:
        rows = await tx.all("SELECT session_id, message_index FROM handled")
    theirs = {
        f"{sender_key} {session_id}"
        for each in (voter, talker)
        for sender_key, by_id in kept[each.room].items()
        for session_id in by_id
    }
    assert len(rows) > 0
    told = told or any(row["session_id"] in theirs for row in rows)
    note("one copy and the passphrase: who voted", "product", f"{told:+.3f}")
    assert not told

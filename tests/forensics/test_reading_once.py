"""A seized bot whose passphrase is known, and every ciphertext the homeserver ever got.

Nothing that was said before opens, in neither direction. The control is a bot that keeps its keys.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from nio.crypto import InboundGroupSession

from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.process.data_directory import DataDirectory
from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject, quoted
from demo.organizer import Organizer
from demo.steward import PASSPHRASE, Steward
from tests.forensics.ballots_evidence import carved_keys, opened_by
from tests.forensics.decrypted import everything
from tests.support.ballot_voters import FaultySteward
from tests.support.committee import PASSWORD, Committee, Gathered

GRACE: Final = 3.0
"""Seconds instead of minutes."""
SETTLED: Final = GRACE + 3.0
"""Seconds after which all that was read has been given up."""
SETTINGS: Final = f"\n[reading]\ngrace_minutes = {GRACE / 60}\n"
TYPED: Final = ("nice weather", "!me", "!help", "see you on Friday", "!status")


@dataclass(frozen=True, slots=True)
class Seized:
    """What an examiner has: the homeserver's ciphertexts, and the keys of the bot's files."""

    theirs: list[JsonObject]
    ours: list[JsonObject]
    in_files: list[InboundGroupSession]

    def opened(self) -> tuple[int, int]:
        """How many messages of people and of the bot these keys open."""
        sessions = self.in_files
        return opened_by(sessions, iter(self.theirs)), opened_by(sessions, iter(self.ours))


@pytest.fixture
async def product(
    homeserver: Homeserver, unique: Callable[[str], str], gathered: Gathered, tmp_path: Path
) -> AsyncIterator[Committee]:
    user = await homeserver.register(unique("steward"), PASSWORD)
    async with Steward(
        tmp_path / "b", homeserver.url, user, PASSWORD, settings=SETTINGS
    ) as steward:
        yield await met(steward, gathered)


@pytest.fixture
async def keeping(
    homeserver: Homeserver, unique: Callable[[str], str], gathered: Gathered, tmp_path: Path
) -> AsyncIterator[Committee]:
    user = await homeserver.register(unique("steward"), PASSWORD)
    async with FaultySteward(
        tmp_path / "b", homeserver.url, user, PASSWORD, settings=SETTINGS
    ) as steward:
        yield await met(steward, gathered)


async def met(steward: Steward, gathered: Gathered) -> Committee:
    await steward.init()
    await steward.start()
    return await gathered(steward)


async def talked(committee: Committee) -> str:
    """Everybody talks, in the room and directly; the direct chat."""
    bot, ben = committee.steward.user, committee.ben
    direct = await committee.open_direct(ben)
    await ben.hear(of=bot, where=direct)
    for words in TYPED:
        for who, room in ((committee.ana, committee.room), (ben, committee.room), (ben, direct)):
            if words.startswith("!"):
                await who.ask(room, words, of=bot)
            else:
                await who.send(room, words)
    return direct


async def given_up(committee: Committee, direct: str) -> None:
    """Wait until the running bot's files open nothing of what was said."""
    async with asyncio.timeout(60):
        while (await examined(committee, direct)).opened() != (0, 0):  # noqa: ASYNC110 (files)
            await asyncio.sleep(1)


async def seized(committee: Committee, direct: str) -> Seized:
    """Pull the plug, and examine what is left."""
    await committee.steward.kill()
    return await examined(committee, direct)


async def examined(committee: Committee, direct: str) -> Seized:
    """Decrypt every page of every file, and ask the homeserver for all it has."""
    steward = committee.steward
    data = DataDirectory(steward.data)
    key = keyring.unlock(data.keyslots, PASSPHRASE)
    files = everything(
        steward.data,
        {
            data.app_database.name: key.derive(Purpose.APP_DATABASE),
            data.nio_store.name: key.derive(Purpose.NIO_STORE),
            data.ballots.name: key.derive(Purpose.BALLOTS),
        },
    )
    pickle_key = key.derive(Purpose.NIO_PICKLE).hex()
    found = [each for pages in files.values() for each in carved_keys(pages, pickle_key)]
    sealed = [
        *await ciphertexts(committee.ana, committee.room),
        *await ciphertexts(committee.ben, direct),
        *await ciphertexts(committee.ana, await direct_of(committee)),
    ]
    ours = [each["content"] for each in sealed if each["sender"] == steward.user]
    theirs = [each["content"] for each in sealed if each["sender"] != steward.user]
    return Seized(theirs, ours, found)


async def direct_of(committee: Committee) -> str:
    """Where the bot answered Ana what is not for the room."""
    bot = committee.steward.user
    return next(
        m.room for m in committee.ana.messages if m.sender == bot and m.room != committee.room
    )


async def ciphertexts(who: Organizer, room: str) -> list[JsonObject]:
    path = f"/rooms/{quoted(room)}/messages?dir=f&limit=500"
    chunk = (await who.api.call("GET", path))["chunk"]
    return [e for e in chunk if e["type"] == "m.room.encrypted" and e["content"]]


@pytest.mark.timeout(240)
async def test_nothing_that_was_said_opens_afterwards(product: Committee) -> None:
    direct = await talked(product)
    await given_up(product, direct)
    evidence = await seized(product, direct)
    assert len(evidence.theirs) >= 3 * len(TYPED) - 2
    assert len(evidence.ours) >= len(TYPED)
    assert evidence.opened() == (0, 0)
    # And the conversation goes on, in the same sessions.
    await product.steward.start()
    await product.say(product.ana, "!status", "fingerprint", seconds=60)
    await product.ben.ask(direct, "!me", "Time zone", of=product.steward.user, seconds=60)


@pytest.mark.timeout(240)
async def test_control_a_bot_that_keeps_its_keys_opens_everything(keeping: Committee) -> None:
    direct = await talked(keeping)
    await asyncio.sleep(SETTLED)
    evidence = await seized(keeping, direct)
    assert evidence.opened() == (len(evidence.theirs), len(evidence.ours))

"""Secret polls on the real homeserver: a directory for keys in memory, voters, a look into the box."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.polls.keys import PollKeys
from bot.polls.register import Register
from bot.process.data_directory import DataDirectory
from demo.device import Message
from demo.organizer import Organizer
from demo.steward import PASSPHRASE, Steward
from storage.polls.ballots import Ballots
from tests.support.committee import Committee

SETTINGS: Final = """
[polls]
k = 3
joined_hours = 0
shortest_minutes = 1
ballots_per_minute = 6000
keys_dir = "{keys}"
"""
LATER: Final = {"STEWARD_DEMO": "1", "STEWARD_CLOCK_AHEAD": str(4 * 3600)}
"""A start of the bot by whose clock polls of a few hours are over (bot/clock.py)."""
CODE: Final = re.compile(r"Secret poll (\w{4})")


@contextmanager
def in_memory() -> Iterator[Path]:
    """A directory on tmpfs for the keys of polls."""
    made = tempfile.mkdtemp(prefix="steward-polls-", dir="/dev/shm")
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)


@asynccontextmanager
async def box_of(steward: Steward, in_memory: Path) -> AsyncIterator[Register]:
    """The polls of a bot that is not running, for whoever has passphrase and memory."""
    directory = DataDirectory(steward.data)
    key = keyring.unlock(directory.keyslots, PASSPHRASE)
    ballots = await Ballots.open(directory.ballots, key.derive(Purpose.BALLOTS))
    keys = PollKeys.seen(directory, in_memory)
    try:
        yield Register(ballots, keys)
    finally:
        # Whoever reads them holds them, and the bot is to start again.
        keys.release()
        await ballots.close()


@dataclass(slots=True)
class Voter:
    """Somebody on a roster with their ballot in the direct chat."""

    who: Organizer
    direct: str
    bot: str

    @classmethod
    async def of(cls, who: Organizer, bot: str, *, seconds: float = 60) -> "Voter":
        """Wait for somebody's ballot, and return them as a voter."""
        ballot = await who.hear("Not protected:", of=bot, seconds=seconds)
        return cls(who, ballot.room, bot)

    async def vote(self, code: str, choice: str) -> None:
        """Type a vote in the direct chat."""
        await self.who.send(self.direct, f"vote {code} {choice}")

    @property
    def recorded(self) -> int:
        """Acknowledgements so far."""
        return self.heard("Recorded")

    def heard(self, words: str) -> int:
        """Count the bot's messages with the given words in the direct chat."""
        return sum(
            words in each.body and each.sender == self.bot and each.room == self.direct
            for each in self.who.messages
        )

    async def acknowledged(self, times: int, seconds: float = 60) -> None:
        """Wait until the bot has acknowledged so many votes."""
        await self.who.until(lambda: self.recorded >= times, seconds)


async def with_people(committee: Committee, others: Sequence[Organizer]) -> list[Organizer]:
    """Everybody in the committee's room, the others invited into it."""
    people = [committee.ana, committee.ben, *others]
    for person in others:
        await committee.ana.api.invite(committee.room, person.user)
    everybody = (committee.steward.user, *(each.user for each in people))
    await asyncio.gather(*(each.settled(committee.room, *everybody, seconds=60) for each in people))
    return people


def said(committee: Committee, words: str) -> int:
    """How often the bot said this in the committee's room."""
    return sum(
        words in each.body and each.sender == committee.steward.user and each.room == committee.room
        for each in committee.ana.messages
    )


SAID_BACK: Final = "!ok to ask it"


async def ask(committee: Committee, command: str, *, seconds: float = 60) -> None:
    """Ana asks something in the room, and says ok to what is said back."""
    await committee.say(committee.ana, command, SAID_BACK, seconds=seconds)
    await committee.ana.send(committee.room, "!ok")


async def announced(committee: Committee, question: str, seconds: float = 60) -> str:
    """The code of the poll that is announced in the room."""

    def announces(message: Message) -> bool:
        return question in message.body and CODE.search(message.body) is not None

    told = await committee.ana.hear(
        announces, of=committee.steward.user, where=committee.room, seconds=seconds
    )
    found = CODE.search(told.body)
    assert found is not None, told.body
    return found[1]

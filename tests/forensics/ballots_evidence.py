"""A real bot's secret poll from its opening to its end, on a disk of its own, and all that it left."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Final

from nio.crypto import InboundGroupSession

from bot.keys import keyring
from bot.keys.keyring import DataKey, Purpose
from bot.polls.box import BoxState
from bot.polls.keys import PollKeys
from bot.process.data_directory import DataDirectory
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from storage.polls import sealed
from storage.polls.ballots import Ballots
from tests.forensics.canaries import PASSPHRASE, PASSWORD
from tests.forensics.examined_bot import ExaminedBot, files
from tests.forensics.faulty_bot import Fault
from tests.forensics.search import Canary
from tests.support.at_rest import quiet
from tests.support.ballot_disk import Disk
from tests.support.ballot_layouts import OPTIONS, QUESTION
from tests.support.ballot_voters import SETTINGS, Voter, invited, opened, with_ballot
from tests.support.committee import Committee, gather

DISK_SIZE: Final = 64 * 1024 * 1024
CONTACT: Final = "Zephyrine Quillfeather"
"""Somebody who is to be kept: whoever searches must find them where there is no key."""
PICKLED: Final = tuple(-(-(block * 16 + 8) * 4 // 3) for block in range(40, 48))
"""Letters that a room key may have as it is kept: numbers in it have one to three digits."""
RUN: Final = re.compile(rb"[A-Za-z0-9+/]{%d,}" % PICKLED[0])
CLOSES_WITHIN: Final = 210


class PolledBot(ExaminedBot):
    """The bot under examination, its data on a disk of its own and its half keys in memory."""

    def __init__(
        self, directory: Path, disk: Path, memory: Path, server: Homeserver, user: str, fault: Fault
    ) -> None:
        super().__init__(directory, server, user, PASSWORD, fault)
        self.data = disk / "data"
        self._settings = SETTINGS.format(keys=memory)


@dataclass
class PollEvidence:
    """What an examiner holds, and what is to be looked for."""

    user: str
    words: list[Canary] = field(default_factory=list)
    """What was asked."""
    secrets: list[Canary] = field(default_factory=list)
    """The keys of the box."""
    people: list[Canary] = field(default_factory=list)
    copies: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """The files of the data directory by moment."""
    backup: bytes = b""
    """One that was taken while the poll was open and all had voted."""
    raw: bytes = b""
    log: str = ""
    voters: list[Voter] = field(default_factory=list)
    pickle_key: str = field(default="", repr=False)
    keys_left: list[str] = field(default_factory=list)
    """Files left in memory after the close."""

    def places(self, *names: str) -> dict[str, bytes]:
        """Files of every moment, those with such names or all."""
        return {
            f"{moment}: {name}": content
            for moment, copy in self.copies.items()
            for name, content in copy.items()
            if not names or any(name.endswith(each) for each in names)
        }

    def ciphertexts(self) -> Iterator[Mapping[str, Any]]:
        """What the homeserver was sent as votes."""
        for voter in self.voters:
            yield from voter.sent.values()


async def gather_poll(
    server: Homeserver, folder: Path, memory: Path, suffix: str, fault: Fault
) -> PollEvidence:
    """Let a bot hold a poll of three, and end in order."""
    folder.mkdir()
    memory.mkdir()
    with Disk(folder, DISK_SIZE) as disk:
        user = await server.register(f"steward-{suffix}", PASSWORD)
        evidence = PollEvidence(user)
        async with AsyncExitStack() as stack:
            bot = PolledBot(folder / "b", disk.path, memory, server, user, fault)
            await stack.enter_async_context(bot)
            await bot.init()
            await bot.start()
            people = [
                await stack.enter_async_context(await _person(server, f"{name}-{suffix}"))
                for name in ("ana", "ben", "chi")
            ]
            committee = await gather(bot, people[0], people[1])
            await invited(committee, [people[2]])
            await _poll(bot, committee, people, evidence, memory)
            await bot.stop()
            evidence.copies["stopped"] = files(bot.keep("stopped"))
            evidence.log = bot.log()
        evidence.raw = disk.raw()
    return evidence


async def _person(server: Homeserver, name: str) -> Organizer:
    user = await server.register(name, PASSWORD)
    return await Organizer.sign_in(server.url, user, PASSWORD)


async def _poll(
    bot: PolledBot,
    committee: Committee,
    people: list[Organizer],
    evidence: PollEvidence,
    memory: Path,
) -> None:
    code = await opened(committee, f'!poll choose "{QUESTION}" {", ".join(OPTIONS)} k=3 closes=2m')
    voters = [await with_ballot(who, bot.user, code) for who in people]
    evidence.voters = voters
    await people[0].ask(voters[0].room, f"!contact add '{CONTACT}'", of=bot.user)
    evidence.copies["opened"] = files(bot.keep("opened"))
    for voter, choice in zip(voters, ("01", "02", "XX"), strict=True):
        await voter.vote(code, choice)
        await voter.recorded(code, 1)
    await voters[0].vote(code, "04")
    await voters[1].tap(code, 2)
    await voters[1].recorded(code, 2)
    kept = bot.keep("voted")
    evidence.copies["voted"] = files(kept)
    if bot._fault != "naked":
        evidence.backup = await bot.backup()
    await _wanted(kept, memory, evidence, encrypted=bot._fault != "naked")
    await people[0].hear(
        f"{code} is closed", of=bot.user, where=committee.room, seconds=CLOSES_WITHIN
    )
    # Room keys, half key and box go after the result is said, as fast as the disk lets them.
    await bot.logs("poll_closed", seconds=CLOSES_WITHIN)
    # The ballots we sent are taken back after it, and then comes the checkpoint.
    for voter in voters:
        assert await voter.is_redacted((await voter.to_tap(code))["event_id"])
    await quiet(bot)
    evidence.keys_left = [path.name for path in memory.rglob("*") if path.is_file()]
    evidence.copies["closed"] = files(bot.keep("closed"))


async def _wanted(copy: Path, memory: Path, evidence: PollEvidence, *, encrypted: bool) -> None:
    """Open a copy of the box with both halves of its key."""
    scratch = DataDirectory(shutil.copytree(copy, copy.with_name("opened for its keys")))
    data_key: DataKey = keyring.unlock(scratch.keyslots, PASSPHRASE)
    evidence.pickle_key = data_key.derive(Purpose.NIO_PICKLE).hex()
    key = data_key.derive(Purpose.BALLOTS) if encrypted else None
    ballots = await Ballots.open(scratch.ballots, key)
    (box,) = await ballots.boxes()
    await ballots.close()
    half = PollKeys.seen(scratch, memory).get(box.poll)
    assert half is not None
    state = BoxState.decode(box.open(half.half))
    assert sum(slot is not None for slot in state.slots) == len(evidence.voters)
    evidence.secrets = [
        Canary("half key", half.half),
        Canary("key", sealed.derive(half.half, box.in_file, box.poll)),
        Canary("answer ids", state.secret),
    ]
    evidence.words = [Canary("question", QUESTION), *(Canary("option", o) for o in OPTIONS)]
    evidence.words += [Canary("question", word) for word in QUESTION.split() if len(word) > 7]
    evidence.people = [Canary("voter", person) for person in state.roster]


# -- room keys ---------------------------------------------------------------------------------------


def carved_keys(content: bytes, pickle_key: str) -> list[InboundGroupSession]:
    """Every room key that lies anywhere in these bytes, older versions of rows included."""
    found = {}
    for run in RUN.finditer(content):
        letters = run.group()
        for at, size in product(range(len(letters) - PICKLED[0] + 1), PICKLED):
            candidate = letters[at : at + size]
            if len(candidate) == size and candidate not in found:
                session = _unpickled(candidate, pickle_key)
                if session is not None:
                    found[candidate] = session
    return list(found.values())


def _unpickled(candidate: bytes, pickle_key: str) -> InboundGroupSession | None:
    try:
        return InboundGroupSession.from_pickle(candidate, "", "", "", pickle_key)
    except Exception:  # noqa: BLE001 (whatever vodozemac says to noise)
        return None


def opened_by(sessions: list[InboundGroupSession], ciphertexts: Iterator[Mapping[str, Any]]) -> int:
    """How many of the homeserver's ciphertexts these keys open."""
    return sum(
        any(_opens(session, each) for session in sessions if session.id == each["session_id"])
        for each in ciphertexts
    )


def _opens(session: InboundGroupSession, sealed_vote: Mapping[str, Any]) -> bool:
    try:
        session.decrypt(sealed_vote["ciphertext"])
    except Exception:  # noqa: BLE001 (an index the key has moved on from)
        return False
    return True

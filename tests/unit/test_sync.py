"""Paging through what was missed: back to where we were, and no further."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web

from bot.matrix.client import Client, NotNow, TokenRejected
from bot.matrix.sync import Sync

OWN = "@steward:committee.test"
JOINED: dict[str, Any] = {
    "type": "m.room.member",
    "state_key": OWN,
    "event_id": "$joined",
    "content": {"membership": "join"},
    "unsigned": {"prev_content": {"membership": "invite"}},
}
RENAMED = {**JOINED, "event_id": "$renamed", "unsigned": {"prev_content": {"membership": "join"}}}


class Pages:
    """Serves prepared pages by the token they are asked from."""

    def __init__(self) -> None:
        self.pages: dict[str, web.Response] = {}
        self.asked: list[dict[str, str]] = []
        self.sync: web.Response = web.json_response({})

    def put(self, point: str, events: list[Any], end: object = None) -> None:
        self.pages[point] = web.json_response({"chunk": events, "end": end})

    async def handle(self, request: web.Request) -> web.Response:
        if "/messages" in request.path:
            self.asked.append(dict(request.query))
            found = self.pages[request.query["from"]]
        else:
            found = self.sync
        return web.Response(status=found.status, body=found.body, headers=found.headers)


@pytest.fixture
async def pages() -> Pages:
    return Pages()


@pytest.fixture
async def sync(pages: Pages) -> AsyncIterator[Sync]:
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", pages.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    async with AsyncExitStack() as stack:
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        client = Client(f"http://127.0.0.1:{runner.addresses[0][1]}", OWN)
        stack.push_async_callback(client.close)
        yield Sync(client, 1.0, "filter")


def event(name: str) -> dict[str, Any]:
    return {"type": "m.room.encrypted", "event_id": name, "content": {}}


async def test_a_gap_is_read_oldest_first_and_bounded(pages: Pages, sync: Sync) -> None:
    pages.put("p3", [event("$4"), event("$3")], "p2")
    # What we may not see is left out of a page, so one may be empty in the middle.
    pages.put("p2", [], "p1")
    pages.put("p1", [event("$2"), event("$1")])
    assert [e["event_id"] for e in await sync.gap("!r", "p3", "old")] == ["$1", "$2", "$3", "$4"]
    assert [query["from"] for query in pages.asked] == ["p3", "p2", "p1"]
    assert {query["to"] for query in pages.asked} == {"old"}
    assert json.loads(pages.asked[0]["filter"])["not_senders"] == [OWN]


async def test_a_homeserver_that_stands_still_is_left(pages: Pages, sync: Sync) -> None:
    pages.put("p1", [event("$1")], "p1")
    assert len(await sync.gap("!r", "p1", "old")) == 1
    assert len(pages.asked) == 1


async def test_a_refused_gap_is_empty_but_an_ended_login_is_not(pages: Pages, sync: Sync) -> None:
    """Otherwise the gap would count as read, and what was typed in it be lost."""
    pages.pages["p1"] = web.json_response({"errcode": "M_FORBIDDEN"}, status=403)
    assert await sync.gap("!r", "p1", "old") == []
    pages.pages["p1"] = web.json_response({"errcode": "M_UNKNOWN_TOKEN"}, status=401)
    with pytest.raises(TokenRejected):
        await sync.gap("!r", "p1", "old")
    with pytest.raises(TokenRejected):
        await sync.since_joining("!r", "p1")


async def test_a_new_room_is_read_from_our_joining(pages: Pages, sync: Sync) -> None:
    pages.put("p2", [event("$3"), RENAMED, event("$2")], "p1")
    pages.put("p1", [event("$1"), JOINED, event("$before")], "p0")
    read = await sync.since_joining("!r", "p2")
    assert [e["event_id"] for e in read] == ["$1", "$2", "$renamed", "$3"]
    assert [query["from"] for query in pages.asked] == ["p2", "p1"]


async def test_without_our_joining_nothing_is_read(pages: Pages, sync: Sync) -> None:
    pages.put("p1", [event("$1")])
    assert await sync.since_joining("!r", "p1") == []


@pytest.mark.parametrize(
    "odd",
    [
        {"chunk": None},
        {"chunk": {}},
        {"chunk": [None, 3, [], {"type": "m.room.member", "content": [], "unsigned": 3}]},
        {"chunk": [{"type": "m.room.member", "unsigned": {"prev_content": "join"}}], "end": 4},
    ],
)
async def test_odd_pages_do_no_harm(pages: Pages, sync: Sync, odd: dict[str, Any]) -> None:
    pages.pages["p1"] = web.json_response(odd)
    await sync.gap("!r", "p1", "old")
    assert await sync.since_joining("!r", "p1") == []


async def test_an_answer_without_a_token_is_none(pages: Pages, sync: Sync) -> None:
    """And it is not asked for again at once, for as long as that lasts."""
    for nonsense in ({}, {"next_batch": 3}):
        pages.sync = web.json_response(nonsense)
        with pytest.raises(NotNow) as later:
            await sync.next("s1")
        assert later.value.after >= 1

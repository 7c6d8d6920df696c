"""What other homeservers sent before they were heard again is found in the history, and read back no further."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

import pytest
from vodozemac import GroupSession

from bot.matrix.other_homeservers import MOST_PAGES, OtherHomeservers
from bot.matrix.read_positions import ReadPositions
from bot.matrix.rooms import Room
from bot.matrix.sync import Sync
from bot.matrix.trust import Device, PublishedIdentity, Trust

ROOM = Room("!r:berlin.test:8448", encrypted=True)
ANA, BEN, CHI = "@ana:milan.test:8448", "@ben:berlin.test:8448", "@chi:shenzhen.test"


class History:
    """Stands for Sync: pages of a room's history, newest first."""

    def __init__(self, *pages: list[Any]) -> None:
        self.pages = list(pages)
        self.served = 0
        self.client = self
        self.user = "@steward:berlin.test:8448"

    async def history(self, _room: str, _newest: str) -> AsyncGenerator[list[Any], None]:
        for page in self.pages:
            self.served += 1
            yield page


class People:
    """Stands for Trust: everybody has one device, whose key is their name."""

    def person(self, user: str) -> PublishedIdentity:
        device = Device(user, "D", "ed", f"key of {user}", cross_signed=True)
        return PublishedIdentity(user, "master", {"D": device})


Says = Callable[[], dict[str, Any]]


def speaker(user: str) -> Says:
    """Somebody's encrypted messages, one after the other."""
    session = GroupSession()
    said = 0

    def say() -> dict[str, Any]:
        nonlocal said
        said += 1
        sealed = session.encrypt(json.dumps({"n": said}).encode()).to_base64()
        content = {"session_id": session.session_id, "ciphertext": sealed}
        kind = "m.room.encrypted"
        return {"type": kind, "event_id": f"${user} {said}", "sender": user, "content": content}

    return say


class Reader:
    """A bot that has read some messages, and reads back."""

    def __init__(self, *pages: list[Any]) -> None:
        self.history = History(*pages)
        self.reading = ReadPositions()

    def has_read(self, *events: dict[str, Any]) -> None:
        for event in events:
            index = int(event["event_id"].rpartition(" ")[2]) - 1
            session = f"key of {event['sender']} {event['content']['session_id']}"
            self.reading.note(ROOM.id, session, index, first=0, sent=1)

    async def completes(self, *events: Any) -> list[str]:
        people, sync = cast("Trust", People()), cast("Sync", self.history)
        others = OtherHomeservers(sync, people, self.reading)
        return [e["event_id"] for e in await others.complete(ROOM, list(events), "before")]


def ids(*events: dict[str, Any]) -> list[str]:
    return [event["event_id"] for event in events]


async def test_what_is_older_than_the_gap_is_put_first_in_its_order() -> None:
    ana, ben = speaker(ANA), speaker(BEN)
    old, *missed, newest = (ana() for _ in range(6))
    local = [ben() for _ in range(3)]
    reader = Reader([newest, local[2], *missed[:1:-1], local[1]], [*missed[1::-1], local[0], old])
    reader.has_read(old, *local)
    assert await reader.completes(newest) == ids(*missed, newest)


async def test_each_homeserver_is_followed_to_what_was_read_of_it() -> None:
    """Chi's homeserver was heard through Ana's: its own last message lies further back."""
    ana, chi = speaker(ANA), speaker(CHI)
    chi_old, chi_new = chi(), chi()
    ana_old, ana_new = ana(), ana()
    reader = Reader([ana_new, chi_new], [ana_old], [chi_old], [ana_old])
    reader.has_read(chi_old, ana_old)
    assert await reader.completes(ana_new) == ids(chi_new, ana_new)
    assert reader.history.served == 3


async def test_nothing_is_read_back_for_people_of_the_own_homeserver() -> None:
    ben = speaker(BEN)
    newest = ben()
    reader = Reader([ben()])
    assert await reader.completes(newest) == ids(newest)
    assert reader.history.served == 0


async def test_nothing_is_read_back_for_what_comes_a_second_time() -> None:
    ana = speaker(ANA)
    said = ana()
    reader = Reader([said])
    reader.has_read(said)
    assert await reader.completes(said) == ids(said)
    assert reader.history.served == 0


async def test_what_the_gap_brought_is_not_taken_twice() -> None:
    ana = speaker(ANA)
    old, between, newest = ana(), ana(), ana()
    reader = Reader([newest, between, old])
    reader.has_read(old)
    assert await reader.completes(between, newest) == ids(between, newest)


async def test_who_never_said_anything_before_does_not_have_all_of_it_read() -> None:
    ana, ben = speaker(ANA), speaker(BEN)
    reader = Reader(*([ben()] for _ in range(2 * MOST_PAGES)))
    newest = ana()
    assert await reader.completes(newest) == ids(newest)
    assert reader.history.served == MOST_PAGES


@pytest.mark.parametrize(
    "odd",
    [
        None,
        3,
        {"type": "m.room.encrypted"},
        {"type": "m.room.encrypted", "sender": ANA, "content": []},
        {"type": "m.room.encrypted", "sender": ANA, "content": {"session_id": 3, "ciphertext": []}},
        {"type": "m.room.encrypted", "sender": 3, "content": {"session_id": "s"}},
        {
            "type": "m.room.encrypted",
            "sender": ANA,
            "content": {"session_id": "s", "ciphertext": "x"},
        },
    ],
)
async def test_odd_events_do_no_harm(odd: Any) -> None:
    ana = speaker(ANA)
    old, newest = ana(), ana()
    reader = Reader([odd, newest], [odd, old])
    reader.has_read(old)
    others = OtherHomeservers(cast("Sync", reader.history), cast("Trust", People()), reader.reading)
    assert (await others.complete(ROOM, [odd, newest], "before"))[-1] is newest

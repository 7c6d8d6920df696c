"""Voters with real encryption, what the homeserver keeps of them, and the keys a bot kept."""

import asyncio
import contextlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from nio.crypto import GroupSessionStore

from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.matrix.crypto_store import CipherStore
from bot.matrix.native_polls import START
from bot.process.data_directory import DataDirectory
from demo.device import Message
from demo.matrix_api import ApiError, JsonObject, quoted
from demo.organizer import Organizer
from demo.steward import PASSPHRASE, Steward
from storage.chat.facts import Facts
from storage.core.database import Database
from tests.support.ballot_faulty_bot import Fault
from tests.support.committee import Committee
from tests.support.polling import SAID_BACK

SETTINGS: Final = """
log_level = "debug"

[polls]
k = 3
joined_hours = 0
shortest_minutes = 1
keys_dir = "{keys}"
"""
RECORDED: Final = "Recorded for {code}"
UNSTABLE: Final = "org.matrix.msc3381.poll.response"
WORDS: Final = "org.matrix.msc1767.text"


@dataclass(slots=True)
class Voter:
    """Somebody on a roster, and everything they sent the bot as a vote."""

    who: Organizer
    bot: str
    room: str
    """The direct chat in which their ballot came."""
    sent: dict[str, JsonObject] = field(default_factory=dict)
    """Ciphertexts by event id, as the homeserver got them."""

    async def vote(self, code: str, choice: str) -> str:
        """Type a vote; returns the event id."""
        return await self.send("m.room.message", typed(f"vote {code} {choice}"))

    async def tap(self, code: str, at: int) -> str:
        """Tap an answer of the ballot, by its place; returns the event id."""
        poll = await self.to_tap(code)
        answer = poll["content"][START]["answers"][at]["id"]
        relation = {"rel_type": "m.reference", "event_id": poll["event_id"]}
        content = {"m.relates_to": relation, UNSTABLE: {"answers": [answer]}}
        return await self.send(UNSTABLE, content)

    async def send(self, kind: str, content: Mapping[str, Any]) -> str:
        """Send an encrypted event; returns its id."""
        sealed = await self.who.encrypt(self.room, kind, content)
        event = await self.who.api.send_clear(self.room, "m.room.encrypted", sealed)
        self.sent[event] = sealed
        return event

    async def to_tap(self, code: str) -> JsonObject:
        """Wait for the poll event to tap, and return the event."""

        def of_poll() -> list[JsonObject]:
            polls = (each for each in self.who.events if each.get("type") == START)
            return [p for p in polls if f"{code})" in p["content"][START]["question"][WORDS]]

        await self.who.until(lambda: bool(of_poll()), 90)
        return of_poll()[0]

    async def recorded(self, code: str, times: int) -> list[Message]:
        """Wait for the given number of acknowledgements, and return the messages."""

        def found() -> list[Message]:
            words = RECORDED.format(code=code)
            return [m for m in self.who.messages if m.sender == self.bot and words in m.body]

        await self.who.until(lambda: len(found()) >= times, 60)
        return found()

    async def on_server(self, event: str) -> JsonObject:
        """Return an event as the homeserver has it now."""
        path = f"/rooms/{quoted(self.room)}/event/{quoted(event)}"
        return await self.who.api.call("GET", path)

    async def is_redacted(self, event: str, seconds: float = 30) -> bool:
        """Whether an event is redacted at the homeserver within ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    with contextlib.suppress(ApiError):
                        if not (await self.on_server(event))["content"]:
                            return True
                    await asyncio.sleep(0.2)
        return False

    async def timeline(self) -> list[JsonObject]:
        """Return everything the homeserver has of the chat, oldest first."""
        path = f"/rooms/{quoted(self.room)}/messages?dir=f&limit=500"
        return list((await self.who.api.call("GET", path))["chunk"])


def typed(text: str) -> JsonObject:
    """Make the content of a text message."""
    return {"msgtype": "m.text", "body": text}


async def opened(committee: Committee, command: str) -> str:
    """Open a poll in the room; returns its code."""
    await committee.say(committee.ana, command, SAID_BACK, seconds=60)
    said = await committee.say(committee.ana, "!ok", "may vote, the bots", seconds=60)
    found = re.search(r"Secret poll (\w{4})", said.body)
    assert found is not None, said.body
    return found[1]


async def with_ballot(who: Organizer, bot: str, code: str) -> Voter:
    """Wait for somebody's ballot."""
    ballot = await who.hear(f"Secret poll {code}, closes", of=bot, seconds=90)
    return Voter(who, bot, ballot.room)


async def invited(committee: Committee, people: Sequence[Organizer]) -> None:
    """Bring more people into the room, and wait until everybody knows everybody."""
    for person in people:
        await committee.ana.api.invite(committee.room, person.user)
    everybody = [committee.ana, committee.ben, *people]
    users = [each.user for each in everybody]
    for person in everybody:
        await person.settled(committee.room, *users, committee.steward.user, seconds=60)
    expected = f"{len(everybody)} members"
    await committee.say(committee.ana, "!status", expected, seconds=60)


# -- what a bot kept --------------------------------------------------------------------------------


class FaultySteward(Steward):
    """A bot with a fault of ``ballot_faulty_bot``."""

    fault: Fault = "keeping"

    def _line(self, command: str, *words: str) -> list[str]:
        start = [sys.executable, "-m", "tests.support.ballot_faulty_bot", self.fault]
        return [*start, command, "--config", str(self.config), *words]


async def room_keys(data: Path, user: str) -> GroupSessionStore:
    """Return every room key in a copy of a bot's files, decrypted with the passphrase."""
    directory = DataDirectory(data)
    key = keyring.unlock(directory.keyslots, PASSPHRASE)
    database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
    try:
        async with database.transaction() as tx:
            device = await Facts(tx).get("device_id")
    finally:
        await database.close()
    assert device is not None
    store = CipherStore.at(
        directory.nio_store,
        key=key.derive(Purpose.NIO_STORE),
        pickle_key=key.derive(Purpose.NIO_PICKLE),
        user_id=user,
        device_id=device,
    )
    try:
        kept: GroupSessionStore = store.load_inbound_group_sessions()
    finally:
        store.close()
    return kept


def can_open(kept: GroupSessionStore, room: str, sealed: Mapping[str, Any]) -> bool:
    """Whether any of the kept keys decrypts an event the homeserver has."""
    for by_id in kept[room].values():
        session = by_id.get(sealed["session_id"])
        if session is not None:
            with contextlib.suppress(Exception):
                session.decrypt(sealed["ciphertext"])
                return True
    return False

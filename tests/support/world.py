"""A committee that lives for a whole test module; its bot reaches the homeserver through a proxy."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.matrix.identity import CrossSigning
from commands.general.status import refusal_reasons
from demo.device import Message
from demo.homeserver import Homeserver
from demo.matrix_api import ApiError
from demo.organizer import Organizer
from demo.steward import Steward
from tests.support.committee import PASSWORD, Committee, bring
from tests.support.hostile import HostileServer
from tests.support.pairs import together
from tests.support.proxy import FaultyProxy
from tests.support.setting_up import set_up

JsonObject = dict[str, Any]

CITIES: Final = {"Tokyo": "Asia/Tokyo", "Madrid": "Europe/Madrid", "Lagos": "Africa/Lagos"}


@dataclass(frozen=True, slots=True)
class World(Committee):
    """Ana leads, Ben organizes. Only people of this world may invite the bot."""

    homeserver: Homeserver
    proxy: FaultyProxy
    name: str
    guests: list[Organizer]
    """People who came for one test."""

    async def person(self, start: str, *, listed: bool = True, **options: Any) -> Organizer:
        """Somebody new; ``listed`` people may invite the bot."""
        kind = self.name if listed else "stranger"
        user = f"{start}-{kind}-{secrets.token_hex(3)}"
        user = await self.homeserver.register(user, PASSWORD)
        signed_in = await Organizer.sign_in(self.homeserver.url, user, PASSWORD, **options)
        self.guests.append(signed_in)
        return signed_in

    async def member(self, start: str, **options: Any) -> Organizer:
        """Somebody new in the committee room."""
        person = await self.person(start, **options)
        await self.ana.api.invite(self.room, person.user)
        await person.settled(self.room, self.steward.user, self.ana.user)
        await self.ana.settled(self.room, person.user)
        # The bot has heard of it as soon as it answers something that was said later.
        await self.ask(self.ana, "!status", "fingerprint")
        return person

    async def farewell(self) -> None:
        """Send home whoever came for one test; each more in the room makes all others slower."""
        while self.guests:
            guest = self.guests.pop()
            with contextlib.suppress(ApiError):
                await guest.api.leave(self.room)
            await guest.close()

    async def ask(
        self, who: Organizer, text: str, expect: str = "", *, where: str | None = None
    ) -> Message:
        """Type something, in the committee room unless told otherwise; the bot's answer there."""
        room = where or self.room
        return await who.ask(room, text, expect, of=self.steward.user, where=room)

    # -- what the bot holds --------------------------------------------------------------------

    async def refused(self) -> dict[str, int]:
        """How often the bot refused something, by reason, as ``!status`` tells everybody."""
        answer = await self.ask(self.ana, "!status", "fingerprint")
        return counts_in(answer.body)

    async def zone(self, who: Organizer, where: str | None = None) -> str:
        """The time zone the bot keeps for somebody, which only their own ``!tz`` sets."""
        answer = await self.ask(who, "!tz", "Your time zone is", where=where)
        found = re.search(r"Your time zone is (\S+):", answer.body)
        assert found is not None, answer.body
        return found[1]

    @asynccontextmanager
    async def refuses(self, reason: str, times: int = 1) -> AsyncIterator[None]:
        """Check that what happens inside the block is counted in ``!status`` under a reason."""
        before = (await self.refused()).get(reason, 0)
        yield
        async with asyncio.timeout(20):
            # The count is saved with the checkpoint after the batch it belongs to.
            while (counts := await self.refused()).get(reason, 0) < before + times:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert counts[reason] == before + times

    @asynccontextmanager
    async def hostile(self) -> AsyncIterator[HostileServer]:
        """The bot's homeserver lies; all that is to be shown once has been, at the end."""
        with HostileServer(self.proxy) as server:
            yield server
            if not server.done:
                await self.seen()
            assert server.done

    async def seen(self) -> None:
        """Return when the bot has handled everything that was said so far."""
        await self.ask(self.ana, "!status", "fingerprint")

    def said(self, who: Organizer, since: int = 0, *, where: str | None = None) -> list[str]:
        """Return what somebody heard the bot say since a position in their messages."""
        return [
            message.body
            for message in who.messages[since:]
            if message.sender == self.steward.user and where in {None, message.room}
        ]


def counts_in(status: str) -> dict[str, int]:
    """Refusals by reason, read from the words of ``!status``."""
    words = {phrase: reason for reason, phrase in refusal_reasons().items()}
    row = re.search(r"I did not act on messages: (.*)", status)
    counts: dict[str, int] = {}
    for part in row[1].split(", ") if row else []:
        number, _, phrase = part.partition(" ")
        counts[words[phrase]] = int(number.replace(",", ""))
    return counts


async def new_identity(who: Organizer) -> None:
    """Reset somebody's cross-signing identity and sign their device with the new one."""
    identity = CrossSigning.create()
    body: JsonObject = dict(identity.public(who.user))
    try:
        await who.api.call("POST", "/keys/device_signing/upload", body)
    except ApiError as more:
        body["auth"] = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": who.user},
            "password": PASSWORD,
            "session": more.answer["session"],
        }
        await who.api.call("POST", "/keys/device_signing/upload", body)
    await who.cross_sign(identity)


@asynccontextmanager
async def world(
    homeserver: Homeserver, directory: Path, *, settings: str = ""
) -> AsyncIterator[World]:
    """Start a bot behind a proxy of its own and gather a committee around it."""
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(FaultyProxy(homeserver.url))
        pair = await stack.enter_async_context(together(homeserver))
        name = pair.name
        account = await homeserver.register(f"steward-{name}", PASSWORD)
        bot = Steward(
            directory,
            proxy.url,
            account,
            PASSWORD,
            inviters=(f"@*-{name}*:{homeserver.server_name}",),
        )
        await stack.enter_async_context(bot)
        await set_up(bot, settings.format(ana=pair.ana.user, ben=pair.ben.user))
        await bot.start()
        gathered = await bring(bot, pair.ana, pair.ben, pair.room)
        made = World(
            gathered.steward,
            gathered.ana,
            gathered.ben,
            gathered.room,
            homeserver,
            proxy,
            name,
            [],
        )
        stack.push_async_callback(made.farewell)
        yield made

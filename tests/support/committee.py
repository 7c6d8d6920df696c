"""A committee on the real homeserver: two people, their encrypted room, and the bot."""

from dataclasses import dataclass
from typing import Final, Protocol

from demo.device import Message
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from tests.support.proxy import FaultyProxy

PASSWORD: Final = "a password for throw-away accounts"


class SignIn(Protocol):
    """The fixture ``sign_in``."""

    async def __call__(
        self,
        name: str,
        *,
        on: Homeserver | None = None,
        cross_signed: bool = True,
        signed_only: bool = False,
        accepts_invites: bool = True,
    ) -> Organizer: ...


class NewSteward(Protocol):
    """The fixture ``new_steward``."""

    async def __call__(
        self,
        *,
        on: Homeserver | None = None,
        through: FaultyProxy | None = None,
        settings: str = "",
        inviters: tuple[str, ...] | None = None,
    ) -> Steward: ...


class Gathered(Protocol):
    """The fixture ``gathered``."""

    async def __call__(
        self, steward: Steward, *, on: Homeserver | None = None, ben_signed_only: bool = False
    ) -> "Committee": ...


@dataclass(frozen=True, slots=True)
class Committee:
    """Ana leads, Ben organizes; the bot has joined and greeted."""

    steward: Steward
    ana: Organizer
    ben: Organizer
    room: str

    async def say(
        self, who: Organizer, text: str, expect: str = "", *, seconds: float = 20
    ) -> Message:
        """Type in the room and return what the bot says next, in the room or directly."""
        return await who.ask(self.room, text, expect, of=self.steward.user, seconds=seconds)

    async def open_direct(self, who: Organizer) -> str:
        """Open a direct chat with the bot and wait until the bot has joined; returns the room id."""
        room = await who.direct(self.steward.user)
        await who.settled(room, self.steward.user)
        return room


async def gather(
    steward: Steward, ana: Organizer, ben: Organizer, *, room_version: str | None = None
) -> Committee:
    """Bring a running bot and two people into a new encrypted room, and wait for the greeting.

    The bot comes last: it greets as soon as somebody can read it, and whoever joins after that cannot.
    """
    room = await ana.api.create_room("Committee", invite=(ben.user,), version=room_version)
    await ana.settled(room, ben.user)
    return await bring(steward, ana, ben, room)


async def bring(steward: Steward, ana: Organizer, ben: Organizer, room: str) -> Committee:
    """Bring a running bot into the room of two people, and wait for the greeting."""
    await ana.api.invite(room, steward.user)
    await ana.settled(room, ben.user, steward.user)
    await ana.hear(of=steward.user, where=room)
    await ben.settled(room, ana.user, steward.user)
    return Committee(steward, ana, ben, room)

"""Chapters: committees with a bot in one town, whose people may be on another town's homeserver."""

from dataclasses import dataclass
from typing import Final, Protocol

from demo.federation import Federation
from tests.support.committee import Committee, NewSteward, SignIn, gather

EVERYBODY: Final = ("@*:*.test:8448",)
"""Who may invite a chapter's bot: people of any town."""


@dataclass(frozen=True, slots=True)
class Chapter(Committee):
    """Ana leads, Ben organizes; ``town`` is where the bot's homeserver is."""

    town: str


class NewChapter(Protocol):
    """The fixture ``new_chapter``."""

    async def __call__(
        self,
        town: str,
        *,
        ana: str | None = None,
        ben: str | None = None,
        settings: str = "",
        room_version: str | None = None,
    ) -> Chapter: ...


def chapters_on(federation: Federation, new_steward: NewSteward, sign_in: SignIn) -> NewChapter:
    """Make the function that founds chapters on some homeservers."""

    async def found(
        town: str,
        *,
        ana: str | None = None,
        ben: str | None = None,
        settings: str = "",
        room_version: str | None = None,
    ) -> Chapter:
        """Start the bot, sign people in and wait for the greeting; ``ana``, ``ben``: where they live."""
        towns = (town, ana or town, ben or town)
        here, anas, bens = await federation.open(*towns)
        steward = await new_steward(on=here, settings=settings, inviters=EVERYBODY)
        await steward.start()
        people = await sign_in("ana", on=anas), await sign_in("ben", on=bens)
        committee = await gather(steward, *people, room_version=room_version)
        return Chapter(committee.steward, committee.ana, committee.ben, committee.room, town)

    return found

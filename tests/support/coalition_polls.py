"""Coalition polls in tests: asked, agreed to and voted in, by the usual people; what a lying bot says of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from commands.coalition.polls.said import CoalitionQuestion
from tests.support.coalition_bus import Bus, Chapter, Flight

CLOSED = datetime(2026, 11, 26, 17, tzinfo=UTC)
"""When the polls here close: three days after they were asked, at six in the evening in Madrid."""


THREE = ("Berlin", "Milan", "Shenzhen")


PEOPLE = ("@ana", "@ben", "@lea", "@kim", "@ida")


ASKED = '!coalition poll "Strike fund?" closes=3d k=3'


def crowd(bus: Bus) -> None:
    """Five people in each room."""
    for chapter in bus.chapters.values():
        chapter.chat.join("@ida")
        chapter.chat.polls.rules = chapter.chat.polls.rules.__class__(k=3)


async def open_all(bus: Bus, asked: str = ASKED, by: str = "Berlin") -> None:
    """One asks, and a lead in each says ok."""
    crowd(bus)
    await bus[by].lead(asked)
    assert (await bus[by].lead("!coalition ok")).says("is open until")
    await bus.settle()
    for name, chapter in bus.chapters.items():
        if name != by:
            said = await chapter.lead("!coalition ok")
            assert said.says("is open until"), said.text
    await bus.settle()


async def vote(bus: Bus, name: str, *votes: str) -> None:
    """Vote in a committee, one after the other."""
    for who, each in zip(PEOPLE, votes, strict=False):
        await bus[name].chat.dm(who, f"vote K7QX {each}")


async def votes(bus: Bus, of: dict[str, tuple[str, ...]]) -> None:
    for name, each in of.items():
        await vote(bus, name, *each)


YES = ("01", "01", "01")


def alter(bus: Bus, flight: Flight, **body: object) -> None:
    """Have one bot read something else than the others in a message that is on its way."""
    block = flight.block | {"body": flight.block["body"] | body}
    bus.flights[bus.flights.index(flight)] = replace(flight, block=block)


async def question(bus: Bus, **changed: object) -> CoalitionQuestion:
    """A poll as Shenzhen's bot may ask it."""
    names = ("Shenzhen", "Berlin", "Milan")
    bots = tuple(str(bus[name].bot) for name in names)
    soon = bus.now + timedelta(days=3)
    asked = CoalitionQuestion("yesno", "Strike?", (), 3, 3, False, bus.now, soon, bots)
    return replace(asked, **changed)  # type: ignore[arg-type]


async def says(bus: Bus, name: str, kind: str, body: object) -> None:
    """A bot says what it likes."""
    await bus[name].do(lambda seat: seat.say(kind, body, "x"))
    await bus.settle()


async def kept(chapter: Chapter) -> int:
    async with chapter.chat.database.transaction() as tx:
        return await tx.number("SELECT COUNT(*) FROM coalition_polls")


def declined(bus: Bus) -> list[str]:
    """Which bots said that they are not in a poll."""
    return [who for who, block, _sentence in bus.said if block["kind"] == "poll shown"]

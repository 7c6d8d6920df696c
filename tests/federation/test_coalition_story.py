"""What docs/guide/coalition.md tells, on three homeservers: paired, a meeting across seven hours, news, one leaves.

The page itself is played without Matrix (tests/chat/test_guide_coalition.py): its month is longer than a night.
Here the same words are typed to three bots whose homeservers federate, one of them away in between.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from demo.federation import Federation
from tests.support.chapters import Chapter, NewChapter

ZONES = {"berlin": "Berlin", "milan": "Rome", "shenzhen": "Shanghai"}
LABELS = {"berlin": "Berlin", "milan": "Milan", "shenzhen": "Shenzhen"}


@dataclass(frozen=True, slots=True)
class Town:
    """A chapter, and its lead's direct chat."""

    chapter: Chapter
    direct: str

    async def ask(self, text: str, expect: str, *, seconds: float = 60) -> str:
        """What the bot answers to its lead in the direct chat."""
        lead, bot = self.chapter.ana, self.chapter.steward.user
        return (await lead.ask(self.direct, text, expect, of=bot, seconds=seconds)).body

    async def hears(self, words: str, *, seconds: float = 180) -> str:
        """What the lead is told unasked."""
        bot = self.chapter.steward.user
        said = await self.chapter.ana.hear(words, of=bot, where=self.direct, seconds=seconds)
        return said.body

    async def room_hears(self, words: str, *, seconds: float = 180) -> str:
        """What is told in the committee's room."""
        bot, room = self.chapter.steward.user, self.chapter.room
        said = await self.chapter.ana.hear(words, of=bot, where=room, seconds=seconds)
        return said.body


async def _found(new_chapter: NewChapter, town: str) -> Town:
    chapter = await new_chapter(town)
    await chapter.say(chapter.ana, f"!setup name={LABELS[town]} tz={ZONES[town]}", "This is")
    return Town(chapter, await chapter.open_direct(chapter.ana))


async def _join(host: Town, guest: Town, ask: str) -> None:
    """Have a committee join by a code that another's lead reads out."""
    told = await host.ask(ask, "pairing code")
    words = " ".join(re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", told))
    await guest.ask(f"!coalition join {words}", "compare its key with the code")
    await host.hears("typed your pairing code")
    await guest.hears("answers: the coalition Games workers")
    await host.ask("!coalition ok", "Good.")
    await guest.ask("!coalition ok", "We are in as soon as")


@pytest.mark.nightly
@pytest.mark.timeout(900)
async def test_three_chapters_on_three_homeservers(
    new_chapter: NewChapter, federation: Federation
) -> None:
    await federation.open(*ZONES)
    berlin, milan, shenzhen = [await _found(new_chapter, town) for town in ZONES]
    await _join(berlin, milan, '!coalition new "Games workers"')
    await milan.room_hears("We are in the coalition Games workers now")
    await _join(milan, shenzhen, "!coalition code")
    await berlin.hears("would like to let them into the coalition")
    await berlin.ask("!coalition ok", "comes in as soon as")
    await shenzhen.room_hears("We are in the coalition Games workers now")
    await berlin.room_hears("Shenzhen is in our coalition now.")

    day = (datetime.now(UTC) + timedelta(days=6)).date()
    end = day - timedelta(days=1)
    await berlin.ask(
        f"!coalition meet On-call demands | {day} 10:00, {day} 15:00 | until {end} 20:00 | 90m",
        "Shall I propose On-call demands",
    )
    await berlin.ask("!coalition ok", "I ask the room now.")
    assert "Berlin 10:00" in await shenzhen.hears("Berlin proposes a meeting of the coalition")
    await shenzhen.ask("!coalition ok", "I ask the room now.")
    await milan.hears("Berlin proposes a meeting of the coalition")

    # Milan's homeserver does not reach Berlin's for a while; its people go on.
    federation.cut("berlin", "milan")
    await milan.ask("!coalition ok", "I ask the room now.")
    for town in (berlin, milan, shenzhen):
        for who in (town.chapter.ana, town.chapter.ben):
            await town.chapter.say(who, "!can 1", "Noted for On-call demands")
    await berlin.ask("!coalition pick #1 1", "All committees hear of #1 now.")
    await shenzhen.room_hears("17:00–18:30 Shanghai.")
    await federation.heal("berlin", "milan")
    await milan.room_hears("10:00–11:30 Rome.")

    await berlin.ask(f"!coalition move #1 {day} 11:00", "Shall I move On-call demands")
    await berlin.ask("!coalition ok", "All committees hear of #1 now.")
    await shenzhen.room_hears("18:00–19:30 Shanghai, no longer")
    await milan.room_hears("11:00–12:30 Rome, no longer")

    await milan.ask('!coalition say "We won: on-call pay from January."', "Sent to 2 committees.")
    await berlin.hears("Milan has news for your room")
    await berlin.ask("!coalition ok", "Your room has it now.")
    await shenzhen.ask("!coalition leave --yes", "We leave.")
    for town in (berlin, milan):
        await town.room_hears("Shenzhen has left our coalition.")
        said = [each.body for each in town.chapter.ana.messages if each.room == town.chapter.room]
        for words in ("On-call demands #1 moved:", "Shenzhen has left our coalition."):
            assert sum(words in each for each in said) == 1, words

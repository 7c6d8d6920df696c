"""Somebody is forgotten in one committee while others hold, or wait for, words in which they stand."""

import json
from pathlib import Path

from commands.coalition import news
from commands.coalition.seat import Seat
from commands.coalition.table import TABLE
from storage.coalition.sent_words import SentKind
from storage.core.driver import Row
from tests.support.coalition_bus import Bus, Chapter, coalition
from tests.support.coalition_polls import THREE, YES, open_all, votes

NAMED = '!coalition poll "Shall Sam Okafor speak for us?" closes=3d k=3'


async def _forget(chapter: Chapter, name: str) -> None:
    """Somebody becomes a contact here, and then asks to be forgotten."""
    added = await chapter.chat.dm("@ana", f'!contact add "{name}"')
    handle = next(word for word in added.text.split() if word.startswith("M-"))
    await chapter.chat.sure("@lea", f"!forget {handle}")


async def _rows(chapter: Chapter, sql: str) -> list[Row]:
    async with chapter.chat.database.transaction() as tx:
        return await tx.all(sql)


async def test_a_poll_is_added_though_its_question_lost_a_name_here(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus, NAMED)
        await votes(bus, dict.fromkeys(THREE, YES))
        await _forget(bus["Berlin"], "Sam Okafor")
        for name, named in (("Berlin", False), ("Milan", True)):
            (row,) = await _rows(bus[name], "SELECT body FROM coalition_polls")
            assert ("Okafor" in row["body"]) is named
        await bus.later(days=3, hours=9)
        for chapter in bus.chapters.values():
            assert "The sum over 3 committees: 9 ballots of 15." in chapter.in_room
        assert bus.errors == []


async def test_somebody_who_is_called_as_a_bot_takes_none_from_a_poll(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys(THREE, YES))
        await _forget(bus["Milan"], "Example Org")
        await bus.later(days=3, hours=9)
        for chapter in bus.chapters.values():
            assert "The sum over 3 committees: 9 ballots of 15." in chapter.in_room


async def test_who_missed_a_question_does_not_hear_another(begun: Path) -> None:
    """The sum is bound to the question as it was asked: who heard it without a name would spoil it for all."""
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        bus.away = {"Lagos"}
        bus.chapters["Berlin"].chat.join("@ida")
        await bus["Berlin"].lead(NAMED)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        # It never comes to Lagos, which hears what came after it and asks.
        bus.flights = [each for each in bus.flights if each.block["kind"] != "poll ask"]
        await _forget(bus["Berlin"], "Sam Okafor")
        bus.away = set()
        await bus.settle()
        again = [block for _who, block, _said in bus.said if block["kind"] == "poll ask"]
        assert [block["body"] for block in again[1:]] == [{}]
        lagos = bus["Lagos"]
        assert await _rows(lagos, "SELECT 1 FROM coalition_polls") == []
        assert {
            row["state"] for row in await _rows(lagos, "SELECT state FROM coalition_heard")
        } == {
            "done",
            "unfit",
        }
        assert "Okafor" not in lagos.to_leads
        assert bus.errors == []


async def test_messages_that_wait_for_their_turn_lose_the_name_as_well(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        berlin, milan = bus["Berlin"], bus["Milan"]
        await berlin.lead('!coalition label "North"')

        async def say(seat: Seat) -> None:
            await news.send(seat, "Sam Okafor was fired")

        await berlin.do(say)
        first, _second = bus.flights
        bus.flights.remove(first)
        await bus.step()
        (held,) = await _rows(milan, "SELECT body, sentence FROM coalition_heard")
        assert "Okafor" in held["body"], "nothing is held"
        await _forget(milan, "Sam Okafor")
        (held,) = await _rows(milan, "SELECT body, sentence FROM coalition_heard")
        assert "Okafor" not in held["body"] + held["sentence"]
        assert json.loads(held["body"]) == {"text": "[…] was fired"}
        await milan.hear(first, bus.table)
        await bus.settle()
        assert "“[…] was fired”" in milan.to_leads
        assert bus.errors == []


LETTER = 'closes="2026-11-30 18:00" Open letter\nSam Okafor was fired.\nWe stay.'


async def _with_words_sent(bus: Bus) -> None:
    """Berlin sends news and a letter with a name, each while nobody of that name is a contact."""
    for chapter in bus.chapters.values():
        for first in ("Ada", "Bo", "Cyd", "Dee", "Eli"):
            await chapter.chat.dm("@ana", f'!contact add "{first} Plain" --yes')
    berlin = bus["Berlin"]
    await berlin.lead('!coalition say "Sam Okafor was fired"')
    await berlin.lead('!coalition say "Nobody else was"')
    asked = await berlin.lead(f"!coalition letter {LETTER}")
    assert asked.says("Nothing is sent yet")
    said = await berlin.lead("!coalition ok")
    assert said.says("Open letter"), said.text
    await bus.settle()


async def test_who_asks_hears_which_words_with_their_name_others_have(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _with_words_sent(bus)
        chat = bus["Berlin"].chat
        await chat.dm("@ana", '!contact add "Sam Okafor"')
        said = await chat.dm("@ana", "!subject M-6")
        assert said.says("Other committees have their name in words that were sent to them:")
        assert said.says("• News, sent Mon 23 Nov\n• Joint test or letter, sent Mon 23 Nov")
        assert said.text.count(", sent ") == 2
        assert "no name, no rating, no answer" not in said.text
        other = await chat.dm("@ana", "!subject M-1")
        assert ", sent " not in other.text
        # Who joins in a letter has its words as well.
        milan = bus["Milan"].chat
        await milan.dm("@ana", '!contact add "Sam Okafor"')
        assert ", sent " not in (await milan.dm("@ana", "!subject M-6")).text
        await bus["Milan"].lead("!coalition ok 3")
        assert (await milan.dm("@ana", "!subject M-6")).says("• Joint test or letter, sent ")


async def test_a_lead_who_forgets_somebody_hears_what_others_still_have(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _with_words_sent(bus)
        chat = bus["Berlin"].chat
        await chat.dm("@ana", '!contact add "Sam Okafor"')
        asked = await chat.dm("@lea", "!forget M-6")
        assert asked.says("• News, sent Mon 23 Nov")
        done = await chat.dm("@lea", "!forget M-6 --yes")
        assert done.says("Other committees have their name in words that were sent to them:")
        assert done.says("I cannot delete it there: ask a lead of each committee to do it.")
        assert done.text.count(", sent ") == 2
        assert "Okafor" not in done.text
        rows = await _rows(
            bus["Berlin"],
            "SELECT body AS words FROM coalition_said UNION ALL SELECT sentence FROM coalition_said "
            "UNION ALL SELECT name || letter FROM coalition_tests "
            "UNION ALL SELECT body FROM coalition_proposals",
        )
        assert rows
        assert "Okafor" not in "".join(row["words"] for row in rows)
        assert "Okafor" in bus["Milan"].to_leads, "the others have it"


def test_kinds_of_words_are_kinds_of_messages() -> None:
    assert {each.value for each in SentKind} <= TABLE.kinds.keys()

"""What is kept of a coalition: no longer than it serves, nothing about a person, nothing after leaving."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.coalition.bodies import Called
from commands.coalition.membership import JOB
from commands.coalition.seat import Seat
from storage.coalition.retention import DECIDED_KEPT, HEARD_KEPT, SAID_KEPT, OldCoalitionRecords
from storage.core.database import Transaction
from storage.core.rows import millis
from tests.support.coalition_bus import Chapter, coalition

TABLES = (
    "coalitions",
    "coalition_members",
    "coalition_codes",
    "coalition_consents",
    "coalition_knocks",
    "coalition_said",
    "coalition_heard",
    "coalition_proposals",
)


async def _rows(tx: Transaction) -> dict[str, int]:
    found = {name: await tx.number(f"SELECT COUNT(*) FROM {name}") for name in TABLES}
    return {name: count for name, count in found.items() if count}


async def _forget(chapter: Chapter, **later: float) -> None:
    async with chapter.chat.database.transaction() as tx:
        await OldCoalitionRecords(tx).forget(chapter.chat.now + timedelta(**later))


async def test_messages_go_after_a_month_and_a_replay_is_still_known(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus["Berlin"].lead('!coalition label "North"')
        (flight,) = bus.flights
        await bus.settle()
        assert max(SAID_KEPT, HEARD_KEPT) <= timedelta(days=30) < DECIDED_KEPT
        for chapter in bus.chapters.values():
            await _forget(chapter, days=29)
        async with bus["Berlin"].chat.database.transaction() as tx:
            assert (await _rows(tx))["coalition_said"] == 1
        for chapter in bus.chapters.values():
            await _forget(chapter, days=31)
            async with chapter.chat.database.transaction() as tx:
                assert await _rows(tx) == {"coalitions": 1, "coalition_members": 1}
        assert (await bus["Milan"].hear(flight, bus.table)).value == "known"


NEWS = "Dandelions won the cloakroom"


async def _proposed(chapter: Chapter) -> list[tuple[str, str, str]]:
    async with chapter.chat.database.transaction() as tx:
        rows = await tx.all("SELECT kind, state, body FROM coalition_proposals ORDER BY id")
    return [(row["kind"], row["state"], row["body"]) for row in rows]


@pytest.mark.parametrize("answer", ["!coalition ok", "!coalition no", ""])
async def test_words_of_others_go_once_leads_have_decided(begun: Path, answer: str) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus["Milan"].lead(f'!coalition say "{NEWS}"')
        await bus.settle()
        berlin = bus["Berlin"]
        assert NEWS in (await _proposed(berlin))[-1][2]
        if answer:
            await berlin.lead(answer)
        else:
            await bus.later(days=8)
        state = {"!coalition ok": "agreed", "!coalition no": "declined", "": "expired"}[answer]
        assert await _proposed(berlin) == [("news", state, "")]
        assert (NEWS in berlin.in_room) is (state == "agreed")
        assert bus.errors == []


async def test_what_an_earlier_release_kept_of_proposals_goes_after_a_month(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus["Milan"].lead(f'!coalition say "{NEWS}"')
        await bus["Milan"].lead('!coalition say "Still open"')
        await bus.settle()
        berlin = bus["Berlin"]
        async with berlin.chat.database.transaction() as tx:
            await tx.execute(
                "UPDATE coalition_proposals SET state = 'declined', decided_at = ? WHERE number = 1",
                (millis(berlin.chat.now),),
            )
        await _forget(berlin, days=29)
        assert NEWS in (await _proposed(berlin))[0][2]
        await _forget(berlin, days=31)
        (first, second) = await _proposed(berlin)
        assert first == ("news", "declined", "")
        assert "Still open" in second[2]


async def test_of_a_bot_that_says_things_without_end_the_last_are_kept(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.coalition.retention.MOST_HEARD", 4)
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        for number in range(9):
            await bus["Berlin"].lead(f'!coalition label "North {number}"')
        await bus["Shenzhen"].lead('!coalition label "South"')
        first, *_others = bus.flights
        await bus.settle()
        milan = bus["Milan"]
        await _forget(milan)
        async with milan.chat.database.transaction() as tx:
            rows = await tx.all("SELECT member, counter FROM coalition_heard ORDER BY id")
        assert [row["counter"] for row in rows] == [6, 7, 8, 9, 1]
        # What is not kept any more is known all the same.
        again = replace(first, to="Milan")
        assert (await milan.hear(again, bus.table)).value == "known"


async def test_nothing_is_left_after_leaving(begun: Path) -> None:
    """What hangs on a coalition goes with it: the bot deletes that one row."""
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus["Berlin"].lead('!coalition label "North"')
        await bus["Milan"].lead("!coalition code")
        await bus.settle()
        async with bus["Milan"].chat.database.transaction() as tx:
            assert len(await _rows(tx)) > 3
            await tx.execute("DELETE FROM coalitions")
            assert await _rows(tx) == {}


async def test_a_forgotten_name_goes_from_words_about_the_coalition(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        berlin = bus["Berlin"]
        await berlin.chat.dm("@ana", '!contact add "Sam Okafor"')

        async def say(seat: Seat) -> None:
            await seat.say("label", Called("Sam Okafor fund"), "We are the Sam Okafor fund.")

        await berlin.do(say)
        await berlin.chat.sure("@lea", "!forget M-1")
        async with berlin.chat.database.transaction() as tx:
            row = await tx.one("SELECT body, sentence FROM coalition_said")
        assert row is not None
        assert "Okafor" not in row["body"] + row["sentence"]
        assert set(json.loads(row["body"])) == {"label"}


async def test_who_asks_what_is_kept_hears_what_goes_to_others(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        chat = bus["Berlin"].chat
        await chat.dm("@ana", '!contact add "Sam Okafor"')
        said = await chat.dm("@lea", "!subject M-1")
        assert said.says("get counts of at least five people, and words that people here typed")
        assert said.says("I find their full name in no such words.")


@pytest.mark.parametrize("kind", [each.name for each in JOB.kinds])
def test_every_kind_has_a_name_that_fits_a_message(kind: str) -> None:
    assert 0 < len(kind) <= 40

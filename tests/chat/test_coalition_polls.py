"""Coalition polls between committees without Matrix: what each is told, and what is kept; whatever the way does."""

import random
from pathlib import Path

import pytest

from commands.coalition.polls.masks import (
    as_text,
)
from commands.coalition.polls.said import PollSum
from commands.coalition.seat import Seat
from tests.support.coalition_bus import Bus, Chapter, Weather, coalition
from tests.support.coalition_polls import (
    ASKED,
    THREE,
    YES,
    crowd,
    declined,
    open_all,
    question,
    says,
    vote,
    votes,
)


async def test_only_the_sum_becomes_known(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await vote(bus, "Berlin", "01", "01", "01", "02")
        await vote(bus, "Milan", "01", "02", "02")
        await vote(bus, "Shenzhen", "01", "01", "01", "01", "XX")
        await bus.later(days=3, hours=9)
        for chapter in bus.chapters.values():
            assert "The sum over 3 committees: 12 ballots of 15." in chapter.in_room
            assert "8 · Yes" in chapter.in_room
            assert "3 · No" in chapter.in_room
            assert "1 abstained." in chapter.in_room
            # Nothing of one committee alone, in its own room or anywhere.
            assert all(
                "ballots of 5" not in str(each.blocks) for each in chapter.chat.polls.in_room
            )
            assert not chapter.chat.polls.counted
            assert not chapter.secrets
        assert bus.errors == []


@pytest.mark.parametrize("count", [3, 6])
async def test_three_messages_for_each_committee_and_one_for_all(begun: Path, count: int) -> None:
    names = [f"Chapter {number}" for number in range(count)]
    async with coalition(*names, begun=begun) as bus:
        await open_all(bus, by=names[0])
        await votes(bus, dict.fromkeys(names, YES))
        before = len(bus.said)
        await bus.later(days=3, hours=9)
        assert len(bus.said) - before == 3 * count + 1
        for chapter in bus.chapters.values():
            assert f"The sum over {count} committees: {3 * count} ballots" in chapter.in_room


async def test_a_committee_below_its_floor_is_not_in_the_sum(begun: Path) -> None:
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys(THREE, YES) | {"Lagos": ("01", "02")})
        await bus.later(days=3, hours=9)
        for name, chapter in bus.chapters.items():
            assert "The sum over 3 committees: 9 ballots of 15." in chapter.in_room
            assert ("Our committee is not in it" in chapter.in_room) is (name == "Lagos")
        said = [s for who, _block, s in bus.said if who == "Lagos"]
        assert "Lagos has too few ballots and is not in the sum." in said


async def test_who_says_no_is_not_asked_and_not_told(begun: Path) -> None:
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        crowd(bus)
        await bus["Berlin"].lead(ASKED)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        await bus["Lagos"].lead("!coalition no")
        for name in ("Milan", "Shenzhen"):
            await bus[name].lead("!coalition ok")
        await bus.settle()
        await votes(bus, dict.fromkeys(THREE, YES))
        assert bus["Lagos"].chat.polls.in_person == {}
        await bus.later(days=3, hours=9)
        assert "The sum over 3 committees" in bus["Milan"].in_room
        assert bus["Lagos"].in_room == ""


async def test_fewer_than_three_have_no_result(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, {"Berlin": YES, "Milan": YES, "Shenzhen": ("01", "01")})
        await bus.later(days=3, hours=9)
        for chapter in bus.chapters.values():
            assert "Fewer than 3 committees had enough ballots and answered." in chapter.in_room
            assert "ballots of" not in chapter.in_room
            assert not chapter.chat.polls.counted


async def test_two_are_enough_only_if_it_was_said(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        crowd(bus)
        said = await bus["Berlin"].lead(ASKED)
        assert said.says("A coalition poll needs at least 3 committees, and you are 2.")
        await open_all(bus, f"{ASKED} two=yes")
        for chapter in bus.chapters.values():
            (ballot, *_more) = chapter.chat.polls.in_person[chapter.chat.user("@ben")]
            words = str(ballot.blocks)
            assert "Two committees are enough for a result." in words
            assert "knows what the other voted" in words.replace("  ", " ")
        await votes(bus, {"Berlin": YES, "Milan": ("01", "02", "02")})
        await bus.later(days=3, hours=9)
        await bus.equal(_nothing)
        for chapter in bus.chapters.values():
            assert "The sum over 2 committees: 6 ballots of 10." in chapter.in_room


async def _nothing(_seat: Seat) -> None:
    return None


async def test_own_results_are_shown_where_the_ballot_said_so(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus, f"{ASKED} own=yes")
        await votes(bus, {"Berlin": YES, "Milan": ("02", "02", "02", "01"), "Shenzhen": YES})
        ballot = str(bus["Milan"].chat.polls.in_person[bus["Milan"].chat.user("@ben")][0].blocks)
        assert "Our own result is posted in our room as well." in ballot
        await bus.later(days=3, hours=9)
        own = str(bus["Milan"].chat.polls.in_room[-1].blocks)
        assert "ballots of" in own.replace("', '", "")
        assert "The sum over 3 committees: 10 ballots of 15." in bus["Milan"].in_room
        # What one committee voted is told to no other.
        assert all(block["kind"] != "poll total" for _who, block, _said in bus.said)


async def test_ballots_say_what_becomes_known(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        for chapter in bus.chapters.values():
            announced = str(chapter.chat.polls.in_room[0].blocks)
            ballot = str(chapter.chat.polls.in_person[chapter.chat.user("@ben")][0].blocks)
            for words in (announced, ballot):
                assert "Only the sum over all that take part becomes known." in words
                assert "No committee's own result is shown to anybody" in words
                assert "All the others together could subtract" in words
        shown = await bus["Berlin"].lead("!coalition")
        assert shown.says("Poll K7QX, until", "our totals, only in the sum of all.")
        said = await bus["Berlin"].chat.room("@lea", "!poll postpone K7QX 5d")
        assert said.says("Other committees close this poll at the same time.")


async def test_who_is_away_is_left_out_and_told(begun: Path) -> None:
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys((*THREE, "Lagos"), YES))
        bus.away.add("Lagos")
        await bus.later(days=3, hours=8)
        assert bus["Milan"].in_room == ""
        await bus.later(minutes=16)
        assert "The sum over 3 committees" in bus["Milan"].in_room
        bus.away.clear()
        await bus.settle()
        assert "The sum over 3 committees: 9 ballots of 15." in bus["Lagos"].in_room
        assert "Our committee is not in it" in bus["Lagos"].in_room
        assert bus.errors == []


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_the_way_does_there_is_one_sum_everywhere(begun: Path, seed: int) -> None:
    weather = Weather(random.Random(seed), shuffled=True, twice=0.4, unreadable=0.2)
    weather.most_unreadable = 4
    async with coalition(*THREE, "Lagos", begun=begun, weather=weather) as bus:
        weather.unreadable = 0.0
        await open_all(bus)
        weather.unreadable = 0.2
        await votes(bus, dict.fromkeys((*THREE, "Lagos"), YES))
        await bus.later(days=3, hours=8)
        weather.unreadable = 0.0
        for _minutes in range(15):
            await bus.later(minutes=4)
        sums = {chapter.in_room.count("The sum over 4 committees: 12 ballots of 20.")
                for chapter in bus.chapters.values()}  # fmt: skip
        assert sums == {1}, [each.in_room for each in bus.chapters.values()]
        parts = [who for who, block, _said in bus.said if block["kind"] == "poll part"]
        assert sorted(set(parts)) == sorted(bus.chapters)
        assert bus.errors == []


async def written(chapter: Chapter) -> str:
    """Every row that is kept of coalition polls, at one committee."""
    async with chapter.chat.database.transaction() as tx:
        rows = []
        for table in ("coalition_polls", "coalition_poll_words", "coalition_said", "outbox"):
            rows += [tuple(row) for row in await tx.all(f"SELECT * FROM {table}")]
    return repr(rows)


async def test_no_total_of_one_committee_is_written(begun: Path) -> None:
    """The control: a sum of all, which is written, is found by the same search."""
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, {"Berlin": ("01", "02", "02", "02"), "Milan": YES, "Shenzhen": YES})
        bus.away.update(bus.chapters)
        await bus.later(days=3, hours=8)
        bus.away.clear()
        total = [4, 0, 5, 1, 3]
        everywhere = ""
        for _step in range(200):
            everywhere += await written(bus["Berlin"])
            for chapter in bus.chapters.values():
                await chapter.tick(bus.table)
            if not await bus.step():
                break
        assert "The sum over 3 committees: 10 ballots of 15." in bus["Berlin"].in_room
        assert as_text(total) not in everywhere
        assert as_text([10, 0, 15, 7, 3]) in everywhere
        # Nor is what was kept for the set, once it is out.
        kept = [row for row in (await written(bus["Berlin"])).split("(") if "kept" in row]
        assert kept == []


async def test_after_two_days_nothing_is_kept_but_that_it_was(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys(THREE, YES))
        await bus.later(days=3, hours=9)
        await bus.later(days=2)

        async def look(seat: Seat) -> list[tuple[object, ...]]:
            rows = await seat.tx.all("SELECT body, state FROM coalition_polls")
            words = await seat.tx.all("SELECT * FROM coalition_poll_words")
            return [tuple(row) for row in (*rows, *words)]

        assert await bus.equal(look) == [("", "over")]


async def test_a_committee_is_not_in_a_poll_only_once_that_is_decided(begun: Path) -> None:
    """A no says it at once; where nobody decides, the close does; who takes part never says it."""
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        crowd(bus)
        await bus["Berlin"].lead(ASKED)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        assert declined(bus) == []
        await bus["Milan"].lead("!coalition no")
        await bus["Shenzhen"].lead("!coalition ok")
        await bus.settle()
        assert declined(bus) == ["Milan"]
        await bus.later(days=3, hours=8)
        assert declined(bus) == ["Milan", "Lagos"]
        said = [sentence for _who, block, sentence in bus.said if block["kind"] == "poll shown"]
        why = "is not in the poll: its leads were shown it and did not agree. Only a new poll"
        assert [each.partition(why)[0] for each in said] == ["Milan ", "Lagos "]
        assert (await bus["Berlin"].lead("!coalition log")).says("Milan is not in the poll", why)
        assert bus.errors == []


async def test_leads_who_are_asked_late_did_not_say_no_by_saying_nothing(begun: Path) -> None:
    """Else others could ask them a minute before the close, and be alone with whom they asked in time."""
    for days, said in ((1, True), (2, False)):
        async with coalition(*THREE, begun=begun) as bus:
            body = await question(bus)
            await bus.later(days=days)
            await says(bus, "Shenzhen", "poll ask", body)
            await bus.later(days=3 - days, minutes=1)
            assert ("Milan" in declined(bus)) is said


@pytest.mark.parametrize("lies", [False, True])
async def test_who_never_has_a_part_reads_the_sum_that_another_said(
    begun: Path,
    monkeypatch: pytest.MonkeyPatch,
    lies: bool,  # noqa: FBT001
) -> None:
    """Milan agreed and sent, and Lagos' part never came there. Two sums of one set are none."""
    fly = Bus.fly

    def cut(bus: Bus, sender: str, block: dict[str, object], sentence: str) -> None:
        fly(bus, sender, block, sentence)
        if sender == "Lagos" and block["kind"] == "poll part":
            bus.flights[:] = [
                each for each in bus.flights if each.block is not block or each.to != "Milan"
            ]

    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys((*THREE, "Lagos"), YES))
        monkeypatch.setattr(Bus, "fly", cut)
        await bus.later(days=3, hours=8)
        assert "The sum over 4 committees: 12 ballots of 20." in bus["Berlin"].in_room
        assert "The sum over" not in bus["Milan"].in_room
        if lies:
            true = next(block["body"] for _who, block, _ in bus.said if block["kind"] == "poll sum")
            vector = as_text([13, 0, 20, 13, 0])
            body = PollSum(true["poll"], true["hash"], (0, 1, 2, 3), (0, 1, 2, 3), vector)
            await says(bus, "Shenzhen", "poll sum", body)
        await bus.later(hours=25)
        said = bus["Milan"].in_room
        assert ("The sum over 4 committees: 12 ballots of 20." in said) is not lies
        assert ("Berlin told me the sum; I could not add it myself." in said) is not lies
        assert ("never sent its part" in said) is lies
        assert bus.errors == []

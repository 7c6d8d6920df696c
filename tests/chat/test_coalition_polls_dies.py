"""Coalition polls where a bot dies at any step, or is restored from a backup: one result, and no second part."""

from pathlib import Path

import pytest

from bot.delivery.outgoing import outgoing
from commands.coalition.seat import Seat
from tests.support.coalition_bus import Chapter, coalition
from tests.support.coalition_polls import CLOSED, THREE, YES, open_all, votes


class Killed(Exception):
    """The process ended."""


@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize("name", ["Berlin", "Milan"])
async def test_a_bot_that_dies_at_any_step_says_everything_once(
    begun: Path, monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    """Whatever it was saying is rolled back with its transaction, and said when the bot is back."""
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, {"Berlin": YES, "Milan": YES, "Shenzhen": ("01", "02", "02")})
        said, say = 0, Seat.say

        async def dying(seat: Seat, kind: str, body: object, sentence: str) -> str:
            nonlocal said
            made = await say(seat, kind, body, sentence)
            if kind.startswith("poll ") and seat.coalition.label == name:
                said += 1
                if said == at:
                    raise Killed
            return made

        monkeypatch.setattr(Seat, "say", dying)
        for _again in range(12):
            try:
                await bus.later(hours=80 if bus.now < CLOSED else 0, minutes=1)
            except Killed:
                continue
        for chapter in bus.chapters.values():
            assert chapter.in_room.count("The sum over 3 committees: 9 ballots of 15.") == 1
        for who in bus.chapters:
            kinds = [block["kind"] for by, block, _ in bus.said if by == who]
            assert kinds.count("poll part") == 1
            assert kinds.count("poll ready") == 1


def loses_its_boxes(chapter: Chapter) -> None:
    """Boxes are in no backup, and their keys are in memory alone."""
    chapter.secrets.clear()
    chapter.chat.polls.parts.clear()
    chapter.chat.polls.counted.clear()


def results(chapter: Chapter) -> set[str]:
    """What a room was told of sums, each once for each name under which it was sent."""
    told = {occasion: outgoing(said)[0].content["body"] for said, occasion in chapter.told}
    return {str(body) for body in told.values() if "is closed" in str(body)}


@pytest.mark.parametrize("steps", [0, 3, 6, 10, 14, 18, 22, 26])
@pytest.mark.parametrize("made", ["before", "open", "counted"])
async def test_a_bot_restored_in_the_middle_sends_no_second_part(
    begun: Path, tmp_path: Path, made: str, steps: int
) -> None:
    """Its others have a sum with or without it, and its own room is told the same."""
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        lagos, file = bus["Lagos"], tmp_path / "backup.db"
        kept = await lagos.backup(file)
        await open_all(bus)
        if made == "open":
            kept = await lagos.backup(tmp_path / "open.db")
        await votes(bus, dict.fromkeys((*THREE, "Lagos"), YES))
        bus.away.update(bus.chapters)
        await bus.later(days=3, hours=8)
        bus.away.clear()
        for chapter in bus.chapters.values():
            await chapter.tick(bus.table)
        if made == "counted":
            kept = await lagos.backup(tmp_path / "counted.db")
        for _step in range(steps):
            await bus.step()
            for chapter in bus.chapters.values():
                await chapter.tick(bus.table)
        await lagos.restore(kept)
        loses_its_boxes(lagos)
        for _minutes in range(20):
            await bus.later(minutes=4)
        await bus.later(hours=25)
        # What is said again for who was restored is what was said.
        parts = {(who, block["body"]["vector"]) for who, block, _said in bus.said
                 if block["kind"] == "poll part"}  # fmt: skip
        assert len(parts) == len({who for who, _vector in parts}), parts
        told = {name: results(chapter) for name, chapter in bus.chapters.items()}
        first = told["Berlin"]
        assert len(first) == 1, told
        sums = {"The sum over" in each for every in told.values() for each in every}
        if sums == {True}:
            for every in told.values():
                assert {_figures(each) for each in every} == {_figures(each) for each in first}, (
                    told
                )
        assert bus.errors == []


async def test_a_chair_restored_once_all_have_sent_is_told_the_sum_by_another(
    begun: Path, tmp_path: Path
) -> None:
    """What it said itself is lost to it: neither its part nor the set is there to add."""
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        kept = await bus["Berlin"].backup(tmp_path / "backup.db")
        await votes(bus, dict.fromkeys(THREE, YES))
        bus.away.update(bus.chapters)
        await bus.later(days=3, hours=8)
        bus.away.clear()

        def said(kind: str) -> list[str]:
            return [who for who, block, _sentence in bus.said if block["kind"] == kind]

        while len(said("poll part")) < len(THREE):
            for chapter in bus.chapters.values():
                await chapter.tick(bus.table)
            await bus.step()
        assert said("poll sum") == []
        await bus["Berlin"].restore(kept)
        loses_its_boxes(bus["Berlin"])
        for _minutes in range(5):
            await bus.later(minutes=4)
        assert said("poll sum") == ["Milan"]
        told = [results(chapter) for chapter in bus.chapters.values()]
        assert {_figures(each) for every in told for each in every} == {
            "The sum over 3 committees: 9 ballots of 15."
        }
        assert [len(every) for every in told] == [1, 1, 1]
        assert bus.errors == []


def _figures(said: str) -> str:
    """The line of a result that has the sum."""
    return next(line for line in said.splitlines() if line.startswith("The sum over"))

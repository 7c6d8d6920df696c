"""Coalition polls between committees without Matrix: asked, agreed to, voted in, added; whatever the way does."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.delivery.outgoing import outgoing
from commands.coalition.polls import adding
from commands.coalition.polls.asking import digest_of
from commands.coalition.polls.masks import (
    SetMember,
    SumSet,
    as_text,
    from_text,
    masked,
    private_key,
    summed,
)
from commands.coalition.polls.said import CoalitionQuestion, PollSum
from commands.coalition.seat import Seat
from commands.coalition.wire import canonical
from tests.support.coalition_bus import REF, Bus, Chapter, Flight, Weather, coalition
from tests.support.summing import bare

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


async def votes(bus: Bus, of: dict[str, tuple[str, ...]]) -> None:
    for name, each in of.items():
        await vote(bus, name, *each)


YES = ("01", "01", "01")


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


def alter(bus: Bus, flight: Flight, **body: object) -> None:
    """Have one bot read something else than the others in a message that is on its way."""
    block = flight.block | {"body": flight.block["body"] | body}
    bus.flights[bus.flights.index(flight)] = replace(flight, block=block)


async def test_a_poll_that_leaves_somebody_out_is_not_taken(begun: Path) -> None:
    """Of a lying bot, its friend and one other, that one's total would be what is left of the sum."""
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        crowd(bus)
        await bus["Berlin"].lead(ASKED)
        await bus["Berlin"].lead("!coalition ok")
        for flight in [*bus.flights]:
            if flight.block["kind"] == "poll ask":
                alter(bus, flight, bots=[bus[name].bot for name in THREE])
        await bus.settle()
        assert "but not of exactly the committees that I know" in bus["Milan"].to_leads
        assert (await bus["Milan"].lead("!coalition ok")).says("Nothing waits for your ok")


async def test_questions_that_differ_from_room_to_room_are_not_added(begun: Path) -> None:
    """A bot that asks each something else under one name: the set's hash has what was asked in it."""
    async with coalition(*THREE, begun=begun) as bus:
        crowd(bus)
        await bus["Berlin"].lead(ASKED)
        await bus["Berlin"].lead("!coalition ok")
        for flight in [*bus.flights]:
            if flight.block["kind"] == "poll ask" and flight.to == "Milan":
                alter(bus, flight, question="A warning strike?")
        await bus.settle()
        for name in ("Milan", "Shenzhen"):
            await bus[name].lead("!coalition ok")
        await bus.settle()
        await votes(bus, dict.fromkeys(THREE, YES))
        await bus.later(days=3, hours=8)
        await bus.later(hours=3)
        assert all(block["kind"] != "poll part" for _who, block, _said in bus.said)
        assert "has no result" in bus["Shenzhen"].in_room


NONSENSE = (
    ("poll set", {"hash": " 1", "members": [0, 1, 2]}),
    ("poll set", {"hash": "a b" + "0" * 61, "members": [7, 299]}),
    ("poll set", {"members": [299], "round": 12}),
    ("poll answer", {"hash": "Z" * 64}),
    ("poll part", {"hash": "0 1", "vector": "0" * 80}),
    ("poll part", {"vector": "0" * 16}),
    ("poll part", {"vector": "-1"}),
    ("poll ready", {"key": "0" * 64}),
    ("poll ready", {"key": "1"}),
)


@pytest.mark.parametrize(("kind", "body"), NONSENSE)
async def test_nonsense_of_one_bot_keeps_nobody_from_going_on(
    begun: Path, kind: str, body: dict[str, object]
) -> None:
    """Whatever one of four says in the place of what it should: the others have a sum, or are told of none."""
    liar = "Berlin" if kind == "poll set" else "Lagos"
    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys((*THREE, "Lagos"), YES))
        bus.away.update(bus.chapters)
        await bus.later(days=3, hours=8)
        bus.away.clear()
        for _minutes in range(12):
            for _step in range(400):
                for flight in bus.flights:
                    if flight.sender == liar and flight.block["kind"] == kind:
                        flight.block["body"] = flight.block["body"] | body
                if not await bus.step():
                    break
                for chapter in bus.chapters.values():
                    await chapter.tick(bus.table)
            await bus.later(minutes=5)
        await bus.later(hours=24)
        for name in {*bus.chapters} - {liar}:
            assert "is closed" in bus[name].in_room
        assert bus.errors == []


async def test_a_sum_that_cannot_be_is_not_published(begun: Path) -> None:
    """A bot that lies spoils the sum, and everybody is told whose parts it was made of."""
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys(THREE, YES))
        bus.away.update(bus.chapters)
        await bus.later(days=3, hours=8)
        bus.away.clear()
        for _step in range(200):
            for chapter in bus.chapters.values():
                await chapter.tick(bus.table)
            for flight in bus.flights:
                if flight.block["kind"] == "poll part" and flight.sender == "Shenzhen":
                    flight.block["body"] = flight.block["body"] | {"vector": "0" * 80}
            if not await bus.step():
                break
        for name in ("Berlin", "Milan"):
            assert "The sum makes no sense." in bus[name].in_room
            assert "Berlin, Milan, and Shenzhen" in bus[name].in_room


async def test_a_bot_that_tells_each_another_part_is_noticed(begun: Path) -> None:
    """Both rooms have a sum that could be; the leads of one are told that they are not the same."""
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys(THREE, YES))
        bus.away.update(bus.chapters)
        await bus.later(days=3, hours=8)
        bus.away.clear()
        changed = False
        for _step in range(400):
            for chapter in bus.chapters.values():
                await chapter.tick(bus.table)
            for flight in [*bus.flights]:
                to_milan = (flight.sender, flight.to) == ("Shenzhen", "Milan")
                if to_milan and flight.block["kind"] == "poll part" and not changed:
                    said = from_text(flight.block["body"]["vector"])
                    alter(bus, flight, vector=as_text(summed((said, (1, 0, 1, 1, 0)))))
                    changed = True
            if not await bus.step():
                break
        assert "The sum over 3 committees: 9 ballots of 15." in bus["Berlin"].in_room
        assert "The sum over 3 committees: 10 ballots of 16." in bus["Milan"].in_room
        assert (
            "The bot of Berlin counted something else in K7QX than I did." in bus["Milan"].to_leads
        )
        assert "counted something else" not in bus["Berlin"].to_leads


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


# -- what is written, and what is left of it -------------------------------------------------------------


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


# -- the end of the process, at every step ------------------------------------------------------------------


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


# -- restored from a backup -----------------------------------------------------------------------------------


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


# -- another committee's operator ----------------------------------------------------------------------------


async def parts_of(bus: Bus) -> dict[str, tuple[int, ...]]:
    """Everything that was said of totals, and what it is without the masks that Berlin knows."""
    await open_all(bus)
    await votes(bus, {"Berlin": YES, "Milan": ("01", "02", "02", "02"), "Shenzhen": YES})
    bus.away.update(bus.chapters)
    await bus.later(days=3, hours=8)
    (ref,) = bus["Berlin"].secrets
    secret = bus["Berlin"].secrets[ref]
    bus.away.clear()
    await bus.settle()
    said: dict[str, dict[str, dict[str, str]]] = {"poll ready": {}, "poll part": {}}
    for who, block, _sentence in bus.said:
        if block["kind"] in said:
            said[block["kind"]][who] = block["body"]
    (asked,) = [block["body"] for _who, block, _s in bus.said if block["kind"] == "poll ask"]
    bound = f"{ref} {digest_of(canonical(asked))}"
    members = [
        SetMember(bus[who].bot, bytes.fromhex(body["key"]))
        for who, body in said["poll ready"].items()
    ]
    where = SumSet(REF, bound, 1, members)
    assert {body["hash"] for body in said["poll part"].values()} == {where.hash}
    own = masked((0,) * 5, where, bus["Berlin"].bot, private_key(secret, REF, ref))
    vectors = {who: from_text(body["vector"]) for who, body in said["poll part"].items()}
    return vectors | {
        f"{who} less Berlin's masks": summed((each, own)) for who, each in vectors.items()
    }


MILAN = (4, 0, 5, 1, 3)
"""What Milan's box holds: ballots, abstentions, people, yes, no."""


async def test_another_operator_with_all_keys_and_messages_reads_nobodys_totals(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        for who, vector in (await parts_of(bus)).items():
            assert all(each > 1 << 32 for each in vector), who
    with monkeypatch.context() as off:
        off.setattr(adding, "masked", bare)
        async with coalition(*THREE, begun=begun) as bus:
            assert (await parts_of(bus))["Milan"] == MILAN, (
                "the control: with masks off they are read"
            )


# -- what one bot says without end, or of a time that is not yet -----------------------------------------------


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


async def test_a_poll_from_a_time_to_come_is_not_taken(begun: Path) -> None:
    """It would be one asked after every restore, and a restored bot would send a second part."""
    async with coalition(*THREE, begun=begun) as bus:
        for minutes, polls in ((3, 0), (1, 1)):
            ahead = bus.now + timedelta(minutes=minutes)
            await says(bus, "Shenzhen", "poll ask", await question(bus, opened=ahead))
            assert await kept(bus["Milan"]) == polls
            # Leads are told, once a day: nobody there would know why nothing came of it.
            assert bus["Milan"].to_leads.count("the clock of its bot is ahead of mine") == 1


async def test_one_bot_asks_no_more_polls_than_are_kept(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that leave somebody out count as well, so that leads are not told of them without end."""
    monkeypatch.setattr("commands.coalition.polls.asking.MOST_POLLS", 3)
    async with coalition(*THREE, begun=begun) as bus:
        few = (str(bus["Shenzhen"].bot), str(bus["Milan"].bot), "@who:example.org")
        for _again in range(5):
            await says(bus, "Shenzhen", "poll ask", await question(bus, bots=few))
        assert await kept(bus["Milan"]) == 3
        assert bus["Milan"].to_leads.count("not of exactly") == 1
        await says(bus, "Berlin", "poll ask", await question(bus))
        assert bus.errors == []


async def test_leads_are_told_once_a_day_of_polls_that_leave_somebody_out(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        few = (str(bus["Shenzhen"].bot), str(bus["Milan"].bot))
        for hours, told in ((0, 1), (1, 1), (24, 2)):
            await bus.later(hours=hours)
            await says(bus, "Shenzhen", "poll ask", await question(bus, bots=few))
            assert bus["Milan"].to_leads.count("not of exactly") == told


async def test_a_poll_of_committees_that_nobody_knows_is_not_taken(begun: Path) -> None:
    """Leads are told of how many it is asked, and among many a committee's total is hidden better."""
    async with coalition(*THREE, begun=begun) as bus:
        asked = await question(bus)
        many = (*asked.bots, *(f"@nobody-{number}:example.org" for number in range(200)))
        await says(bus, "Shenzhen", "poll ask", replace(asked, bots=many))
        assert "not of exactly" in bus["Milan"].to_leads
        assert (await bus["Milan"].lead("!coalition ok")).says("Nothing waits for your ok")


async def test_two_bots_that_tell_one_of_four_something_else_are_alone_with_nobody(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lagos hears that they have too few ballots, and gives up; Shenzhen would be left with those two."""
    fly = Bus.fly

    def lying(bus: Bus, sender: str, block: dict[str, object], sentence: str) -> None:
        fly(bus, sender, block, sentence)
        if sender in {"Berlin", "Milan"} and block["kind"] == "poll ready":
            for flight in [*bus.flights]:
                if flight.block is block and flight.to == "Lagos":
                    alter(bus, flight, key="")

    async with coalition(*THREE, "Lagos", begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys((*THREE, "Lagos"), YES))
        monkeypatch.setattr(Bus, "fly", lying)
        await bus.later(days=3, hours=8)
        for _minutes in range(32):
            await bus.later(minutes=5)
        assert "Fewer than 3 committees had enough ballots" in bus["Lagos"].in_room
        assert "The committees' bots did not agree" in bus["Shenzhen"].in_room
        assert all(block["kind"] != "poll part" for _who, block, _said in bus.said)
        assert bus.errors == []


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_bot_that_asks_some_alone_has_no_sum_of_them(
    begun: Path,
    hidden: bool,  # noqa: FBT001
) -> None:
    """Lagos and Porto do not hear of it. Where they do, and say no, the others have a sum without them."""
    names = (*THREE, "Lagos", "Porto")
    async with coalition(*names, begun=begun) as bus:
        crowd(bus)
        await bus["Berlin"].lead(ASKED)
        await bus["Berlin"].lead("!coalition ok")
        if hidden:
            bus.flights[:] = [
                each
                for each in bus.flights
                if each.to in THREE or each.block["kind"] not in {"poll ask", "poll in"}
            ]
            # What it says to all later would tell them that something is missing.
            for each in [*bus.flights]:
                assert each.to in THREE
        await bus.settle()
        for name in ("Milan", "Shenzhen"):
            await bus[name].lead("!coalition ok")
        await votes(bus, dict.fromkeys(THREE, YES))
        await bus.later(days=3, hours=8)
        bus.flights[:] = [each for each in bus.flights if not hidden or each.to in THREE]
        for _minutes in range(32):
            await bus.later(minutes=5)
        said = bus["Milan"].in_room
        if not hidden:
            assert "The sum over 3 committees: 9 ballots of 15." in said
            return
        assert "Too many of the committees that were asked gave no answer." in said
        assert "No answer came from: Lagos and Porto." in said
        assert all(block["kind"] != "poll part" for _who, block, _said in bus.said)


def declined(bus: Bus) -> list[str]:
    """Which bots said that they are not in a poll."""
    return [who for who, block, _sentence in bus.said if block["kind"] == "poll shown"]


async def test_leads_that_are_told_too_much_were_not_shown_a_poll(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot has them told so much else first that they never hear of it: they did not say no."""
    async with coalition(*THREE, begun=begun) as bus:
        for most, shown in ((0, []), (9, ["Berlin", "Milan"])):
            monkeypatch.setattr("commands.coalition.seat.MOST_TOLD", most)
            await says(bus, "Shenzhen", "poll ask", await question(bus))
            await bus.later(days=3, minutes=1)
            assert sorted(declined(bus)) == shown


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


async def test_a_homeserver_that_lets_no_more_through_once_leads_were_shown_the_poll(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of six take part, and the others hear nothing of it but what was said when leads were shown it."""
    honest, fly = ("Lagos", "Porto", "Rome"), Bus.fly

    def cut(bus: Bus, sender: str, block: dict[str, object], sentence: str) -> None:
        fly(bus, sender, block, sentence)
        if sender in honest and block["kind"] != "poll shown":
            bus.flights[:] = [
                each for each in bus.flights if each.block is not block or each.to in honest
            ]

    async with coalition(*THREE, *honest, begun=begun) as bus:
        monkeypatch.setattr(Bus, "fly", cut)
        await open_all(bus)
        await votes(bus, dict.fromkeys((*THREE, *honest), YES))
        await bus.later(days=3, hours=8)
        for _minutes in range(32):
            await bus.later(minutes=5)
        assert "No answer came from: Lagos, Porto, and Rome." in bus["Milan"].in_room
        assert all(block["kind"] != "poll part" for _who, block, _said in bus.said)
        assert bus.errors == []


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


async def test_leads_are_told_once_that_a_bot_counted_something_else(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await open_all(bus)
        await votes(bus, dict.fromkeys(THREE, YES))
        await bus.later(days=3, hours=9)
        true = next(block["body"] for _who, block, _ in bus.said if block["kind"] == "poll sum")
        body = PollSum(true["poll"], true["hash"], (0, 1, 2), (0, 1, 2), "0" * 80)
        for _again in range(3):
            await says(bus, "Shenzhen", "poll sum", body)
        assert bus["Milan"].to_leads.count("counted something else") == 1

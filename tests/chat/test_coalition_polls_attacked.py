"""Coalition polls under attack: bots that lie, split the room or ask without end, and another committee's operator."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

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
from commands.coalition.polls.said import PollSum
from commands.coalition.wire import canonical
from tests.support.coalition_bus import REF, Bus, coalition
from tests.support.coalition_polls import (
    ASKED,
    THREE,
    YES,
    alter,
    crowd,
    declined,
    kept,
    open_all,
    question,
    says,
    votes,
)
from tests.support.summing import bare


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

"""Words for other committees: no handle leaves, since M-1 is somebody else there, and no name unasked."""

from pathlib import Path

import pytest

from commands.coalition import consent, news
from commands.coalition.absence import GONE, WAITS, Absent
from commands.coalition.polls.said import CoalitionQuestion
from commands.coalition.seat import Seat
from commands.framework.errors import Refusal
from commands.framework.handles import holds_a_handle, without_handles
from tests.support.coalition_bus import Bus, coalition
from tests.support.coalition_polls import THREE

LETTER = '!coalition letter {flag}closes="2026-11-30 18:00" Open letter\n{words}'
SENT = [
    '!coalition say "{words}"',
    '!coalition test petition "{words}" closes="2026-11-30 18:00"',
    '!coalition poll "{words}?" closes=3d k=3',
    "!coalition meet {words} | sat 10:00, sun 15:00 | until thu 20:00 | 90m",
    '!coalition label "{words}"',
    LETTER.format(flag="", words="{words}"),
]
"""Lines of leads whose words other committees read, with the words left out."""


async def _people(bus: Bus) -> None:
    for name, first in (("Berlin", "Sam Okafor"), ("Milan", "Ines Duarte")):
        await bus[name].chat.dm("@ana", f'!contact add "{first}"')


@pytest.mark.parametrize("line", SENT)
async def test_a_name_becomes_a_colleague_and_no_handle(begun: Path, line: str) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await _people(bus)
        asked = await bus["Berlin"].lead(line.format(words="Sam Okafor was fired"))
        assert asked.says("Sam Okafor is a contact (M-1).", "Shall I write “a colleague” instead?")
        assert asked.says(line.format(words="a colleague was fired").split(" | ")[0])
        await bus.settle()
        assert bus.said == []
        assert bus["Berlin"].to_leads == ""
        done = await bus["Berlin"].lead("!ok")
        assert "M-1" not in done.text
        await bus.settle()
        read = bus["Berlin"].to_leads + done.text + "".join(said for _who, _block, said in bus.said)
        assert "a colleague was fired" in read
        assert "Okafor" not in read
        assert "M-1" not in bus["Berlin"].to_leads
        assert bus.errors == []


@pytest.mark.parametrize("line", SENT)
async def test_a_handle_becomes_a_colleague_too(begun: Path, line: str) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await _people(bus)
        for words in ("M-1 was fired", "m–1 was fired"):
            asked = await bus["Berlin"].lead(line.format(words=words))
            assert asked.says("In other committees a handle like M-41 is somebody else.")
        await bus.settle()
        assert bus.said == []
        assert bus["Berlin"].to_leads == ""
        done = await bus["Berlin"].lead("!ok")
        await bus.settle()
        read = bus["Berlin"].to_leads + done.text + "".join(said for _who, _block, said in bus.said)
        assert "a colleague was fired" in read
        assert not holds_a_handle(read)
        assert bus.errors == []


def test_each_handle_among_words_is_replaced() -> None:
    assert without_handles("decided: M-1 speaks, with m-22", "a colleague") == (
        "decided: a colleague speaks, with a colleague"
    )
    # Not part of another word, and no number alone.
    assert without_handles("form-1, M 1, xm-2", "a colleague") == "form-1, M 1, xm-2"


async def test_whatever_else_is_to_go_out_is_refused_with_a_handle(begun: Path) -> None:
    """Words that were typed elsewhere before, and any job that has not asked."""
    async with coalition(*THREE, begun=begun) as bus:

        async def say(seat: Seat) -> None:
            await news.send(seat, "M-1 was fired")

        with pytest.raises(Refusal) as refused:
            await bus["Berlin"].do(say)
        assert "is somebody else" in "".join(map(str, refused.value.problem))
        assert bus.said == []

        async def ask(seat: Seat) -> None:
            bots = ("@team-m-1:example.org", "@m-2:example.org")
            now = seat.now
            consent.refuse_handles(
                CoalitionQuestion(
                    "yesno", "Strike?", (), 5, 3, own=False, opened=now, closes=now, bots=bots
                )
            )

        await bus["Berlin"].do(ask)


async def test_a_letter_may_name_somebody_who_agreed(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await _people(bus)
        words = "Sam Okafor was fired."
        asked = await bus["Berlin"].lead(LETTER.format(flag="", words=words))
        assert asked.says(
            "If they agreed to be named, send yours again with named=agreed before it."
        )
        sent = await bus["Berlin"].lead(LETTER.format(flag="named=agreed ", words=words))
        assert sent.says("Nothing is sent yet.")
        assert words in bus["Berlin"].to_leads
        # A handle is nobody's name.
        refused = await bus["Berlin"].lead(
            LETTER.format(flag="named=agreed ", words="M-1 was fired.")
        )
        assert refused.says("In other committees a handle like M-41 is somebody else.")
        assert "agreed to be named" not in refused.text
        # News name nobody.
        news_ = await bus["Berlin"].lead(f'!coalition say "{words}"')
        assert news_.says("Other committees would read the name.")
        assert "agreed to be named" not in news_.text


async def test_control_in_the_own_room_a_handle_stands_for_the_name(begun: Path) -> None:
    async with coalition(*THREE, begun=begun) as bus:
        await _people(bus)
        asked = await bus["Berlin"].chat.dm("@lea", "!poll yesno Shall Sam Okafor speak for us?")
        assert asked.says("Shall I write M-1 instead?")


async def test_a_handle_in_anothers_label_keeps_no_question_from_leads(begun: Path) -> None:
    """A bot that lies, or of an earlier release, may be called so; what is asked about it goes nowhere."""
    async with coalition(*THREE, begun=begun) as bus:
        milan = bus["Milan"]

        async def ask(seat: Seat) -> None:
            body = Absent(milan.bot, "M-1 workers")
            await consent.propose(seat, GONE, body, key=milan.bot, until=seat.now + WAITS)

        await bus["Berlin"].do(ask)
        assert "M-1 workers" in bus["Berlin"].to_leads

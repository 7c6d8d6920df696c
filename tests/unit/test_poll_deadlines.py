"""Until when a request for news may be held: to the end of the next poll that takes votes, and of no other."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.polls.box import Phase
from bot.polls.officer import ReturningOfficer
from bot.polls.register import Open, Register
from bot.state import Pulse
from commands.polls.model import Poll, PollKind, Rules
from storage.core.model import UserId

NOW = datetime.now(UTC)
NOTHING = cast("Any", None)
"""Stands for what has no part in this."""


def officer_of(*polls: Open, heard: datetime | None = None) -> ReturningOfficer:
    """An officer of these polls, and when the last answer was asked for."""
    pulse = Pulse(lambda: True, heard=None if heard is None else heard.timestamp())
    register = Register(NOTHING, NOTHING, {each.id: each for each in polls})
    return ReturningOfficer(
        *(register, NOTHING, NOTHING, NOTHING, NOTHING),
        policy=NOTHING,
        records=NOTHING,
        clocks=NOTHING,
        ended=NOTHING,
        pulse=pulse,
        coalition=NOTHING,
    )


def poll(name: str, closes: datetime, phase: Phase = Phase.OPEN) -> Open:
    asked = Poll("K7QX", PollKind.TEMPERATURE, "Ready?", (), Rules(3, None, closes))
    return Open(name, "!room", b"", asked, {UserId("@ana"): 0}, b"", phase)


def hours(number: int) -> datetime:
    return NOW + timedelta(hours=number)


def test_the_next_end_of_several_counts() -> None:
    officer = officer_of(poll("a", hours(3)), poll("b", hours(2)), heard=NOW)
    assert officer.next_deadline() == hours(2).timestamp()
    assert officer_of().next_deadline() is None
    assert officer_of(poll("a", hours(3))).next_deadline() == hours(3).timestamp()


@pytest.mark.parametrize("phase", [Phase.COUNTED, Phase.CANCELLED])
def test_a_poll_that_takes_no_votes_any_more_hurries_nobody(phase: Phase) -> None:
    """Its totals may wait for other committees for days: three questions a second were asked meanwhile."""
    over = poll("over", hours(-1), phase)
    assert officer_of(over, heard=NOW).next_deadline() is None
    assert officer_of(over, poll("b", hours(2)), heard=NOW).next_deadline() == hours(2).timestamp()


def test_whose_end_was_heard_hurries_nobody() -> None:
    """Should it not be counted all the same: a file that is faulty stays so until the next start."""
    ended = poll("ended", hours(-1))
    assert officer_of(ended, heard=hours(-2)).next_deadline() == hours(-1).timestamp()
    assert officer_of(ended, heard=NOW).next_deadline() is None

"""Who may vote, what is too few, and when two polls compared would tell on somebody."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.polls.ask.policy import (
    FROM_THE_START,
    Member,
    Policy,
    electorate,
    enough,
    few,
    least_open,
    mailing,
    raised,
    roster,
    seen,
    too_far,
)
from commands.polls.model import Rules
from storage.core.model import UserId
from storage.polls.presence import SeenPresence

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANA, BEN, KIM, LEA, BOT, NEW = (
    UserId(f"@{name}:example.org") for name in ("ana", "ben", "kim", "lea", "bot", "new")
)
LONG_AGO = NOW - timedelta(days=30)


def test_the_roster_is_who_was_here_yesterday_and_is_somebody() -> None:
    members = [
        Member(LEA, LONG_AGO),
        Member(ANA, NOW - timedelta(hours=24)),
        Member(BEN, NOW - timedelta(hours=23, minutes=59)),
        Member(KIM, None),
        Member(BOT, LONG_AGO),
    ]
    assert roster(members, NOW, Policy(bots=frozenset({BOT}))) == (ANA, LEA)


def test_the_operator_may_ask_for_longer_or_less() -> None:
    members = [Member(ANA, NOW - timedelta(hours=1))]
    assert roster(members, NOW, Policy(joined_for=timedelta(0))) == (ANA,)
    assert roster(members, NOW, Policy(joined_for=timedelta(hours=2))) == ()


@pytest.mark.parametrize(
    ("people", "waiting", "takes", "least"),
    [(5, 0, 0, 10), (20, 90, 0, 10), (21, 0, 168, 13), (80, 0, 640, 21), (80, 30, 880, 25)],
)
def test_a_poll_stays_open_until_the_last_ballot_is_there_and_then_some(
    people: int, waiting: int, takes: int, least: int
) -> None:
    assert mailing(people, waiting, Policy()) == timedelta(seconds=takes)
    assert least_open(people, waiting, Policy()) == timedelta(minutes=least)


def test_memory_does_not_last_for_ever() -> None:
    assert not too_far(NOW + timedelta(days=14), NOW, Policy())
    assert too_far(NOW + timedelta(days=14, minutes=1), NOW, Policy())


@pytest.mark.parametrize(
    ("away", "there", "kept"),
    [
        # Removed for an hour, and for a month: back in their place.
        (timedelta(hours=1), True, SeenPresence(LONG_AGO, None)),
        (timedelta(days=30), True, SeenPresence(LONG_AGO, None)),
        # Longer than that: new.
        (timedelta(days=30, minutes=1), True, SeenPresence(NOW, None)),
        # Still away, and away for so long that nothing is kept.
        (timedelta(hours=1), False, SeenPresence(LONG_AGO, NOW - timedelta(hours=1))),
        (timedelta(days=31), False, None),
    ],
)
def test_a_short_absence_costs_no_place(
    away: timedelta,
    there: bool,  # noqa: FBT001
    kept: SeenPresence | None,
) -> None:
    assert seen(SeenPresence(LONG_AGO, NOW - away), NOW, Policy(), there=there) == kept


def test_whoever_was_there_when_the_bot_first_looked_waits_for_nothing() -> None:
    assert seen(None, NOW, Policy(), there=True, first=True) == SeenPresence(FROM_THE_START, None)
    assert seen(None, NOW, Policy(), there=True) == SeenPresence(NOW, None)
    assert seen(None, NOW, Policy(), there=False) is None
    assert seen(SeenPresence(LONG_AGO, None), NOW, Policy(), there=False) == SeenPresence(
        LONG_AGO, NOW
    )


def test_who_is_left_out_is_named() -> None:
    members = [
        Member(ANA, LONG_AGO),
        Member(NEW, NOW - timedelta(hours=2)),
        Member(BEN, LONG_AGO, away=NOW - timedelta(hours=2)),
        Member(KIM, LONG_AGO, away=NOW - timedelta(hours=25)),
        Member(LEA, LONG_AGO, barred=True),
    ]
    found = electorate(members, NOW, Policy())
    assert (found.roster, found.new, found.gone) == ((ANA,), (NEW,), (BEN,))


@pytest.mark.parametrize(
    ("asked", "usual", "fewest"), [(3, 5, 5), (5, 5, 5), (8, 5, 8), (3, 3, 3), (3, 1, 3)]
)
def test_whoever_asks_cannot_make_the_few_fewer(asked: int, usual: int, fewest: int) -> None:
    assert few(asked, Policy(k=usual)) == fewest


@pytest.mark.parametrize(
    ("ballots", "shut_out", "published"),
    [(5, 0, True), (4, 0, False), (5, 1, False), (6, 1, True), (7, 7, False), (12, 7, True)],
)
def test_each_whose_part_ended_meanwhile_raises_the_floor(
    ballots: int,
    shut_out: int,
    published: bool,  # noqa: FBT001
) -> None:
    assert enough(ballots, raised(Rules(5, None, NOW), shut_out)) is published

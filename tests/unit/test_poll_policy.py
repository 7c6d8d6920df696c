"""Who may vote, what is too few, and when two polls compared would tell on somebody."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.polls.policy import Member, Policy, difference, least_open, mailing, roster, too_far
from storage.model import UserId

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANA, BEN, KIM, LEA, BOT, NEW = (
    UserId(f"@{name}:example.org") for name in ("ana", "ben", "kim", "lea", "bot", "new")
)
LONG_AGO = NOW - timedelta(days=30)


def people(*names: str) -> frozenset[UserId]:
    return frozenset(UserId(f"@{name}:example.org") for name in names)


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
    ("others", "found"),
    [
        ([], None),
        ([people("ana", "ben", "kim", "lea")], None),
        ([people("ana", "ben", "kim")], 1),
        ([people("ana", "ben", "kim", "lea", "new")], 1),
        ([people("ana", "ben", "kim", "new")], 2),
        ([people("a", "b", "c")], None),
        ([people("ana")], 3),
        ([people("ana", "ben", "kim", "lea"), people("ana", "ben")], 2),
        ([people("ana", "ben"), people("ana", "ben", "kim")], 1),
    ],
)
def test_rosters_that_nearly_agree(others: list[frozenset[UserId]], found: int | None) -> None:
    assert difference([ANA, BEN, KIM, LEA], others, 5) == found


def test_the_floor_says_how_many_are_few() -> None:
    other = [people("ana", "ben", "kim", "lea", "a", "b", "c")]
    assert difference([ANA, BEN, KIM, LEA], other, 3) is None
    assert difference([ANA, BEN, KIM, LEA], other, 4) == 3


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

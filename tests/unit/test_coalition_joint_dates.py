"""Dates that another bot says of a joint test: none of them makes a handler or a tick raise, now or later."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition import wire
from commands.coalition.joint.bodies import TestProposal
from commands.coalition.joint.rounds import can_begin, due_by, is_day, over
from storage.coalition.joint import ProposedTest
from storage.core.rows import millis, moment
from storage.structure_tests.model import Action

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANY = st.datetimes(timezones=st.timezones() | st.just(UTC))
NEAR = st.integers(-40 * 24 * 60, 400 * 24 * 60).map(lambda n: NOW + timedelta(minutes=n))
DATES = ANY | NEAR


def _heard(opened: datetime, closes: datetime) -> ProposedTest | None:
    """The test as it is kept; None where it is not taken."""
    said = {
        "action": "petition",
        "name": "x",
        "goal": 0,
        "letter": "",
        "opened": opened.isoformat(),
        "closes": closes.isoformat(),
    }
    try:
        body = wire.as_body(TestProposal, said)
    except wire.NotAMessage:
        return None
    if not can_begin(body.opened, body.closes, NOW):
        return None
    at, end = moment(millis(body.opened)), moment(millis(body.closes))
    return ProposedTest(1, "k", Action.PETITION, "x", 0, "", at, end)  # type: ignore[arg-type]


@given(DATES, DATES, DATES, st.integers(0, 500))
def test_whatever_dates_are_said_nothing_raises(
    opened: datetime, closes: datetime, due: datetime, days: int
) -> None:
    test = _heard(opened, closes)
    if test is None:
        return
    now = NOW + timedelta(days=days)
    assert test.opened_at < test.closes_at or millis(opened) == millis(closes)
    over(test, now)
    found = due_by(test, now)
    assert found is None or is_day(test, found, now)
    if 2020 <= due.year <= 2200 and is_day(test, due, now):
        assert due <= now + timedelta(minutes=10)


@pytest.mark.parametrize(
    "opened",
    [
        datetime(9999, 12, 31, 20, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        NOW + timedelta(hours=1),
        NOW - timedelta(days=32),
    ],
)
def test_a_beginning_far_from_now_is_not_taken(opened: datetime) -> None:
    assert _heard(opened, NOW + timedelta(days=20)) is None


def test_what_is_heard_late_is_taken() -> None:
    assert _heard(NOW - timedelta(days=29), NOW + timedelta(days=20)) is not None
    assert _heard(NOW + timedelta(minutes=5), NOW + timedelta(days=20)) is not None
    assert _heard(NOW + timedelta(minutes=5), NOW + timedelta(minutes=4)) is None


def test_the_days_of_a_test_are_mondays_and_its_end() -> None:
    test = _heard(NOW, NOW + timedelta(days=20))
    assert test is not None
    later = NOW + timedelta(days=30)
    monday = datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert is_day(test, monday, later)
    assert is_day(test, test.closes_at, later)
    assert not is_day(test, monday, NOW)
    for wrong in (monday + timedelta(hours=1), monday - timedelta(days=7), later, NOW):
        assert not is_day(test, wrong, later)

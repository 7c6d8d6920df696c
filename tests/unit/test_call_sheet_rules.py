"""Who comes next on a call sheet, and for which reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.call_sheet.rules import CallReason, next_calls
from storage.core.model import Assessment, ContactId
from storage.turf.call_sheet import LONG, REST, STALE, Candidate

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TALKED = NOW - 3 * DAY


def somebody(**known: object) -> Candidate:
    """Somebody talked to three days ago, about whom nothing is to be done."""
    plain = Candidate(ContactId(1), 1, "Sam Okafor", talked=TALKED, tried=TALKED)
    return replace(plain, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (somebody(), None),
        (somebody(due=TODAY - DAY), CallReason.DUE),
        (somebody(due=TODAY), CallReason.DUE),
        (somebody(due=TODAY + DAY), None),
        (somebody(due=TODAY, ahead=True), CallReason.DUE),
        (somebody(due=TODAY, rating=Assessment.OPPOSED), CallReason.DUE),
        (somebody(due=TODAY, tried=NOW - HOUR), None),
        (somebody(due=TODAY, tried=NOW - REST), CallReason.DUE),
        (somebody(due=TODAY, tried=NOW + HOUR), None),
        (somebody(due=TODAY, away=True), None),
        (somebody(due=TODAY, shut=True), None),
        (somebody(asked="Petition"), CallReason.UNANSWERED),
        (somebody(unanswered=True, ask="sign"), CallReason.UNANSWERED),
        (somebody(unanswered=True, ahead=True), None),
        (somebody(promised="Petition"), CallReason.PROMISED),
        (somebody(promised="Petition", asked="Buttons"), CallReason.UNANSWERED),
        (somebody(promised="Petition", rating=Assessment.OPPOSED), None),
        (somebody(leader=True), None),
        (somebody(leader=True, talked=None), CallReason.LEADER),
        (somebody(leader=True, talked=None, promised="Petition"), CallReason.PROMISED),
        (somebody(rated=NOW - STALE), None),
        (somebody(rated=NOW - STALE, unasked="Petition"), CallReason.STALE),
        (somebody(rated=NOW - STALE + HOUR, unasked="Petition"), CallReason.UNASKED),
        (somebody(unasked="Petition"), CallReason.UNASKED),
        (somebody(talked=None), CallReason.NEVER),
        (somebody(talked=None, ahead=True), None),
        (somebody(talked=None, away=True), None),
        (somebody(talked=None, shut=True), None),
        (somebody(talked=None, tried=None, rating=Assessment.OPPOSED), None),
        (somebody(talked=NOW - LONG, tried=NOW - LONG), CallReason.LONG_AGO),
        (somebody(talked=NOW - LONG, tried=NOW - HOUR), None),
        (somebody(talked=NOW - LONG + HOUR), None),
    ],
)
def test_the_first_reason_that_holds(one: Candidate, reason: CallReason | None) -> None:
    found = next_calls([one], NOW, TODAY, 5)
    assert [call.reason for call in found] == ([] if reason is None else [reason])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (somebody(due=TODAY - 2 * DAY), somebody(due=TODAY - DAY)),
        (somebody(due=TODAY), somebody(asked="Petition")),
        (somebody(asked="Petition"), somebody(promised="Petition")),
        (somebody(promised="Petition"), somebody(leader=True, talked=None)),
        (somebody(leader=True, talked=None), somebody(rated=NOW - STALE, unasked="Petition")),
        (
            somebody(rated=NOW - STALE - DAY, unasked="Petition"),
            somebody(rated=NOW - STALE, unasked="Petition"),
        ),
        (somebody(rated=NOW - STALE, unasked="Petition"), somebody(unasked="Petition")),
        (somebody(unasked="Petition"), somebody(talked=None)),
        (somebody(talked=None), somebody(talked=NOW - LONG)),
        (somebody(talked=NOW - 2 * LONG), somebody(talked=NOW - LONG)),
        # Of equals: never tried, then tried longest ago, then longest on record.
        (somebody(talked=None, tried=None), somebody(talked=None)),
        (somebody(talked=None, tried=NOW - 2 * DAY), somebody(talked=None, tried=NOW - DAY)),
        (somebody(due=TODAY, tried=NOW - 2 * DAY), somebody(due=TODAY, tried=NOW - DAY)),
        (somebody(talked=None, number=4), somebody(talked=None, number=5)),
    ],
)
def test_the_more_pressing_comes_first(first: Candidate, then: Candidate) -> None:
    both = [replace(first, contact=ContactId(1)), replace(then, contact=ContactId(2))]
    for said in (both, both[::-1]):
        assert [call.candidate for call in next_calls(said, NOW, TODAY, 5)] == both


HOURS = st.integers(-3, 24 * 90).map(lambda hours: NOW - hours * HOUR)
ANYBODY = st.builds(
    Candidate,
    contact=st.integers(1, 30).map(ContactId),
    number=st.integers(1, 30),
    name=st.just("Sam"),
    due=st.none() | st.integers(-5, 5).map(lambda days: TODAY + days * DAY),
    ahead=st.booleans(),
    asked=st.sampled_from([None, "Petition"]),
    promised=st.sampled_from([None, "Petition"]),
    unasked=st.sampled_from([None, "Petition"]),
    unanswered=st.booleans(),
    leader=st.booleans(),
    rating=st.sampled_from(Assessment),
    rated=st.none() | HOURS,
    talked=st.none() | HOURS,
    tried=st.none() | HOURS,
    away=st.booleans(),
    shut=st.booleans(),
)
CROWD = st.lists(ANYBODY, max_size=12, unique_by=lambda one: one.contact)


@given(CROWD, st.integers(1, 5), st.randoms(use_true_random=False))
def test_whatever_the_order_nobody_twice_and_nobody_who_is_left_in_peace(
    crowd: list[Candidate], most: int, chance: object
) -> None:
    found = next_calls(crowd, NOW, TODAY, most)
    shuffled = list(crowd)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    alike = {each.number for each in crowd}
    if len(alike) == len(crowd):
        assert next_calls(shuffled, NOW, TODAY, most) == found
    assert next_calls(crowd + crowd, NOW, TODAY, most) == found
    every = next_calls(crowd, NOW, TODAY, len(crowd))
    assert found == every[:most]
    contacts = [call.candidate.contact for call in every]
    assert len(set(contacts)) == len(contacts)
    for call in every:
        one = call.candidate
        assert one in crowd
        assert not one.away
        assert not one.shut
        assert one.tried is None or one.tried <= NOW - REST
        assert call.reason is CallReason.DUE or not one.ahead
    for one in crowd:
        if one.due is not None and one.due <= TODAY and one.contact not in contacts:
            assert one.away or one.shut or (one.tried is not None and one.tried > NOW - REST)


def test_one_who_never_answers_keeps_nobody_from_being_called() -> None:
    """Two tries a day, one person each, and nobody ever answers: everybody is tried as often as any."""
    crowd = {n: somebody(contact=ContactId(n), number=n, talked=None, tried=None) for n in range(7)}
    tried = dict.fromkeys(crowd, 0)
    now = NOW
    for _try in range(28):
        [call] = next_calls(crowd.values(), now, date(2026, 11, 23), 1)
        number = call.candidate.number
        crowd[number] = replace(crowd[number], tried=now)
        tried[number] += 1
        now += 12 * HOUR
    assert set(tried.values()) == {4}

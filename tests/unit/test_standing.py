"""What somebody is and may do: the pure rules, over everything the room may show and the bot has seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.roles.roll import Roll
from commands.roles.rules import (
    FROM_THE_START,
    AuthoritySettings,
    DenialReason,
    Hindrance,
    Need,
    Newcomers,
    confirmable,
    confirmed,
    counting,
    refusal,
    seen,
    standing,
)
from commands.roles.standing import Role, Standing
from storage.authority.standings import MemberRecord
from storage.core.model import UserId
from tests.support.standing import kept, of_old

DAN, LEA = UserId("@dan:example.org"), UserId("@lea:example.org")
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
NEW = MemberRecord(DAN, NOW)
STRICT = AuthoritySettings(Newcomers.CONFIRMED)

MOMENTS = st.none() | st.integers(0, 9000).map(lambda hours: NOW - timedelta(hours=hours))
ANY_KEPT = st.builds(
    MemberRecord,
    person=st.just(DAN),
    joined=st.just(NOW),
    announcement=st.none(),
    introduced=MOMENTS,
    accepted=MOMENTS,
    lead=MOMENTS,
    keeper=MOMENTS,
    waits=MOMENTS,
    told=MOMENTS,
)
SHOWN = st.sampled_from(Role)


def as_(
    shown: Role | None, written: MemberRecord | None = None, *, barred: bool = False
) -> Standing:
    return standing(DAN, shown, written or kept(DAN), barred=barred)


def may(
    who: Standing, need: Need, settings: AuthoritySettings | None = None, at: datetime = NOW
) -> DenialReason | None:
    return refusal(who, need, at, settings or AuthoritySettings())


# -- the role that counts --------------------------------------------------------------------------


@given(shown=SHOWN, written=ANY_KEPT)
def test_what_the_room_shows_is_an_upper_bound_and_so_is_what_was_confirmed(
    shown: Role, written: MemberRecord
) -> None:
    counts = counting(shown, written)
    assert counts <= shown
    assert counts < Role.LEAD or written.lead is not None
    assert counts < Role.KEEPER or written.keeper is not None


@given(shown=SHOWN, written=ANY_KEPT)
def test_a_look_never_gives_power_that_nobody_vouches_for(
    shown: Role, written: MemberRecord
) -> None:
    after = seen(written, shown, NOW, None)
    assert counting(shown, after) <= counting(shown, written)
    # The control: with somebody vouching, all that the room shows counts.
    assert counting(shown, seen(written, shown, NOW, FROM_THE_START)) is shown


@given(written=ANY_KEPT, shown=st.lists(SHOWN, min_size=1, max_size=6))
def test_power_that_was_lost_has_to_be_confirmed_again(
    written: MemberRecord, shown: list[Role]
) -> None:
    least, now = max(Role), written
    for each in shown:
        least = min(least, each)
        now = seen(now, each, NOW, None)
        assert counting(Role.KEEPER, now) <= least


@given(written=ANY_KEPT, shown=SHOWN)
def test_a_look_repeated_finds_nothing_to_do(written: MemberRecord, shown: Role) -> None:
    once = seen(written, shown, NOW, None)
    assert seen(once, shown, NOW + timedelta(minutes=1), None) == once


@pytest.mark.parametrize(
    ("written", "shown", "role"),
    [
        (None, Role.KEEPER, Role.ORGANIZER),
        (NEW, Role.KEEPER, Role.ORGANIZER),
        (replace(NEW, lead=NOW), Role.KEEPER, Role.LEAD),
        (replace(NEW, lead=NOW, keeper=NOW), Role.KEEPER, Role.KEEPER),
        (replace(NEW, lead=NOW, keeper=NOW), Role.LEAD, Role.LEAD),
        (replace(NEW, lead=NOW, keeper=NOW), Role.ORGANIZER, Role.ORGANIZER),
        (replace(NEW, keeper=NOW), Role.KEEPER, Role.ORGANIZER),
    ],
)
def test_the_role_that_counts(written: MemberRecord | None, shown: Role, role: Role) -> None:
    assert standing(DAN, shown, written, barred=False).role is role
    assert standing(DAN, shown, written, barred=True).role is None
    assert standing(DAN, None, written, barred=False).role is None


def test_whoever_was_not_written_down_is_a_stranger_to_the_room() -> None:
    unknown = standing(DAN, Role.KEEPER, None, barred=False)
    assert may(unknown, Need()) is None
    assert may(unknown, Need(people=True)) is DenialReason.UNANNOUNCED
    assert may(unknown, Need(Role.LEAD)) is DenialReason.UNCONFIRMED
    assert may(unknown, Need(people=True), STRICT) is DenialReason.UNANNOUNCED


# -- who may what ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "need", "why"),
    [
        (as_(Role.ORGANIZER), Need(people=True), None),
        (as_(None), Need(), DenialReason.STRANGER),
        (as_(Role.KEEPER, barred=True), Need(), DenialReason.ENDED),
        (as_(None, barred=True), Need(), DenialReason.ENDED),
        (as_(Role.ORGANIZER), Need(Role.LEAD), DenialReason.ROLE),
        (as_(Role.LEAD), Need(Role.KEEPER), DenialReason.ROLE),
        (as_(Role.LEAD, replace(NEW, introduced=NOW)), Need(Role.LEAD), DenialReason.UNCONFIRMED),
        (as_(Role.LEAD, NEW), Need(Role.LEAD, people=True), DenialReason.UNCONFIRMED),
        (as_(Role.ORGANIZER, NEW), Need(), None),
        (as_(Role.ORGANIZER, NEW), Need(people=True), DenialReason.UNANNOUNCED),
        (as_(Role.ORGANIZER, replace(NEW, introduced=NOW)), Need(people=True), None),
    ],
)
def test_who_may_what(who: Standing, need: Need, why: DenialReason | None) -> None:
    assert may(who, need) is why


def test_where_newcomers_are_let_in_the_room_alone_does_not_do_that() -> None:
    named = as_(Role.ORGANIZER, replace(NEW, introduced=NOW))
    assert may(named, Need(people=True)) is None, "the control"
    assert may(named, Need(people=True), STRICT) is DenialReason.UNACCEPTED
    assert may(named, Need(), STRICT) is None
    let_in = as_(Role.ORGANIZER, replace(NEW, introduced=NOW, accepted=NOW))
    assert may(let_in, Need(people=True), STRICT) is None


def test_what_takes_two_people_takes_days_in_the_role() -> None:
    approve, ask = Need(Role.LEAD, second=True), Need(Role.KEEPER, second=True)
    week = NOW + timedelta(days=7)
    lead = as_(Role.LEAD, replace(NEW, lead=NOW))
    assert may(lead, approve) is DenialReason.TOO_NEW
    assert may(lead, approve, at=week - timedelta(seconds=1)) is DenialReason.TOO_NEW
    assert may(lead, approve, at=week) is None
    assert may(lead, Need(Role.LEAD)) is None, "everything else they may at once"
    assert may(lead, approve, AuthoritySettings(held_days=0)) is None
    # A lead of old who has just become a keeper approves as before, and asks later.
    keeper = as_(Role.KEEPER, replace(kept(DAN), keeper=NOW))
    assert may(keeper, approve) is None
    assert may(keeper, ask) is DenialReason.TOO_NEW
    assert may(keeper, ask, at=week) is None
    founder = as_(Role.KEEPER, replace(NEW, lead=FROM_THE_START, keeper=FROM_THE_START))
    assert may(founder, ask) is None
    assert may(founder, ask, AuthoritySettings(held_days=365)) is None


def test_what_takes_two_organizers_counts_from_their_joining() -> None:
    new, two = as_(Role.ORGANIZER, NEW), Need(second=True)
    assert may(new, two) is DenialReason.TOO_NEW
    assert may(new, two, at=NOW + timedelta(days=7)) is None
    unknown = standing(DAN, Role.KEEPER, None, barred=False)
    assert may(unknown, two, at=NOW + timedelta(days=999)) is DenialReason.TOO_NEW


def test_a_clock_that_was_put_back_shortens_nothing() -> None:
    lead = as_(Role.LEAD, replace(NEW, lead=NOW))
    assert (
        may(lead, Need(Role.LEAD, second=True), at=NOW - timedelta(days=400))
        is DenialReason.TOO_NEW
    )


# -- confirming ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "by", "found"),
    [
        (as_(Role.LEAD, NEW), Role.LEAD, Role.LEAD),
        (as_(Role.LEAD, NEW), Role.KEEPER, Role.LEAD),
        (as_(Role.KEEPER, NEW), Role.KEEPER, Role.KEEPER),
        (as_(Role.KEEPER, NEW), Role.LEAD, Role.LEAD),
        (as_(Role.KEEPER, replace(NEW, lead=NOW)), Role.LEAD, Hindrance.KEEPER),
        (as_(Role.KEEPER, replace(NEW, lead=NOW)), Role.KEEPER, Role.KEEPER),
        (as_(Role.ORGANIZER, NEW), Role.KEEPER, Hindrance.NOTHING),
        (as_(Role.LEAD), Role.KEEPER, Hindrance.NOTHING),
        (as_(Role.LEAD, NEW, barred=True), Role.KEEPER, Hindrance.BARRED),
    ],
)
def test_what_can_be_confirmed(theirs: Standing, by: Role, found: Role | Hindrance) -> None:
    lead = of_old(LEA, by)
    assert confirmable(theirs, lead, AuthoritySettings(), proven=True) == found
    if isinstance(found, Role):
        unproven = confirmable(theirs, lead, AuthoritySettings(), proven=False)
        assert unproven is Hindrance.UNPROVEN


def test_nobody_confirms_themselves() -> None:
    shown = as_(Role.KEEPER, replace(NEW, lead=NOW))
    assert confirmable(shown, shown, AuthoritySettings(), proven=True) is Hindrance.ONESELF


def test_where_newcomers_are_let_in_a_lead_does_it_with_the_same_word() -> None:
    new, lead = as_(Role.ORGANIZER, replace(NEW, introduced=NOW)), of_old(LEA, Role.LEAD)
    assert confirmable(new, lead, STRICT, proven=True) is Role.ORGANIZER
    assert confirmable(new, lead, AuthoritySettings(), proven=True) is Hindrance.NOTHING, (
        "the control"
    )
    after = confirmed(replace(NEW, introduced=NOW), Role.ORGANIZER, Role.ORGANIZER, NOW)
    assert after.accepted == NOW
    assert after.lead is None


@given(written=ANY_KEPT, role=SHOWN, shown=SHOWN)
def test_what_was_confirmed_counts_at_once_and_waits_no_more(
    written: MemberRecord, role: Role, shown: Role
) -> None:
    role = min(role, shown)
    after = confirmed(seen(written, shown, NOW, None), role, shown, NOW)
    assert counting(shown, after) >= role
    assert after.accepted is not None
    if counting(shown, after) is shown and role is shown:
        assert after.waits is None


def test_the_roll_names_who_waits() -> None:
    lead = as_(Role.LEAD, replace(NEW, introduced=NOW, waits=NOW))
    new = replace(as_(Role.ORGANIZER, replace(NEW, introduced=NOW)), user=LEA)
    roll = Roll.of({DAN: lead, LEA: new}, {DAN: NOW}, AuthoritySettings())
    assert [(each.user, each.shown) for each in roll.waiting] == [(DAN, Role.LEAD)]
    strict = Roll.of({DAN: lead, LEA: new}, {DAN: NOW}, STRICT)
    assert [each.user for each in strict.waiting] == [DAN, LEA]
    assert roll.leads == ()
    assert Roll({LEA: of_old(LEA, Role.KEEPER)}).leads == (LEA,)

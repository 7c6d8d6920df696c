"""Rules about contacts and assessments."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.contacts.rules import may_see, standing
from commands.framework.context import Role, UserId
from commands.shared.discretion import delicate
from storage.core.model import Assessment, Contact, ContactId, Evidence, Rated

ANA, BEN, LEA = (UserId(f"@{name}:example.org") for name in ("ana", "ben", "lea"))


def rated(author: UserId, rating: int, days_ago: int) -> Rated:
    at = datetime(2026, 11, 20, tzinfo=UTC) - timedelta(days=days_ago)
    return Rated(Assessment(rating), Evidence.SAID, author, at, None)


def test_the_primary_organizers_latest_is_current_and_others_dispute_it() -> None:
    newest_first = [rated(BEN, 4, 1), rated(ANA, 2, 2), rated(LEA, 2, 3), rated(ANA, 5, 9)]
    now = standing(newest_first, ANA)
    assert now.current == newest_first[1]
    assert now.others == (newest_first[0],)
    assert now.disputed


def test_without_the_primarys_word_the_newest_counts() -> None:
    newest_first = [rated(BEN, 4, 1), rated(LEA, 4, 2)]
    assert standing(newest_first, ANA).current == newest_first[0]
    assert standing(newest_first, None).current == newest_first[0]
    assert not standing(newest_first, ANA).disputed


def test_zero_clears_and_disputes_nothing() -> None:
    assert standing([rated(ANA, 0, 1), rated(BEN, 4, 2), rated(ANA, 2, 3)], ANA).current is None
    assert not standing([rated(BEN, 0, 1), rated(ANA, 2, 2)], ANA).disputed
    assert standing([], ANA).current is None


def test_who_may_see_a_contact() -> None:
    contact = Contact(ContactId(1), 1, "Sam Okafor", None, None, ANA)
    assert may_see(contact, ANA, Role.ORGANIZER)
    assert not may_see(contact, BEN, Role.ORGANIZER)
    assert may_see(contact, BEN, Role.LEAD)


@pytest.mark.parametrize(
    "note",
    ["his WIFE left", "she was diagnosed", "Undocumented.", "prays at noon", "H1B ends", "kids!"],
)
def test_delicate_notes(note: str) -> None:
    assert delicate(note)


@pytest.mark.parametrize(
    "note", ["signed", "worried about oncall", "wants fair pay", "visage", "will sign", "kidding"]
)
def test_ordinary_notes(note: str) -> None:
    assert delicate(note) is None


def test_ratings_cannot_be_averaged() -> None:
    with pytest.raises(TypeError):
        sum([Assessment.SUPPORTS, Assessment.OPPOSED])  # type: ignore[list-item]

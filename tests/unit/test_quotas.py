"""The table of quotas: whole, generous, and declared by every command that makes something."""

import pytest

from commands.all import CATALOGUE
from commands.authority.budget import Acts, _is_news
from commands.authority.budget_views import _TIDY, act_words, open_already, spent_today
from commands.authority.previews import Previews
from commands.framework.spec import Command
from commands.roles.quotas import (
    COUNTED,
    NOT_TYPED,
    QUOTAS,
    RATES,
    Act,
    QuotaItem,
    kinds_of,
    quota_of,
    things_of,
)
from commands.roles.standing import Role
from storage.authority.quotas import OPEN, TABLED
from storage.core.model import EntryKind
from storage.history.entries import Entries, History
from storage.imports.imports import Imports
from storage.privacy.exports import Exports

WRITES = {History, Entries}
"""What begins an entry of history: whoever is handed it makes something."""
LOSES_NOTHING = {"test open"}
"""Shown first for another reason: a slip of it can be taken back, and nobody has lost anything."""

every = pytest.mark.parametrize("command", list(CATALOGUE), ids=lambda c: c.name)


def test_everything_there_is_has_a_quota_and_every_act_a_rate() -> None:
    assert set(QUOTAS) == set(QuotaItem)
    assert set(RATES) == set(Act)
    assert set(COUNTED) | NOT_TYPED == set(EntryKind)
    assert {thing.value for thing in QuotaItem} >= {*OPEN, *TABLED}


@pytest.mark.parametrize("thing", list(QuotaItem), ids=lambda t: t.value)
def test_what_is_spent_is_said_with_what_there_is_and_who_can_raise_it(thing: QuotaItem) -> None:
    quota = QUOTAS[thing]
    said = "".join(str(part) for part in spent_today(thing, quota.a_day or 7, Role.ORGANIZER))
    assert str(quota.a_day or 7) in said
    assert "making_percent" in said
    if quota.each is not None or quota.together is not None:
        assert thing.value in OPEN
        assert thing in _TIDY
        assert "making_percent" in "".join(map(str, open_already(thing, 7, Role.LEAD, own=True)))


@pytest.mark.parametrize("act", list(Act), ids=lambda a: a.value)
def test_each_act_has_words_and_an_hour_below_its_day(act: Act) -> None:
    assert "3" in act_words(act, 3)
    assert 1 <= RATES[act].an_hour <= RATES[act].a_day
    assert 2 <= RATES[act].much <= RATES[act].an_hour or RATES[act].an_hour < 2


@every
def test_each_command_that_makes_something_says_what(command: Command) -> None:
    """The only ways to make an entry of history are handed to commands by name."""
    if WRITES & set(command.facts.values()):
        assert command.makes or command.may_make, f"!{command.name}"


@every
def test_what_takes_things_away_asks_first_and_is_counted(command: Command) -> None:
    if command.destroys:
        assert Acts in command.facts.values(), f"!{command.name}"
    else:
        assert Acts not in command.facts.values()
    shown = any(p.key == "yes" and "shown" in p.about for p in command.parameters)
    if shown and command.name not in LOSES_NOTHING:
        assert Previews in command.facts.values(), f"!{command.name}"


def test_what_cannot_be_taken_back_is_shown_first() -> None:
    """All of what an organizer or a lead can do for good, and what asks before it."""
    for_good = {"forget", "test close", "poll cancel", "import undo", "import drop", "test drop"}
    previewed = {c.name for c in CATALOGUE if Previews in c.facts.values()}
    assert previewed >= for_good
    assert {c.name for c in CATALOGUE if c.destroys} >= for_good


def test_every_kind_of_history_can_be_taken_back_or_is_shown_first() -> None:
    """What has no words for being taken back: closed tests, and imports, which have a way of their own."""
    empty = {kind for kind, policy in CATALOGUE.undo.items() if not policy.what()}
    assert empty == {
        EntryKind.TEST_CLOSED,
        EntryKind.TEST_AMENDED,
        EntryKind.LISTED,
        EntryKind.LIST_CHANGED,
    }


def test_a_lead_may_make_more_and_is_never_shut_out_by_others() -> None:
    one, lead = (quota_of(QuotaItem.SERIES, role, 100) for role in (Role.ORGANIZER, Role.LEAD))
    assert one.each is not None
    assert lead.each == 3 * one.each
    assert one.together is not None
    assert lead.together is None
    assert quota_of(QuotaItem.SERIES, Role.ORGANIZER, 200).each == 2 * one.each
    assert quota_of(QuotaItem.TIME_POLL, Role.ORGANIZER, 10).each == 1


def test_kinds_and_things_answer_each_other() -> None:
    for kind, things in COUNTED.items():
        assert things_of([kind]) == set(things)
        assert all(kind in kinds_of(thing) for thing in things)


def test_leads_hear_when_it_is_much_and_when_it_doubles() -> None:
    heard = [now for now in range(1, 30) if _is_news(now - 1, now, 3)]
    assert heard == [3, 6, 12, 24]
    assert _is_news(0, 5, 3)
    assert not _is_news(3, 5, 3)


def test_imports_and_exports_have_tables_of_their_own() -> None:
    made = {c.name for c in CATALOGUE if {Imports, Exports} & set(c.facts.values()) and c.makes}
    assert made == {"import file", "import paste", "export"}

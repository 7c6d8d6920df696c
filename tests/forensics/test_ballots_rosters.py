"""Members who play the roster learn nobody's vote: not by asking twice, nor by who is asked.

The controls are the same attackers against a bot that compares nothing and counts whatever it has.
"""

import random
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commands.polls.ask.policy import Policy
from commands.polls.count import comparison
from commands.polls.count.comparison import Earlier, Weighed
from commands.polls.model import Poll, Risks
from storage.core.database import Database
from storage.core.model import UserId
from tests.chat.conversation import Chat
from tests.support import poll_desk
from tests.support.ballot_table import Note
from tests.support.roster_games import (
    ATTACKS,
    EVERYBODY,
    FRIEND,
    LEAD,
    TARGET,
    Inside,
    Played,
    play,
    user,
)

TRIALS = 24

attacks = pytest.mark.parametrize("name", ATTACKS)


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    database = await Database.open(tmp_path / "app.db", secrets.token_bytes(32))
    begun = Chat(database)
    await begun.begin()
    begun.join(*(who for who in EVERYBODY if who not in begun.roles))
    yield begun
    await database.close()


@pytest.fixture
def chance() -> random.Random:
    return random.Random("rosters")


def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is compared, and everybody who is asked is counted by the announced floor."""

    def weigh(
        _poll: Poll, roster: list[UserId], _earlier: list[Earlier], _now: object, _policy: Policy
    ) -> Weighed:
        return Weighed(tuple(roster), (), None, None, refused=False)

    monkeypatch.setattr(comparison, "weigh", weigh)
    monkeypatch.setattr(comparison, "risks", lambda *_: Risks())
    monkeypatch.setattr(poll_desk, "raised", lambda rules, _shut_out: rules)


def shown(played: Played) -> str:
    return f"{played.score.advantage:+.3f}, knew {played.known} of {played.score.trials}"


@attacks
async def test_control_without_the_rules_each_of_them_knows(
    chat: Chat,
    chance: random.Random,
    name: str,
    note: Note,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unguarded(monkeypatch)
    played = await play(chat, ATTACKS[name], TRIALS, chance)
    note(f"from inside: {name}", "control", shown(played))
    assert played.known == TRIALS
    assert played.score.advantage == 1.0


@attacks
async def test_nobody_learns_a_vote_from_who_is_asked(
    chat: Chat, chance: random.Random, name: str, note: Note
) -> None:
    played = await play(chat, ATTACKS[name], TRIALS, chance)
    note(f"from inside: {name}", "product", shown(played))
    assert played.known == 0, "two numbers to subtract"
    assert played.score.advantage < played.score.noise


async def test_limit_two_leads_together_may_want_it_and_everybody_reads_so(
    chat: Chat, chance: random.Random
) -> None:
    """A known limit: whoever is singled out knows it before they vote."""
    inside = Inside.begin(chat, chance, truth=True)
    inside.remove(TARGET)
    assert await inside.asked([who for who in EVERYBODY if who != TARGET]) is not None
    inside.let_in(TARGET)
    asked = '!poll yesno "Is the march on Friday?" closes=1h'
    await chat.room("@ana", asked)
    code = (await chat.room("@ana", "!ok")).text.partition("!poll confirm ")[2][:4]
    assert (await chat.dm(FRIEND, f"!poll confirm {code}")).says("is for leads")
    shown_to_lead = await chat.dm(LEAD, f"!poll confirm {code}")
    assert shown_to_lead.says("“Is the march on Friday?”", user(TARGET), "what that person thinks")
    assert not await chat.polls.polls(), "opened by whoever only looked"
    assert (await chat.dm(LEAD, "!ok")).says("is open until")
    for said in (chat.polls.in_room[-1], chat.polls.in_person[user(TARGET)][-1]):
        assert user(TARGET) in str(said)
        assert "what that person thinks" in str(said)

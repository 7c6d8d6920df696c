"""A committee for each attacker, and the table of what they reached."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.chat.conversation import Chat
from tests.inside import table
from tests.inside.attacks import BY_KEY, number
from tests.inside.insider import Company, record
from tests.inside.insider import company as gathered
from tests.inside.page import promised
from tests.inside.table import Column, Reached
from tests.support.begun import copied, made, opened_apart

Reach = Callable[[str, float], None]


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one committee."""
    return made(tmp_path_factory.mktemp("begun") / "steward.db")


@pytest.fixture
async def chat(begun: Path) -> AsyncIterator[Chat]:
    """Ana and Ben organize, Lea leads, Kim keeps.

    The database has its thread: how long a message holds the loop is measured, too.
    """
    async with copied(begun, opened_apart) as talked:
        yield talked


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two hundred people in Ben's care; to write them down takes longer than most attacks."""
    return made(tmp_path_factory.mktemp("recorded") / "steward.db", record)


@pytest.fixture
async def company(recorded: Path) -> AsyncIterator[Company]:
    """Two hundred people in Ben's care, written down two days ago; a conversation of their own."""
    async with copied(recorded, opened_apart) as chat:
        chat.later(days=2)
        yield gathered(chat)


def _note(request: pytest.FixtureRequest, key: str, column: Column, amount: float) -> None:
    request.node.user_properties.append(table.noted(Reached(key, column, amount)))


@pytest.fixture
def control(request: pytest.FixtureRequest) -> Reach:
    """Note what a program reached where the guard does not apply: more than is promised."""

    def reached(key: str, amount: float) -> None:
        _note(request, key, "control", amount)
        assert amount > BY_KEY[key].at_most, f"{key}: this program finds nothing even unguarded"

    return reached


@pytest.fixture
def now(request: pytest.FixtureRequest) -> Reach:
    """Note what a program reached; it may be no more than is promised, and than the page says."""

    def reached(key: str, amount: float) -> None:
        attack = BY_KEY[key]
        _note(request, key, "now", amount)
        over = (
            f"{attack.who}, {attack.goal}: {number(amount)} {attack.unit.value},"
            f" {number(attack.at_most)} promised"
        )
        if amount > attack.at_most and attack.awaits:
            pytest.xfail(f"{over}; awaits {attack.awaits}")
        assert amount <= attack.at_most, over
        assert amount <= promised(key), f"docs/threat-model.md says less of {attack.goal}"

    return reached

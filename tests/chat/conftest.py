"""``chat``: conversations with Steward on a real encrypted database, without Matrix."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from storage.core.database import Database
from tests.chat.conversation import Chat
from tests.support import begun as beginnings
from tests.support.joint_tests import twenty_people

KEY: Final = beginnings.KEY


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a new bot has it; it takes longer to make than to copy."""
    path = tmp_path_factory.mktemp("empty") / "steward.db"

    async def make() -> None:
        await (await Database.open(path, KEY)).close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one committee."""
    return beginnings.made(tmp_path_factory.mktemp("begun") / "steward.db")


@pytest.fixture(scope="session")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one committee that has twenty people."""
    return beginnings.made(tmp_path_factory.mktemp("unit") / "steward.db", twenty_people)


@pytest.fixture
async def chat(begun: Path) -> AsyncIterator[Chat]:
    async with beginnings.copied(begun) as talked:
        yield talked

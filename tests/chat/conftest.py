"""``chat``: conversations with Steward on a real encrypted database, without Matrix."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.core.database import Database
from tests.chat.conversation import Chat

KEY = secrets.token_bytes(32)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a new bot has it; it takes longer to make than to copy."""
    path = tmp_path_factory.mktemp("empty") / "steward.db"

    async def make() -> None:
        await (await Database.open(path, KEY)).close()

    asyncio.run(make())
    return path


@pytest.fixture
async def chat(tmp_path: Path, empty: Path) -> AsyncIterator[Chat]:
    database = await Database.open(Path(shutil.copy(empty, tmp_path)), KEY)
    try:
        begun = Chat(database)
        await begun.begin()
        yield begun
    finally:
        await database.close()

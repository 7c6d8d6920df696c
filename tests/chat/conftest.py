"""``chat``: conversations with Steward on a real encrypted database, without Matrix."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.chat.conversation import Chat


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    database = await Database.open(tmp_path / "steward.db", secrets.token_bytes(32))
    try:
        begun = Chat(database)
        await begun.begin()
        yield begun
    finally:
        await database.close()

"""A committee that has just begun, copied for each test: making one takes ten times as long."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.core import driver, migrate
from storage.core.database import Database
from tests.chat.conversation import Chat
from tests.support.at_once import do_at_once
from tests.support.made_whole import SHELF

KEY = secrets.token_bytes(32)


def known_to_be_whole(patch: pytest.MonkeyPatch) -> None:
    """Open files without looking at each byte and table: of those that were made and closed a moment before."""
    patch.setattr(driver, "_check", lambda *_args, **_named: None)
    patch.setattr(migrate, "_compare", lambda *_args: None)


async def opened(path: Path) -> Database:
    """Open a database in which only one thing is done at a time."""
    with pytest.MonkeyPatch.context() as patch:
        do_at_once(patch)
        return await Database.open(path, KEY)


async def opened_apart(path: Path) -> Database:
    """Open a database on a thread of its own, as the bot does."""
    return await Database.open(path, KEY)


def made(path: Path, more: Callable[[Chat], Awaitable[None]] | None = None) -> Path:
    """Make the database to copy from: a committee that a lead has set up, and ``more`` that was done there."""

    async def make() -> None:
        database = await opened(path)
        chat = Chat(database)
        await chat.begin()
        if more is not None:
            await more(chat)
        await database.close()

    asyncio.run(make())
    return path


@asynccontextmanager
async def copied(
    begun: Path, opening: Callable[[Path], Awaitable[Database]] = opened
) -> AsyncIterator[Chat]:
    """Talk on a copy of what was made, whatever other conversations on copies have changed.

    Neither its bytes nor its tables are checked once more: they were when they were made.
    """
    copy = SHELF.take(begun)
    with pytest.MonkeyPatch.context() as patch:
        known_to_be_whole(patch)
        database = await copy.opened(opening)
    chat = Chat(database)
    try:
        await chat.know()
        yield chat
    finally:
        if chat.database is not database:
            # Another one, where the bot was made anew from a backup.
            await chat.database.close()
        await SHELF.give_back(copy, database)

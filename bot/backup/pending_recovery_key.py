"""A new recovery key for the homeserver's secret storage, kept until it was uploaded."""

from storage.chat.facts import Facts
from storage.core.database import Database

SECRET_STORAGE_KEY = "secret_storage_key"  # noqa: S105 (the name of a fact)
"""A recovery key that the copies of our identity's keys at the homeserver wait for."""


async def keep_for_secret_storage(database: Database, key: bytes) -> None:
    """Keep a new recovery key until the homeserver has the secrets encrypted under it."""
    async with database.transaction() as tx:
        await Facts(tx).put(SECRET_STORAGE_KEY, key.hex())

"""Removes, after a restore, the bot's previous device, so that no dead device stays in its list."""

from collections.abc import Callable

from bot.backup.create import FORMER_DEVICE
from bot.matrix import devices
from bot.matrix.client import Client
from storage.chat.facts import Facts
from storage.core.database import Database


async def remove(
    client: Client, database: Database, password: str | None, say: Callable[[str], None]
) -> None:
    """Remove the device that a backup was taken from, if there is one; it may still be running.

    Homeservers want the account's password for that.
    """
    async with database.transaction() as tx:
        device = await Facts(tx).get(FORMER_DEVICE)
    if device is None:
        return
    if device != client.device and not await devices.remove(client, device, password):
        say(
            f"The homeserver does not let me remove the bot's former device, {device}. Remove it "
            "in the settings of the account; a bot that still runs on it would answer as well."
        )
    async with database.transaction() as tx:
        await Facts(tx).drop(FORMER_DEVICE)

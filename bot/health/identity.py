"""Answers about identities: our own to the operator, other people's to the leads."""

from typing import Any

from bot.matrix import identity
from bot.matrix.client import Client, MatrixError, TokenRejected
from bot.matrix.identity import CrossSigning, IdentityConflict
from bot.matrix.machine import Machine


async def report(
    client: Client, signing: CrossSigning, machine: Machine, _request: dict[str, Any]
) -> dict[str, Any]:
    """Whether the homeserver serves the bot's identity to other people as the bot made it."""
    try:
        await identity.publish(client, signing, machine.sign)
        holds = True
    except (IdentityConflict, MatrixError, TokenRejected):
        holds = False
    return {"ok": holds, "fingerprint": signing.fingerprint, "device_id": client.device}

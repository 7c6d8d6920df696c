"""Answers about identities: our own to the operator, other people's to the leads."""

from typing import Any

from bot.matrix import identity
from bot.matrix.client import Client, MatrixError, TokenRejected
from bot.matrix.identity import CrossSigning, IdentityConflict
from bot.matrix.machine import Machine


async def report(
    client: Client, signing: CrossSigning, machine: Machine, _request: dict[str, Any]
) -> dict[str, Any]:
    """Answer the verb ``identity``: ``ok``, whether the homeserver serves others the identity that the bot made.

    Beside it ``fingerprint``, the bot's master key in groups of four to compare by eye, and ``device_id``.
    """
    try:
        await identity.publish(client, signing, machine.sign)
        holds = True
    except (IdentityConflict, MatrixError, TokenRejected):
        holds = False
    return {"ok": holds, "fingerprint": signing.fingerprint, "device_id": client.device}

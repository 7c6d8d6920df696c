"""Leaves rooms and takes invitations back, as far as the homeserver permits."""

from bot.logging import logs
from bot.matrix.client import Client, MatrixError, quoted

log = logs.get("bot.matrix.membership")


async def leave(client: Client, room_id: str) -> None:
    """Leave a room; a refusal of the homeserver does not matter."""
    try:
        await client.insist("POST", f"/rooms/{quoted(room_id)}/leave", {})
    except MatrixError as refusal:
        log.info("leave_refused", status=refusal.status)


async def remove(client: Client, room_id: str, person: str) -> None:
    """Remove a person from a room, or take their invitation back; a refusal is only noted."""
    try:
        await client.insist("POST", f"/rooms/{quoted(room_id)}/kick", {"user_id": person})
    except MatrixError as refusal:
        log.info("kick_refused", status=refusal.status)

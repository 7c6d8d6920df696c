"""Devices of the bot's own account that are not in use any more."""

from bot.matrix.client import Client, JsonObject, MatrixError, Unauthorized, quoted


async def remove(client: Client, device: str, password: str | None) -> bool:
    """Remove another device of ours, which ends its login; False when the homeserver refuses.

    A device that is gone already counts as removed.
    """
    path, body = f"/devices/{quoted(device)}", JsonObject()
    try:
        try:
            await client.insist("DELETE", path, body)
        except Unauthorized as refusal:
            if password is None:
                return False
            await client.insist("DELETE", path, _with_password(client, password, refusal.answer))
    except MatrixError as refusal:
        return refusal.status == 404
    return True


def _with_password(client: Client, password: str, asked: JsonObject) -> JsonObject:
    identifier = {"type": "m.id.user", "user": client.user}
    return {
        "auth": {
            "type": "m.login.password",
            "identifier": identifier,
            "password": password,
            "session": asked.get("session"),
        }
    }

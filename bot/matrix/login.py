"""Logging in: with a password, with a token for one login, or with the token of a session."""

from dataclasses import field

from bot.matrix.client import Client, JsonObject, MatrixError, TokenRejected
from bot.matrix.sync import section
from storage.core.lazy_dataclass import dataclass


class NotThisAccount(Exception):
    """Raised when the token belongs to another account than the configured one."""


class DeviceTaken(Exception):
    """Raised when the token's device already has encryption keys, which are another program's."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the operator gave to log in; never stored, only the session made from it is kept."""

    password: str | None = field(default=None, repr=False)
    login_token: str | None = field(default=None, repr=False)
    """``m.login.token``: good for one login, for a short time."""
    access_token: str | None = field(default=None, repr=False)
    """Of a session made for the bot, such as a provider's admin tool makes."""


async def log_in(client: Client, given: Credentials, device_name: str) -> tuple[str, str]:
    """The device and its access token; the client is that device from now on.

    Raises MatrixError when the homeserver refuses, NotNow when it is away or busy, NotThisAccount,
    DeviceTaken.
    """
    if given.access_token is not None:
        return await _take_over(client, given.access_token)
    body: JsonObject = {"initial_device_display_name": device_name}
    if given.login_token is not None:
        body |= {"type": "m.login.token", "token": given.login_token}
    else:
        who = {"type": "m.id.user", "user": client.user}
        body |= {"type": "m.login.password", "identifier": who, "password": given.password or ""}
    answer = await client.request("POST", "/login", body)
    device, token = str(answer["device_id"]), str(answer["access_token"])
    client.resume(device, token)
    if answer.get("user_id") != client.user:
        await _log_out(client)
        raise NotThisAccount
    return device, token


async def _take_over(client: Client, token: str) -> tuple[str, str]:
    """A session that somebody else opened for us; only if nobody has used it for encryption."""
    client.resume("", token)
    answer = await client.request("GET", "/account/whoami")
    device = answer.get("device_id")
    if answer.get("user_id") != client.user or not isinstance(device, str):
        client.resume("", "")
        raise NotThisAccount
    published = await client.request("POST", "/keys/query", {"device_keys": {client.user: []}})
    if device in section(published, "device_keys", client.user):
        client.resume("", "")
        raise DeviceTaken
    client.resume(device, token)
    return device, token


async def _log_out(client: Client) -> None:
    try:
        await client.request("POST", "/logout", {})
    except (MatrixError, TokenRejected):
        # It ends with its token, which nobody keeps.
        pass
    finally:
        client.resume("", "")

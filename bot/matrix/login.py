"""Logging in: with a password, with a token for one login, or with the token of a session."""

from dataclasses import field
from enum import Enum

from bot.matrix.client import Client, JsonObject, MatrixError, NotNow, TokenRejected
from bot.matrix.sync import listing, section
from storage.core.lazy_dataclass import dataclass


class LoginRefusal(Enum):
    """Why the homeserver lets nobody in."""

    PASSWORD = "password"  # noqa: S105 (no password)
    """Wrong, or there is no such user: homeservers do not say which."""
    NO_PASSWORDS = "no passwords"
    """Accounts belong to a provider; a token is needed."""
    CLOSED = "closed"
    """The account was deactivated, locked or suspended."""
    SPENT = "spent"
    """A token for one login that was used before, or is too old."""
    UNKNOWN_TOKEN = "unknown token"  # noqa: S105 (no token)
    """The token of no session: mistyped, or its session has ended."""
    NO_DEVICE = "no device"
    """A token without a device, as an application service has: nothing can be encrypted with it."""


class LoginRefused(Exception):
    """Raised when the homeserver lets nobody in with what was given."""

    def __init__(self, refusal: LoginRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class LoginLimited(Exception):
    """Raised when there were too many logins from here; ``seconds`` to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__("limited")
        self.seconds = seconds


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

    Raises LoginRefused, LoginLimited, MatrixError when the homeserver refuses otherwise, NotNow when it
    is away or busy, NotThisAccount, DeviceTaken.
    """
    try:
        if given.access_token is not None:
            return await _take_over(client, given.access_token)
        return await _begin_session(client, given, device_name)
    except TokenRejected:
        client.resume("", "")
        raise LoginRefused(LoginRefusal.UNKNOWN_TOKEN) from None
    except MatrixError as error:
        refusal = await _refusal(client, given, error)
        if refusal is None:
            raise
        raise LoginRefused(refusal) from None
    except NotNow as later:
        if later.limited:
            raise LoginLimited(later.limited) from None
        raise


async def _begin_session(client: Client, given: Credentials, device_name: str) -> tuple[str, str]:
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
        await log_out(client)
        raise NotThisAccount
    return device, token


async def _refusal(client: Client, given: Credentials, error: MatrixError) -> LoginRefusal | None:
    if error.code in {"M_USER_DEACTIVATED", "M_USER_LOCKED", "M_USER_SUSPENDED"}:
        return LoginRefusal.CLOSED
    if given.password is None or given.access_token is not None:
        spent = given.login_token is not None and error.status in {401, 403}
        return LoginRefusal.SPENT if spent else None
    try:
        answer = await client.request("GET", "/login")
    except (MatrixError, NotNow, TokenRejected):
        answer = {}
    ways = {section(flow).get("type") for flow in listing(answer, "flows")}
    if ways and "m.login.password" not in ways:
        return LoginRefusal.NO_PASSWORDS
    return LoginRefusal.PASSWORD if error.status in {401, 403} else None


async def _take_over(client: Client, token: str) -> tuple[str, str]:
    """A session that somebody else opened for us; only if nobody has used it for encryption."""
    client.resume("", token)
    answer = await client.request("GET", "/account/whoami")
    device = answer.get("device_id")
    if answer.get("user_id") != client.user:
        client.resume("", "")
        raise NotThisAccount
    if not isinstance(device, str):
        client.resume("", "")
        raise LoginRefused(LoginRefusal.NO_DEVICE)
    published = await client.request("POST", "/keys/query", {"device_keys": {client.user: []}})
    if device in section(published, "device_keys", client.user):
        client.resume("", "")
        raise DeviceTaken
    client.resume(device, token)
    return device, token


async def log_out(client: Client) -> bool:
    """End the client's session, and with it the device; whether the homeserver heard of it."""
    try:
        await client.request("POST", "/logout", {})
    except (MatrixError, TokenRejected, NotNow):
        # It ends with its token, which nobody keeps.
        return False
    else:
        return True
    finally:
        client.resume("", "")

"""The bot's own cross-signing identity: made once, never replaced silently, checked at every start."""

import json
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.matrix import secret_storage
from bot.matrix.client import Client, JsonObject, MatrixError, Unauthorized, quoted
from bot.matrix.signing import SigningKey, from_unpadded, is_signed, is_signed_as, unpadded
from bot.matrix.sync import listing, section
from storage.core.lazy_dataclass import dataclass


class IdentityConflict(Exception):
    """Raised when the account already has a cross-signing identity that is not ours."""


class IdentityNeedsApproval(Exception):
    """Raised when a person has to approve the identity at the homeserver, at ``url`` where one is named."""

    def __init__(self, url: str | None) -> None:
        super().__init__("approval needed")
        self.url = url


@dataclass(frozen=True, slots=True)
class CrossSigning:
    """The three private keys of an account (spec: Cross-signing)."""

    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    @classmethod
    def create(cls) -> "CrossSigning":
        """Three new random keys."""
        return cls(*(SigningKey(os.urandom(32)) for _ in range(3)))

    @classmethod
    def from_json(cls, text: str) -> "CrossSigning":
        """The keys as ``to_json`` wrote them."""
        stored = json.loads(text)
        names = ("master", "self_signing", "user_signing")
        return cls(*(SigningKey(from_unpadded(stored[name])) for name in names))

    def to_json(self) -> str:
        """The private keys as JSON, for the encrypted database only."""
        return json.dumps({name: unpadded(key.seed) for name, key in self._named()})

    def _named(self) -> list[tuple[str, SigningKey]]:
        return [
            ("master", self.master),
            ("self_signing", self.self_signing),
            ("user_signing", self.user_signing),
        ]

    def public(self, user: str) -> dict[str, JsonObject]:
        """The body of ``/keys/device_signing/upload``, without the device's signature."""
        keys: dict[str, JsonObject] = {}
        for name, key in self._named():
            published: JsonObject = {
                "user_id": user,
                "usage": [name],
                "keys": {f"ed25519:{key.public}": key.public},
            }
            keys[f"{name}_key"] = (
                published if name == "master" else self.master.sign(published, user)
            )
        return keys

    @property
    def fingerprint(self) -> str:
        """The public master key in groups of four, for a person to compare."""
        key = self.master.public
        return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


async def keys_of(client: Client, user: str) -> JsonObject:
    """What the homeserver publishes about one account's keys."""
    # Without it nobody answered the question: what stands for no identity would have one made.
    return await client.insist(
        "POST", "/keys/query", {"device_keys": {user: []}}, wanted="device_keys"
    )


def published_master(answer: JsonObject, user: str) -> str | None:
    """The public master key in an answer of ``/keys/query``."""
    keys = answer.get("master_keys", {}).get(user, {}).get("keys", {})
    return next(iter(keys.values()), None)


async def store_secrets(client: Client, keys: CrossSigning, storage_key: bytes) -> None:
    """Put the seeds into secret storage, before anything is published, so none can be stranded.

    Raises IdentityConflict when the account has another identity, and then changes nothing: the
    secrets of that identity may be stored under these very names.
    """
    master = published_master(await keys_of(client, client.user), client.user)
    if master not in {None, keys.master.public}:
        raise IdentityConflict
    key_id = unpadded(os.urandom(12)).replace("/", "_").replace("+", "-")
    base = f"/user/{quoted(client.user)}/account_data/"
    await client.insist(
        "PUT", f"{base}m.secret_storage.key.{key_id}", secret_storage.describe(storage_key)
    )
    for name, key in keys._named():  # noqa: SLF001 (one module)
        kind = f"m.cross_signing.{name}"
        # What is stored is the base64 text of the seed, as other clients expect.
        sealed = secret_storage.encrypt(storage_key, kind, unpadded(key.seed).encode())
        await client.insist("PUT", base + kind, {"encrypted": {key_id: sealed}})
    await client.insist("PUT", f"{base}m.secret_storage.default_key", {"key": key_id})


Approval = Callable[[str], Awaitable[bool]]
"""Shows a person the page where they approve, and waits a while; False when it was long enough."""


async def publish(
    client: Client,
    keys: CrossSigning,
    sign_as_device: Any,
    password: str | None = None,
    approval: Approval | None = None,
) -> None:
    """Make the account's published identity ours, signed by and signing this device.

    Idempotent; run at every start. ``sign_as_device`` signs canonical JSON text with the device's
    own Ed25519 key. Raises IdentityConflict when the account has another identity, and
    IdentityNeedsApproval when the homeserver asks for something a bot cannot give.
    """
    answer = await keys_of(client, client.user)
    master = published_master(answer, client.user)
    if master is None:
        await _upload_identity(client, keys, password, approval)
        answer = await keys_of(client, client.user)
        master = published_master(answer, client.user)
    if master != keys.master.public:
        raise IdentityConflict
    if not await _chain_holds(client, keys, answer):
        await _sign_device(client, keys, sign_as_device, answer)
        if not await _chain_holds(client, keys, await keys_of(client, client.user)):
            raise IdentityConflict


async def _upload_identity(
    client: Client, keys: CrossSigning, password: str | None, approval: Approval | None
) -> None:
    body: JsonObject = dict(keys.public(client.user))
    while True:
        try:
            # The first identity of an account needs no further authentication (MSC3967).
            await client.insist("POST", UPLOAD, body)
        except Unauthorized as refusal:
            stages = {stage for flow in _flows(refusal.answer) for stage in flow}
            session = refusal.answer.get("session")
            if password is not None and "m.login.password" in stages and "auth" not in body:
                body["auth"] = {
                    "type": "m.login.password",
                    "identifier": {"type": "m.id.user", "user": client.user},
                    "password": password,
                    "session": session,
                }
                continue
            if "auth" in body and not stages & APPROVED_ELSEWHERE:
                raise
            # A provider wants a person's approval on its own page, and says no more than that it
            # has not come yet: the same request is repeated (MSC4312).
            url = _approval_url(refusal.answer) if stages & APPROVED_ELSEWHERE else None
            if url is None or approval is None or not await approval(url):
                raise IdentityNeedsApproval(url) from None
            body["auth"] = {"session": session}
        else:
            return


UPLOAD = "/keys/device_signing/upload"
APPROVED_ELSEWHERE = frozenset({"m.oauth", "org.matrix.cross_signing_reset"})


def _flows(answer: JsonObject) -> list[list[str]]:
    flows = [section(flow).get("stages") for flow in listing(answer, "flows")]
    return [[str(stage) for stage in flow] for flow in flows if isinstance(flow, list)]


def _approval_url(answer: JsonObject) -> str | None:
    """The page's address; only one that a browser opens safely is shown to anybody."""
    for stage in sorted(APPROVED_ELSEWHERE):
        url = section(answer, "params", stage).get("url")
        if isinstance(url, str) and _SHOWN.fullmatch(url):
            return url
    return None


_SHOWN = re.compile(r"https?://[!-~]{1,2000}")


async def _chain_holds(client: Client, keys: CrossSigning, answer: JsonObject) -> bool:
    """Device <- self-signing <- master, as the homeserver serves them to others."""
    user = client.user
    device = answer.get("device_keys", {}).get(user, {}).get(client.device, {})
    self_signing = answer.get("self_signing_keys", {}).get(user, {})
    own_key = device.get("keys", {}).get(f"ed25519:{client.device}", "")
    master = answer.get("master_keys", {}).get(user, {})
    return (
        is_signed(self_signing, user, keys.master.public)
        and keys.self_signing.public in self_signing.get("keys", {}).values()
        and is_signed(device, user, keys.self_signing.public)
        and is_signed_as(master, user, client.device, own_key)
    )


async def _sign_device(
    client: Client, keys: CrossSigning, sign_as_device: Any, answer: JsonObject
) -> None:
    user = client.user
    try:
        device = answer["device_keys"][user][client.device]
    except KeyError:
        raise MatrixError(404, "DEVICE_KEYS_MISSING") from None
    bare = {key: item for key, item in device.items() if key not in {"signatures", "unsigned"}}
    master = keys.public(user)["master_key"]
    signed_master = {
        **master,
        "signatures": {user: {f"ed25519:{client.device}": sign_as_device(master)}},
    }
    body = {user: {client.device: keys.self_signing.sign(bare, user)}}
    body[user][keys.master.public] = signed_master
    result = await client.insist("POST", "/keys/signatures/upload", body)
    if result.get("failures"):
        raise MatrixError(400, "SIGNATURES_REFUSED")

"""Cross-signing of the demo's people, and a check of the signatures on anybody's device.

The check shares no code with the bot: signatures are verified by vodozemac over the canonical JSON
of nio, so that a fault in the bot's own signing shows.
"""

from collections.abc import Mapping
from typing import Any

import vodozemac
from nio.api import Api

JsonObject = dict[str, Any]


def chain_holds(keys: Mapping[str, Any], user: str, device: str) -> bool:
    """Whether device <- self-signing key <- master key verifies in an answer of ``/keys/query``."""
    master = _only_key(keys.get("master_keys", {}).get(user))
    self_signing = keys.get("self_signing_keys", {}).get(user)
    own = keys.get("device_keys", {}).get(user, {}).get(device)
    signer = _only_key(self_signing)
    if master is None or signer is None or not isinstance(own, dict):
        return False
    return _verifies(self_signing, user, master) and _verifies(own, user, signer)


def without_signatures(value: Mapping[str, Any]) -> JsonObject:
    """Return the object without ``signatures`` and ``unsigned``: the part that a signature covers."""
    return {name: item for name, item in value.items() if name not in {"signatures", "unsigned"}}


def _only_key(published: object) -> str | None:
    if not isinstance(published, dict) or len(published.get("keys", {})) != 1:
        return None
    return str(next(iter(published["keys"].values())))


def _verifies(value: Mapping[str, Any], user: str, key: str) -> bool:
    signature = value.get("signatures", {}).get(user, {}).get(f"ed25519:{key}")
    if not isinstance(signature, str):
        return False
    text = Api.to_canonical_json(without_signatures(value)).encode()
    try:
        vodozemac.Ed25519PublicKey.from_base64(key).verify_signature(
            text, vodozemac.Ed25519Signature.from_base64(signature)
        )
    except (vodozemac.KeyException, vodozemac.SignatureException):
        return False
    return True

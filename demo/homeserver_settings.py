"""What the throw-away Synapse is told in its configuration: alone on loopback, or with others there."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DATABASE: Final = "homeserver.db"
_UNLIMITED: Final = {"per_second": 100_000, "burst_count": 100_000}
_SOON: Final = 100
FEDERATION: Final[dict[str, object]] = {
    "client_timeout": "20s",
    "max_short_retries": 1,
    "max_long_retries": 1,
    "max_short_retry_delay": _SOON,
    "max_long_retry_delay": _SOON,
}
"""A request that another homeserver did not answer is repeated once, 100 ms later; by itself Synapse would
be patient for minutes, during which nobody can tell it that the other is there again."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a homeserver needs in order to speak to others: its certificate, whom it believes, the way there."""

    certificate: Path
    """A certificate with its key (PEM), for the server's name without the port."""
    authority: Path
    """The certificate of whoever signed those of the others."""
    way_out: str
    """The URL of a proxy that takes CONNECT: no name of a server is ever looked up."""


def alone(directory: Path, server_name: str, port: int, secret: str) -> dict[str, object]:
    """Return the settings of a homeserver that people on this machine reach, and that reaches nobody."""
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return {
        "server_name": server_name,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "pid_file": str(directory / "synapse.pid"),
        "log_config": str(directory / "log.yaml"),
        "media_store_path": str(directory / "media"),
        "signing_key": f"ed25519 a_demo {seed}",
        "registration_shared_secret": secret,
        "macaroon_secret_key": secrets.token_urlsafe(32),
        "form_secret": secrets.token_urlsafe(32),
        "listeners": [_listener(port, "client")],
        "database": {
            "name": "sqlite3",
            "args": {"database": str(directory / DATABASE)},
        },
        # Speaks to no other server.
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "report_stats": False,
        # Only what a conversation needs.
        "presence": {"enabled": False},
        "user_directory": {"enabled": False},
        "push": {"enabled": False},
        "stats": {"enabled": False},
        # Queues for other servers and for a directory nobody looks into: someone else's work.
        "federation_sender_instances": ["nobody"],
        "update_user_directory_from_worker": "nobody",
        # It lives for minutes, and looking for garbage each second takes longer than anything else.
        "gc_min_interval": ["60s", "600s", "3600s"],
        "url_preview_enabled": False,
        "enable_registration": False,
        # Passwords of accounts that live for minutes.
        "bcrypt_rounds": 4,
    }


def with_others(outside: Outside, port: int, federation_port: int) -> dict[str, object]:
    """Return what makes a homeserver speak to others on loopback, over TLS and with everything verified.

    How long a server that was away is left alone stays Synapse's own: ten minutes, then longer.
    """
    chain = str(outside.certificate)
    return {
        "listeners": [
            _listener(port, "client"),
            _listener(federation_port, "federation") | {"tls": True},
        ],
        "tls_certificate_path": chain,
        "tls_private_key_path": chain,
        "federation_custom_ca_list": [str(outside.authority)],
        "federation_verify_certificates": True,
        "federation_domain_whitelist": None,
        "federation_sender_instances": None,
        # For names of servers that are addresses; everybody else is reached by the proxy, without DNS.
        "ip_range_whitelist": ["127.0.0.0/8"],
        "http_proxy": outside.way_out,
        "https_proxy": outside.way_out,
        "no_proxy_hosts": [],
        "federation": FEDERATION,
    }


def unlimited() -> dict[str, object]:
    """Return the settings that lift every limit on how much people, or other servers, may ask for."""
    names = (
        "rc_message",
        "rc_registration",
        "rc_registration_token_validity",
        "rc_admin_redaction",
        "rc_joins_per_room",
        "rc_3pid_validation",
        "rc_third_party_invite",
        "rc_key_requests",
        "rc_media_create",
        "rc_room_creation",
        "rc_reports",
        "rc_user_directory",
        "rc_delayed_event_mgmt",
    )
    limits: dict[str, object] = dict.fromkeys(names, _UNLIMITED)
    limits["rc_login"] = dict.fromkeys(("address", "account", "failed_attempts"), _UNLIMITED)
    limits["rc_joins"] = dict.fromkeys(("local", "remote"), _UNLIMITED)
    limits["rc_invites"] = dict.fromkeys(("per_room", "per_user", "per_issuer"), _UNLIMITED)
    limits["rc_federation"] = {
        "sleep_limit": 100_000,
        "reject_limit": 100_000,
        "concurrent": 100,
    }
    return limits


def _listener(port: int, resource: str) -> dict[str, object]:
    return {
        "port": port,
        "type": "http",
        "bind_addresses": ["127.0.0.1"],
        "resources": [{"names": [resource], "compress": False}],
    }

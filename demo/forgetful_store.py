"""A store for nio that saves nothing: an organizer of the demo exists as long as the process."""

from collections.abc import Iterable, Mapping
from typing import Any

from nio.crypto import DeviceStore, OlmDevice
from nio.crypto.device import TrustState
from nio.crypto.memorystores import GroupSessionStore, SessionStore


class ForgetfulStore:
    """nio's store interface; what is loaded is empty, what is saved is already in memory."""

    def __init__(self, *_where: str) -> None:
        """Take nio's user, device, path, key and name, and need none of them."""

    def load_account(self) -> None:
        return None

    def load_sessions(self) -> SessionStore:
        return SessionStore()

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        return GroupSessionStore()

    def load_device_keys(self) -> DeviceStore:
        return DeviceStore()

    def load_outgoing_key_requests(self) -> dict[str, Any]:
        return {}

    def load_encrypted_rooms(self) -> set[str]:
        return set()

    def save_account(self, account: object) -> None: ...
    def save_session(self, curve_key: str, session: object) -> None: ...
    def save_inbound_group_session(self, session: object) -> None: ...
    def save_device_keys(self, device_keys: Mapping[str, object]) -> None: ...
    def save_encrypted_rooms(self, rooms: Iterable[str]) -> None: ...
    def delete_encrypted_room(self, room: str) -> None: ...
    def add_outgoing_key_request(self, key_request: object) -> None: ...
    def remove_outgoing_key_request(self, key_request: object) -> None: ...

    def is_device_verified(self, device: OlmDevice) -> bool:
        return device.trust_state is TrustState.verified

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        return device.trust_state is TrustState.blacklisted

    def is_device_ignored(self, device: OlmDevice) -> bool:
        return device.trust_state is TrustState.ignored

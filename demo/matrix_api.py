"""Plain requests to the client-server API of a homeserver, as one signed-in device."""

import json
import secrets
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

JsonObject = dict[str, Any]


class ApiError(RuntimeError):
    """The homeserver refused a request; ``status`` and ``code`` say how."""

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {answer.get('errcode')}: {answer.get('error')}")
        self.status = status
        self.code = str(answer.get("errcode", ""))
        self.answer = dict(answer)


class MatrixApi:
    """The client-server API without encryption; also what an attacker on the server side uses."""

    def __init__(self, homeserver: str) -> None:
        self.homeserver = homeserver
        self.user = ""
        self.device = ""
        self.token = ""
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection to the homeserver."""
        await self._http.close()

    async def call(self, method: str, path: str, body: object = None) -> JsonObject:
        """Send one request below ``/_matrix/client/v3``; raises ApiError unless the answer is 2xx.

        A path that begins with ``/_`` is the whole path.
        """
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = self.homeserver + (path if path.startswith("/_") else f"/_matrix/client/v3{path}")
        payload = None if body is None else json.dumps(body)
        async with self._http.request(method, url, data=payload, headers=headers) as answer:
            content: JsonObject = await answer.json(content_type=None)
            if not answer.ok:
                raise ApiError(answer.status, content)
            return content

    async def download(self, where: str) -> bytes:
        """Return the bytes under an ``mxc://`` address, as the homeserver has them."""
        server, _, name = where.removeprefix("mxc://").partition("/")
        url = f"{self.homeserver}/_matrix/client/v1/media/download/{quoted(server)}/{quoted(name)}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self._http.get(url, headers=headers) as answer:
            if not answer.ok:
                raise ApiError(answer.status, await answer.json(content_type=None))
            return await answer.read()

    async def login(self, user: str, password: str, device_name: str) -> None:
        """Log in with a password as a new device."""
        answer = await self.call(
            "POST",
            "/login",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": user},
                "password": password,
                "initial_device_display_name": device_name,
            },
        )
        self.user = answer["user_id"]
        self.device = answer["device_id"]
        self.token = answer["access_token"]

    async def send_clear(
        self, room: str, kind: str, content: Mapping[str, Any], *, txn: str | None = None
    ) -> str:
        """Send an event unencrypted and unchanged; returns its id."""
        txn = txn or secrets.token_hex(8)
        path = f"/rooms/{quoted(room)}/send/{quoted(kind)}/{quoted(txn)}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def send_to_device(self, kind: str, messages: Mapping[str, Any]) -> None:
        """Send a to-device message unchanged; ``messages`` is user -> device -> content."""
        path = f"/sendToDevice/{quoted(kind)}/{secrets.token_hex(8)}"
        await self.call("PUT", path, {"messages": messages})

    async def create_room(
        self,
        name: str | None = None,
        *,
        invite: tuple[str, ...] = (),
        direct: bool = False,
        encrypted: bool = True,
        history: str = "shared",
        version: str | None = None,
    ) -> str:
        """Create a room and return its id."""
        state: list[JsonObject] = [
            {"type": "m.room.history_visibility", "content": {"history_visibility": history}},
            {"type": "m.room.guest_access", "content": {"guest_access": "forbidden"}},
        ]
        if encrypted:
            algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
            state.append({"type": "m.room.encryption", "content": algorithm})
        body: JsonObject = {
            "preset": "private_chat",
            "invite": list(invite),
            "is_direct": direct,
            "initial_state": [{"state_key": "", **event} for event in state],
        }
        if name is not None:
            body["name"] = name
        if version is not None:
            body["room_version"] = version
        return str((await self.call("POST", "/createRoom", body))["room_id"])

    async def invite(self, room: str, user: str) -> None:
        """Invite a user to a room."""
        await self.call("POST", f"/rooms/{quoted(room)}/invite", {"user_id": user})

    async def join(self, room: str) -> None:
        """Join a room."""
        await self.call("POST", f"/rooms/{quoted(room)}/join", {})

    async def leave(self, room: str) -> None:
        """Leave a room."""
        await self.call("POST", f"/rooms/{quoted(room)}/leave", {})

    async def remove(self, room: str, user: str) -> None:
        """Kick a user from a room."""
        await self.call("POST", f"/rooms/{quoted(room)}/kick", {"user_id": user})

    async def redact(self, room: str, event_id: str) -> None:
        """Redact an event."""
        path = f"/rooms/{quoted(room)}/redact/{quoted(event_id)}/{secrets.token_hex(8)}"
        await self.call("PUT", path, {})

    async def state(self, room: str, kind: str, key: str = "") -> JsonObject:
        """Return the content of a state event."""
        return await self.call("GET", f"/rooms/{quoted(room)}/state/{quoted(kind)}/{quoted(key)}")

    async def set_state(
        self, room: str, kind: str, content: Mapping[str, Any], key: str = ""
    ) -> None:
        """Send a state event."""
        path = f"/rooms/{quoted(room)}/state/{quoted(kind)}/{quoted(key)}"
        await self.call("PUT", path, content)

    async def set_power(self, room: str, user: str, level: int) -> None:
        """Make somebody a lead (50), a keeper (100), or nobody in particular (0)."""
        levels = await self.state(room, "m.room.power_levels")
        levels.setdefault("users", {})[user] = level
        await self.set_state(room, "m.room.power_levels", levels)

    async def members(self, room: str) -> set[str]:
        """Return the users who have joined a room."""
        answer = await self.call("GET", f"/rooms/{quoted(room)}/joined_members")
        return set(answer["joined"])

    async def keys_of(self, *users: str) -> JsonObject:
        """Return what the homeserver publishes about users' devices and identities (``/keys/query``)."""
        return await self.call("POST", "/keys/query", {"device_keys": {user: [] for user in users}})


def quoted(text: str) -> str:
    """Quote a text for use as one segment of a path."""
    return quote(text, safe="")

"""A hostile homeserver: changes to answers that plug into the proxy."""

from typing import Any, Self

from tests.support.proxy import FaultyProxy, JsonObject


class HostileServer:
    """Changes answers on their way to the bot: ``proxy.rewrite`` while ``async with`` is open.

    What is added is shown once, with the next sync; what is published stays until the end.
    """

    def __init__(self, proxy: FaultyProxy) -> None:
        self._proxy = proxy
        self.to_device: list[JsonObject] = []
        self.timeline: list[tuple[str, JsonObject]] = []
        """Events to be shown as new, each with its room."""
        self.state: list[tuple[str, JsonObject]] = []
        self.changed: set[str] = set()
        """People announced as having changed their devices."""
        self.devices: list[JsonObject] = []
        """Devices added to what is published about their users."""
        self.identities: dict[str, JsonObject] = {}
        """Cross-signing keys shown instead of somebody's own."""
        self.senders: dict[str, str] = {}
        """People whose messages are shown as another's."""
        self.keep_back: list[JsonObject] | None = None
        """To-device messages are put here instead of being delivered, unless None."""
        self.sync: JsonObject = {}
        """Parts of the next sync answer, replaced as they stand."""

    def __enter__(self) -> Self:
        self._proxy.rewrite = self.rewrite
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.rewrite = None

    @property
    def done(self) -> bool:
        """Whether everything that was to be shown once has been."""
        return not (self.to_device or self.timeline or self.state or self.changed or self.sync)

    def rewrite(self, _method: str, path: str, answer: JsonObject) -> JsonObject:
        """Change an answer of ``/keys/query`` or ``/sync``."""
        if "/keys/query" in path:
            self._publish(answer)
        elif "/sync" in path and "next_batch" in answer:
            self._show(answer)
        return answer

    def _publish(self, answer: JsonObject) -> None:
        for keys in self.devices:
            theirs = answer["device_keys"].get(keys["user_id"])
            if theirs is not None:
                theirs[keys["device_id"]] = keys
        for user, public in self.identities.items():
            if user in answer["device_keys"]:
                answer["master_keys"][user] = public["master_key"]
                answer["self_signing_keys"][user] = public["self_signing_key"]

    def _show(self, sync: JsonObject) -> None:
        joined = sync.setdefault("rooms", {}).setdefault("join", {})
        for room in joined.values():
            for event in room.get("timeline", {}).get("events", []):
                event["sender"] = self.senders.get(event["sender"], event["sender"])
        arrived = sync.get("to_device", {}).get("events", [])
        if self.keep_back is not None:
            self.keep_back += _taken(arrived)
        _append(sync, ["to_device", "events"], _taken(self.to_device))
        for room_id, event in _taken(self.timeline):
            _append(joined.setdefault(room_id, {}), ["timeline", "events"], [event])
        for room_id, event in _taken(self.state):
            _append(joined.setdefault(room_id, {}), ["state", "events"], [event])
        if self.changed:
            _append(sync, ["device_lists", "changed"], sorted(self.changed))
            self.changed = set()
        sync |= self.sync
        self.sync = {}


def _taken(items: list[Any]) -> list[Any]:
    taken = items[:]
    items.clear()
    return taken


def _append(where: JsonObject, path: list[str], items: list[Any]) -> None:
    if items:
        *above, last = path
        for step in above:
            where = where.setdefault(step, {})
        where.setdefault(last, []).extend(items)

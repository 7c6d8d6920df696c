"""Changes a lying homeserver can make to an answer on its way to the bot."""

from collections.abc import Callable, Iterator

from tests.support.proxy import JsonObject, Rewrite


def timeline_events(sync: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Every timeline event of a ``/sync`` answer with its room; the event may be changed."""
    for room, joined in sync.get("rooms", {}).get("join", {}).items():
        for event in joined.get("timeline", {}).get("events", []):
            yield room, event


def in_sync(change: Callable[[JsonObject], None]) -> Rewrite:
    """Apply ``change`` to every ``/sync`` answer."""

    def rewrite(_method: str, path: str, answer: JsonObject) -> JsonObject:
        if "/sync" in path:
            change(answer)
        return answer

    return rewrite


def relabelled(event_sender: str, shown_sender: str) -> Rewrite:
    """Show one person's messages as another's."""

    def change(sync: JsonObject) -> None:
        for _, event in timeline_events(sync):
            if event["type"] == "m.room.encrypted" and event["sender"] == event_sender:
                event["sender"] = shown_sender

    return in_sync(change)


def with_device(user: str, device_keys: JsonObject) -> Rewrite:
    """Add a device to what the homeserver publishes about a person."""

    def rewrite(_method: str, path: str, answer: JsonObject) -> JsonObject:
        if "/keys/query" in path and user in answer.get("device_keys", {}):
            answer["device_keys"][user][device_keys["device_id"]] = device_keys
        return answer

    return rewrite


def replayed(room: str, event: JsonObject) -> Rewrite:
    """Show an old event once more, as new: once, under another event id."""
    left = [event]

    def change(sync: JsonObject) -> None:
        joined = sync.get("rooms", {}).get("join", {}).get(room)
        if left and joined is not None:
            again = {**left.pop(), "event_id": "$" + "replayed".ljust(43, "0")}
            joined.setdefault("timeline", {}).setdefault("events", []).append(again)

    return in_sync(change)

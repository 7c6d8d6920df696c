"""Replies go where the question was asked: into its thread, if there was one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storage.chat.outbox import ContentKind, Outgoing
from storage.core.lazy_dataclass import dataclass

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of a room, and the message in the thread that is answered."""

    room: str
    root: str
    answered: str

    @property
    def relation(self) -> dict[str, Any]:
        """The ``m.relates_to`` of a reply in the thread (specification: Threading).

        Apps without threads show a reply to the message.
        """
        return {
            "rel_type": "m.thread",
            "event_id": self.root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": self.answered},
        }


def thread_of(room: str, root: str, answered: str) -> Thread | None:
    """The thread of a message; None where it is in none."""
    return Thread(room, root, answered) if root else None


def within(thread: Thread | None, message: Outgoing, room: str | None) -> Outgoing:
    """The message with its thread relation, if it goes to the room of the thread."""
    if thread is None or room != thread.room or message.kind is ContentKind.REDACTION:
        return message
    if "m.relates_to" in message.content:
        return message
    return replace(message, content={**message.content, "m.relates_to": thread.relation})


def in_clear(content: Content) -> dict[str, Any]:
    """The part of a content that the homeserver must see to place the event (specification)."""
    relation = content.get("m.relates_to")
    return {} if relation is None else {"m.relates_to": relation}


def elsewhere(message: Outgoing) -> Outgoing:
    """The message without its relation, for another room, where the relation would lead nowhere."""
    kept = {key: value for key, value in message.content.items() if key != "m.relates_to"}
    return replace(message, content=kept)

"""Sends one message to one room, encrypted, under a fixed transaction id; lists earlier ones.

Both ways of delivering say everything through here: the outbox, whose messages wait in a table, and
what is said from memory (``bot/delivery/ephemeral.py``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bot.delivery import unreadable_devices
from bot.delivery.threads import in_clear
from bot.delivery.transaction_ids import REFERENCE
from bot.logging import logs
from bot.matrix import native_polls
from bot.matrix.client import Client, MatrixError, quoted
from bot.matrix.room_keys import LastLook, NotEncrypted, RoomKeys
from bot.matrix.rooms import Room
from bot.matrix.sync import listing, section
from storage.chat.outbox import ContentKind, Outgoing
from storage.core.lazy_dataclass import dataclass

_FILTER: Final = '{"types":["m.room.encrypted"],"senders":["%s"]}'
"""For our own messages: their words are encrypted, their transaction ids stand on the envelope."""

log = logs.get("bot.delivery.sender")


class Undeliverable(Exception):
    """Raised when a message is refused for good, by the homeserver or because encrypting failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """As dead letters show it."""


@contextmanager
def refusals(*, told: bool = True) -> Iterator[None]:
    """Raise Undeliverable for what trying again would not help.

    NotNow passes, and so does TokenRejected, which ends the process. ``told``: whether the log hears
    of it.
    """
    try:
        yield
    except NotEncrypted:
        if told:
            log.warning("not_encrypted")
        raise Undeliverable("not_encrypted") from None
    except MatrixError as refusal:
        if told:
            log.warning("refused", status=refusal.status)
        raise Undeliverable(f"refused_{refusal.status}") from refusal


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message of ours as the homeserver keeps it."""

    event_id: str
    transaction_id: object
    """As its envelope says; no text where it says nothing."""
    sent_at: int | None
    """Unix ms UTC by the homeserver's clock."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Some of our own messages in a room, newest first."""

    messages: tuple[OwnMessage, ...]
    further: str | None
    """Where the page before this one begins; None: there is none."""


class Sender:
    """Sends one message at a time; callers check first whether the message may go."""

    def __init__(self, client: Client, keys: RoomKeys) -> None:
        self._client = client
        self._keys = keys

    @property
    def user(self) -> str:
        """Our own id."""
        return self._client.user

    @property
    def device(self) -> str:
        """The device of ours that sends; homeservers remember transaction ids for each."""
        return self._client.device

    async def send(
        self, room: Room, message: Outgoing, transaction_id: str, last_look: LastLook
    ) -> str:
        """Send a finished message to a room; return the event id, empty where no event was made.

        ``last_look`` is called when nothing is left but encrypting. Raises NotNow (try again under
        the same id), NotEncrypted, MatrixError, and what ``last_look`` raises.
        """
        content = message.content
        clear = {REFERENCE: transaction_id, **in_clear(content)}
        match message.kind:
            case ContentKind.REDACTION:
                await self.redact(room, message.source, transaction_id)
                return ""
            case ContentKind.LEFT_OUT:
                await unreadable_devices.send(
                    self._keys, room, message, transaction_id, clear, last_look
                )
                return ""
            case ContentKind.EVENT | ContentKind.FILE:
                kind = native_polls.type_of(content)
                return await self._keys.send(room, kind, content, transaction_id, clear, last_look)
            case unfinished:
                raise ValueError(f"a message of kind {unfinished.value} is not finished")

    async def redact(self, room: Room, event_id: str, transaction_id: str) -> None:
        """Take an event back where the bot may. Raises NotNow, MatrixError."""
        if not room.may_redact(self._client.user):
            return
        path = f"/rooms/{quoted(room.id)}/redact/{quoted(event_id)}/{quoted(transaction_id)}"
        await self._client.request("PUT", path, {})

    async def own_messages(self, room: str, point: str = "") -> OwnPage:
        """One page of the bot's own messages in a room, from where the page before ended.

        Raises NotNow, MatrixError.
        """
        wanted = quoted(_FILTER % self._client.user)
        path = f"/rooms/{quoted(room)}/messages?dir=b&limit=100&filter={wanted}"
        page = await self._client.request("GET", f"{path}&from={quoted(point)}" if point else path)
        further = page.get("end")
        return OwnPage(
            tuple(map(_own, listing(page, "chunk"))), further if isinstance(further, str) else None
        )

    async def transaction_of(self, room: str, event_id: str) -> str | None:
        """The transaction id of an event, if it is ours. Raises NotNow, MatrixError."""
        path = f"/rooms/{quoted(room)}/event/{quoted(event_id)}"
        event = await self._client.request("GET", path)
        name = section(event, "content").get(REFERENCE)
        ours = event.get("sender") == self._client.user
        return name if ours and isinstance(name, str) else None


def _own(event: object) -> OwnMessage:
    fields = event if isinstance(event, dict) else {}
    sent = fields.get("origin_server_ts")
    return OwnMessage(
        str(fields.get("event_id", "")),
        section(event, "content").get(REFERENCE),
        sent if isinstance(sent, int) else None,
    )

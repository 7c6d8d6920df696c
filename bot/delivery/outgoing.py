"""Turns a reply into the messages that are sent: its words, then its files and pictures."""

from bot.matrix.render import open_poll, render
from bot.pictures.protocol import as_json
from commands.framework.reply import Reply
from storage.chat.outbox import ContentKind, Outgoing


def outgoing(reply: Reply) -> list[Outgoing]:
    """The messages that a reply becomes, in order; ``native_polls.type_of`` says the types of their events.

    A file or a picture comes after the words, in an event of its own: apps hide captions, or save a
    file under them. It is described here and made when it goes (``bot/delivery/attachments.py``).
    """
    messages = [Outgoing(content) for content in render(reply)]
    if reply.picture is not None:
        messages.append(_attached(ContentKind.PICTURE, as_json(reply.picture)))
    if reply.calendar is not None:
        messages.append(_attached(ContentKind.CALENDAR, reply.calendar.text))
    if reply.export is not None:
        messages.append(_attached(ContentKind.EXPORT, str(reply.export)))
    if reply.poll is not None:
        messages.append(Outgoing(open_poll(reply.poll)))
    return messages


def _attached(kind: ContentKind, source: str) -> Outgoing:
    return Outgoing({"msgtype": "m.notice", "body": "…", "m.mentions": {}}, kind, source)

"""A message as it came: whether it is for the bot, what in it is the command, what waits for a file."""

import time
from dataclasses import asdict, replace

from bot.delivery.threads import Thread, thread_of
from bot.matrix.guard import Message
from bot.matrix.media import Attachment
from commands.all import CATALOGUE
from commands.framework.answer import is_command
from commands.framework.clean import straighten
from commands.framework.context import CommitteeId, Place
from commands.framework.mentions import ADDRESS, shown
from storage.imports.uploads import Upload as Sent

MOST_WORDS = 2
"""Words of an answer that may be a command without its mark; more are talk."""


def is_for_us(message: Message, place: Place) -> bool:
    """Whether a file is for the bot: one in a direct chat, for in a room people send each other files."""
    if message.attachment is not None or message.thing is not None:
        return place is Place.DIRECT
    return is_command(message.body, place, CATALOGUE)


def as_said(message: Message, place: Place) -> Message:
    """The message as commands see it: a command below a picture counts as if it had come alone.

    A file waits for the command in its caption, which may be about it. Nobody looks at pictures,
    and files of a room are not opened; but everybody saw the command, and it may be a private one.
    """
    file = message.attachment
    if file is None or (file.thing is None and place is Place.DIRECT):
        return message
    if begins_a_command(message.body):
        return replace(message, attachment=None)
    return message if file.thing is None else replace(message, attachment=None, thing=file.thing)


def looks_meant(message: Message, place: Place) -> str:
    """The command that an answer to the bot in a room would be with its mark; empty for talk.

    "yes" below "Coming? !yes" looks given and is not. Nor is it done: "no" may answer anything.
    """
    words = straighten(shown(message.body)).split()
    if place is not Place.ROOM or not message.relation.to_us or message.attachment is not None:
        return ""
    if not 1 <= len(words) <= MOST_WORDS or not CATALOGUE.knows(words[0]):
        return ""
    return words[0].casefold().rstrip(".,;:!?")


def begins_a_command(caption: str) -> bool:
    """Whether a file's caption is addressed to the bot."""
    return caption.startswith(ADDRESS) or straighten(caption).lstrip().startswith("!")


def the_thread(message: Message) -> Thread | None:
    """The thread in which a message is to be answered; None outside threads."""
    return thread_of(message.room, message.relation.thread, message.event_id)


def as_sent(message: Message, file: Attachment, committee: CommitteeId | None) -> Sent:
    """What has to be known for fetching a file later. Without a committee its sender is asked."""
    kept = {
        "name": file.name,
        "where": None if file.where is None else asdict(file.where),
        "lost": None if file.lost is None else file.lost.value,
        "thread": message.relation.thread,
        "asked": committee is None,
    }
    return Sent(
        message.event_id,
        message.room,
        message.sender,
        message.body,
        kept,
        time.time_ns() // 1_000_000,
        committee,
        file.size,
    )


def chooses(body: str) -> bool:
    """Whether a message is ``!use`` in any language, which chooses the committee of a direct chat."""
    words = straighten(CATALOGUE.typed.in_english(body).text).strip().lstrip("!").split(maxsplit=1)
    return bool(words) and words[0].casefold() == "use"

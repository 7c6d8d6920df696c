"""Replies to what people send besides words, in the direct chat."""

from commands.framework.errors import cut
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply, fill, in_each_language, reply, say
from commands.shared.attached import WordlessMessage


@in_each_language
def about(thing: WordlessMessage) -> Reply:
    """Answer a message without words in one line. Nothing in it was looked at or kept."""
    ways = {"help": Code("!help"), "log": Code("!log M-41"), "poll": Code("!help poll")}
    ways["list"] = Code("!help import")
    return reply(fill(_words(thing), **ways))


def _words(thing: WordlessMessage) -> str:
    return {
        WordlessMessage.PHOTO: _(
            "I cannot look at pictures, so I noted nothing. Type what it says instead; a"
            " list of people can come as a file ({list})."
        ),
        WordlessMessage.VIDEO: _("I cannot watch videos, so I noted nothing. Type it instead."),
        WordlessMessage.VOICE: _(
            "I cannot listen to voice messages, so I noted nothing. Type it instead; {log}"
            " asks you question by question."
        ),
        WordlessMessage.SOUND: _(
            "I cannot listen to recordings, so I noted nothing. Type it instead."
        ),
        WordlessMessage.PLACE: _(
            "I cannot read a place on a map, so I noted nothing. Type where it is instead."
        ),
        WordlessMessage.STICKER: _("I cannot read stickers. {help} shows what I can do."),
        WordlessMessage.POLL: _(
            "That is a poll of your app: I do not count it, and I tell nobody. {poll} shows"
            " how to open one of mine in the committee's room."
        ),
        WordlessMessage.EMOTE: _("I read only ordinary messages. Type it without /me."),
    }[thing]


@in_each_language
def unread_file(name: str) -> Reply:
    """Say that a file came with a command that takes none."""
    return say(
        "I did not open {name}: that command takes no file. {command} takes a list of people.",
        name=cut(name),
        command=Code("!import"),
    )


@in_each_language
def unmarked(command: str) -> Reply:
    """Answer a reply to the bot in a room that would be a command with its "!"."""
    return say(
        "I did nothing. If that was for me, begin with an exclamation mark: {command}",
        command=Code(f"!{command}"),
    )

"""Words about news between committees."""

from commands.coalition.wording import called
from commands.framework.i18n import _
from commands.framework.quoting import quoted
from commands.framework.reply import (
    Audience,
    Line,
    Reply,
    in_each_language,
    line,
    plural,
    reply,
    say,
)


def news_sentence(text: str) -> str:
    """What a bot says with news of its committee."""
    return _("News for your rooms, if your leads agree: {text}").format(text=quoted(text))


def asked(who: str, text: str) -> tuple[Line, ...]:
    """What leads read before their ok: the whole text."""
    return (
        line("{who} has news for your room: {text}", who=called(who), text=quoted(text)),
        line("Your room reads it only if you agree."),
    )


@in_each_language
def in_the_room(who: str, text: str) -> Reply:
    """To the room: news of another committee, as it was typed there."""
    return reply(
        line("News from {who}: {text}", who=called(who), text=quoted(text)),
        audience=Audience.ROOM,
    )


def posted() -> Reply:
    """The answer to a lead whose ok let news into the room."""
    return say("Your room has it now.")


def sent(count: int) -> Reply:
    """The answer to a lead who typed news for the others."""
    return reply(
        plural(
            "Sent to {n} committee. Its room reads it after a lead there agrees.",
            "Sent to {n} committees. Each room reads it after a lead there agrees.",
            count,
        )
    )

"""Whether whoever typed a line may have it done here, and what is said to those who may not."""

from commands.framework.catalogue import Catalogue, unknown
from commands.framework.context import Context, Place
from commands.framework.denials import refused as denied
from commands.framework.errors import Refusal, refuse
from commands.framework.parse import NotRead, Request
from commands.framework.reply import Code, line
from commands.framework.room_lines import (
    is_marked,
    may_not_stay,
)
from commands.framework.spec import Where
from commands.roles.rules import Need, refusal


def taking_part(ctx: Context) -> None:
    """Refuse whoever's part in the committee has ended, although they are still in its room. Raises Refusal."""
    may(ctx, Need(), "")


def may(ctx: Context, need: Need, command: str, instead: str | None = None) -> None:
    """Refuse whoever does not have the rights of a command, whose name is without "!". Raises Refusal."""
    why = refusal(ctx.standing, need, ctx.now, ctx.settings)
    if why is not None:
        raise denied(why, need, ctx, command, instead)


def permitted(asked: Request | NotRead, text: str, ctx: Context, catalogue: Catalogue) -> Request:
    """The request, if this person may make it here. Who may not is told so before any details. Raises Refusal."""
    command = asked.command
    if command is not None:
        may(ctx, command.need, command.name, command.instead)
    if isinstance(asked, NotRead):
        raise _as_heard_here(asked, text, ctx, catalogue)
    if asked.command.where is Where.ROOM and ctx.place is Place.DIRECT:
        raise refuse(
            "{command} concerns everyone: type it in the committee room.",
            command=Code(f"!{asked.command.name}"),
        )
    return asked


def _as_heard_here(asked: NotRead, text: str, ctx: Context, catalogue: Catalogue) -> Refusal:
    """A room hears none of the words of a command that may have been a private one.

    Somebody who just says hello in the direct chat is not told off for a wrong command.
    """
    if ctx.place is Place.ROOM and not asked.certain and not may_not_stay(asked, text, catalogue):
        return Refusal(asked.refusal.neutral or unknown())
    if ctx.place is Place.DIRECT and asked.command is None and not is_marked(text):
        return only_a_bot()
    if asked.command is not None and catalogue.fleeting(asked.command):
        return asked.refusal.but(fleeting=True)
    return asked.refusal


class MereTalk(Refusal):
    """Somebody says something in the direct chat that is no command."""


def only_a_bot() -> MereTalk:
    """What is said to mere talk."""
    said = line(
        "I am only a bot and answer commands. {help} shows what I can do.", help=Code("!help")
    )
    return MereTalk(said)

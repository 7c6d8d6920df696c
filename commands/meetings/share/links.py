"""The way into a call is a secret: whoever has it can listen. It is typed once, and taken away."""

from dataclasses import replace

from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _
from commands.framework.reply import (
    Audience,
    Block,
    Code,
    Items,
    Line,
    Paragraph,
    Part,
    Reply,
    Strong,
)
from commands.framework.spec import Command
from commands.meetings.terms import holds_link, without_links

LINK = "meet link"
_FIRST = frozenset(
    {"meet", "meeting", "meetings", "agenda", "decide", "decided", "action", "link", "can", "ok"}
)


def concerns(text: str, command: Command | None) -> bool:
    """Whether a message was meant for meetings and has a link in it."""
    if not holds_link(text):
        return False
    first = text.lstrip().lstrip("!").split(maxsplit=1)[:1]
    ours = bool(first) and first[0].casefold().rstrip(".,:") in _FIRST
    return ours or (command is not None and command.name == LINK)


def misplaced() -> Refusal:
    """A link in a name, an agenda or a decision would stay there for everybody."""
    return refuse(
        _(
            "A link does not belong there: whoever has it can listen in. I took your message away if"
            " I may. {link} keeps it until ten minutes before."
        ),
        link=Code("!meet link #7 https://…"),
        example="",
    )


def taken_away(replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """The same answers with no link in them, and the message they answer to redacted.

    Except what is said to the room on purpose, because the door is open.
    """
    bare = tuple(
        reply
        if reply.audience is Audience.ROOM
        else replace(reply, blocks=tuple(map(_bare, reply.blocks)))
        for reply in replies
    )
    return (replace(bare[0], retract=True), *bare[1:]) if bare else bare


def _bare(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(_bare_line(block.line))
    return Items(tuple(map(_bare_line, block.lines)), block.numbered)


def _bare_line(line: Line) -> Line:
    return tuple(map(_bare_part, line))


def _bare_part(part: Part) -> Part:
    if isinstance(part, Code | Strong):
        return type(part)(without_links(part.text))
    return without_links(part)

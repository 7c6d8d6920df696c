"""Several lines in one message: several commands, each answered, or one question about all of them."""

from collections.abc import Sequence

from commands.framework.catalogue import Catalogue
from commands.framework.clean import clean, straighten
from commands.framework.context import Context
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal, cut
from commands.framework.i18n import _
from commands.framework.reader import Form
from commands.framework.reply import Code, line, listed
from commands.framework.request import NotRead
from commands.framework.spec import Command
from commands.framework.values import Pasted
from commands.framework.words import Word, split
from storage.core.database import Transaction

MOST = 20
"""Commands in one message."""
_MOST_LINES = 5 * MOST
"""Lines that are looked at; a message of more is refused. A paste has tens of thousands of them."""


async def apart(
    text: str, ctx: Context, tx: Transaction, catalogue: Catalogue
) -> Sequence[str] | NotRead:
    """The commands of a message of a direct chat, a line each; NotRead where that is not clear.

    The first line is in English already (typed_names.py), the others are put into it here.

    One line stays as it is, and so do lines under a command that takes a list or a text as it is typed, and
    quotes that go on in the next line.
    """
    lines = [each.strip() for each in straighten(text).splitlines() if each.strip()]
    if len(lines) < 2 or not _whole(lines[0]):
        return (text,)
    # The first line settles what a long paste is, before the others are looked at.
    head = _command(lines[0], ctx, catalogue)
    if head is not None and _takes_lines(catalogue.with_more(head[0])):
        return (text,)
    if head is None and not await _says(lines[0], ctx, tx, catalogue):
        return (text,)
    lines, others = lines[:_MOST_LINES], lines[_MOST_LINES:]
    lines[1:] = [catalogue.typed.in_english(each).text for each in lines[1:]]
    if not all(map(_whole, lines)):
        return (text,)
    if head is not None and not head[1] and head[0].positional():
        # "!rate" and a line for each of them.
        first = lines.pop(0)
        lines = [each if _command(each, ctx, catalogue) else f"{first} {each}" for each in lines]
    found: list[str] = []
    for at, each in enumerate(lines):
        if at == 0 or _command(each, ctx, catalogue) or await _says(each, ctx, tx, catalogue):
            found.append(each)
        elif _goes_on(each, head[0] if head else None):
            found[-1] = f"{found[-1]} {each}"
        else:
            meant = head[0] if head else None
            return NotRead(_unclear(each, [*lines, *others]), meant, certain=True, settled=True)
    n = len(lines) + len(others) if others else len(found)
    return _too_many(n) if n > MOST else found


def _too_many(n: int) -> NotRead:
    told = line("That is {n} commands in one message; the limit is {most}.", n=n, most=MOST)
    return NotRead(Refusal(told, example=NO_EXAMPLE), None, settled=True)


def _whole(text: str) -> bool:
    """Whether a line can be cut into words by itself: no quote goes on in the next one."""
    try:
        split(clean(text))
    except Refusal:
        return False
    return True


def _command(text: str, ctx: Context, catalogue: Catalogue) -> tuple[Command, list[Word]] | None:
    """The command that a line begins with, and the words behind it; None for other lines."""
    words = split(clean(text))
    if words and not words[0].key and not words[0].text.strip("!"):
        words = words[1:]
    try:
        return catalogue.find(words, ctx.role) if words else None
    except Refusal:
        return None


def _takes_lines(command: Command) -> bool:
    readers = [each.reader for each in command.positional() if each.reader is not None]
    listed_or_typed = any(each.form in {Form.AS_TYPED, Form.LIST} for each in readers)
    return Pasted in command.facts.values() or listed_or_typed


async def _says(text: str, ctx: Context, tx: Transaction, catalogue: Catalogue) -> bool:
    return catalogue.spoken is not None and await catalogue.spoken.begins(text, ctx, tx)


def _goes_on(text: str, command: Command | None) -> bool:
    """Whether a line goes on with the command above: it begins with a key or a flag of it."""
    first = split(clean(text))[0]
    if command is None:
        return False
    return first.flag is not None or (first.key is not None and first.key in command.keyed())


def _unclear(text: str, lines: Sequence[str]) -> Refusal:
    """Ask what a line means that is no command and goes on with none."""
    joined = " ".join(lines)
    told = line(
        "I read each line as a command, and “{line}” is not one. I saved nothing. If "
        "all of it is one line, answer {n}",
        line=cut(text),
        n=Code("1"),
    )
    return Refusal(
        told,
        example=NO_EXAMPLE,
        choices=listed([(Code(cut(joined)),)], numbered=True),
        options=(AnswerOption(_("one line"), joined),),
    )

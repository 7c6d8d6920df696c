"""The type of the parameter for a new person's name, typed or pasted."""

from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Grasp, Refusal, cut
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words, text
from commands.framework.reply import Code, line
from commands.names.said import as_said

_WORDS = text(80, "NAME", lambda: _("What is their name?"), Words.upto(6))


def _read_name(raw: str, ctx: Context) -> str:
    """A name in the order people say it: "O'Brien, Ana" is Ana O'Brien. Raises Refusal.

    "Ana O'Brien, Payments, night" says more than a name, and none of it may become one.
    """
    name = as_said(_WORDS.read(raw, ctx))
    who, *more = [part.strip() for part in raw.split(",") if part.strip()]
    if " " in who and len(more) > 1 and all(part in name for part in more):
        keyed = zip(("area", "shift"), more, strict=False)
        add = " ".join(
            [f'!contact add "{who}"', *(f"{key}={_quoted(part)}" for key, part in keyed)]
        )
        told = line(
            "Not saved yet: there is more than a name in “{said}”. Answer yes to this, or put it right: {add}",
            said=cut(raw),
            add=Code(add),
        )
        raise Refusal(
            told,
            example=NO_EXAMPLE,
            grasp=Grasp.WHOLE,
            options=[AnswerOption("yes", add, unlisted=True)],
        )
    return name


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words else words


PersonName = Annotated[str, Reader(_read_name, _WORDS.placeholder, _WORDS.ask, _WORDS.words)]
"""A new contact's name."""

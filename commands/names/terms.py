"""The type of the parameter for a new person's name, typed or pasted."""

from typing import Annotated

from commands.framework.context import Context
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words, text
from commands.names.said import as_said

_WORDS = text(80, "NAME", lambda: _("What is their name?"), Words.upto(6))


def _read_name(raw: str, ctx: Context) -> str:
    """A name in the order people say it: "O'Brien, Ana" is Ana O'Brien."""
    return as_said(_WORDS.read(raw, ctx))


PersonName = Annotated[str, Reader(_read_name, _WORDS.placeholder, _WORDS.ask, _WORDS.words)]
"""A new contact's name."""

"""The type of the parameter for several contacts at once. Pure."""

import re
from typing import Annotated

from commands.framework.context import Context
from commands.framework.handles import typed_handle
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words
from commands.framework.values import ContactRef, read_contact


def _read_contacts(raw: str, ctx: Context) -> tuple[ContactRef, ...]:
    """M-41 M-42, M-43: handles one after the other; otherwise one contact, who may go by a name."""
    parts = [part for part in re.split(r"[\s,;]+", raw) if part]
    if len(parts) > 1 and all(typed_handle(part) is not None for part in parts):
        return tuple(dict.fromkeys(read_contact(part, ctx) for part in parts))
    return (read_contact(raw, ctx),)


ContactRefs = Annotated[
    tuple[ContactRef, ...],
    Reader(
        _read_contacts,
        "WHO",
        lambda: _("Who? Handles like M-41 M-42, or one name."),
        Words.upto(40),
    ),
]
"""One contact, or several by their handles."""

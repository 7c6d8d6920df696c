"""The commands about lists that are imported."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.imports import commands as imports
else:
    imports = unloaded("commands.imports.commands")

GROUP = Group(
    lambda: _("Records"),
    (
        imports.file,
        imports.paste,
        imports.list_,
        imports.map_,
        imports.values,
        imports.check,
        imports.problems,
        imports.decide,
        imports.missing,
        imports.commit,
        imports.undo,
        imports.drop,
    ),
    topics=("records", "imports", "data"),
)
"""In the order in which help shows them."""

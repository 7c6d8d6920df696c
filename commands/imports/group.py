"""The commands about lists that are imported."""

from commands.framework import Group, _
from commands.imports import commands as imports
from commands.imports import undo

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

UNDO = undo.UNDO

"""The commands about personal data."""

from typing import TYPE_CHECKING

from commands.framework import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.privacy import commands as privacy
    from commands.privacy import exports
else:
    privacy = unloaded("commands.privacy.commands")
    exports = unloaded("commands.privacy.exports")

ABOUT_ONE: tuple[Command, ...] = (
    privacy.subject,
    privacy.basis,
)
"""About one contact; help shows them with those about contacts."""

COMMANDS: tuple[Command, ...] = (
    privacy.forget,
    privacy.unforget,
    privacy.hold,
    privacy.hold_end,
    exports.export,
    exports.approve,
    exports.refuse_export,
    exports.audit,
)
"""In the order in which help shows them, behind those about imports."""

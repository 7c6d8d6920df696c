"""Types of parameters about the bot itself: a command, a committee. Pure."""

from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import text

CommitteeName = Annotated[str, text(60, "NAME", lambda: _("Which committee?"))]
"""What a committee calls itself."""

Topic = Annotated[str, text(60, "TOPIC", lambda: _("Which topic or command?"))]
"""A topic or a command somebody wants to know more about."""

PairingCode = Annotated[str, text(20, "CODE", lambda: _("Which code? My admin has it."))]
"""What stands for a committee that comes to a new room."""

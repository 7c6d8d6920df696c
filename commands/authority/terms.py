"""Types of parameters about authority: which question to a second lead. Pure."""

from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import numbered

SecondNumber = Annotated[int, numbered("NUMBER", lambda: _("Which request? Like 3."))]
"""The number of a question to a second lead."""

"""The type of the parameter for how many people to propose. Pure."""

from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import numbered

MOST = 5
"""People on one call sheet: as many as somebody calls in an evening."""

HowMany = Annotated[int, numbered("1-5", lambda: _("How many? From 1 to 5."), MOST)]
"""How many people to propose."""

"""Taking back what was changed on the list of issues."""

from commands.framework.i18n import _
from commands.framework.undo import UndoPolicy
from storage.core.model import EntryKind

UNDO = {EntryKind.ISSUES_CHANGED: UndoPolicy(lambda: _("the change to the list of issues"))}

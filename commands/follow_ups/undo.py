"""Taking back what was done about follow-ups."""

from commands.framework.i18n import _
from commands.framework.undo import UndoPolicy
from storage.core.model import EntryKind

UNDO = {
    EntryKind.FOLLOW_UP_DONE: UndoPolicy(lambda: _("closing the follow-up about {who}")),
    EntryKind.FOLLOW_UP_ADDED: UndoPolicy(lambda: _("the follow-up about {who}")),
    EntryKind.FOLLOW_UP_SNOOZED: UndoPolicy(lambda: _("moving the follow-up about {who}")),
}

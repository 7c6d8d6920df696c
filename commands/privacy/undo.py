"""Taking back what was noted about why somebody may be kept."""

from commands.contacts.undo import in_anothers_care
from commands.framework.i18n import _
from commands.framework.undo import UndoPolicy
from storage.core.model import EntryKind

UNDO = {
    EntryKind.BASED: UndoPolicy(lambda: _("why {who} may be kept"), refuse_if=in_anothers_care),
}

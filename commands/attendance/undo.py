"""Taking back who came to a meeting."""

from commands.contacts.undo import in_anothers_care
from commands.framework.i18n import _
from commands.framework.undo import UndoPolicy
from storage.core.model import EntryKind

UNDO = {
    EntryKind.ATTENDED: UndoPolicy(lambda: _("who came to a meeting"), refuse_if=in_anothers_care)
}

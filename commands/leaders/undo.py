"""Taking back who stands behind whom."""

from commands.contacts.undo import in_anothers_care, reversed_unless_a_circle
from commands.framework.i18n import _
from commands.framework.undo import UndoPolicy
from storage.core.model import EntryKind

UNDO = {
    EntryKind.FOLLOWING_CHANGED: UndoPolicy(
        lambda: _("who stands behind whom ({who})"),
        refuse_if=in_anothers_care,
        take_back=reversed_unless_a_circle,
    ),
}

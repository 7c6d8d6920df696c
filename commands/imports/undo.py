"""Refusing to take back single rows of a list: only the whole import is taken back."""

from commands.framework.errors import Refusal, refuse
from commands.framework.reply import Code
from commands.framework.undo import UndoPolicy, UndoStep
from storage.core.model import EntryKind


async def _as_a_whole(_step: UndoStep) -> Refusal:
    return refuse(
        "The last thing you saved was a whole import. {list} shows its number; then"
        " type !import undo and the number.",
        list=Code("!import list"),
        example="!import undo 7",
    )


UNDO = {
    EntryKind.LISTED: UndoPolicy(refuse_if=_as_a_whole),
    EntryKind.LIST_CHANGED: UndoPolicy(refuse_if=_as_a_whole),
}

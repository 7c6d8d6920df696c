"""Taking back talks and ratings."""

from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _
from commands.framework.reply import Code
from commands.framework.undo import UndoPolicy, UndoStep
from storage.contacts.undo import moved_a_talk, put_right_since
from storage.core.model import EntryKind


async def _put_right_since(step: UndoStep) -> Refusal | None:
    if not await put_right_since(step.history.tx, step.entry):
        return None
    return impossible(
        "That talk cannot be taken back: it was put right since. {edit} can change it.",
        edit=Code("!1on1 edit"),
    )


async def _moved(step: UndoStep) -> Refusal | None:
    if await moved_a_talk(step.history.tx, step.entry):
        return impossible(
            "That moved a talk to somebody else, and cannot be taken back. {edit} moves it again.",
            edit=Code("!1on1 edit NUMBER who=M-41"),
        )
    return await _put_right_since(step)


UNDO = {
    EntryKind.CONVERSATION_LOGGED: UndoPolicy(
        lambda: _("the talk with {who}, and what came with it"), refuse_if=_put_right_since
    ),
    EntryKind.CONVERSATION_EDITED: UndoPolicy(
        lambda: _("the correction of the talk with {who}"), refuse_if=_moved
    ),
    EntryKind.ASSESSED: UndoPolicy(lambda: _("your rating of {who}")),
}

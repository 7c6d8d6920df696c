"""Taking back talks and ratings."""

from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply
from commands.framework.undo import UndoPolicy, UndoStep
from storage.contacts.undo import moved_a_talk, put_right_since, taken_out_with
from storage.core.model import EntryKind


async def _put_right_since(step: UndoStep) -> Refusal | None:
    if not await put_right_since(step.history.tx, step.entry):
        return None
    return impossible(
        "You cannot undo that talk: you have corrected it since. To change it: {edit}",
        edit=Code("!1on1 edit"),
    )


async def _brought_back(step: UndoStep) -> tuple[Reply, ...]:
    """Let a talk count again where it was before it was withdrawn, or moved to somebody else."""
    taken_out = await taken_out_with(step.history.tx, step.entry)
    if step.entry.kind is EntryKind.CONVERSATION_EDITED:
        await step.reverse()
    for each in taken_out:
        await step.history.lift(each)
    return ()


async def _what_was_put_right(step: UndoStep, contact: str) -> str | None:
    if not await moved_a_talk(step.history.tx, step.entry):
        return None
    return _("moving a talk to {who}").format(who=contact)


UNDO = {
    EntryKind.CONVERSATION_LOGGED: UndoPolicy(
        lambda: _("the talk with {who}, and what came with it"), refuse_if=_put_right_since
    ),
    EntryKind.CONVERSATION_EDITED: UndoPolicy(
        lambda: _("the correction of the talk with {who}"),
        refuse_if=_put_right_since,
        take_back=_brought_back,
        said=_what_was_put_right,
    ),
    EntryKind.TALK_WITHDRAWN: UndoPolicy(
        lambda: _("withdrawing a talk with {who}"), take_back=_brought_back
    ),
    EntryKind.ASSESSED: UndoPolicy(lambda: _("your rating of {who}")),
}

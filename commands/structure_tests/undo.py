"""Taking back what was done in a test: a closed one changes by amendments only."""

from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _
from commands.framework.reply import Code
from commands.framework.undo import UndoneBy, UndoPolicy, UndoStep
from storage.core.model import EntryKind
from storage.structure_tests.undo import begun_since, closed_since, told_since


def _part_of_a_result() -> Refusal:
    return impossible(
        "The last thing you saved is now part of a test's result. A lead can correct that: {amend}",
        amend=Code("!test amend"),
    )


async def _for_good(_step: UndoStep) -> Refusal:
    return _part_of_a_result()


async def _if_begun(step: UndoStep) -> Refusal | None:
    if await told_since(step.history.tx, step.entry):
        return impossible(
            "Other committees know of this test already, so it cannot be undone. It ends by itself."
        )
    return _part_of_a_result() if await begun_since(step.history.tx, step.entry) else None


async def _if_closed(step: UndoStep) -> Refusal | None:
    return _part_of_a_result() if await closed_since(step.history.tx, step.entry) else None


UNDO = {
    EntryKind.TEST_OPENED: UndoPolicy(
        lambda: _("opening the test"), UndoneBy.LEADS, refuse_if=_if_begun
    ),
    EntryKind.TEST_CHANGED: UndoPolicy(
        lambda: _("the change to the test"), UndoneBy.LEADS, refuse_if=_if_closed
    ),
    EntryKind.TEST_MARKED: UndoPolicy(
        lambda: _("what you marked in the test"), refuse_if=_if_closed
    ),
    EntryKind.TEST_COUNTED: UndoPolicy(lambda: _("the number you counted"), refuse_if=_if_closed),
    EntryKind.TEST_CLOSED: UndoPolicy(by=UndoneBy.LEADS, refuse_if=_for_good),
    EntryKind.TEST_AMENDED: UndoPolicy(by=UndoneBy.LEADS, refuse_if=_for_good),
}

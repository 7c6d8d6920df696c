"""Refusals that several jobs give to whoever wants to take something back."""

from commands.framework.context import Context
from commands.framework.errors import Refusal, impossible
from commands.framework.reply import Code
from commands.shared.wording import short


def only_leads(ctx: Context) -> Refusal:
    """The refusal for taking back what only leads can do, when whoever asks is no lead (any more)."""
    return impossible(
        "Only a lead can undo the last thing you saved: {how}",
        how=Code(f'!undo of={short(ctx.user)} why="slip"'),
    )

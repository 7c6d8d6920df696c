"""Refusals that several jobs give to whoever wants to take something back."""

from commands.framework.context import Context
from commands.framework.errors import Refusal, impossible
from commands.framework.reply import Code
from commands.shared.wording import short


def only_leads(ctx: Context) -> Refusal:
    """The refusal for taking back what only leads can do, when whoever asks is no lead (any more)."""
    return impossible(
        "The last thing you saved only leads can do, so only a lead can take it back: {how}",
        how=Code(f'!undo of={short(ctx.user)} why="slip"'),
    )

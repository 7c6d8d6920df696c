"""What whoever wants to take something back is told, whichever job it belongs to."""

from commands.framework.context import Context
from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _
from commands.framework.reply import Code
from commands.shared.wording import short


def only_leads(ctx: Context) -> Refusal:
    """What only leads can do, whoever asks is none (any more)."""
    return impossible(
        _("The last thing you saved only leads can do, so only a lead can take it back: {how}"),
        how=Code(f'!undo of={short(ctx.user)} why="slip"'),
    )

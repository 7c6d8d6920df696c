"""Questions of somebody who is afraid: who reads this, and is it safe. Answered by what is known of the room."""

import re

from commands.framework import Context
from storage.core.database import Transaction
from storage.core.lazy_pattern import lazy_pattern

_ASKS = lazy_pattern(
    r"(?:who|can|could|does|do|will|is|are|what)\b.*\b(?:boss|bosses|manager|managers|employer|company|hr|police"
    r"|see this|read this|see that|read that|see it|read it|see what|read what|reads this|sees this"
    r"|encrypted|safe here|this safe|it safe|this private|it private)\b.*",
    re.IGNORECASE | re.DOTALL,
)
LONGEST = 120
"""Letters of a question."""


async def is_asking(text: str, ctx: Context, tx: Transaction) -> bool:
    """Whether the words ask who can read what is typed, or whether it is safe."""
    del ctx, tx
    said = text.strip()
    return len(said) <= LONGEST and _ASKS.fullmatch(said) is not None

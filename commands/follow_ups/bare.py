"""What came of a follow-up, said with its number at any time: ``2 signed``, ``erledigt 2``."""

import re

from commands.framework import Context
from commands.shared.answer_words import without_signs
from commands.shared.questions import is_a_result
from storage.contacts.follow_ups import FollowUps
from storage.core.database import Transaction

_BEHIND = re.compile(r"#?(\d{1,9})[.):]?\s+(\D.*)")
_BEFORE = re.compile(r"(\D+?)\s+#?(\d{1,9})")


def _parts(text: str) -> tuple[int, str] | None:
    """The number of a follow-up and what came of it; None for other words."""
    said = without_signs(text)
    behind, before = _BEHIND.fullmatch(said), _BEFORE.fullmatch(said)
    if behind is not None and is_a_result(behind[2]):
        return int(behind[1]), behind[2]
    if before is not None and is_a_result(before[1]):
        return int(before[2]), before[1]
    return None


async def is_asking(text: str, ctx: Context, tx: Transaction) -> bool:
    """Whether the words close a follow-up that the person owes."""
    said = _parts(text)
    if said is None:
        return False
    task = await FollowUps(tx, ctx.committee.id).open(said[0])
    return task is not None and task.owner == ctx.user


def line(text: str) -> str:
    """The command that the words mean."""
    number, result = _parts(text) or (0, "")
    return f"!done {number} {result}"

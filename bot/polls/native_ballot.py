"""One voter's ballot as a native poll, whose answers say nothing to whoever sees them tapped."""

from typing import Any

from bot.matrix import native_polls
from commands.polls.model import Poll
from commands.polls.views import tap_fallback, tap_question
from commands.polls.wording import tap_rows
from storage.core.model import UserId


def ballot(poll: Poll, secret: bytes, voter: UserId) -> dict[str, Any]:
    """The content of a ballot to tap, for a voter's direct chat; equally long for everybody."""
    rows = tap_rows(poll, secret, voter)
    return native_polls.start(
        tap_question(poll), rows, disclosed=False, fallback=tap_fallback(poll)
    )

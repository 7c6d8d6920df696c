"""Named points at which a test may kill the process; in ordinary runs they do nothing.

``STEWARD_FAILPOINT=after_send`` kills at the first passing, ``after_send:3`` at the third.
"""

import os
import signal
from typing import Final

SETTING_UP: Final = (
    "after_keyslots",
    "after_login",
    "after_token",
    "after_identity_keys",
    "after_secrets",
    "before_upload",
    "after_upload",
    "after_identity",
)
"""Between every two steps of ``steward init``."""

GOING_IN: Final = (
    "after_invitation",
    "after_join",
    "after_greeting",
    "after_create",
    "after_direct",
)
"""Between every two steps of following an invitation and of opening a direct room."""

WORKING: Final = (
    "before_keys",
    "within_keys",
    "after_keys",
    "before_commit",
    "after_commit",
    "after_share",
    "before_send",
    "after_send",
    "after_mark",
    "before_checkpoint",
    "after_checkpoint",
)
"""Between every two steps of receive, commit, send, mark and checkpoint."""

ENDING: Final = ("before_withdrawal", "after_departures", "after_uninviting")
"""Between every two steps of withdrawing what is on its way to somebody whose part ended."""

MOVING: Final = ("after_moving", "after_settling")
"""Between every two steps of giving up the means to read messages again; the checkpoint is before."""

REMINDING: Final = ("before_reminders", "after_reminders", "before_saying")
"""Between every two steps of a reminder; from then on it goes like every message."""

DRAWING: Final = ("after_upload_of_picture", "after_picture")
"""Between every two steps of making the picture of a message."""

POLLING: Final = (
    "poll_key",
    "poll_box",
    "poll_announced",
    "vote_in_box",
    "vote_acknowledged",
    "poll_counted",
    "poll_result_sent",
    "poll_destroyed",
)
"""Between every two steps of opening, voting and closing a secret poll, in this order."""

CALLING_OFF: Final = ("poll_emptied", "poll_cancel_said")
"""Between every two steps of cancelling one."""

RESTORING: Final = ("restore_database", "restore_slots")
"""Between every two steps of ``steward restore``; from then on it goes like ``init``."""

ROTATING: Final = (
    "rotate_slots",
    "rotate_app",
    "rotate_nio",
    "rotate_ballots",
    "rotate_committed",
    "rotate_moved",
)
"""Between every two steps of ``steward rotate-key``, in this order; the last once for each file."""

CHANGING_ACCOUNT: Final = ("move_login", "move_written", "move_configured", "move_set_up")
"""Between every two steps of ``steward move``, beside those of ``init``."""

ALLYING: Final = (
    "after_bots_room",
    "after_coming_in",
    "before_coalition_commit",
    "after_coalition_commit",
    "after_leaving",
)
"""Between every two steps of pairing, of hearing another committee's bot, and of leaving."""

READING_FILES: Final = ("before_reading_file", "after_reading_file")
"""While a file is read that somebody sent, and before it is answered."""

STARTING: Final = ("start_counted", "start_announced")
"""Between every two steps of saying that a process was started."""

POINTS: Final = (
    *READING_FILES,
    *SETTING_UP,
    *STARTING,
    *GOING_IN,
    *WORKING,
    *ENDING,
    *MOVING,
    *REMINDING,
    *DRAWING,
    *POLLING,
    *CALLING_OFF,
    *RESTORING,
    *ROTATING,
    *CHANGING_ACCOUNT,
    *ALLYING,
)

_name, _, _count = os.environ.get("STEWARD_FAILPOINT", "").partition(":")
_left = int(_count) if _count.isdecimal() else 1


def reach(point: str) -> None:
    """Pass a named point between two steps; a test may end the process here, as if the power had."""
    global _left  # noqa: PLW0603 (a counter of this process, only ever used by tests)
    if point != _name:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)

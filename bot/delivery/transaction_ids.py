"""Transaction ids of what we send: how they begin, and what each beginning means.

A homeserver drops the second message with an id that it saw, so whoever has to say a thing again makes
the same id again. Ids stand on the envelope in clear, and a message in doubt is looked for by its id:
none of these words may change while a bot runs somewhere that used them.

An id is the beginning, then whatever makes the occasion this one (``digest`` of a room, an event or a
person, never themselves), then the number of the message: ``st-3f2a…-1``.
"""

import hashlib
from typing import Final

REFERENCE: Final = "org.steward.transaction"
"""Names the transaction id on the envelope of an event, where the homeserver saw it anyway."""

# -- what commands answer

ANSWER: Final = "st"
"""An answer to a message, and an apology for none."""
BUSY: Final = "bz"
"""The rest of somebody's commands waits for their share of the time."""
UNREAD_FILE: Final = "uf"
"""A file was not read."""
FILE_WAITS: Final = "fw"
"""A file is fetched; which committee it is for may be asked."""
FILE_LATE: Final = "fl"
"""A file does not come."""

# -- what is said without a command

GREETING: Final = "hi"
"""The first words in a room."""
TAKEN_AWAY: Final = "ta"
"""A message is redacted that nobody acted upon, and that may name somebody."""
REFUSED: Final = "no"
"""Why a message was not believed or not understood."""
IDENTITY_CHANGED: Final = "id"
"""Somebody's identity is another than it was."""
IDENTITY_COMPARED: Final = "vs"
"""Somebody's new identity was compared with the bot's."""
NOT_VERIFIED: Final = "vn"
"""Nobody can compare, or an app cannot. Polls begin the same way (``VOTE_TAKEN_AWAY``)."""
NEWCOMERS: Final = "new"
"""A room is told of people who are new there; when it has been told, they may do more."""
ROLL: Final = "roll"
"""Who takes part changed in other ways."""
LEFT: Final = "left"
"""Somebody's part has ended."""
AFTER_RESTORE: Final = "back"
"""The bot was restored from a backup."""
EXPORT_ENDED: Final = "ex"
"""A copy for outside is not made any more."""

# -- what is said at its time

REMINDER: Final = "rem"
"""A reminder, or a poll about times that closed."""
SPARING: Final = "spare"
"""The notice that so much is planned that reminders are left out."""
AWAY: Final = "away"
"""What came late or not at all because the bot was offline."""
ZONE: Final = "zone"
"""A zone's rules changed and moved meetings."""
DIGEST: Final = "digest"
"""Somebody's morning digest."""
IMPORT: Final = "im"
"""How far the work on a list is."""

# -- what bots of a coalition say

COALITION: Final = "co"
"""To the bots of a coalition, and again to whoever missed it."""
COALITION_TOLD: Final = "ct"
"""A committee is told what follows from what another bot said."""

# -- what polls say, from memory

BALLOT: Final = "pb"
"""A ballot, and what else one voter is sent."""
BALLOT_TAKEN_BACK: Final = "pd"
"""A ballot is redacted when its poll is over."""
ANNOUNCEMENT: Final = "pa"
"""A poll is announced in its room."""
POLL_REMINDER: Final = "pr"
"""A poll closes soon. Its number follows at once: ``pr1``."""
POSTPONED: Final = "pp"
"""A poll closes later. The minute of the new deadline follows at once."""
RESULT: Final = "res"
"""A poll's result."""
CANCELLED: Final = "can"
"""A poll was given up."""
BALLOTS_LOST: Final = "lost"
"""A poll's ballots cannot be counted."""
ROSTER_CHANGED: Final = "pw"
"""Somebody who may vote left, or came back."""

OF_A_VOTE: Final = "v"
"""How all begins that answers a vote: no line of a log may tell by its time that somebody voted."""
VOTE_ANSWER: Final = "va"
"""The answer to a vote."""
VOTE_IN_ROOM: Final = "vw"
"""Somebody typed a vote where others read it."""
VOTE_TAKEN_AWAY: Final = "vn"
"""Words after a vote that was taken away."""
VOTE_REDACTED: Final = "vr"
"""A vote that others could read is redacted."""
VOTE_REACTION: Final = "vx"
"""Somebody reacted to a ballot, which is no vote."""


def digest(text: str) -> str:
    """A short name for an event, a room or a person: 24 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def stem(beginning: str, about: str) -> str:
    """The beginning of the transaction ids of one occasion: one event, room or person."""
    return f"{beginning}-{digest(about)}"


def is_of(beginning: str, transaction_id: str) -> bool:
    """Whether a transaction id has this beginning."""
    return transaction_id.startswith(f"{beginning}-")

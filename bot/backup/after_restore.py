"""The first minutes of a bot that was restored: what it cannot read, and what it says about that.

Messages written to the device before cannot be read by the new one. They are not asked for one by
one: the bot says once, in every committee's room, from when its memory is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.delivery.clearance import Clearance
from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import AFTER_RESTORE, stem
from commands.framework.context import Committee
from commands.framework.i18n import _, a_time_there
from commands.framework.reply import Reply, Strong, in_each_language, line, reply
from storage.chat.facts import RESTORED_AT, Facts
from storage.chat.outbox import MessageKind
from storage.core.copying import Change
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass

RESTORED = "restored"
"""The fact: when this was restored from a backup of when; there until it has been said."""
MOVES_WITHIN = 3600 * 1000
"""Milliseconds after which a backup shows the past: what waited to be sent then is not sent."""


@dataclass(frozen=True, slots=True)
class AfterRestore:
    """A restore that the committees have not been told of yet."""

    at: int
    """Unix ms UTC."""
    made_at: datetime
    """When the backup was made."""

    def to_json(self) -> str:
        """The fact as ``Facts`` keeps it: ``at`` in Unix ms, ``made_at`` in ISO 8601."""
        return json.dumps({"at": self.at, "made_at": self.made_at.isoformat()})

    @classmethod
    async def load(cls, facts: Facts) -> AfterRestore | None:
        """The last restore as ``Facts`` keeps it; None if this data directory was never restored."""
        text = await facts.get(RESTORED)
        if text is None:
            return None
        stored = json.loads(text)
        return cls(int(stored["at"]), datetime.fromisoformat(stored["made_at"]))

    def is_too_late_for(self, event: Mapping[str, Any]) -> bool:
        """Whether a message that cannot be read was written before this device existed."""
        sent = event.get("origin_server_ts")
        return isinstance(sent, int) and sent < self.at

    async def say(
        self, tx: Transaction, committees: Iterable[Committee], outbox: Delivering
    ) -> None:
        """Tell every committee once that the bot was restored."""
        await Facts(tx).drop(RESTORED)
        for committee in committees:
            post = Post(tx, outbox, stem(AFTER_RESTORE, f"{committee.room} {self.at}"))
            told = words(self.made_at, committee)
            for message in await post.worded(told, committee, str(committee.room), ""):
                terms = Clearance.terms_in(committee, MessageKind.TELL)
                await post.put(message, room=str(committee.room), terms=terms)


def as_restored(at: int, made_at: int) -> tuple[Change, ...]:
    """The changes to a database copy made at ``made_at`` and restored at ``at`` (both Unix ms).

    Whose part ended after it was made is not written in it: what takes two people takes days in
    which the others can end it again, and nothing that waited then goes to anybody, unless it is a
    bot that moves to another machine.
    """
    anew = (
        "UPDATE standings SET lead_at = iif(lead_at IS NULL, NULL, ?1),"
        " keeper_at = iif(keeper_at IS NULL, NULL, ?1)"
    )
    unsaid = (
        "UPDATE reminders SET state = iif(state = 'queued', 'cancelled', 'unknown'), settled_at = ?1"
        " WHERE state IN ('queued', 'sending')"
    )
    waited: tuple[Change, ...] = (
        *((f"DELETE FROM {table}", ()) for table in ("parked", "outbox", "waiting")),
        (unsaid, (at,)),
    )
    return (
        *(waited if at - made_at > MOVES_WITHIN else ()),
        (
            "UPDATE exports SET state = 'expired' WHERE state IN ('asked', 'approved', 'made')",
            (),
        ),
        ("UPDATE seconds SET agreed_by = NULL, agreed_at = NULL, agreed_row = NULL", ()),
        (anew, (at,)),
        # What was said since the backup has numbers that the others know: count anew, and say so; later than
        # before, whatever the machine's clock says. Codes that were given out may have been used since.
        (
            "UPDATE coalitions SET epoch = max(?1, epoch + 1), counter = 0, back = ?2",
            (at, made_at),
        ),
        ("DELETE FROM coalition_codes", ()),
        ("DELETE FROM coalitions WHERE state = 'joining'", ()),
    )


@in_each_language
def words(made_at: datetime, committee: Committee) -> Reply:
    """The words for a committee's room after a restore."""
    lost = line(
        "{note} I was restored from a backup of {time}. What you told me since then is "
        "lost: please say it again.",
        note=Strong(_("Please note.")),
        time=a_time_there(made_at, committee.zone),
    )
    also = line(
        "Open secret polls have ended without a result, because no backup holds votes. "
        "Whoever you removed since then is here again: remove them once more. What "
        "needs two people is possible again only after some days."
    )
    return reply(lost, also)


async def restored_at(database: Database) -> int | None:
    """When the bot was last restored, Unix ms UTC."""
    async with database.transaction() as tx:
        text = await Facts(tx).get(RESTORED_AT)
    return None if text is None else int(text)


def now() -> int:
    """The machine's clock in Unix ms UTC."""
    return time.time_ns() // 1_000_000


def of(made_at: datetime) -> AfterRestore:
    """The restore, at this moment, of a backup that was made at another."""
    return AfterRestore(now(), made_at.astimezone(UTC))

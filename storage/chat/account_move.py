"""The bot's move to another account: what belongs to the account goes, what belongs to committees stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from storage.chat.facts import SYNC_TOKEN, Facts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.core.repository import Shared
from storage.core.rows import millis

MOVED = "account_moved"
"""The fact: from which account to which, and the codes by which new rooms are paired."""

OF_THE_ACCOUNT = (
    *("device_id", "access_token", "cross_signing", SYNC_TOKEN, "former_device"),
    *("secret_storage_key", "given_name", "given_picture", "given_picture_digest"),
)
"""Facts that are true of one account alone."""
EMPTIED = (
    *("rooms", "invitations", "directs", "unread", "outbox", "parked", "waiting"),
    *("reading", "uninvited"),
    # Other committees know the account and its master key: they have to be paired with anew.
    "coalitions",
)
"""Tables whose rows name rooms, devices or messages of one account alone."""


@dataclass(frozen=True, slots=True)
class AccountLogin:
    """A login of the bot's at a homeserver, before or after a move."""

    homeserver: str
    user: str
    device: str
    token: str


@dataclass(frozen=True, slots=True)
class AccountMove:
    """A move as it is kept."""

    old: AccountLogin | None
    """The login before, until it has been ended."""
    former: str
    """The account before."""
    user: str
    """The account since."""
    codes: dict[str, str]
    """By code, the committee (its row id, as text) that a new room may bring back with it."""
    told: tuple[int, ...] = ()
    """Committees (row ids) that heard of it."""
    parted: tuple[int, ...] = ()
    """Committees (row ids) that were in a coalition, whose other bots know the account before."""

    def to_json(self) -> str:
        """The fact as ``Facts`` keeps it."""
        old = self.old
        login = None if old is None else [old.homeserver, old.user, old.device, old.token]
        kept = {"former": self.former, "user": self.user, "codes": self.codes, "told": self.told}
        return json.dumps({"old": login, **kept, "parted": self.parted})

    @classmethod
    def from_json(cls, text: str) -> AccountMove:
        """The move from the fact's text."""
        kept = json.loads(text)
        old = None if kept["old"] is None else AccountLogin(*kept["old"])
        # A move of an earlier release says nothing of coalitions: there were none.
        parted = tuple(kept.get("parted", ()))
        return cls(old, kept["former"], kept["user"], kept["codes"], tuple(kept["told"]), parted)


@dataclass(frozen=True, slots=True)
class AccountMoves(Shared):
    """The last move of the bot to another account."""

    async def last(self) -> AccountMove | None:
        """The last move; None where the account was always the same."""
        text = await Facts(self.tx).get(MOVED)
        return None if text is None else AccountMove.from_json(text)

    async def begin(
        self, move: AccountMove, new: AccountLogin, rooms: set[str], now: datetime
    ) -> int:
        """Become the new account, in whose ``rooms`` committees go on; returns how many answers waited.

        Committees whose room it is not in count as left: an invitation or a code brings them back.
        """
        waited = await self.tx.value("SELECT count(*) FROM outbox")
        parted = await self.tx.all("SELECT committee FROM coalitions ORDER BY committee")
        for table in EMPTIED:
            await self.tx.execute(f"DELETE FROM {table}")
        await self.tx.execute(
            "UPDATE reminders SET state = iif(state = 'queued', 'cancelled', 'unknown'), settled_at = ?"
            " WHERE state IN ('queued', 'sending')",
            (millis(now),),
        )
        for committee, room in await self.committees():
            if room not in rooms:
                await self.tx.execute(
                    "UPDATE committees SET removed_at = ? WHERE id = ?", (millis(now), committee)
                )
        facts = Facts(self.tx)
        for name in OF_THE_ACCOUNT:
            await facts.drop(name)
        await facts.put("device_id", new.device)
        await facts.put("access_token", new.token)
        await self.keep(replace(move, parted=tuple(int(row["committee"]) for row in parted)))
        return int(str(waited))

    async def committees(self) -> list[tuple[int, str]]:
        """Row id and room of every committee that the bot serves."""
        rows = await self.tx.all("SELECT id, room FROM committees WHERE removed_at IS NULL")
        return [(int(row["id"]), str(row["room"])) for row in rows]

    async def keep(self, move: AccountMove) -> None:
        """Write the move down, in place of what was kept."""
        await Facts(self.tx).put(MOVED, move.to_json())

    async def untold(self, committee: CommitteeId) -> AccountMove | None:
        """The last move, where a committee has not heard of it yet."""
        move = await self.last()
        return None if move is None or committee in move.told else move

    async def note_told(self, committee: CommitteeId) -> None:
        """Note that a committee heard of the last move."""
        move = await self.untold(committee)
        if move is not None:
            await self.keep(replace(move, told=(*move.told, committee)))

    async def parted(self, committee: CommitteeId) -> bool:
        """Whether a committee was in a coalition that knows the account before alone."""
        move = await self.last()
        return move is not None and committee in move.parted

    async def of_code(self, code: str) -> CommitteeId | None:
        """The committee that a code brings back; None for a code that was used or never made."""
        move = await self.last()
        found = None if move is None else move.codes.get(code.strip().upper())
        return None if found is None else CommitteeId(int(found))

    async def use(self, committee: CommitteeId) -> None:
        """End the codes of a committee that has a room again."""
        move = await self.last()
        if move is not None:
            left = {code: each for code, each in move.codes.items() if each != str(committee)}
            await self.keep(replace(move, codes=left))

"""The coalition of a committee, and the members of it."""

from datetime import datetime

from storage.coalition.model import (
    Coalition,
    CoalitionId,
    CoalitionMember,
    CoalitionState,
    MemberId,
    MemberState,
)
from storage.core.lazy_dataclass import dataclass
from storage.core.model import RoomId, UserId
from storage.core.repository import Common, Shared
from storage.core.rows import millis


@dataclass(frozen=True, slots=True)
class Coalitions(Common):
    """One committee's coalition: it is in one at a time."""

    async def own(self) -> Coalition | None:
        """Return the coalition that the committee is in, joins or leaves; None if there is none."""
        return await self.tx.record(
            Coalition, "SELECT * FROM coalitions WHERE committee = ?", (self.committee,)
        )

    async def begin(
        self, *, ref: str, title: str, label: str, state: CoalitionState, now: datetime
    ) -> Coalition:
        """Save a coalition that the committee makes (OPEN) or is about to join (JOINING).

        Whoever joins may have been in it before, and the others may know how far it counted then: so it
        counts its messages in an epoch of its own.
        """
        await self.tx.add(
            "coalitions",
            committee=self.committee,
            ref=ref,
            title=title,
            label=label,
            state=state,
            epoch=millis(now) if state is CoalitionState.JOINING else 0,
            at=now,
        )
        made = await self.own()
        if made is None:
            raise LookupError("a coalition just added is not there")
        return made

    async def relabel(self, label: str) -> None:
        """Save what the committee is called in its coalition."""
        await self.tx.execute(
            "UPDATE coalitions SET label = ? WHERE committee = ?", (label, self.committee)
        )


@dataclass(frozen=True, slots=True)
class EveryCoalition(Shared):
    """The coalitions of all committees of this bot, for what comes in from their rooms."""

    async def all(self) -> list[Coalition]:
        """Return every coalition, by row id."""
        return await self.tx.records(Coalition, "SELECT * FROM coalitions ORDER BY id")

    async def by_id(self, coalition: CoalitionId) -> Coalition | None:
        """Return a coalition; None if the committee is not in it any more."""
        return await self.tx.record(
            Coalition, "SELECT * FROM coalitions WHERE id = ?", (coalition,)
        )

    async def by_room(self, room: str) -> Coalition | None:
        """Return the coalition whose bots meet in a room; None if it is no such room."""
        return await self.tx.record(Coalition, "SELECT * FROM coalitions WHERE room = ?", (room,))

    async def by_ref(self, ref: str) -> Coalition | None:
        """Return the coalition that its bots call ``ref``; None if no committee of ours is in it."""
        return await self.tx.record(
            Coalition, "SELECT * FROM coalitions WHERE ref = ? AND ref <> ''", (ref,)
        )

    async def identify(self, coalition: CoalitionId, *, ref: str, title: str) -> None:
        """Save what the other bot calls the coalition that a committee is about to join."""
        await self.tx.execute(
            "UPDATE coalitions SET ref = ?, title = ? WHERE id = ?", (ref, title, coalition)
        )

    async def settle(self, coalition: CoalitionId, room: RoomId) -> None:
        """Save the room in which the bots of a coalition meet."""
        await self.tx.execute("UPDATE coalitions SET room = ? WHERE id = ?", (room, coalition))

    async def become(self, coalition: CoalitionId, state: CoalitionState) -> None:
        """Save how far the committee is in its coalition."""
        await self.tx.execute(
            "UPDATE coalitions SET state = ? WHERE id = ?", (state.value, coalition)
        )

    async def told_back(self, coalition: CoalitionId) -> None:
        """Note that the others are told that this bot was restored."""
        await self.tx.execute("UPDATE coalitions SET back = 0 WHERE id = ?", (coalition,))

    async def next_counter(self, coalition: CoalitionId) -> int:
        """Count this bot's own messages one further; return the counter of the next message."""
        await self.tx.brief(
            "UPDATE coalitions SET counter = counter + 1 WHERE id = ?", (coalition,)
        )
        return await self.tx.number("SELECT counter FROM coalitions WHERE id = ?", (coalition,))

    async def drop(self, coalition: CoalitionId) -> None:
        """Delete a coalition with everything that was kept of it: members, keys, messages, proposals."""
        await self.tx.execute("DELETE FROM coalitions WHERE id = ?", (coalition,))


@dataclass(frozen=True, slots=True)
class CoalitionMembers(Shared):
    """The other committees of coalitions; this bot's own is not among them."""

    async def of(self, coalition: CoalitionId) -> list[CoalitionMember]:
        """Return every other committee that was ever in the coalition, in the order they came."""
        return await self.tx.records(
            CoalitionMember,
            "SELECT * FROM coalition_members WHERE coalition = ? ORDER BY id",
            (coalition,),
        )

    async def present(self, coalition: CoalitionId) -> list[CoalitionMember]:
        """Return the other committees that are in the coalition now; suspended ones are not."""
        return [each for each in await self.of(coalition) if each.state is MemberState.IN]

    async def by_id(self, member: MemberId) -> CoalitionMember | None:
        """Return a member; None if there is none."""
        return await self.tx.record(
            CoalitionMember, "SELECT * FROM coalition_members WHERE id = ?", (member,)
        )

    async def by_bot(self, coalition: CoalitionId, bot: str) -> CoalitionMember | None:
        """Return the member whose bot that is; None if it is nobody's."""
        return await self.tx.record(
            CoalitionMember,
            "SELECT * FROM coalition_members WHERE coalition = ? AND bot = ?",
            (coalition, bot),
        )

    async def put(
        self,
        coalition: CoalitionId,
        *,
        bot: UserId,
        master: str,
        label: str,
        state: MemberState,
        now: datetime,
        heard: int | None = None,
    ) -> CoalitionMember:
        """Save a member; one with another key than before, or that had left, is counted anew.

        ``heard``: the counter from which its messages are counted; None: from the first that is heard.
        """
        before = await self.by_bot(coalition, bot)
        if before is not None and before.master != master:
            await self.tx.execute(
                "UPDATE coalition_members SET epoch = 0, counter = ? WHERE id = ?",
                (heard, before.id),
            )
            await self.tx.execute("DELETE FROM coalition_heard WHERE member = ?", (before.id,))
        await self.tx.execute(
            "INSERT INTO coalition_members(coalition, bot, master, label, state, counter, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(coalition, bot) DO UPDATE SET "
            "master = excluded.master, label = excluded.label, state = excluded.state",
            (coalition, bot, master, label, state.value, heard, round(now.timestamp() * 1000)),
        )
        found = await self.by_bot(coalition, bot)
        if found is None:
            raise LookupError("a member just added is not there")
        return found

    async def become(self, member: MemberId, state: MemberState) -> None:
        """Save what a member is from now on."""
        await self.tx.execute(
            "UPDATE coalition_members SET state = ? WHERE id = ?", (state.value, member)
        )

    async def relabel(self, member: MemberId, label: str) -> None:
        """Save what a member calls itself."""
        await self.tx.execute(
            "UPDATE coalition_members SET label = ? WHERE id = ?", (label, member)
        )

    async def drop(self, member: MemberId) -> None:
        """Delete a member that never came in."""
        await self.tx.execute("DELETE FROM coalition_members WHERE id = ?", (member,))

    async def forget(self, member: MemberId) -> None:
        """Save that a member left, and delete its key. Its label stays beside what it gave."""
        await self.tx.execute(
            "UPDATE coalition_members SET state = ?, master = '', counter = NULL, epoch = 0 "
            "WHERE id = ?",
            (MemberState.LEFT.value, member),
        )

    async def heard(self, member: MemberId, epoch: int, counter: int) -> None:
        """Note that a member's messages were acted upon up to a counter."""
        await self.tx.execute(
            "UPDATE coalition_members SET epoch = ?, counter = ? WHERE id = ?",
            (epoch, counter, member),
        )

"""Leaving no way to read a ballot again: not from our keys, not from what we sent."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from bot.dispatcher import digest
from bot.matrix.machine import Machine
from bot.matrix.rooms import Room
from bot.polls.courier import Courier
from bot.polls.register import Open
from bot.polls.state import Mark, State, Told
from storage.model import UserId

BALLOT = "pb"
"""What the transaction ids of ballots begin with."""


class Tidying:
    """Moves keys of direct chats on behind the votes, and takes our ballots back."""

    def __init__(
        self,
        machine: Machine,
        courier: Courier,
        direct: Callable[[UserId], Room | None],
    ) -> None:
        self._machine = machine
        self._courier = courier
        self._direct = direct
        self._read: set[tuple[str, str, str, int]] = set()
        """Votes of this batch: room, sending key, session, message index."""
        self._ballots: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """What this run sent by poll: rooms and events."""

    def was_read(self, room: str, session: str, index: int) -> None:
        """A vote was in this message; its key is not needed once it is acknowledged."""
        sender_key, _, session_id = session.partition(" ")
        self._read.add((room, sender_key, session_id, index))

    def move_on(self) -> None:
        """The checkpoint is past these votes: give up the means to read them again."""
        read, self._read = self._read, set()
        for message in sorted(read):
            self._machine.move_on(*message)
        if read:
            # What the session was before is in the store's log as well.
            self._machine.purge()

    def note_ballot(self, which: Open, sent: Iterable[tuple[str, str]]) -> None:
        """We sent these."""
        self._ballots[which.id].extend(sent)

    def resume(self, which: Open, state: State) -> None:
        """An earlier run may have ended before it moved on behind the votes it took."""
        for user, at in which.places.items():
            marks = dict(state.marks(at))
            room = self._direct(user) if marks else None
            if room is None:
                continue
            for sender_key, session_id in self._machine.sessions_in(room.id):
                index = marks.get(Mark(f"{sender_key} {session_id}", 0).tag())
                if index is not None:
                    self._machine.move_on(room.id, sender_key, session_id, index)

    def forget_messages(self) -> None:
        """Nothing that was sent to us until now can be read again, not from old pages either."""
        self.move_on()
        self._machine.purge()

    async def take_back_ballots(self, which: Open) -> None:
        """Redact the ballots we sent, where we may; those of an earlier run are looked for."""
        known = self._ballots.pop(which.id, [])
        found = {room for room, _event in known}
        for user in which.roster:
            room = self._direct(user)
            if room is not None and room.id not in found:
                ours = await self._courier.ours(room.id, f"{BALLOT}-{which.id[:16]}")
                known += [(room.id, event) for event in ours]
        mailing = self._courier.mailing(len(known))
        for room_id, event in known:
            await mailing.turn()
            await self._courier.redact(room_id, event, f"pd-{digest(event)}")


def ballot_occasion(which: Open, what: Told, user: UserId) -> str:
    """Names what we send, in transaction ids."""
    return f"{BALLOT}-{which.id[:16]}-{what}-{digest(user)}"

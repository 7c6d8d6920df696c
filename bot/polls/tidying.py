"""Taking back the ballots that we sent."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from bot.dispatcher import digest
from bot.matrix.rooms import Room
from bot.polls.courier import Courier
from bot.polls.register import Open
from bot.polls.state import Told
from storage.model import UserId

BALLOT = "pb"
"""What the transaction ids of ballots begin with."""


class Tidying:
    """Takes our ballots back. Behind the votes themselves ``bot/matrix/moving.py`` moves on."""

    def __init__(
        self,
        courier: Courier,
        direct: Callable[[UserId], Room | None],
    ) -> None:
        self._courier = courier
        self._direct = direct
        self._ballots: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """What this run sent by poll: rooms and events."""

    def note_ballot(self, which: Open, sent: Iterable[tuple[str, str]]) -> None:
        """We sent these."""
        self._ballots[which.id].extend(sent)

    def may_take_away(self, user: UserId) -> bool:
        """Whether the bot may remove the votes of this person; in a chat of its making it may."""
        room = self._direct(user)
        return room is None or self._courier.may_redact(room.id)

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

"""Removes every way to read a ballot again: our session keys after a crash, and what we sent."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from bot.delivery.ephemeral import EphemeralSender
from bot.delivery.transaction_ids import BALLOT, BALLOT_TAKEN_BACK, digest, stem
from bot.matrix.read_positions import Key
from bot.matrix.rooms import Room
from bot.matrix.session_expiry import SessionExpiry
from bot.polls.box import BoxState, SentFlags, VotePosition
from bot.polls.register import Open
from storage.core.model import UserId


class BallotCleanup:
    """Takes our ballots back. Behind the votes themselves ``bot/matrix/session_expiry.py`` moves on."""

    def __init__(
        self,
        expiry: SessionExpiry,
        sender: EphemeralSender,
        direct: Callable[[UserId], Room | None],
    ) -> None:
        self._expiry = expiry
        self._sender = sender
        self._direct = direct
        self._ballots: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """What this run sent by poll: rooms and events."""

    def note_ballot(self, which: Open, sent: Iterable[tuple[str, str]]) -> None:
        """Note ballots that were sent, to redact them after the poll."""
        self._ballots[which.id].extend(sent)

    def may_take_away(self, user: UserId) -> bool:
        """Whether the bot may redact a voter's messages in their direct chat; true where none exists yet."""
        room = self._direct(user)
        return room is None or self._sender.may_redact(room.id)

    async def resume(self, which: Open, state: BoxState) -> None:
        """An earlier run may have ended before it moved on behind the votes it took.

        They are sent to us again without their content, if we removed them.
        """
        sessions: defaultdict[str, list[Key]] = defaultdict(list)
        for key in self._expiry.sessions():
            sessions[key[0]].append(key)
        read: dict[Key, int] = {}
        for user, at in which.places.items():
            marks = dict(state.marks(at))
            room = self._direct(user) if marks else None
            for key in sessions[room.id] if room is not None else []:
                index = marks.get(VotePosition(key[1], 0).tag())
                if index is not None:
                    read[key] = index
        if read:
            await self._expiry.expire(read)

    async def take_back_ballots(self, which: Open) -> None:
        """Redact the ballots we sent, where we may; those of an earlier run are looked for."""
        known = self._ballots.pop(which.id, [])
        found = {room for room, _event in known}
        for user in which.roster:
            room = self._direct(user)
            if room is not None and room.id not in found:
                ours = await self._sender.ours(room.id, f"{BALLOT}-{which.id[:16]}")
                known += [(room.id, event) for event in ours]
        mailing = self._sender.mailing(len(known))
        for room_id, event in known:
            await mailing.turn()
            await self._sender.redact(room_id, event, stem(BALLOT_TAKEN_BACK, event))


def ballot_occasion(which: Open, what: SentFlags, user: UserId) -> str:
    """Names what we send, in transaction ids."""
    return f"{BALLOT}-{which.id[:16]}-{what}-{digest(user)}"

"""The open secret polls: their boxes, the halves of their keys, and who is on which roster.

Nothing here speaks: announcing is the returning officer's, taking a vote out of a message is done
in votes.py.
"""

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime

from bot.logging import logs
from bot.polls.box import BoxState, Old, Phase, SentFlags, VotePosition
from bot.polls.keys import HalfKey, PollKeys
from bot.process import failpoints
from commands.polls.ask.policy import raised
from commands.polls.count.tally import Result, tally
from commands.polls.model import Poll
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.polls.ballots import Ballots, Box, NoSuchBox
from storage.polls.sealed import Label, NotThisBox, new_half

HEARTBEAT = 60.0
"""Mean seconds between changes of a box that no vote caused: exponential, so that a copy of the
files taken at any moment says nothing about whether somebody voted."""

ANSWERED_WITHIN = 0.05, 0.4
"""Seconds between the write of a vote and those of the checkpoint behind it."""

ID_LETTERS = 32

log = logs.get("bot.polls.register")


class Over(Exception):
    """Raised when a poll is not open any more."""


@dataclass(slots=True)
class Open:
    """An open poll as memory has it: everything but the votes."""

    id: str
    room: str
    half: bytes = field(repr=False)
    poll: Poll
    places: dict[UserId, int]
    """Where on the roster everybody is."""
    secret: bytes = field(repr=False)
    phase: Phase = Phase.OPEN

    @property
    def roster(self) -> tuple[UserId, ...]:
        """Everybody who may vote, in the order of their places."""
        return tuple(self.places)


@dataclass(frozen=True, slots=True)
class LostBox:
    """A box that cannot be continued: its key was lost, or the file is an older copy."""

    id: str
    room: str
    closes_at: datetime
    """Its deadline, which the room knows; UTC, whole minutes."""
    rolled_back: bool
    """An older copy of the file, rather than a key that memory lost."""


@dataclass(frozen=True, slots=True)
class CountedPoll:
    """A poll that is over."""

    poll: Poll
    """With the rules by which it was counted."""
    result: Result


@dataclass(slots=True)
class Register:
    """All open polls. Every change of a box goes through here and is durable when it returns."""

    ballots: Ballots
    keys: PollKeys
    open_polls: dict[str, Open] = field(default_factory=dict)
    lost: list[LostBox] = field(default_factory=list)

    def any_open(self) -> bool:
        """Whether a poll is open."""
        return bool(self.open_polls)

    async def restore(self) -> None:
        """Take up what an earlier run left; what cannot be opened is put under ``lost``.

        Raises KeysInUse, KeysOutOfReach: going on would lose polls whose keys are there.
        """
        boxes = await self.ballots.boxes()
        polls = [box.poll for box in boxes]
        self.keys.take(polls)
        self.keys.wipe_all_but(polls)
        for box in boxes:
            key = self.keys.get(box.poll)
            state = None if key is None else _opened(box, key)
            if key is None or state is None or state.seq < key.seq:
                until = datetime.fromtimestamp(box.closes_at * 60, UTC)
                rolled_back = key is not None and state is not None
                self.lost.append(LostBox(box.poll, box.room, until, rolled_back))
                continue
            self._take_up(box.poll, box.room, key.half, state)

    async def open(
        self, poll: Poll, roster: Sequence[UserId], room: str, origin: str, reminders: int = 0
    ) -> Open:
        """Make the box of a new poll; the same ``origin`` (an event id) makes only one."""
        poll_id = name_of(origin)
        known = self.open_polls.get(poll_id)
        if known is not None:
            return known
        half = new_half()
        state = BoxState.new(poll, roster, new_half(), reminders)
        self.keys.put(poll_id, HalfKey(half, state.seq))
        failpoints.reach("poll_key")
        minute = int(state.closes_at.timestamp()) // 60
        if not await self.ballots.insert(Label(poll_id, room), minute, half, state.encode()):
            # What an earlier run began and whose key is lost.
            await self.ballots.destroy(poll_id)
            await self.ballots.insert(Label(poll_id, room), minute, half, state.encode())
        failpoints.reach("poll_box")
        return self._take_up(poll_id, room, half, state)

    async def vote(self, which: Open, user: UserId, choice: bytes, mark: VotePosition) -> None:
        """Put a choice into somebody's place; what was counted before changes nothing.

        Raises Over, and KeyError for somebody who is not on the roster.
        """
        at = which.places[user]
        try:
            await self._change(which, lambda state: state.with_vote(at, choice, mark))
        except Old:
            return
        failpoints.reach("vote_in_box")

    async def has_ballot(self, which: Open, user: UserId) -> bool:
        """Whether there is a choice in somebody's place. Raises Over."""
        return (await self.state(which)).has_ballot(which.places[user])

    async def beat(self, which: Open) -> None:
        """Seal the box anew without a change. Raises Over."""
        await self._change(which, BoxState.heartbeat)

    async def announced(self, which: Open) -> None:
        """Record that the room was told of the poll. Raises Over."""
        await self._change(which, BoxState.with_announcement)

    async def told(self, which: Open, people: Iterable[UserId], what: SentFlags) -> None:
        """Record that people received a kind of message. Raises Over if the poll has closed."""
        places = [which.places[each] for each in people]
        await self._change(which, lambda state: state.with_told(places, what))

    async def reminded(self, which: Open, number: int) -> None:
        """Record how many reminders went out. Raises Over."""
        await self._change(which, lambda state: state.with_reminder(number))

    async def postpone(self, which: Open, closes_at: datetime) -> None:
        """Move the poll's deadline. Raises Over."""
        minute = int(closes_at.timestamp()) // 60
        state = await self._change(which, lambda state: state.with_deadline(closes_at), minute)
        which.poll = state.poll

    async def count(self, which: Open) -> CountedPoll:
        """Put totals in the place of choices, in one write; the same result if that was done."""

        def counted(state: BoxState) -> BoxState:
            return state.counted(tally(_as_counted(state), shuffled(state.slots)).to_json())

        if which.phase is Phase.OPEN:
            await self._change(which, counted)
            which.phase = Phase.COUNTED
        state = await self.state(which)
        if state.totals is None:
            raise Over
        return CountedPoll(_as_counted(state), Result.from_json(state.totals))

    async def empty(self, which: Open) -> None:
        """Destroy the choices unread; the box then says that the poll is cancelled. Raises Over."""
        if which.phase is Phase.OPEN:
            await self._change(which, BoxState.cancelled)
            which.phase = Phase.CANCELLED
        failpoints.reach("poll_emptied")

    async def destroy(self, poll_id: str) -> None:
        """Leave nothing of a poll: neither its box nor its key."""
        self.open_polls.pop(poll_id, None)
        await self.ballots.destroy(poll_id)
        self.keys.wipe(poll_id)

    async def state(self, which: Open) -> BoxState:
        """The decoded content of the poll's box. Raises Over if the box is gone."""
        try:
            return BoxState.decode(await self.ballots.read(which.id, which.half))
        except NoSuchBox:
            raise Over from None

    def has_open(self, room: str) -> bool:
        """Whether the room has a poll that is open or whose result is not announced yet."""
        return any(each.room == room for each in self.open_polls.values())

    def open_in(self, room: str) -> list[Open]:
        """A committee's polls that take votes."""
        return [each for each in self.voting if each.room == room]

    def of(self, user: UserId) -> list[Open]:
        """The polls that take votes and have somebody on the roster."""
        return [each for each in self.voting if user in each.places]

    @property
    def codes(self) -> list[str]:
        """Poll codes in use."""
        return [each.poll.code for each in self.open_polls.values()]

    @property
    def voting(self) -> list[Open]:
        """The polls that take votes."""
        return [each for each in self.open_polls.values() if each.phase is Phase.OPEN]

    def _take_up(self, poll_id: str, room: str, half: bytes, state: BoxState) -> Open:
        places = {user: at for at, user in enumerate(state.roster)}
        found = Open(poll_id, room, half, state.poll, places, state.secret, state.phase)
        self.open_polls[poll_id] = found
        return found

    async def _change(
        self, which: Open, change: Callable[[BoxState], BoxState], closes_at: int | None = None
    ) -> BoxState:
        """One write of the box, then the number it has now to where no older file reaches."""

        def changed(raw: bytes) -> bytes:
            state = BoxState.decode(raw)
            if state.phase is not Phase.OPEN:
                raise Over
            return change(state).encode()

        try:
            raw = await self.ballots.change(which.id, which.half, changed, closes_at)
        except NoSuchBox:
            raise Over from None
        state = BoxState.decode(raw)
        self.keys.put(which.id, HalfKey(which.half, state.seq))
        return state


def _as_counted(state: BoxState) -> Poll:
    return replace(state.poll, rules=raised(state.poll.rules, state.shut_out))


def name_of(origin: str) -> str:
    """The poll's id, derived from the id of the message that opened the poll."""
    return hashlib.sha256(f"poll {origin}".encode()).hexdigest()[:ID_LETTERS]


def next_beat() -> float:
    """Seconds until a box is sealed anew, as if by chance."""
    return random.SystemRandom().expovariate(1 / HEARTBEAT)


def next_pause() -> float:
    """Seconds that answering a vote might take."""
    return random.SystemRandom().uniform(*ANSWERED_WITHIN)


def shuffled(slots: Sequence[bytes | None]) -> list[bytes | None]:
    """The choices in random order, so that counting never knows whose choice it looks at."""
    mixed = list(slots)
    random.SystemRandom().shuffle(mixed)
    return mixed


def _opened(box: Box, key: HalfKey) -> BoxState | None:
    try:
        return BoxState.decode(box.open(key.half))
    except (NotThisBox, ValueError):
        log.warning("box_unreadable")
        return None

"""The returning officer: has polls announced, closes them on time, counts once.

Each step can be taken up again after a crash: what was said is said again under the same
transaction id, which the homeserver knows, and what was counted is read from the box.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from bot import clock
from bot.delivery.ephemeral import EphemeralSender
from bot.delivery.outgoing import outgoing
from bot.delivery.transaction_ids import (
    BALLOTS_LOST,
    CANCELLED,
    RESULT,
)
from bot.logging import logs
from bot.matrix.session_expiry import SessionExpiry
from bot.polls.box import Phase, SentFlags
from bot.polls.cleanup import BallotCleanup
from bot.polls.clerk import LOOK_AGAIN, PollClerk
from bot.polls.clocks import Clocks
from bot.polls.presence import Ended
from bot.polls.records import Records
from bot.polls.register import LostBox, Open, Over, Register, next_beat, next_pause
from bot.process import failpoints
from bot.process.retry import to_the_end
from bot.state import Pulse
from commands.framework.i18n import speaking
from commands.framework.reply import Reply
from commands.polls import views
from commands.polls.ask.policy import Policy
from commands.polls.count import results
from storage.core.driver import Error

A_LITTLE_LATER = 0.2
"""Seconds after the deadline at which votes sent before it are looked for."""

T = TypeVar("T")

log = logs.get("bot.polls.officer")


class ReturningOfficer:
    """Runs polls: one task for each open poll, and one for its heartbeat."""

    def __init__(
        self,
        register: Register,
        sender: EphemeralSender,
        clerk: PollClerk,
        cleanup: BallotCleanup,
        expiry: SessionExpiry,
        *,
        policy: Policy,
        records: Records,
        clocks: Clocks,
        ended: Ended,
        pulse: Pulse,
        coalition: asyncio.Event,
    ) -> None:
        self.register = register
        self.sender = sender
        self.clerk = clerk
        self.policy = policy
        self._records = records
        self._cleanup = cleanup
        self._expiry = expiry
        self._clocks = clocks
        self._ended = ended
        self._pulse = pulse
        self._coalition = coalition
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._changed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._begun = False

    # -- from start to end -----------------------------------------------------------------------

    async def run(self) -> None:
        """Go on with each poll: everything that was said while we were away has been heard."""
        try:
            self._begin()
            await asyncio.Event().wait()
        finally:
            self._begun = False
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self) -> None:
        self._begun = True
        for lost in self.register.lost:
            self.sender.soon(_done(self._give_up, lost))
        for each in list(self.register.open_polls.values()):
            self.attend(each)

    def attend(self, which: Open) -> None:
        """Run a poll until it is over."""
        if self._begun and which.id not in self._tasks:
            task = asyncio.create_task(self._attend(which))
            self._tasks[which.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(which.id, None))

    def look(self, which: Open) -> None:
        """Wake the poll's task after its deadline or phase was changed."""
        self._changed[which.id].set()

    def next_deadline(self) -> float | None:
        """Unix time at which the next poll closes, of those whose end nobody has heard yet."""
        times = (each.poll.rules.closes_at.timestamp() for each in self.register.voting)
        return min((each for each in times if not self._heard_since(each)), default=None)

    # -- one poll ----------------------------------------------------------------------------------

    async def _attend(self, which: Open) -> None:
        parts = (self._beat, self.clerk.announce, self.clerk.remind)
        tasks = [asyncio.create_task(_done(work, which)) for work in parts]
        try:
            ended = await _done(self._until_end, which)
            for task in tasks:
                task.cancel()
            if ended:
                end = self._call_off if which.phase is Phase.CANCELLED else self._close
                await _done(end, which)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _until_end(self, which: Open) -> None:
        await self._cleanup.resume(which, await self.register.state(which))
        while which.phase is Phase.OPEN and not self._is_time(which):
            await self._until_something(which)

    def _is_time(self, which: Open) -> bool:
        """Whether it is time, and everything sent before has been heard.

        Once an answer of sync came that was asked for after the deadline, no vote from before it is on the way. One
        that only came after it may have been written before, and passed a vote on its way here.
        """
        deadline = which.poll.rules.closes_at.timestamp()
        return clock.unix_time() >= deadline and self._heard_since(deadline)

    def _heard_since(self, moment: float) -> bool:
        heard = self._pulse.heard
        return heard is not None and heard >= moment

    async def _until_something(self, which: Open) -> None:
        left = which.poll.rules.closes_at.timestamp() - clock.unix_time()
        wait = min(max(left, A_LITTLE_LATER), LOOK_AGAIN)
        changed = self._changed[which.id]
        try:
            async with asyncio.timeout(wait):
                await changed.wait()
        except TimeoutError:
            return
        changed.clear()

    async def _close(self, which: Open) -> None:
        again = which.phase is not Phase.OPEN
        if not again:
            await self._note_ended(which)
        counted = await self.register.count(which)
        failpoints.reach("poll_counted")
        part_of = counted.poll.part_of
        if part_of is None or part_of.own:
            with await self._in_the_room(which):
                said = results.result(counted.poll, counted.result)
            await self._say_once(which, said, RESULT, again=again)
        if counted.result.totals is None:
            await self._nothing_to_compare(which.id)
        failpoints.reach("poll_result_sent")
        if part_of is not None:
            await self._until_added(which, part_of.ref)
        await self._finish(which)
        log.info("poll_closed")

    async def _until_added(self, which: Open, ref: str) -> None:
        """Keep the totals sealed until the other committees need nothing of them any more."""
        # Late: few committees are in a coalition.
        from bot.polls.sums import left, until_not_needed  # noqa: PLC0415

        self._coalition.set()
        await until_not_needed(which.poll, self._records, self._changed[which.id])
        if not await self._records.knows_sum(ref, which.poll.code):
            with await self._in_the_room(which):
                said = left(which.poll)
            await self._say_once(which, said, CANCELLED, again=True)

    async def _call_off(self, which: Open) -> None:
        with await self._in_the_room(which):
            said = views.cancelled(which.poll)
        await self._say_once(which, said, CANCELLED, again=True)
        failpoints.reach("poll_cancel_said")
        await self._finish(which)

    async def _in_the_room(self, which: Open) -> AbstractContextManager[None]:
        """Speak the language of a poll's room."""
        return speaking((await self._clocks.of_room(which.room)).language)

    async def _say_once(self, which: Open, said: Reply, what: str, *, again: bool) -> None:
        """``again``: an earlier run may have said it so long ago that the homeserver forgot."""
        if self.sender.is_closed(which.room):
            # It was upgraded while the poll was open: everybody who is still there hears it directly.
            await self.clerk.say_to_all(which, lambda _zone: said, what)
            return
        name = f"{what}-{which.id}"
        if not (again and await self.sender.ours(which.room, name)):
            # Also of a picture that cannot be made.
            with await self._in_the_room(which):
                await self.sender.to_room(which.room, outgoing(said), name)

    async def _finish(self, which: Open) -> None:
        """Nothing of it stays: no box, no key, no way to read what the voters sent."""
        await self._expiry.expire_direct()
        await self.register.destroy(which.id)
        failpoints.reach("poll_destroyed")
        self._changed.pop(which.id, None)
        self.sender.soon(self._cleanup.take_back_ballots(which))

    async def _give_up(self, lost: LostBox) -> None:
        here = await self._clocks.of_room(lost.room)
        with speaking(here.language):
            words = views.rolled_back if lost.rolled_back else views.key_lost
            said = words(lost.closes_at, here.zone)
        await self.sender.to_room(lost.room, outgoing(said), f"{BALLOTS_LOST}-{lost.id}")
        await self.register.destroy(lost.id)
        await self._nothing_to_compare(lost.id)
        log.warning("poll_lost")

    async def _beat(self, which: Open) -> None:
        while True:
            await asyncio.sleep(next_beat())
            await self._note_ended(which)
            await self.register.beat(which)
            # A vote writes elsewhere too, once it was answered.
            await asyncio.sleep(next_pause())
            await self._expiry.decoy_write()

    async def _note_ended(self, which: Open) -> None:
        """Keep in the box whose part ended while the poll was open: each raises the floor by one."""
        try:
            ended = await self._ended(which.room)
        except Error as error:
            # Neither heartbeats nor the end of a poll wait for a database that is busy or full.
            log.failure("poll", error)
            return
        if ended.isdisjoint(which.places):
            return
        state = await self.register.state(which)
        new = [
            u
            for u, at in which.places.items()
            if u in ended and not state.told(at, SentFlags.ENDED)
        ]
        if new:
            await self.register.told(which, new, SentFlags.ENDED)

    async def _nothing_to_compare(self, poll_id: str) -> None:
        """No result of this poll was published, nor will be."""
        try:
            await self._records.without_result(poll_id)
        except Error as error:
            log.failure("poll", error)


async def _done(work: Callable[[T], Coroutine[Any, Any, None]], which: T) -> bool:
    """Do a part of what is to be done for a poll; whether it was done. Where the storage refuses, it is taken up again.

    As after a crash: whoever gave up would leave the poll uncounted until the next start, and its box without
    changes but votes. What else fails is the trouble of this part alone, and of no other poll.
    """
    try:
        await to_the_end(lambda: work(which), lambda error: log.failure("poll", error))
    except Over:
        return False
    except Exception as error:  # noqa: BLE001 (as said above)
        log.failure("poll", error)
        return False
    return True

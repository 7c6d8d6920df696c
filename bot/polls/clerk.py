"""The poll clerk: tells the room and everybody on the roster of a poll, in their languages and on their clocks.

What was said is said again under the same transaction id after a crash, which the homeserver knows.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from zoneinfo import ZoneInfo

from bot import clock
from bot.delivery.ephemeral import EphemeralSender
from bot.delivery.outgoing import outgoing
from bot.delivery.transaction_ids import (
    ANNOUNCEMENT,
    POLL_REMINDER,
    POSTPONED,
    digest,
)
from bot.matrix.session_expiry import SessionExpiry
from bot.polls import native_ballot
from bot.polls.box import Phase, SentFlags
from bot.polls.cleanup import BallotCleanup, ballot_occasion
from bot.polls.clocks import Clocks, ReaderLocale
from bot.polls.presence import Ended
from bot.polls.records import Records
from bot.polls.register import Open, Register
from bot.process import failpoints
from commands.framework.i18n import speaking
from commands.framework.reply import Reply
from commands.polls import views
from commands.polls.ask.policy import Policy
from storage.chat.outbox import Outgoing
from storage.core.database import uninterrupted
from storage.core.model import UserId

REMINDERS = (timedelta(hours=24), timedelta(hours=2))
"""How long before a poll's deadline everybody on the roster is reminded."""
JITTER = 600.0
"""Seconds by which a reminder may come later, so that it tells nothing about when a poll opened."""
TOO_SOON = timedelta(hours=1)
"""A reminder that would follow the opening so closely is left out."""

AT_A_TIME = 20
"""Ballots sent until it is kept who has theirs; after a crash the others are sent theirs again, under
the same transaction ids."""

LOOK_AGAIN = 20.0
"""Seconds after which the clock is read anew: it may have been set."""


class PollClerk:
    """Says what is to be said while a poll is open: to all alike, whether they voted or not, in random order."""

    def __init__(
        self,
        register: Register,
        sender: EphemeralSender,
        cleanup: BallotCleanup,
        expiry: SessionExpiry,
        *,
        policy: Policy,
        records: Records,
        clocks: Clocks,
        ended: Ended,
    ) -> None:
        self._register = register
        self._sender = sender
        self._cleanup = cleanup
        self._expiry = expiry
        self._policy = policy
        self._records = records
        self._clocks = clocks
        self._ended = ended

    async def announce(self, which: Open) -> None:
        """Say roster and rules in the room, then send everybody a ballot, then one to tap."""
        if which.phase is not Phase.OPEN:
            return
        # From here on nothing of direct chats stays; nor shall what was said just before.
        await self._expiry.expire_direct()
        if not (await self._register.state(which)).announced:
            here = await self._clocks.of_room(which.room)
            with speaking(here.language):
                said = views.announcement(which.poll, which.roster, self._policy, here.zone)
            await self._sender.to_room(which.room, outgoing(said), f"{ANNOUNCEMENT}-{which.id}")
            await uninterrupted(self._register.announced(which))
        failpoints.reach("poll_announced")
        had = await self._records.told(which.poll.kind)
        clocks = await self._clocks.of(which.room, which.roster)
        ballots = self.ballots_of(which, clocks.values())
        await self._to_everybody(
            which,
            SentFlags.BALLOT,
            lambda user: ballots[clocks[user], user not in had, self._cleanup.may_take_away(user)],
        )
        if which.poll.kind.single:
            await self._to_everybody(which, SentFlags.TAPS, lambda user: [_taps(which, user)])

    async def remind(self, which: Open) -> None:
        """Tell everybody on the roster, whether they voted or not, in random order."""
        state = await self._register.state(which)
        for number, before in list(enumerate(REMINDERS, 1))[state.reminders :]:
            late = timedelta(seconds=random.SystemRandom().uniform(0, JITTER))
            await self._until(which, late - before)
            await self.say_to_all(
                which, partial(views.reminder, which.poll), f"{POLL_REMINDER}{number}"
            )
            await uninterrupted(self._register.reminded(which, number))

    async def _until(self, which: Open, offset: timedelta) -> None:
        """Sleep until so long after the deadline, which may be moved, by a clock that may be set."""
        # No event tells that a clock was set.
        while (left := which.poll.rules.closes_at + offset - clock.now()) > timedelta():  # noqa: ASYNC110
            await asyncio.sleep(min(left.total_seconds(), LOOK_AGAIN))

    async def say_postponed(self, which: Open) -> None:
        """Announce a moved deadline in the room and to everybody on the roster."""
        here = await self._clocks.of_room(which.room)
        with speaking(here.language):
            words = views.postponed(which.poll, here.zone)
        minute = int(which.poll.rules.closes_at.timestamp()) // 60
        occasion = f"{POSTPONED}{minute}"
        await self._sender.to_room(which.room, outgoing(words), f"{occasion}-{which.id}")
        await self.say_to_all(which, partial(views.postponed, which.poll), occasion)

    async def say_to_all(
        self, which: Open, words: Callable[[ZoneInfo], Reply], occasion: str
    ) -> None:
        """Say something to everybody on the roster; ``words`` makes it for a zone, in the language spoken then."""
        people = list(which.roster)
        random.SystemRandom().shuffle(people)
        mailing = self._sender.mailing(len(people))
        readers = await self._clocks.of(which.room, people)
        told: dict[ReaderLocale, Sequence[Outgoing]] = {}
        for reader in set(readers.values()):
            with speaking(reader.language):
                told[reader] = outgoing(words(reader.zone))
        await asyncio.gather(
            *(
                self._sender.to_person(
                    user,
                    told[readers[user]],
                    f"{occasion}-{_digest(which, user)}",
                    mailing,
                    of=which.room,
                    still=self._takes_part(which, user),
                )
                for user in people
            )
        )

    async def _to_everybody(
        self, which: Open, what: SentFlags, words: Callable[[UserId], Sequence[Outgoing]]
    ) -> None:
        """Send something to all who have not got it, in random order; keep who has, now and then."""
        state = await self._register.state(which)
        people = [user for user, at in which.places.items() if not state.told(at, what)]
        random.SystemRandom().shuffle(people)
        mailing = self._sender.mailing(len(people))
        done: list[UserId] = []

        async def one(user: UserId) -> None:
            occasion = ballot_occasion(which, what, user)
            told, still = words(user), self._takes_part(which, user)
            sent = await self._sender.to_person(
                user, told, occasion, mailing, of=which.room, still=still
            )
            if sent:
                self._cleanup.note_ballot(which, sent)
                done.append(user)
            if len(done) >= AT_A_TIME:
                await keep()

        async def keep() -> None:
            some, done[:] = list(done), []
            if some:
                await uninterrupted(self._register.told(which, some, what))
                if what is SentFlags.BALLOT:
                    await self._records.note(which.poll.kind, some)

        try:
            await asyncio.gather(*(one(user) for user in people))
        finally:
            await keep()

    @staticmethod
    def ballots_of(
        which: Open, readers: Iterable[ReaderLocale]
    ) -> dict[tuple[ReaderLocale, bool, bool], list[Outgoing]]:
        """The forms of a ballot: by clock and language, with all of the small print or not, with power to delete or not.

        Which one somebody gets does not depend on any vote: whoever was on a roster of that kind of
        poll before was told it all.
        """
        found = {}
        for reader, whole in product(set(readers), (True, False)):
            with speaking(reader.language):
                ballot = views.ballot(which.poll, len(which.roster), reader.zone, whole=whole)
                found[reader, whole, True] = outgoing(ballot)
                found[reader, whole, False] = outgoing(views.stays(ballot))
        return found

    def _takes_part(self, which: Open, user: UserId) -> Callable[[], Awaitable[bool]]:
        """Asked again when something is sent: somebody may not have been there for days."""

        async def still() -> bool:
            return user not in await self._ended(which.room)

        return still


def reminders_past(closes_at: datetime, now: datetime) -> int:
    """How many reminders are too late already for a poll that opens now."""
    return sum(closes_at - before - now < TOO_SOON for before in REMINDERS)


def _taps(which: Open, user: UserId) -> Outgoing:
    return Outgoing(native_ballot.ballot(which.poll, which.secret, user))


def _digest(which: Open, user: UserId) -> str:
    """A short name for somebody's part in a poll, in transaction ids."""
    return digest(f"{which.id} {user}")

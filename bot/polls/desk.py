"""What commands may ask of secret polls, for the committee and the message they answer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected, quoted
from bot.matrix.sync import listing, section
from bot.polls.officer import ReturningOfficer, reminders_past
from bot.polls.register import Open, Over, name_of
from commands.framework.context import Context
from commands.framework.errors import refuse
from commands.framework.i18n import _
from commands.polls.desk import Held, Outcome, PollDesk
from commands.polls.model import Poll, new_code
from commands.polls.policy import Member, Policy
from storage.database import Transaction
from storage.model import CommitteeId, UserId
from storage.poll_rosters import PollRosters

HELD_FOR = 3600.0
"""Seconds for which a poll waits for a second organizer."""

MOST_CHANGES = 20
"""Changes of a name or picture that are followed back to somebody's joining."""

PATIENCE = 10.0
"""Seconds to wait for the homeserver while somebody waits for an answer."""


@dataclass(slots=True)
class Pending:
    """Polls that wait for a second organizer, in memory."""

    held: dict[tuple[CommitteeId, str], tuple[float, Held]] = field(default_factory=dict)

    def put(self, committee: CommitteeId, held: Held) -> None:
        self.held[committee, held.poll.code] = (time.monotonic(), held)

    def get(self, committee: CommitteeId, code: str) -> Held | None:
        since, held = self.held.get((committee, code), (0.0, None))
        return held if time.monotonic() - since <= HELD_FOR else None


@dataclass(frozen=True, slots=True)
class Desk(PollDesk):
    """One committee's polls, for one message."""

    officer: ReturningOfficer
    pending: Pending
    client: Client
    ctx: Context
    tx: Transaction
    origin: str
    """The id of the message."""

    @property
    def policy(self) -> Policy:
        return self.officer.policy

    async def unavailable(self) -> Sequence[str]:
        return self.officer.register.keys.refusals()

    async def members(self) -> Sequence[Member]:
        room = str(self.ctx.committee.room)
        try:
            answer = await self._ask(f"/rooms/{quoted(room)}/members?membership=join")
            events = [each for each in listing(answer, "chunk") if isinstance(each, dict)]
            return [
                Member(UserId(str(each["state_key"])), await self._joined(room, each))
                for each in events
                if isinstance(each.get("state_key"), str) and each["state_key"] != self.client.user
            ]
        except TokenRejected:
            raise
        except (NotNow, MatrixError):
            raise refuse(
                _("The homeserver did not tell me who is in the room. Please try again."),
                example="",
            ) from None

    async def rosters(self, since: datetime) -> Sequence[frozenset[UserId]]:
        return await PollRosters(self.tx, self.ctx.committee.id).since(since)

    async def open(self, poll: Poll, roster: Sequence[UserId]) -> Poll:
        register = self.officer.register
        if poll.code in register.codes and name_of(self.origin) not in register.open_polls:
            poll = replace(poll, code=new_code(register.codes))
        past = reminders_past(poll.rules.closes_at, self.ctx.now)
        which = await register.open(
            poll, roster, str(self.ctx.committee.room), self.origin, reminders=past
        )
        await PollRosters(self.tx, self.ctx.committee.id).add(which.id, self.ctx.now, roster)
        self.pending.held.pop((self.ctx.committee.id, poll.code), None)
        self.officer.attend(which)
        return which.poll

    async def hold(self, held: Held) -> None:
        self.pending.put(self.ctx.committee.id, held)

    async def held(self, code: str) -> Held | None:
        return self.pending.get(self.ctx.committee.id, code)

    async def polls(self) -> Sequence[Poll]:
        return [each.poll for each in self._open()]

    async def cancel(self, code: str) -> Outcome:
        which = self._named(code)
        if which is None:
            return Outcome.UNKNOWN
        try:
            await self.officer.register.empty(which)
        except Over:
            return Outcome.ALREADY
        self.officer.look(which)
        return Outcome.DONE

    async def postpone(self, code: str, closes_at: datetime) -> Outcome:
        which = self._named(code)
        if which is None:
            return Outcome.UNKNOWN
        if self.ctx.now >= which.poll.rules.closes_at:
            return Outcome.ALREADY
        if closes_at < which.poll.rules.closes_at:
            return Outcome.EARLIER
        try:
            # The same deadline again: an earlier run ended before it had said so.
            await self.officer.register.postpone(which, closes_at)
        except Over:
            return Outcome.ALREADY
        self.officer.look(which)
        self.officer.courier.soon(self.officer.say_postponed(which))
        return Outcome.DONE

    async def is_mine_in(self, code: str, user: UserId) -> bool | None:
        which = next(
            (each for each in self.officer.register.of(user) if each.poll.code == code), None
        )
        if which is None:
            return None
        try:
            return await self.officer.register.has_ballot(which, user)
        except Over:
            return None

    def _open(self) -> list[Open]:
        return self.officer.register.open_in(str(self.ctx.committee.room))

    def _named(self, code: str) -> Open | None:
        return next((each for each in self._open() if each.poll.code == code), None)

    async def _joined(self, room: str, event: dict[str, object]) -> datetime | None:
        """Since when somebody is in the room, through changes of their name and picture."""
        for _change in range(MOST_CHANGES):
            at = event.get("origin_server_ts")
            if not isinstance(at, int):
                return None
            moment = datetime.fromtimestamp(at / 1000, UTC)
            long_enough = self.ctx.now - moment >= max(self.policy.joined_for, timedelta())
            before = section(event, "unsigned", "prev_content").get("membership")
            replaced = section(event, "unsigned").get("replaces_state")
            if long_enough or not isinstance(replaced, str) or before not in {None, "join"}:
                return moment
            event = await self._ask(f"/rooms/{quoted(room)}/event/{quoted(replaced)}")
            if section(event, "content").get("membership") != "join":
                return moment
        return None

    async def _ask(self, path: str) -> dict[str, object]:
        return await self.client.request("GET", path, timeout=PATIENCE)

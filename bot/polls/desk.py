"""What commands may ask of secret polls, for the committee and the message they answer."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected, quoted
from bot.matrix.sync import listing, section
from bot.polls.officer import ReturningOfficer, reminders_past
from bot.polls.register import Open, Over, name_of
from bot.polls.state import Phase, State, Told
from bot.polls.waiting import Waiting
from commands.framework.context import Context, Place
from commands.framework.errors import refuse
from commands.framework.i18n import _
from commands.polls.desk import Draft, Held, Outcome, PollDesk
from commands.polls.model import Poll, new_code
from commands.polls.policy import Member, Policy
from storage.database import Transaction
from storage.model import UserId
from storage.poll_rosters import PollRosters

MOST_CHANGES = 20
"""Changes of a name or picture that are followed back to somebody's joining."""

PATIENCE = 10.0
"""Seconds to wait for the homeserver while somebody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Desk(PollDesk):
    """One committee's polls, for one message."""

    officer: ReturningOfficer
    pending: Waiting
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
        register, committee = self.officer.register, self.ctx.committee
        # Another message with the same draft finds the box of the first, whatever became of that.
        origin = self.pending.origin(committee.id, poll, self.origin)
        asked, held = poll, self.pending.held(committee.id, poll.code)
        if poll.code in register.codes and name_of(origin) not in register.open_polls:
            poll = replace(poll, code=new_code(register.codes))
        past = reminders_past(poll.rules.closes_at, self.ctx.now)
        which = await register.open(poll, roster, str(committee.room), origin, reminders=past)
        await PollRosters(self.tx, committee.id).add(which.id, self.ctx.now, roster)
        by = self.ctx.user if held is None else held.by
        self.tx.after_commit(lambda: self._has_opened(which, asked, by))
        return which.poll

    def _has_opened(self, which: Open, asked: Poll, by: UserId) -> None:
        in_room = self.ctx.place is Place.ROOM
        self.pending.opened(self.ctx.committee.id, asked, which.id, by, in_room=in_room)
        self.officer.attend(which)

    async def opened(self) -> Poll | None:
        which = self.officer.register.open_polls.get(name_of(self.origin))
        return None if which is None else which.poll

    async def backlog(self) -> int:
        register, waiting = self.officer.register, 0
        for which in list(register.open_polls.values()):
            if len(which.places) > self.policy.at_once and which.phase is Phase.OPEN:
                with suppress(Over):
                    waiting += _untold(which, await register.state(which))
        return waiting

    async def hold(self, held: Held) -> None:
        committee = self.ctx.committee.id
        self.tx.after_commit(lambda: self.pending.hold(committee, held))

    async def held(self, code: str) -> Held | None:
        return self.pending.held(self.ctx.committee.id, code)

    async def draft(self, draft: Draft) -> None:
        committee = self.ctx.committee.id
        self.tx.after_commit(lambda: self.pending.draft(committee, draft))

    async def drafted(self, user: UserId, *, in_room: bool) -> Draft | None:
        return self.pending.drafted(self.ctx.committee.id, user, in_room=in_room)

    async def drop_draft(self, user: UserId, *, in_room: bool) -> None:
        committee = self.ctx.committee.id
        self.tx.after_commit(lambda: self.pending.drop(committee, user, in_room=in_room))

    async def opened_lately(self, user: UserId, *, in_room: bool) -> Poll | None:
        lately = self.pending.made_by(self.ctx.committee.id, user, in_room=in_room)
        found = (self.officer.register.open_polls.get(each) for each in lately)
        return next((each.poll for each in found if each and each.phase is Phase.OPEN), None)

    async def polls(self) -> Sequence[Poll]:
        return [each.poll for each in self._open()]

    async def open_to(self, user: UserId) -> Sequence[Poll]:
        return [each.poll for each in self.officer.register.of(user)]

    async def size(self, code: str) -> int | None:
        which = self._named(code)
        return None if which is None else len(which.places)

    async def may_call_off(self, code: str, user: UserId) -> bool:
        which = self._named(code)
        if which is None or not self.pending.is_new(which.id, user):
            return False
        try:
            state = await self.officer.register.state(which)
        except Over:
            return False
        return not all(state.told(at, Told.BALLOT) for at in which.places.values())

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


def _untold(which: Open, state: State) -> int:
    """Ballots of a poll that are still to be sent, the ones to tap included."""
    kinds = [Told.BALLOT, *([Told.TAPS] if which.poll.kind.single else [])]
    return sum(not state.told(at, what) for at in which.places.values() for what in kinds)

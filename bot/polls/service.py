"""The interface of secret polls to commands, for the committee and the message they answer."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.polls.box import BoxState, Phase, SentFlags
from bot.polls.clerk import reminders_past
from bot.polls.officer import ReturningOfficer
from bot.polls.pending import CalledOff, Opening, PendingPolls
from bot.polls.presence import Presence
from bot.polls.register import Open, Over, name_of
from commands.framework.context import Context, Place
from commands.polls.ask.policy import Member, Policy, mailing, too_far
from commands.polls.count.comparison import Earlier
from commands.polls.model import Poll, new_code
from commands.polls.service import HeldPoll, PollDraft, PollService, RequestOutcome
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.polls.rosters import AllRosters, DeadlineHistory, PollRosters


@dataclass(frozen=True, slots=True)
class CommitteePolls(PollService):
    """One committee's polls, for one message."""

    officer: ReturningOfficer
    pending: PendingPolls
    presence: Presence
    ctx: Context
    tx: Transaction
    origin: str
    """The id of the message."""
    believed: Callable[[UserId], bool]
    """Whether somebody has an app whose votes count."""

    @property
    def policy(self) -> Policy:
        """The operator's limits on secret polls."""
        return self.officer.policy

    async def unavailable(self) -> Sequence[str]:
        """Reasons why this machine cannot keep poll keys off its disks; empty if it can."""
        return self.officer.register.keys.unavailable()

    async def members(self) -> Sequence[Member]:
        """The members of the committee, with since when each was seen in the room."""
        return await self.presence.members(self.tx, self.ctx.committee, self.ctx.now)

    async def without_app(self, people: Sequence[UserId]) -> int:
        """The number of people without a verified app; of whom nothing is known counts as having one."""
        return sum(not self.believed(user) for user in people)

    async def earlier(self, since: datetime) -> Sequence[Earlier]:
        """Rosters of polls opened since a time, with the words of their questions while remembered."""
        rosters, asked = await AllRosters(self.tx).since(since), self.pending.asked
        return [
            Earlier(each.people, each.opened, asked.get(each.poll, frozenset())) for each in rosters
        ]

    async def known(self) -> frozenset[UserId]:
        """Everybody who is in the committee's room or was on the roster of one of its recent polls."""
        here = [member.user for member in await self.members()]
        rosters = await AllRosters(self.tx).since(self.ctx.now - self.policy.compared_with)
        theirs = [each.people for each in rosters if each.committee == self.ctx.committee.id]
        return frozenset(here).union(*theirs)

    async def open(self, poll: Poll, roster: Sequence[UserId]) -> Poll:
        """Open a poll, once for each message; the poll comes back with another code if its own was taken."""
        register, committee = self.officer.register, self.ctx.committee
        # Another message with the same draft finds the box of the first, whatever became of that.
        origin = self.pending.origin(committee.id, poll, self.origin)
        asked, held = poll, self.pending.held(committee.id, poll.code)
        if poll.code in register.codes and name_of(origin) not in register.open_polls:
            poll = replace(poll, code=new_code(register.codes))
        past = reminders_past(poll.rules.closes_at, self.ctx.now)
        which = await register.open(poll, roster, str(committee.room), origin, reminders=past)
        opening = Opening(asked, self.ctx.user if held is None else held.by)
        self.pending.opening[which.id] = opening
        await self._rosters.add(which.id, self.ctx.now, roster)
        self.tx.after_commit(lambda: self._has_opened(which, opening))
        return which.poll

    def _has_opened(self, which: Open, opening: Opening) -> None:
        in_room = self.ctx.place is Place.ROOM
        self.pending.opened(
            self.ctx.committee.id, opening.asked, which.id, opening.by, in_room=in_room
        )
        self.officer.attend(which)

    async def opened(self) -> Poll | None:
        """The poll that the message opened in an earlier run or attempt; None if it opened none."""
        which = self.officer.register.open_polls.get(name_of(self.origin))
        if which is None:
            return None
        # The crash may have come between the box and what is kept of its roster, or the disk refused.
        await self._rosters.add(which.id, self.ctx.now, which.roster)
        opening = self.pending.opening.get(which.id)
        if opening is not None:
            self.tx.after_commit(lambda: self._has_opened(which, opening))
        return which.poll

    async def backlog(self) -> int:
        """How many people open large polls have not been sent their ballot yet."""
        register, waiting = self.officer.register, 0
        for which in list(register.open_polls.values()):
            if len(which.places) > self.policy.at_once and which.phase is Phase.OPEN:
                with suppress(Over):
                    waiting += _untold(which, await register.state(which))
        return waiting

    async def hold(self, held: HeldPoll) -> None:
        """Let a poll wait for a second person, once the transaction has committed."""
        committee = self.ctx.committee.id
        self.tx.after_commit(lambda: self.pending.hold(committee, held))

    async def held(self, code: str) -> HeldPoll | None:
        """The poll waiting under a code for a second person; None if there is none."""
        return self.pending.held(self.ctx.committee.id, code)

    async def draft(self, draft: PollDraft) -> None:
        """Keep a draft for its author's confirmation, once the transaction has committed."""
        committee = self.ctx.committee.id
        self.tx.after_commit(lambda: self.pending.draft(committee, draft))

    async def drafted(self, user: UserId, *, in_room: bool) -> PollDraft | None:
        """A person's draft in the room or in their direct chat; None if there is none."""
        return self.pending.drafted(self.ctx.committee.id, user, in_room=in_room)

    async def drop_draft(self, user: UserId, *, in_room: bool) -> None:
        """Drop a person's draft, once the transaction has committed."""
        committee = self.ctx.committee.id
        self.tx.after_commit(lambda: self.pending.drop(committee, user, in_room=in_room))

    async def opened_lately(self, user: UserId, *, in_room: bool) -> Poll | None:
        """The newest open poll that a person opened in the last half hour; None if there is none."""
        lately = self.pending.made_by(self.ctx.committee.id, user, in_room=in_room)
        found = (self.officer.register.open_polls.get(each) for each in lately)
        return next((each.poll for each in found if each and each.phase is Phase.OPEN), None)

    async def polls(self) -> Sequence[Poll]:
        """The committee's polls that take votes, and one that the message itself called off."""
        return [each.poll for each in self._open()]

    async def open_to(self, user: UserId) -> Sequence[Poll]:
        """The open polls that have a person on the roster, of all committees."""
        return [each.poll for each in self.officer.register.of(user)]

    async def ballots_since(self, user: UserId, since: datetime) -> Sequence[Poll]:
        """The open polls of this committee whose ballot may have come to a person since then."""
        found = []
        for each in self.officer.register.of(user):
            history = await self._rosters.history(each.id)
            if history is not None:
                takes = mailing(len(each.places), 0, self.policy)
                found += [each.poll] if history.opened + takes > since else []
        return found

    async def size(self, code: str) -> int | None:
        """The number of people on a poll's roster; None for an unknown code."""
        which = self._named(code)
        return None if which is None else len(which.places)

    async def history(self, code: str) -> DeadlineHistory | None:
        """A poll's deadlines until now; None for an unknown code."""
        which = self._named(code)
        return None if which is None else await self._rosters.history(which.id)

    async def may_call_off(self, code: str, user: UserId) -> bool:
        """Whether a person made the poll moments ago and not everybody has been sent a ballot."""
        again = self.pending.called_off.get(self.origin)
        if again is not None:
            return again.by_maker
        which = self._named(code)
        if which is None or not self.pending.is_new(which.id, user):
            return False
        try:
            state = await self.officer.register.state(which)
        except Over:
            return False
        return not all(state.told(at, SentFlags.BALLOT) for at in which.places.values())

    async def cancel(self, code: str) -> RequestOutcome:
        """Destroy the choices of a poll unread and have the room told."""
        which = self._named(code)
        if which is None:
            return RequestOutcome.UNKNOWN
        by_maker = await self.may_call_off(code, self.ctx.user)
        try:
            await self.officer.register.empty(which)
        except Over:
            return RequestOutcome.ALREADY
        self.pending.called_off[self.origin] = CalledOff(which, by_maker)
        self.tx.after_commit(lambda: self.pending.done_with(self.origin))
        self.officer.look(which)
        await AllRosters(self.tx).without_result(which.id)
        return RequestOutcome.DONE

    async def postpone(self, code: str, closes_at: datetime) -> RequestOutcome:
        """Move a poll's deadline and have voters told."""
        which = self._named(code)
        if which is None:
            return RequestOutcome.UNKNOWN
        why_not = await self._may_not_close(which, closes_at)
        if why_not is not None:
            return why_not
        try:
            # The same deadline again: an earlier run ended before it had said so.
            await self.officer.register.postpone(which, closes_at)
        except Over:
            return RequestOutcome.ALREADY
        await self._rosters.postponed(which.id)
        self.officer.look(which)
        self.officer.sender.soon(self.officer.clerk.say_postponed(which))
        return RequestOutcome.DONE

    async def _may_not_close(self, which: Open, closes_at: datetime) -> RequestOutcome | None:
        """Why a poll cannot have another deadline; None: it can."""
        now = which.poll.rules.closes_at
        if self.ctx.now >= now:
            return RequestOutcome.ALREADY
        if closes_at < now:
            return RequestOutcome.EARLIER
        history = await self._rosters.history(which.id)
        if history is None or too_far(closes_at, history.opened, self.policy):
            return RequestOutcome.TOO_LATE
        again = closes_at > now and history.postponed >= self.policy.postponements
        return RequestOutcome.TOO_OFTEN if again else None

    async def is_mine_in(self, code: str, user: UserId) -> bool | None:
        """Whether a person's ballot is in the box; None for a poll that is closed or not theirs."""
        which = next(
            (each for each in self.officer.register.of(user) if each.poll.code == code), None
        )
        if which is None:
            return None
        try:
            return await self.officer.register.has_ballot(which, user)
        except Over:
            return None

    @property
    def _rosters(self) -> PollRosters:
        return PollRosters(self.tx, self.ctx.committee.id)

    def _open(self) -> list[Open]:
        polls = self.officer.register.open_in(str(self.ctx.committee.room))
        again = self.pending.called_off.get(self.origin)
        return polls if again is None else [*polls, again.which]

    def _named(self, code: str) -> Open | None:
        return next((each for each in self._open() if each.poll.code == code), None)


def _untold(which: Open, state: BoxState) -> int:
    """Ballots of a poll that are still to be sent, the ones to tap included."""
    kinds = [SentFlags.BALLOT, *([SentFlags.TAPS] if which.poll.kind.single else [])]
    return sum(not state.told(at, what) for at in which.places.values() for what in kinds)

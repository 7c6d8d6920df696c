"""Secret polls for conversations without Matrix: the real rules, words and counting; no box.

What the sealed box keeps from everybody lies open here, which is what a conversation needs to be
checked. The box itself is tested on its own, and with these words on the real homeserver.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commands.framework.context import Place
from commands.framework.i18n import speaking
from commands.framework.reply import Reply
from commands.polls import views
from commands.polls.ask.policy import Member, Policy, raised, too_far
from commands.polls.count import results
from commands.polls.count.comparison import Earlier, words_of
from commands.polls.count.tally import Result, tally
from commands.polls.model import Poll, PollKind
from commands.polls.service import HeldPoll, PollDraft, PollService, RequestOutcome
from commands.polls.vote.cast import Cast, cast
from commands.polls.vote.typed import bare_ballot, typed_vote
from storage.core.model import UserId
from storage.polls.rosters import DeadlineHistory

ZONE = ZoneInfo("Europe/Madrid")


@dataclass(slots=True)
class _Open:
    poll: Poll
    opened: datetime
    slots: dict[UserId, bytes | None]
    by: UserId
    in_room: bool
    delivered: bool = False
    """Whether everybody has their ballot: so it is as soon as time passes."""
    postponed: int = 0
    shut_out: set[UserId] = field(default_factory=set)


@dataclass(slots=True)
class OpenDesk(PollService):
    """One committee's polls. ``clock`` is moved by the conversation."""

    now: datetime
    people: list[Member] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    rules: Policy = field(default_factory=Policy)
    in_room: list[Reply] = field(default_factory=list)
    """Everything said in the room."""
    in_person: dict[UserId, list[Reply]] = field(default_factory=dict)
    """Everything said to each by direct message."""
    _open: dict[str, _Open] = field(default_factory=dict)
    elsewhere: list[Earlier] = field(default_factory=list)
    """Polls of other committees."""
    ended: set[UserId] = field(default_factory=set)
    """Whose part in the committee has ended."""
    _past: dict[str, Earlier] = field(default_factory=dict)
    """By code; those without a result left out."""
    _held: dict[str, tuple[datetime, HeldPoll]] = field(default_factory=dict)
    _drafts: dict[tuple[UserId, bool], PollDraft] = field(default_factory=dict)
    _had: set[tuple[UserId, PollKind]] = field(default_factory=set)
    """Who had the small print of a kind."""
    unverified: set[UserId] = field(default_factory=set)
    """Who has no app that the bot believes."""
    waiting: int = 0
    """Ballots of other polls that wait."""
    clock: ZoneInfo = ZONE
    """On whose clock deadlines are told."""
    room_speaks: str = "en"
    person_speaks: str = "en"
    """The languages of the room and of everybody in direct chats."""
    codes: list[str] = field(default_factory=lambda: ["K7QX", "M2RT", "P9ZW", "B3CD"])
    """Given to polls in this order."""
    parts: dict[str, str] = field(default_factory=dict)
    """The codes of polls that are parts of coalition polls, by what these are called."""
    opening: str = ""
    """What the coalition poll is called that is about to be opened."""
    counted: dict[str, tuple[Poll, Result]] = field(default_factory=dict)
    """Of those, what the box still holds, by code."""

    @property
    def policy(self) -> Policy:
        return self.rules

    async def unavailable(self) -> Sequence[str]:
        return self.reasons

    async def members(self) -> Sequence[Member]:
        return [replace(each, barred=each.user in self.ended) for each in self.people]

    async def without_app(self, people: Sequence[UserId]) -> int:
        return sum(each in self.unverified for each in people)

    async def earlier(self, since: datetime) -> Sequence[Earlier]:
        everything = [*self._past.values(), *self.elsewhere]
        return [each for each in everything if each.opened >= since]

    async def known(self) -> frozenset[UserId]:
        here = [member.user for member in self.people]
        return frozenset(here).union(*(each.people for each in self._past.values()))

    async def open(self, poll: Poll, roster: Sequence[UserId]) -> Poll:
        if poll.part_of is not None:
            known = self.parts.get(poll.part_of.ref)
            if known is not None:
                return self._open[known].poll
            self.parts[poll.part_of.ref] = self.codes[0]
        named = replace(poll, code=self.codes.pop(0))
        waited = next(
            (each for each in self._drafts.values()
             if isinstance(each.asked, Poll) and each.asked.code == poll.code),
            None,
        )  # fmt: skip
        by = UserId("@nobody:example.org") if waited is None else waited.by
        slots: dict[UserId, bytes | None] = dict.fromkeys(roster)
        in_room = waited is not None and waited.in_room
        self._open[named.code] = _Open(named, self.now, slots, by, in_room)
        words = words_of(poll.question)
        self._past[named.code] = Earlier(frozenset(roster), self.now, words)
        with speaking(self.room_speaks):
            self.in_room.append(views.announcement(named, roster, self.policy, self.clock))
        for user in roster:
            whole = (user, named.kind) not in self._had
            with speaking(self.person_speaks):
                ballot = views.ballot(named, len(roster), self.clock, whole=whole)
            self.in_person.setdefault(user, []).append(ballot)
            self._had.add((user, named.kind))
        return named

    async def opened(self) -> Poll | None:
        """The poll that the bot opened before it died, and is asked to open again."""
        known = self._open.get(self.parts.get(self.opening, ""))
        self.opening = ""
        return None if known is None else known.poll

    async def backlog(self) -> int:
        return self.waiting

    async def draft(self, draft: PollDraft) -> None:
        self._drafts[draft.by, draft.in_room] = draft

    async def drafted(self, user: UserId, *, in_room: bool) -> PollDraft | None:
        return self._drafts.get((user, in_room))

    async def drop_draft(self, user: UserId, *, in_room: bool) -> None:
        self._drafts.pop((user, in_room), None)

    async def opened_lately(self, user: UserId, *, in_room: bool) -> Poll | None:
        lately = [each.poll for each in self._open.values()
                  if (each.by, each.in_room) == (user, in_room)
                  and self.now - each.opened <= timedelta(minutes=30)]  # fmt: skip
        return lately[-1] if lately else None

    async def open_to(self, user: UserId) -> Sequence[Poll]:
        return [each.poll for each in self._open.values() if user in each.slots]

    async def ballots_since(self, user: UserId, since: datetime) -> Sequence[Poll]:
        return [
            each.poll for each in self._open.values() if user in each.slots and each.opened > since
        ]

    async def size(self, code: str) -> int | None:
        found = self._open.get(code)
        return None if found is None else len(found.slots)

    async def history(self, code: str) -> DeadlineHistory | None:
        found = self._open.get(code)
        return None if found is None else DeadlineHistory(found.opened, found.postponed)

    async def may_call_off(self, code: str, user: UserId) -> bool:
        found = self._open.get(code)
        return (
            found is not None
            and found.by == user
            and not found.delivered
            and self.now - found.opened <= timedelta(minutes=10)
        )

    async def hold(self, held: HeldPoll) -> None:
        self._held[held.poll.code] = (self.now, held)

    async def held(self, code: str) -> HeldPoll | None:
        since, held = self._held.get(code, (None, None))
        return held if since is not None and self.now - since <= timedelta(hours=1) else None

    async def polls(self) -> Sequence[Poll]:
        return [each.poll for each in self._open.values()]

    async def cancel(self, code: str) -> RequestOutcome:
        found = self._open.pop(code, None)
        if found is None:
            return RequestOutcome.UNKNOWN
        del self._past[code]
        with speaking(self.room_speaks):
            self.in_room.append(views.cancelled(found.poll))
        return RequestOutcome.DONE

    async def postpone(self, code: str, closes_at: datetime) -> RequestOutcome:
        found = self._open.get(code)
        if found is None:
            return RequestOutcome.UNKNOWN
        if closes_at <= found.poll.rules.closes_at:
            return RequestOutcome.EARLIER
        if too_far(closes_at, found.opened, self.rules):
            return RequestOutcome.TOO_LATE
        if found.postponed >= self.rules.postponements:
            return RequestOutcome.TOO_OFTEN
        found.postponed += 1
        found.poll = replace(found.poll, rules=replace(found.poll.rules, closes_at=closes_at))
        with speaking(self.room_speaks):
            self.in_room.append(views.postponed(found.poll, self.clock))
        return RequestOutcome.DONE

    async def is_mine_in(self, code: str, user: UserId) -> bool | None:
        found = self._open.get(code)
        if found is None or user not in found.slots:
            return None
        return found.slots[user] is not None

    def vote(self, user: UserId, text: str, place: Place) -> Reply | None:
        """What becomes of a message that is a vote; None when it is something else."""
        with speaking(self.person_speaks):
            return self._vote(user, text, place)

    def _vote(self, user: UserId, text: str, place: Place) -> Reply | None:
        mine = [each.poll for each in self._open.values() if user in each.slots]
        typed = typed_vote(text, place, list(self._open))
        if typed is None and place is Place.DIRECT:
            typed = bare_ballot(text, mine)
        if typed is None:
            return None
        if place is Place.ROOM:
            return replace(views.typed_in_the_room(), retract=True)
        found = cast(typed, mine, self.now)
        if not isinstance(found, Cast):
            return found
        if user in self.ended:
            return views.part_ended()
        self._open[found.poll.code].slots[user] = found.choice
        return views.acknowledgement(found.poll, self.clock)

    def tick(self) -> None:
        """Close what is due; meanwhile everybody got their ballot."""
        for each in self._open.values():
            each.delivered = each.delivered or self.now > each.opened
            each.shut_out |= self.ended & each.slots.keys()
        for code, each in list(self._open.items()):
            if self.now >= each.poll.rules.closes_at:
                del self._open[code]
                rules = raised(each.poll.rules, len(each.shut_out))
                poll = replace(each.poll, rules=rules)
                result = tally(poll, list(each.slots.values()))
                if poll.part_of is not None:
                    self.counted[code] = poll, result
                if poll.part_of is None or poll.part_of.own:
                    with speaking(self.room_speaks):
                        self.in_room.append(results.result(poll, result))
                if result.totals is None:
                    del self._past[code]

    def is_open(self, code: str) -> bool:
        """Whether a poll takes votes."""
        return code in self._open

    def remind(self, code: str) -> None:
        """Remind everybody on a roster."""
        self._tell(code, views.reminder(self._open[code].poll, self.clock))

    def _tell(self, code: str, reply: Reply) -> None:
        for user in self._open[code].slots:
            self.in_person.setdefault(user, []).append(reply)

"""Takes votes out of messages that were believed and puts them into the box, leaving no other trace.

No row anywhere says that somebody voted: not of the message, not of the answer. A message that
comes again, after a crash or from a server that plays it again, changes nothing (bot/polls/box.py).
"""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from bot.delivery import notice_words, unreadable_devices
from bot.delivery.ephemeral import EphemeralSender
from bot.delivery.outgoing import outgoing
from bot.delivery.threads import thread_of, within
from bot.delivery.transaction_ids import (
    ANNOUNCEMENT,
    BALLOT,
    VOTE_ANSWER,
    VOTE_IN_ROOM,
    VOTE_REACTION,
    VOTE_REDACTED,
    VOTE_TAKEN_AWAY,
    stem,
)
from bot.logging import logs
from bot.matrix.guard import Message, Reaction, Rejection, Vote
from bot.matrix.rooms import Room
from bot.matrix.session_expiry import SessionExpiry
from bot.polls.box import VotePosition
from bot.polls.clocks import Clocks, ReaderLocale
from bot.polls.presence import Ended
from bot.polls.register import Open, Over, Register
from bot.process import failpoints
from bot.rooms.directory import RoomDirectory, Settlement
from commands.framework.context import Committee, Place
from commands.framework.i18n import speaking
from commands.framework.reply import Code, Reply, say
from commands.polls import views
from commands.polls.terms import is_code
from commands.polls.vote.cast import Cast, cast, cast_by_tap
from commands.polls.vote.typed import TypedVote, bare_ballot, typed_vote
from storage.chat.outbox import Outgoing
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

LONGEST_WAIT = 3.0
"""Seconds that news is kept waiting for answers to votes."""

AGAIN_AFTER = unreadable_devices.AGAIN_AFTER / 1000
"""Seconds after which a device that votes again is told again that it reads nothing from us."""

_OF_POLLS = (f"{BALLOT}-", f"{ANNOUNCEMENT}-")
"""How the transaction ids begin of what somebody might take for a ballot."""

log = logs.get("bot.polls.votes")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message in which somebody voted, or tried to."""

    message: Message | Vote
    place: Place
    typed: TypedVote | None = field(repr=False)
    """None for a tap."""


class Votes:
    """Takes votes, and answers whatever else was meant as a vote."""

    def __init__(
        self,
        register: Register,
        sender: EphemeralSender,
        expiry: SessionExpiry,
        *,
        places: RoomDirectory,
        clocks: Clocks,
        ended: Ended,
    ) -> None:
        self._register = register
        self._sender = sender
        self._expiry = expiry
        self._places = places
        self._clocks = clocks
        self._ended = ended
        self._reacted: set[tuple[str, str]] = set()
        """To whom it was explained that reactions are no votes: person and room."""
        self._left_out: dict[tuple[str, str, str], float] = {}
        """When it was told that a device reads nothing from us, by room, person and device; monotonic."""
        self._saying: set[asyncio.Task[None]] = set()
        """Answers on their way to what the running batch of news brought."""

    def meant(
        self, room: Room, message: Message | Vote, committees: Sequence[Committee]
    ) -> Attempt | None:
        """The attempt to vote that a message contains; None when it is something else."""
        place = self._place(room, message.sender, committees)
        if place is None:
            return None
        if isinstance(message, Vote):
            # In a room it answers a poll with names, which is between the apps.
            return Attempt(message, place, None) if place is Place.DIRECT else None
        if message.attachment is not None:
            return None
        typed = typed_vote(message.body, place, self._codes(room, message.sender, place))
        if typed is None and place is Place.DIRECT:
            mine = self._register.of(UserId(message.sender))
            typed = bare_ballot(message.body, [each.poll for each in mine])
        return None if typed is None else Attempt(message, place, typed)

    async def take(self, attempt: Attempt) -> None:
        """Record a vote, or say why it is none. Raises only what the storage raises."""
        message = attempt.message
        if attempt.place is Place.ROOM:
            self._say(self._typed_in_the_room(message))
            return
        self._expiry.expire_now(message.room)
        voter = UserId(message.sender)
        reader = await self._reader(voter)
        with speaking(reader.language):
            found, which = await self._look(attempt)
            if isinstance(found, Cast) and which is not None:
                try:
                    mark = VotePosition(message.session_id, message.index)
                    await self._register.vote(which, voter, found.choice, mark)
                except Over:
                    found = views.no_such_poll()
            if isinstance(found, Cast):
                room = "" if which is None else which.room
                zone = (await self._clocks.of(room, [voter]))[voter].zone
                found = views.acknowledgement(found.poll, zone)
        self._say(self._answer(message, found))

    async def fail(self, attempt: Attempt, error_id: str) -> None:
        """Tell the voter that the storage refused their vote several times."""
        with speaking((await self._reader(UserId(attempt.message.sender))).language):
            sorry = say("Your vote was not recorded. Tell your admin: {id}", id=Code(error_id))
        self._say(self._answer(attempt.message, sorry))

    def refused(
        self, room: Room, rejection: Rejection, event_id: str, committees: Sequence[Committee]
    ) -> bool:
        """Take away and explain, from memory, what looks like a vote and was not believed."""
        place = self._place(room, rejection.sender, committees)
        if place is None or rejection.body is None:
            return False
        codes = self._codes(room, rejection.sender, place)
        if typed_vote(rejection.body, place, codes) is None:
            return False
        self._say(self._not_believed(room, rejection, event_id))
        return True

    async def _not_believed(self, room: Room, rejection: Rejection, event_id: str) -> None:
        with speaking((await self._reader(UserId(rejection.sender), room.id)).language):
            apart = rejection.reason in notice_words.LEFT_OUT
            alone = self._alone_with(room, rejection.sender) if apart else None
            words = self._why_not(room, rejection, None if alone else event_id)
        await self._take_away(room.id, event_id, words, said_in=alone)

    def _alone_with(self, room: Room, voter: str) -> str | None:
        """Another chat, with this person alone, where something about what they wrote is better said."""
        if room.direct_partner(self._places.own) == voter:
            return None
        polls = [each.room for each in self._register.of(UserId(voter))]
        known = self._places.direct_with(voter, [room.id, *polls])
        return None if known is None else known.id

    async def _reader(self, voter: UserId, room: str = "") -> ReaderLocale:
        """The clock and language of a voter: their own, or those of the committee that asks them."""
        mine = self._register.of(voter)
        return (await self._clocks.of(mine[0].room if mine else room, [voter]))[voter]

    def _why_not(
        self, room: Room, rejection: Rejection, event_id: str | None
    ) -> Sequence[Outgoing]:
        """What is said about a vote that was not believed: so that whoever wrote it can read it.

        As an answer to the event, or, without one, in another room.
        """
        if rejection.reason not in notice_words.LEFT_OUT:
            words = notice_words.explanation(rejection)
            return [] if words is None else outgoing(words)
        subject, now = (room.id, rejection.sender, rejection.device), time.monotonic()
        if now - self._left_out.get(subject, -AGAIN_AFTER) < AGAIN_AFTER:
            return []
        self._left_out[subject] = now
        if event_id is None:
            return [unreadable_devices.in_direct_chat(rejection)]
        return [unreadable_devices.to_device(rejection, event_id)]

    def reacted(self, room: Room, reaction: Reaction, committees: Sequence[Committee]) -> None:
        """Explain, once to each person, that a reaction to a poll is no vote."""
        place = self._place(room, reaction.sender, committees)
        known = (reaction.sender, room.id)
        of_theirs = self._register.of(UserId(reaction.sender))
        if place is not None and of_theirs and known not in self._reacted:
            self._sender.soon(self._explain_reaction(room, reaction))

    async def answered(self) -> None:
        """Wait a moment for the answers: who dies before they are out is told of the votes again.

        Past the checkpoint nobody is. But a homeserver that lets us send little at a time does
        not keep everybody else from being heard.
        """
        saying, self._saying = self._saying, set()
        if saying:
            await asyncio.wait(saying, timeout=LONGEST_WAIT)

    def _say(self, work: Coroutine[Any, Any, object]) -> None:
        self._saying.add(self._sender.soon(work))

    # -- what it is ----------------------------------------------------------------------------------

    def _place(self, room: Room, sender: str, committees: Sequence[Committee]) -> Place | None:
        # Whoever was removed from the room since stays on the roster.
        on_a_roster = bool(self._register.of(UserId(sender)))
        if not on_a_roster and not self._places.committees_of(sender, committees):
            return None
        kind = self._places.settle(room, committees)
        if kind in {Settlement.COMMITTEE, Settlement.UNCLEAR}:
            # A room that was not made as a direct chat is none for votes either.
            return Place.ROOM
        partner = room.direct_partner(self._places.own)
        return Place.DIRECT if kind is Settlement.DIRECT and partner == sender else None

    def _codes(self, room: Room, sender: str, place: Place) -> list[str]:
        polls = self._register.open_in(room.id)
        if place is Place.DIRECT or len(room.members) <= 2:
            polls = self._register.of(UserId(sender))
        return [each.poll.code for each in polls]

    async def _look(self, attempt: Attempt) -> tuple[Cast | Reply, Open | None]:
        """The ballot, and its poll; or what is said instead.

        Whose part in the committee has ended is told so, whether there is a ballot of theirs or not.
        """
        voter = UserId(attempt.message.sender)
        mine = self._register.of(voter)
        over = [each for each in mine if voter in await self._ended(each.room)]
        rest = [each for each in mine if each not in over]
        found = self._read(attempt, mine)
        which = _of(found, mine)
        if over and (which in over or not rest):
            return views.part_ended(), None
        if over and which is None:
            found = self._read(attempt, rest)
            which = _of(found, rest)
        if isinstance(found, Cast):
            return found, which
        return self._or_lost(attempt, found, [each.poll.code for each in mine]), None

    def _read(self, attempt: Attempt, mine: Sequence[Open]) -> Cast | Reply:
        message, voter = attempt.message, UserId(attempt.message.sender)
        sent = datetime.fromtimestamp(message.sent / 1000, UTC)
        if attempt.typed is not None:
            return cast(attempt.typed, [each.poll for each in mine], sent)
        answers = message.answers if isinstance(message, Vote) else ()
        return cast_by_tap(answers, [(each.poll, each.secret) for each in mine], voter, sent)

    def _or_lost(self, attempt: Attempt, found: Reply, codes: Sequence[str]) -> Reply:
        """To whoever votes in a poll that memory lost, that it is lost."""
        voter, typed = UserId(attempt.message.sender), attempt.typed
        theirs = any(
            room is not None and room.has(voter)
            for room in (self._places.rooms.get(each.room) for each in self._register.lost)
        )
        of_another = typed is not None and is_code(typed.code) and typed.code not in codes
        lost = theirs and (of_another or found == views.no_such_poll())
        return views.lost_for_voters() if lost else found

    # -- what is said ----------------------------------------------------------------------------------

    async def _answer(self, message: Message | Vote, reply: Reply) -> None:
        reader = await self._reader(UserId(message.sender))
        with speaking(reader.language):
            words = reply if self._told_that_it_stays(message) else views.stays(reply)
        root = message.relation.thread if isinstance(message, Message) else ""
        thread = thread_of(message.room, root, message.event_id)
        contents = [within(thread, each, message.room) for each in outgoing(words)]
        await self._sender.to_room(message.room, contents, stem(VOTE_ANSWER, message.event_id))
        failpoints.reach("vote_acknowledged")
        await self._redact(message.room, message.event_id)

    def _told_that_it_stays(self, message: Message | Vote) -> bool:
        """Whether nothing is left to say about deleting the vote: the bot may, or the ballot said it here.

        It depends on the chat alone. Said with a first vote only, the answers would differ.
        """
        if self._sender.may_redact(message.room):
            return True
        voter = UserId(message.sender)
        known = self._places.direct_with(voter, [each.room for each in self._register.of(voter)])
        return known is not None and known.id == message.room and bool(self._register.of(voter))

    async def _typed_in_the_room(self, message: Message | Vote) -> None:
        await self._redact(message.room, message.event_id)
        reader = await self._reader(UserId(message.sender), message.room)
        words = outgoing(views.typed_in_the_room().spoken(reader.language))
        await self._sender.to_person(message.sender, words, stem(VOTE_IN_ROOM, message.event_id))

    async def _take_away(
        self, room: str, event_id: str, words: Sequence[Outgoing], *, said_in: str | None
    ) -> None:
        await self._redact(room, event_id)
        await self._sender.to_room(said_in or room, words, stem(VOTE_TAKEN_AWAY, event_id))

    async def _redact(self, room: str, event_id: str) -> None:
        await self._sender.redact(room, event_id, stem(VOTE_REDACTED, event_id))

    async def _explain_reaction(self, room: Room, reaction: Reaction) -> None:
        name = await self._sender.transaction_of(room.id, reaction.target)
        if name is None or not name.startswith(_OF_POLLS):
            return
        if (reaction.sender, room.id) in self._reacted:
            return
        self._reacted.add((reaction.sender, room.id))
        reader = await self._reader(UserId(reaction.sender), room.id)
        words = outgoing(views.reacted().spoken(reader.language))
        await self._sender.to_person(reaction.sender, words, stem(VOTE_REACTION, reaction.event_id))


def _of(found: Cast | Reply, mine: Sequence[Open]) -> Open | None:
    """The poll that a ballot is of."""
    if not isinstance(found, Cast):
        return None
    return next(each for each in mine if each.poll.code == found.poll.code)

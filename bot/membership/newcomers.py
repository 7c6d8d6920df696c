"""Tells a committee's room of everybody who is new, and its leads of power that has to be confirmed.

Both are written down in the transaction that queues the words, so that each is said once. A newcomer
counts as introduced when the homeserver has taken the message: bot/delivery/outbox.py says so.
"""

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import NEWCOMERS, ROLL, digest
from bot.rooms.authority import Authority
from commands.authority import views
from commands.framework.context import Committee, UserId
from commands.framework.reply import Audience, Reply
from commands.roles import rules
from commands.roles.roll import AwaitingConfirmation, Roll
from commands.roles.rules import Newcomers
from commands.roles.standing import Role
from commands.turf import departure_views
from storage.authority.standings import Announcements, MemberRecord, Standings
from storage.chat.committees import Committees
from storage.chat.said_once import SaidOnce
from storage.core.database import Transaction
from storage.core.rows import millis
from storage.turf.departures import Departures

NAMED_AT_ONCE = 25
"""People named in one message: it stays one message."""

MOST_MESSAGES, WITHIN, EVERY = 20, 600.0, 60.0
"""Messages in one room that name people, and within how many seconds. After that there is one as often
as ``EVERY``, for everybody who came meanwhile: else those who come one by one fill the room.
"""

SAID_AGAIN_AFTER = timedelta(days=7)
"""How often the room hears that nobody is left who could confirm power."""


class Introductions:
    """Records who is in a committee's room; greets newcomers and tells leads what to confirm."""

    def __init__(self, authority: Authority, outbox: Delivering) -> None:
        self._authority = authority
        self._outbox = outbox
        self._said_at: defaultdict[str, deque[float]] = defaultdict(deque)
        """When people were named, by room; monotonic."""
        self._unnamed: dict[str, float] = {}
        """Rooms with people who are to be named later, and from when on; monotonic."""

    def due(self) -> set[str]:
        """Rooms in which people are to be named now who came in too quick a succession."""
        now = time.monotonic()
        return {room for room, at in self._unnamed.items() if at <= now}

    async def look(self, tx: Transaction, committee: Committee, now: datetime) -> None:
        """Record who is in a committee's room, and queue what is said about changes."""
        took_over = await self._authority.look(tx, committee, now)
        # Whoever came may be called as somebody here is: both are named in full from now on.
        committee = await Committees(tx).by_id(committee.id)
        occasion = digest(f"{committee.room} {millis(now)}")
        await self._name(tx, committee, f"{NEWCOMERS}-{occasion}")
        roll = await self._authority.roll(tx, committee)
        post = Post(tx, self._outbox, f"{ROLL}-{occasion}")
        for reply in await self._said(tx, committee, roll, now, took_over=took_over):
            await post.say(reply, str(committee.room), "", committee, self._authority)

    async def _name(self, tx: Transaction, committee: Committee, occasion: str) -> None:
        room = self._authority.places.rooms.get(committee.room)
        if room is None or room.replaced:
            # Nothing is said there any more; whoever comes goes unnamed, and hears nothing.
            return
        standings = Standings(tx, committee.id)
        said, at = self._said_at[committee.room], time.monotonic()
        while said and at - said[0] > WITHIN:
            said.popleft()
        self._unnamed.pop(committee.room, None)
        new = [
            kept
            for kept in (await standings.all()).values()
            if kept.introduced is None and not await _is_coming(tx, kept)
        ]
        barred = {s.user for s in await self._authority.everybody(tx, committee) if s.barred}
        for begin in range(0, len(new), NAMED_AT_ONCE):
            if len(said) >= MOST_MESSAGES and at - said[-1] < EVERY:
                self._unnamed[committee.room] = said[-1] + EVERY
                break
            said.append(at)
            some = new[begin : begin + NAMED_AT_ONCE]
            reply = views.newcomers(
                [kept.person for kept in some if kept.person not in barred],
                [kept.person for kept in some if kept.person in barred],
                self._authority.settings,
            )
            who = digest(" ".join(kept.person for kept in some))
            post = Post(tx, self._outbox, f"{occasion}-{who}")
            await post.say(reply, str(committee.room), "", committee, self._authority)
            for kept in some:
                name = post.parcels[-1].transaction_id
                await standings.put(replace(kept, announcement=name))
            back = await _with_something_left(tx, committee, some)
            if back:
                asked = departure_views.came_back(back, committee.name)
                await post.say(asked, str(committee.room), "", committee, self._authority)

    async def _said(
        self,
        tx: Transaction,
        committee: Committee,
        roll: Roll,
        now: datetime,
        *,
        took_over: bool,
    ) -> list[Reply]:
        said = [views.taken_over(roll, committee.name)] if took_over else []
        standings = Standings(tx, committee.id)
        kept = await standings.all()
        untold = [
            each
            for each in roll.waiting
            # Of whoever is to be named later, the leads hear then: that is few messages as well.
            if rules.untold(kept[each.user], now) and not _unnamed(kept[each.user])
        ]
        if not untold:
            return said
        if not roll.leads:
            subject = digest(f"nobody confirms {committee.room}")
            every = millis(now + SAID_AGAIN_AFTER) - millis(now)
            due = await SaidOnce(tx).due(subject, millis(now), every)
            return (
                [*said, replace(views.nobody_confirms(untold), audience=Audience.ROOM)]
                if due
                else said
            )
        for each in untold:
            await standings.put(replace(kept[each.user], told=now))
        return [*said, *_asks(untold, roll, committee.name)]


def _asks(untold: Sequence[AwaitingConfirmation], roll: Roll, committee: str) -> list[Reply]:
    """To whoever can confirm it: keepers make keepers, any lead a lead; and newcomers that wait."""
    asks = []
    keepers = roll.counting(Role.KEEPER)
    new: list[UserId] = []
    powers: list[AwaitingConfirmation] = []
    for each in untold:
        if each.shown is Role.ORGANIZER:
            new.append(each.user)
        else:
            powers.append(each)
    if new:
        asks.append(views.newcomers_wait(new, committee))
    only_leads = [each for each in powers if each.shown is Role.LEAD]
    made_keepers = [each for each in powers if each.shown is Role.KEEPER]
    for them, told in ((only_leads, roll.leads), (made_keepers, keepers or roll.leads)):
        if them:
            asks.append(replace(views.power_waits(them, committee), to=tuple(told)))
    return asks


async def _is_coming(tx: Transaction, kept: MemberRecord) -> bool:
    return kept.announcement is not None and await Announcements(tx).is_coming(kept.announcement)


def _unnamed(kept: MemberRecord) -> bool:
    return kept.introduced is None and kept.announcement is None


async def _with_something_left(
    tx: Transaction, committee: Committee, people: Sequence[MemberRecord]
) -> list[UserId]:
    """Those of these newcomers who were here before, and whose turf went to the pool."""
    departures = Departures(tx, committee.id)
    return [k.person for k in people if await departures.last(k.person) is not None]


async def introduced(authority: Authority, tx: Transaction, transaction_id: str) -> None:
    """Note that the homeserver has a message that names new people; now they may do more."""
    named = authority.settings.newcomers is Newcomers.NAMED
    await Announcements(tx).sent(transaction_id, datetime.now(UTC), lets_in=named)

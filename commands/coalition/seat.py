"""A committee's seat in its coalition, within one transaction: speaking, telling, proposing."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from commands.coalition.voice import Voice
from commands.framework.reply import Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers, EveryCoalition
from storage.coalition.model import (
    Coalition,
    CoalitionMember,
    LoggedMessage,
    MemberId,
    Proposal,
    SaidMessage,
)
from storage.core.database import Transaction
from storage.core.driver import Error
from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee, UserId
from storage.core.repository import Repository, all_or_nothing, bound
from storage.core.rows import A_DAY, millis

if TYPE_CHECKING:
    from commands.coalition import wire
    from storage.coalition import messages
    from storage.coalition.proposals import Proposals
else:
    wire = Later("commands.coalition.wire")
    messages = Later("storage.coalition.messages")

R = TypeVar("R", bound=Repository)

NOBODY = UserId("")
"""The author of what no person typed."""

MOST_TOLD: Final = 60
"""Things a day that one committee's bot has people of another told, unasked: a bot wakes and drowns nobody."""
UNTOLD: Final = "too_fast"
"""How what is beyond that is counted."""


def unreported(error: BaseException) -> None:
    """Raise an error again: nobody said where it is to be reported."""
    raise error


@dataclass(frozen=True, slots=True)
class Seat:
    """What a committee can do in its coalition, in one transaction. ``now`` is aware, in UTC."""

    tx: Transaction
    committee: Committee
    coalition: Coalition
    voice: Voice
    now: datetime
    author: UserId = NOBODY
    """Who typed what this follows from; nobody, where another bot said it."""
    report: Callable[[BaseException], object] = unreported
    """Told of errors of ours in work that keeps no other work waiting: logged, without what was said."""

    @property
    def own(self) -> UserId:
        """The account of this committee's bot."""
        return self.voice.own

    async def say(self, kind: str, body: object, sentence: str) -> str:
        """Say something to the whole coalition: ``body``, a dataclass, for bots; ``sentence`` for people.

        It goes out once this transaction has committed, once, whatever dies, in the order of the calls.
        Returns the message's id, under which others have heard it. Raises wire.NotAMessage for a body
        that is too large; everything that was said is kept for a month for whoever missed it.
        """
        fields_of = wire.body_of(body)
        counter = await EveryCoalition(self.tx).next_counter(self.coalition.id)
        epoch = self.coalition.epoch
        message = wire.of_this_release(self.coalition.ref, kind, epoch, counter, fields_of)
        wire.written(message)
        said = SaidMessage(
            self.coalition.id,
            epoch,
            counter,
            kind,
            message.text,
            sentence,
            self.now,
            message.version,
        )
        await messages.SaidMessages(self.tx).add(said)
        await self.voice.put(self.coalition, message, sentence, occasion="")
        return message_id(self.own, epoch, counter)

    async def say_again(self, missed: Iterable[SaidMessage], *, occasion: str) -> None:
        """Say messages again that somebody missed, exactly as they were.

        ``occasion``: what it answers, since a homeserver drops a message under an id it saw.
        """
        for each in missed:
            body = json.loads(each.body)
            message = wire.CoalitionMessage(
                each.version, self.coalition.ref, each.kind, each.epoch, each.counter, body
            )
            await self.voice.put(self.coalition, message, each.sentence, occasion=occasion)

    async def may_tell(self, member: MemberId) -> bool:
        """Take one of the times a day that people here are told unasked what one other committee's bot says."""
        said, now = SaidOnce(self.tx), millis(self.now)
        if await said.spend(f"coalition told {member}", now, A_DAY, MOST_TOLD):
            return True
        await said.count(UNTOLD)
        return False

    async def said_between(self, epoch: int, first: int, last: int) -> list[SaidMessage]:
        """What was said and is still kept, from one counter to another, in order."""
        return await messages.SaidMessages(self.tx).between(self.coalition.id, epoch, first, last)

    async def tell(self, *said: Reply, occasion: str) -> None:
        """Tell this committee something: each reply goes to its audience, the room or the leads.

        Nothing happens to a reply for another audience, since nobody typed anything.
        """
        for number, each in enumerate(said):
            await self.voice.tell(each, f"{occasion} {number}")

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """Take back what the block wrote when it fails, report that, and let everything else go on.

        What other bots said must end no bot, at each of its starts. Raises only what the storage raises.
        """
        try:
            async with all_or_nothing(self.tx):
                yield
        except Error:
            raise
        except Exception as error:  # noqa: BLE001 (a thing that cannot be done keeps nothing else waiting)
            self.report(error)

    @property
    def proposals(self) -> "Proposals":
        """What waits for this committee's leads."""
        from storage.coalition.proposals import Proposals  # noqa: PLC0415

        return Proposals(self.tx, self.committee.id)

    async def members(self) -> list[CoalitionMember]:
        """The other committees that are in the coalition now, in the order they came."""
        return await CoalitionMembers(self.tx).present(self.coalition.id)

    async def anew(self) -> "Seat":
        """The seat as it is now: its coalition read again. Raises LookupError where there is none any more."""
        found = await EveryCoalition(self.tx).by_id(self.coalition.id)
        if found is None:
            raise LookupError("the committee is in no coalition any more")
        return replace(self, coalition=found)

    async def everybody(self) -> list[CoalitionMember]:
        """The other committees that are, were or may come to be in the coalition, in the order they came."""
        return await CoalitionMembers(self.tx).of(self.coalition.id)

    async def log(self, most: int) -> list[LoggedMessage]:
        """What was said in the room of the bots, by this one and all others, newest first."""
        return await messages.HeardMessages(self.tx).log(self.coalition.id, most)

    async def label_of(self, member: MemberId | None) -> str:
        """What a committee is called: a member, or this one (None). Empty for who is here no more."""
        if member is None:
            return self.coalition.label
        found = await CoalitionMembers(self.tx).by_id(member)
        return "" if found is None else found.label

    async def proposer(self, proposal: Proposal) -> str:
        """What the committee is called that proposes something, for its words; empty where it is this one."""
        return "" if proposal.member is None else await self.label_of(proposal.member)

    def repository(self, kind: type[R]) -> R:
        """A repository of this committee, in this transaction."""
        return bound(
            kind,
            self.tx,
            self.committee.id,
            today=self.now.astimezone(self.committee.zone).date(),
            author=self.author,
            now=self.now,
        )


def message_id(bot: str, epoch: int, counter: int) -> str:
    """What a message is called by everybody who heard it."""
    return f"{bot}/{epoch}/{counter}"

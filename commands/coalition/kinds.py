"""Kinds of messages and of proposals: what each is called, what it holds, and what is done with it.

A job declares its kinds beside their handlers, and ``commands/coalition/table.py`` names all jobs.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from commands.coalition.seat import Seat
from commands.framework.reply import Line, Reply
from storage.coalition.model import CoalitionMember, Proposal
from storage.core.lazy_dataclass import dataclass

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class HeardMessage(Generic[B]):
    """A message of another committee's bot, believed and in its turn."""

    member: CoalitionMember
    """Who said it. Its label is what people are told."""
    body: B
    id: str
    """The same for the same message, wherever and however often it is heard."""
    now: datetime
    """Aware, in UTC."""
    first: bool = False
    """Whether nothing was heard of that committee before."""


@dataclass(frozen=True, slots=True)
class CoalitionKind(Generic[B]):
    """A kind of message. ``heard`` runs in the one transaction of the message, once, in its order.

    What it returns is told to the committee (``Seat.tell``). What it raises takes everything back that it
    wrote; the message then counts as heard and is never handed to it again.
    """

    name: str
    """As it stands in messages. It never changes its meaning while bots of other releases run."""
    body: type[B]
    """A dataclass that ``storage/core/shapes.py`` reads from JSON, every text and list of it bounded."""
    heard: Callable[[Seat, HeardMessage[B]], Awaitable[tuple[Reply, ...]]]
    at_once: bool = False
    """Whether it is acted upon when it comes, though messages before it are missing: it must not change
    anything that depends on an order. Two bots that miss something of each other could not ask otherwise."""
    early: bool = False
    """Whether it is heard as well from a committee that is invited and has not come in yet."""


@dataclass(frozen=True, slots=True)
class ProposalKind(Generic[B]):
    """A kind of thing that a lead has to agree to. Handlers run in the transaction of the ``!ok``."""

    name: str
    body: type[B]
    words: Callable[[Proposal, B, str], tuple[Line, ...]]
    """What leads read of it; with the label of who proposed it, empty for their own committee.

    A function of what it is given, translated when it is called: each lead reads it in their language.
    """
    agreed: Callable[[Seat, Proposal, B], Awaitable[tuple[Reply, ...]]]
    """What follows from a lead's ok; what it returns is the answer to it. Raises Refusal to leave it open."""
    declined: Callable[[Seat, Proposal, B], Awaitable[tuple[Reply, ...]]] | None = None
    """What follows from a no, or from nobody's deciding in time; None: nothing."""
    parts: Callable[[Seat, Proposal, B], Awaitable[CoalitionMember | None]] | None = None
    """Which committee is heard no more by an ok, before what follows from it; every job is told. Raises Refusal."""
    keeps_body: bool = False
    """Whether the body is needed once that was decided, and no words of people stand in it; else it is deleted then."""


AnyKind = CoalitionKind[Any]
AnyProposal = ProposalKind[Any]


@dataclass(frozen=True, slots=True)
class CoalitionJob:
    """Everything that one job does in a coalition; ``commands/coalition/table.py`` has a list of them."""

    kinds: tuple[AnyKind, ...] = ()
    proposals: tuple[AnyProposal, ...] = ()
    shown: Callable[[Seat], Awaitable[tuple[Line, ...]]] | None = None
    """What ``!coalition`` shows of it: what each committee gives, and what was given."""
    parted: Callable[[Seat, CoalitionMember], Awaitable[tuple[Reply, ...]]] | None = None
    """What follows when a committee is in no more (it left, or is suspended); told to this committee."""
    ticked: Callable[[Seat], Awaitable[tuple[Reply, ...]]] | None = None
    """What is due: called about once a minute, and after each message, in a transaction of its own.

    It must find out by itself what was done before: a bot may have been away for days.
    """


class CoalitionTable:
    """All kinds of all jobs, by name. Two of the same name are a mistake."""

    def __init__(self, jobs: Sequence[CoalitionJob]) -> None:
        self.jobs = tuple(jobs)
        kinds = [kind for job in jobs for kind in job.kinds]
        proposals = [proposal for job in jobs for proposal in job.proposals]
        self.kinds: Mapping[str, AnyKind] = {each.name: each for each in kinds}
        self.proposals: Mapping[str, AnyProposal] = {each.name: each for each in proposals}
        if len(self.kinds) < len(kinds) or len(self.proposals) < len(proposals):
            raise ValueError("two kinds have the same name")

    async def parted(self, seat: Seat, member: CoalitionMember) -> tuple[Reply, ...]:
        """Have every job know that a committee is in no more; what this committee is told."""
        said: tuple[Reply, ...] = ()
        for job in self.jobs:
            if job.parted is not None:
                async with seat.apart():
                    said += await job.parted(seat, member)
        return said

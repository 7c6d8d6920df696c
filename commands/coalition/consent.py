"""Leads' consent: something is proposed to them, one says ok or no, and what follows happens once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from commands.coalition import wire
from commands.coalition.kinds import AnyProposal, CoalitionTable, ProposalKind
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.handles import holds_a_handle
from commands.framework.reply import Audience, Code, Reply, in_each_language, line, reply
from commands.shared.public_texts import a_colleague
from storage.coalition.model import MemberId, Proposal, ProposalState
from storage.core.model import UserId

MOST_WAITING: Final = 20
"""Proposals of one other committee that wait at a time: more are not heard, so that a bot drowns no leads."""


async def propose(
    seat: Seat,
    kind: ProposalKind[wire.T],
    body: wire.T,
    *,
    key: str,
    until: datetime,
    by: MemberId | None = None,
) -> Proposal | None:
    """Have the leads of this committee decide about something by ``until``, and tell them.

    ``by``: the committee that proposes it; None: this one. ``key`` names the thing: proposed once, whatever
    came of it. Returns None if it was proposed before, or if too much of that committee waits; nobody is told.
    """
    if by is None:
        refuse_unfit(body)
    elif await seat.proposals.waiting_of(by, seat.now) >= MOST_WAITING:
        return None
    if by is not None and not await seat.may_tell(by):
        return None
    made = await seat.proposals.add(
        seat.coalition.id,
        kind=kind.name,
        key=key,
        body=wire.canonical(wire.body_of(body)),
        member=by,
        expires_at=until,
        now=seat.now,
    )
    if made is not None:
        await seat.tell(
            asked(made, kind, await seat.proposer(made)), occasion=f"propose {kind.name} {key}"
        )
    return made


async def say_back(
    seat: Seat, kind: ProposalKind[wire.T], body: wire.T, *, key: str, until: datetime
) -> Reply:
    """Show something of this committee's own to whoever typed it; it goes out when a lead here says ok.

    What is shown is what goes out: the proposal holds it. Raises LookupError for a ``key`` used before, Refusal
    for what others would not take.
    """
    refuse_unfit(body)
    made = await seat.proposals.add(
        seat.coalition.id,
        kind=kind.name,
        key=key,
        body=wire.canonical(wire.body_of(body)),
        member=None,
        expires_at=until,
        now=seat.now,
    )
    if made is None:
        raise LookupError("the same was proposed before")
    return replace(asked(made, kind, ""), audience=Audience.HERE)


def refuse_unfit(body: object) -> None:
    """Raise Refusal for what the bots of others would not take: nobody there would hear of it."""
    try:
        wire.as_body(type(body), wire.body_of(body))
    except wire.NotAMessage:
        raise impossible(
            "Other bots do not take some signs in that, or some words. Write it otherwise."
        ) from None


def refuse_handles(body: object) -> None:
    """Raise Refusal for words of this committee on their way to others in which a handle stands."""
    if any(map(holds_a_handle, _texts(wire.body_of(body)))):
        raise impossible(
            "In other committees a handle like M-41 is somebody else. Write “{words}” instead.",
            words=a_colleague(),
        )


def _texts(value: object) -> Iterator[str]:
    """The texts of a body but accounts, ids of messages among them: what an account is called is no handle."""
    match value:
        case str():
            if not value.startswith("@") or " " in value:
                yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)


async def decide(
    seat: Seat, proposal: Proposal, table: CoalitionTable, *, ok: bool, by: UserId
) -> tuple[Reply, ...]:
    """Do what follows from a lead's ok or no; what it returns answers them.

    Raises Refusal where it was decided before, its time is over, or its kind says that it is not possible.
    """
    kind = table.proposals.get(proposal.kind)
    if proposal.state is not ProposalState.OPEN or proposal.expires_at <= seat.now:
        raise impossible("Number {n} does not wait for an ok any more.", n=proposal.number)
    if kind is None:
        raise impossible(
            "I do not know what number {n} is: my version is too old.", n=proposal.number
        )
    state = ProposalState.AGREED if ok else ProposalState.DECLINED
    await seat.proposals.decide(proposal.id, state, seat.now, by, keep_body=kind.keeps_body)
    body = wire.as_body(kind.body, proposal.body)
    if ok:
        parted = None if kind.parts is None else await kind.parts(seat, proposal, body)
        told = () if parted is None else await table.parted(seat, parted)
        return (*await kind.agreed(seat, proposal, body), *told)
    return () if kind.declined is None else await kind.declined(seat, proposal, body)


async def expire(seat: Seat, table: CoalitionTable) -> int:
    """End what nobody decided in time, as if somebody had said no; return how many."""
    overdue = await seat.proposals.overdue(seat.now)
    for each in overdue:
        kind = table.proposals.get(each.kind)
        keeps = kind is not None and kind.keeps_body
        await seat.proposals.decide(each.id, ProposalState.EXPIRED, seat.now, keep_body=keeps)
        if kind is not None and kind.declined is not None:
            async with seat.apart():
                said = await kind.declined(seat, each, wire.as_body(kind.body, each.body))
                await seat.tell(*said, occasion=f"expire {each.kind} {each.key}")
    return len(overdue)


@in_each_language
def asked(proposal: Proposal, kind: AnyProposal, who: str) -> Reply:
    """What leads are asked: the proposal in its kind's words, and how to answer."""
    body = wire.as_body(kind.body, proposal.body)
    return reply(
        *kind.words(proposal, body, who),
        line(
            "{ok} agrees, {no} does not.",
            ok=Code(f"!coalition ok {proposal.number}"),
            no=Code(f"!coalition no {proposal.number}"),
        ),
        audience=Audience.LEADS,
    )

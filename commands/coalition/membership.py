"""Being in the coalition: coming in, leaving, not being heard any more, coming back from a backup."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from commands.coalition import (
    absence,
    absence_views,
    introducing,
    labelling,
    moved,
    said_again,
    versions,
    views,
)
from commands.coalition.bodies import Hello, Parting, Return
from commands.coalition.hearing import ask_again, ask_from
from commands.coalition.kinds import CoalitionJob, CoalitionKind, CoalitionTable, HeardMessage
from commands.coalition.labels import taken
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from storage.coalition.coalitions import CoalitionMembers, EveryCoalition
from storage.coalition.model import CoalitionMember, CoalitionState, MemberState


async def digest_of(seat: Seat) -> str:
    """A digest of all bots in the coalition with their master keys, this one's among them."""
    members = [(each.bot, each.master) for each in await seat.members()]
    return members_digest(seat.coalition.ref, [*members, (seat.own, seat.voice.master)])


def members_digest(ref: str, members: Sequence[tuple[str, str]]) -> str:
    """A digest of the members of a coalition, whatever their order. SHA-256, 64 hexadecimal digits."""
    rows = "\n".join(f"{bot} {master}" for bot, master in sorted(members))
    return hashlib.sha256(f"{ref}\n{rows}".encode()).hexdigest()


async def come_in(seat: Seat) -> None:
    """Say hello: to everybody when this committee comes in, and to whoever comes in later."""
    said = Hello(seat.coalition.label, await digest_of(seat))
    await seat.say("hello", said, views.hello_sentence(seat.coalition.label))


async def _hello(seat: Seat, heard: HeardMessage[Hello]) -> tuple[Reply, ...]:
    members, member = CoalitionMembers(seat.tx), heard.member
    told: tuple[Reply, ...] = ()
    if taken(heard.body.label, await labelling.labels_of_others(seat, member.bot)) is None:
        told = await labelling.called(seat, member, heard.body.label)
    if member.state is not MemberState.INVITED:
        # Whoever comes in compares what each of the others says; later somebody may just be coming or going.
        if heard.first and heard.body.members != await digest_of(seat):
            return (*told, views.other_members(member.label))
        return told
    await members.become(member.id, MemberState.IN)
    await come_in(seat)
    # The room reads what leads agreed to, whatever the bot says when it is in.
    return (views.came_in(member.label), *told)


async def _left(seat: Seat, heard: HeardMessage[Parting]) -> tuple[Reply, ...]:
    await CoalitionMembers(seat.tx).forget(heard.member.id)
    await absence.left(seat, heard.member)
    return (views.left(heard.member.label),)


async def leave(seat: Seat) -> None:
    """Tell the others that this committee leaves. When that is out, everything here is deleted."""
    if seat.coalition.room is not None:
        await seat.say("leave", Parting(), views.leave_sentence(seat.coalition.label))
    await EveryCoalition(seat.tx).become(seat.coalition.id, CoalitionState.LEAVING)
    seat.voice.wake()


async def suspend(seat: Seat, member: CoalitionMember, table: CoalitionTable) -> None:
    """Hear a member no more whose bot shows another master key, until leads pair again."""
    await CoalitionMembers(seat.tx).become(member.id, MemberState.SUSPENDED)
    said = await table.parted(seat, member)
    occasion = f"suspended {member.bot} {seat.now.isoformat()}"
    await seat.tell(absence_views.suspended(member.label), *said, occasion=occasion)


async def say_back(seat: Seat, made: datetime) -> None:
    """Say that this bot was restored, and ask everybody for what it has not heard since."""
    await EveryCoalition(seat.tx).told_back(seat.coalition.id)
    await seat.say("back", Return(made), views.back_sentence(seat.coalition.label))
    await come_in(seat)
    for each in await seat.members():
        await ask_from(seat, each)


async def _ticked(seat: Seat) -> tuple[Reply, ...]:
    """Ask once more for messages that are missing for long, and leads who is gone, and who came back."""
    await absence.ask_who_is_gone(seat)
    await moved.ask_who_moved(seat)
    for each in await seat.members():
        await ask_again(seat, each)
    return await introducing.remind(seat)


JOB = CoalitionJob(
    kinds=(
        CoalitionKind("hello", Hello, _hello, early=True),
        labelling.KIND,
        *introducing.KINDS,
        CoalitionKind("leave", Parting, _left),
        *said_again.KINDS,
        versions.OLDER,
    ),
    proposals=(introducing.INTRODUCTION, absence.GONE, moved.MOVED),
    parted=introducing.parted,
    ticked=_ticked,
)

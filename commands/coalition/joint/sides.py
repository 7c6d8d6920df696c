"""Who is in a joint test at this moment, and what of theirs counts."""

from collections.abc import Mapping
from datetime import datetime

from commands.coalition.joint.rounds import fits
from commands.coalition.seat import Seat
from storage.coalition.joint import JointCounts, ProposedTest, TestSide, ToldCounts


async def in_it(seat: Seat, test: ProposedTest) -> dict[str, TestSide]:
    """The committees that are in a test and in the coalition now, by their bots."""
    there = {seat.own, *(each.bot for each in await seat.members())}
    sides = await JointCounts(seat.tx).sides(seat.coalition.id, test.key)
    return {each.bot: each for each in sides if each.bot in there}


async def steady(seat: Seat, test: ProposedTest) -> list[str]:
    """The bots of those that were not restored from a backup since: one that was knows not all it said."""
    now: dict[str, int] = {each.bot: each.epoch for each in await seat.members()}
    now[seat.own] = seat.coalition.epoch
    return [bot for bot, side in (await in_it(seat, test)).items() if side.epoch == now[bot]]


async def waits_since(seat: Seat, test: ProposedTest, due: datetime) -> datetime:
    """Since when the others' reports are waited for: a bot that was away itself begins when it is back."""
    own = (await JointCounts(seat.tx).of(seat.coalition.id, test.key, due)).get(seat.own)
    return due if own is None else max(due, own.at)


def fitting(
    sides: Mapping[str, TestSide], counts: Mapping[str, ToldCounts]
) -> dict[str, ToldCounts]:
    return {bot: each for bot, each in counts.items() if bot in sides and fits(sides[bot], each)}

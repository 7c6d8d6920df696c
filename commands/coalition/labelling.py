"""What committees are called: no two by labels that somebody tired takes for one another."""

from dataclasses import replace

from commands.coalition import views
from commands.coalition.bodies import LONGEST_LABEL, Applicant, Called
from commands.coalition.kinds import CoalitionKind, HeardMessage
from commands.coalition.labels import apart, as_label, bare, refuse_taken
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers, Coalitions
from storage.coalition.model import CoalitionMember
from storage.core.model import Committee
from storage.core.rows import A_DAY, millis

ONE_LABEL = A_DAY
"""Milliseconds in which leads are told of one new label of a committee; the last is shown where it is named."""


def usual_label(committee: Committee) -> str:
    """What a committee is called whose lead chose nothing: its name, as far as others take that."""
    return as_label(committee.name, LONGEST_LABEL)


async def _label(seat: Seat, heard: HeardMessage[Called]) -> tuple[Reply, ...]:
    refuse_taken(heard.body.label, await labels_of_others(seat, heard.member.bot))
    return await called(seat, heard.member, heard.body.label)


async def called(seat: Seat, member: CoalitionMember, label: str) -> tuple[Reply, ...]:
    """Note what a committee calls itself; leads are told of one new label of it a day."""
    if label == member.label:
        return ()
    await CoalitionMembers(seat.tx).relabel(member.id, label)
    subject = f"coalition label {member.id}"
    if not await SaidOnce(seat.tx).due(subject, millis(seat.now), ONE_LABEL):
        return ()
    return (views.relabelled(member.label, label),)


async def labels_of_others(seat: Seat, bot: str) -> list[str]:
    """What the committees of a coalition are called, but for that of one bot."""
    known = [(each.bot, each.label) for each in await seat.everybody()]
    return [label for other, label in (*known, (seat.own, seat.coalition.label)) if other != bot]


async def told_apart(seat: Seat, applicant: Applicant) -> Applicant:
    """A committee that wants to come in, under a label that leads take for nobody else's here."""
    others = await labels_of_others(seat, applicant.bot)
    return replace(applicant, label=apart(applicant.label, others, LONGEST_LABEL))


async def note_number(seat: Seat, applicant: Applicant) -> None:
    """Note of a committee that is to come in whether there is a number behind its label, whoever put it there."""
    if bare(applicant.label) != applicant.label:
        await SaidOnce(seat.tx).first_time(_numbered(seat, applicant.bot), millis(seat.now))


async def came_in_numbered(seat: Seat, bot: str) -> bool:
    """Whether there was a number behind a committee's label when it came in; one that took such a label later is not."""
    return await SaidOnce(seat.tx).mentioned(_numbered(seat, bot))


def _numbered(seat: Seat, bot: str) -> str:
    return f"coalition numbered {seat.coalition.ref} {bot}"


async def relabel(seat: Seat, label: str) -> None:
    """Choose what this committee is called, and say so. Raises Refusal."""
    refuse_taken(label, await labels_of_others(seat, seat.own))
    await Coalitions(seat.tx, seat.committee.id).relabel(label)
    if seat.coalition.room is not None:
        await seat.say("label", Called(label), views.label_sentence(label))


KIND = CoalitionKind("label", Called, _label)

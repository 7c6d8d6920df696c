"""Taking in what another bot said: in the order of its counter, each message once, held until its turn."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from typing import Final

from commands.coalition import versions, wire
from commands.coalition.kinds import AnyKind, CoalitionTable, HeardMessage
from commands.coalition.seat import Seat, message_id
from commands.framework.errors import Refusal
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.messages import HeardMessages
from storage.coalition.model import CoalitionMember, HeardState, HeldMessage, MemberState
from storage.core.driver import Error
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import all_or_nothing
from storage.core.rows import millis

AGAIN: Final = "again"
"""The kind of message by which somebody asks for what was missed."""

MILLISECOND: Final = timedelta(milliseconds=1)
ASKED_AGAIN: Final = timedelta(minutes=10)
"""After how long it is asked once more for messages that were asked for."""
MOST_GAPS: Final = 10
"""Gaps of one bot that are asked for in that time."""
ACTED_UPON: Final = ""
"""The body of a held message that was acted upon when it came."""
OF_A_NEWER_VERSION: Final = "newer"
"""The body of a held message that a newer bot said; no other body is such a word."""
UNKNOWN: Final = "coalition_unknown"
"""How kinds and fields that this release does not know are counted."""
LONGEST_SENTENCE: Final = 1_000
"""Letters of a sentence that are kept for people."""

Report = Callable[[BaseException], object]
"""Told of an error of ours while a message was acted upon: logged, without what was said."""


class Reception(Enum):
    """What became of a message that came in."""

    TAKEN = "taken"
    HELD = "held"
    """Those before it have not come."""
    KNOWN = "known"
    """It came before, or is older than what was acted upon: a repetition, or a replay."""
    NOT_HEARD = "not heard"
    """Its sender is no member at this moment, or it is for another coalition."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Asks a bot to say messages again; the body of ``again``."""

    bot: str
    """Whose messages."""
    epoch: int
    first: int
    last: int


async def hear(
    seat: Seat,
    member: CoalitionMember,
    message: wire.CoalitionMessage,
    table: CoalitionTable,
    report: Report,
    sentence: str = "",
) -> Reception:
    """Act upon a message that ``member``'s bot provably sent, and on those that waited for it.

    ``sentence`` is what it says to people. Runs in the one transaction in which the event is noted as
    handled. Raises what the storage raises.
    """
    seat = replace(seat, report=report)
    if message.coalition != seat.coalition.ref or not _is_heard(member, message, table):
        return Reception.NOT_HEARD
    epoch, last = member.epoch, member.counter
    if message.epoch < epoch or (message.epoch == epoch and last and message.counter <= last):
        return Reception.KNOWN
    heard = HeardMessages(seat.tx)
    due = _due(member, message)
    if message.counter != due:
        if await heard.knows(member.id, message.epoch, message.counter):
            return Reception.KNOWN
        early = _as_held(member, message, sentence)
        kind = table.kinds.get(message.kind)
        if kind is not None and kind.at_once and not message.newer:
            await _handed_over(seat, member, early, kind, report)
            early = replace(early, body=ACTED_UPON)
        await _hold(seat, early, member)
        return Reception.HELD
    if message.epoch > epoch:
        await heard.drop_held(member.id, message.epoch)
    turn = _as_held(member, message, sentence)
    while True:
        await _act(seat, member, turn, table, report)
        waiting = await heard.held(member.id, turn.epoch, turn.counter + 1)
        found = await CoalitionMembers(seat.tx).by_id(member.id)
        if waiting is None or found is None:
            break
        member, turn = found, waiting
    further = None if found is None else await heard.first_held(member.id, turn.epoch)
    if found is not None and further is not None:
        await _ask_before(seat, found, turn.epoch, further)
    return Reception.TAKEN


async def ask_again(seat: Seat, member: CoalitionMember) -> bool:
    """Ask a bot once more for what is missing before a message that has been held for long.

    False if nothing is, or it was asked a moment ago: what was asked for may be lost as well.
    """
    held = await HeardMessages(seat.tx).waiting_since(member.id, millis(seat.now - ASKED_AGAIN))
    return held is not None and await _ask_before(seat, member, *held)


async def _ask_before(seat: Seat, member: CoalitionMember, epoch: int, held: int) -> bool:
    """Ask for what is missing before a message that is held; False if that was asked a while ago or later."""
    subject, every = f"coalition gap {member.id} {epoch} {held}", ASKED_AGAIN // MILLISECOND
    if not await SaidOnce(seat.tx).due(subject, millis(seat.now), every):
        return False
    asked = f"coalition gaps {member.id}"
    if not await SaidOnce(seat.tx).spend(asked, millis(seat.now), every, MOST_GAPS):
        # It chooses its counters itself, and each of our questions is answered to everybody.
        return False
    first = 1 if epoch > member.epoch else (member.counter or 0) + 1
    await _ask(seat, Missing(member.bot, epoch, first, held - 1))
    return True


async def ask_from(seat: Seat, member: CoalitionMember) -> None:
    """Ask a bot for everything that it said after what was heard last: some of it could not be read."""
    first = (member.counter or 0) + 1
    await _ask(seat, Missing(member.bot, member.epoch, first, wire.LARGEST))


async def _ask(seat: Seat, missing: Missing) -> None:
    # For programs alone: whose messages they are stands in the block.
    await seat.say(AGAIN, missing, "Some messages did not arrive here. Please say them again.")


def _is_heard(
    member: CoalitionMember, message: wire.CoalitionMessage, table: CoalitionTable
) -> bool:
    if member.state is MemberState.IN:
        return True
    kind = table.kinds.get(message.kind)
    return member.state is MemberState.INVITED and kind is not None and kind.early


def _due(member: CoalitionMember, message: wire.CoalitionMessage) -> int:
    """The counter whose turn it is, of the messages of the message's epoch.

    Of whom nothing was heard yet, whatever is heard first begins the count: those before it may be gone.
    """
    if member.counter is None:
        return message.counter
    return 1 if message.epoch > member.epoch else member.counter + 1


def _as_held(member: CoalitionMember, message: wire.CoalitionMessage, sentence: str) -> HeldMessage:
    seen = (sign for sign in sentence[:LONGEST_SENTENCE] if sign.isprintable() or sign.isspace())
    said = " ".join("".join(seen).split())
    text = OF_A_NEWER_VERSION if message.newer else message.text
    return HeldMessage(member.id, message.epoch, message.counter, message.kind, text, said)


async def _hold(seat: Seat, message: HeldMessage, member: CoalitionMember) -> None:
    """Keep a message that came early, and ask for those before it once."""
    heard = HeardMessages(seat.tx)
    before = await heard.first_held(member.id, message.epoch)
    await heard.hold(message, millis(seat.now))
    if before is None:
        await _ask_before(seat, member, message.epoch, message.counter)


async def _act(
    seat: Seat,
    member: CoalitionMember,
    turn: HeldMessage,
    table: CoalitionTable,
    report: Report,
) -> None:
    """Act upon one message, or note why not; either way it counts as heard from then on."""
    await CoalitionMembers(seat.tx).heard(member.id, turn.epoch, turn.counter)
    state = HeardState.UNKNOWN
    known = table.kinds.get(turn.kind)
    if turn.body == ACTED_UPON:
        state = HeardState.DONE
    elif turn.body == OF_A_NEWER_VERSION:
        await SaidOnce(seat.tx).count(UNKNOWN)
        name = message_id(member.bot, turn.epoch, turn.counter)
        await versions.newer(seat, member, occasion=name)
    elif known is None:
        await SaidOnce(seat.tx).count(UNKNOWN)
    else:
        state = await _handed_over(seat, member, turn, known, report)
    after = await CoalitionMembers(seat.tx).by_id(member.id)
    if after is None:
        return
    await HeardMessages(seat.tx).note(turn, state, millis(seat.now))
    if member.state is MemberState.IN and after.state is not MemberState.IN:
        said = await table.parted(seat, member)
        name = message_id(member.bot, turn.epoch, turn.counter)
        await seat.tell(*said, occasion=f"{name} parted")


async def _handed_over(
    seat: Seat, member: CoalitionMember, turn: HeldMessage, kind: AnyKind, report: Report
) -> HeardState:
    name = message_id(member.bot, turn.epoch, turn.counter)
    there = replace(member, epoch=turn.epoch, counter=turn.counter)
    try:
        async with all_or_nothing(seat.tx):
            body = wire.as_body(kind.body, turn.body)
            first = member.counter is None
            heard = HeardMessage(there, body, name, seat.now, first)
            said = await kind.heard(seat, heard)
            if said and await seat.may_tell(member.id):
                await seat.tell(*said, occasion=name)
    except Error:
        raise
    except (wire.NotAMessage, Refusal):
        return HeardState.UNFIT
    except Exception as error:  # noqa: BLE001 (a bot that says odd things keeps nobody from hearing the others)
        report(error)
        return HeardState.UNFIT
    strange = wire.unknown_fields(kind.body, json.loads(turn.body))
    if strange:
        await SaidOnce(seat.tx).count(UNKNOWN, strange)
    return HeardState.DONE

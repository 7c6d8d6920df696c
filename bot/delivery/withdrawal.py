"""Withdraws messages that may not go any more: dropped with their text and counted, or said without names."""

from bot.delivery.clearance import Clearance, MessageFate
from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import EXPORT_ENDED
from bot.matrix.guard import Refused
from bot.matrix.render import render
from commands.framework.context import Committee, Role
from commands.framework.reply import Reply
from commands.privacy import exports
from commands.roles.rules import Need
from storage.chat.committees import Committees
from storage.chat.outbox import (
    ContentKind,
    DeliveryTerms,
    MessageKind,
    OutboxTable,
    Outgoing,
    Parcel,
)
from storage.chat.said_once import SaidOnce
from storage.chat.under_way import UnderWay
from storage.core.database import Transaction
from storage.core.model import CommitteeId
from storage.meetings.reminders import ReminderState, ReminderTable
from storage.privacy.exports import Export, ExportStep, Orders

_WITHOUT_WORDS = frozenset({ContentKind.PICTURE, ContentKind.CALENDAR, ContentKind.FILE})
"""What cannot be worded anew; the words that go with it can."""


async def withdraw(
    tx: Transaction,
    parcel: Parcel,
    fate: MessageFate,
    clearance: Clearance,
    outbox: Delivering,
) -> Parcel | None:
    """Withdraw a message and say so where that is due, or word it anew; what goes in its place."""
    if fate is MessageFate.REWORDED and parcel.kind not in _WITHOUT_WORDS:
        (words,) = render(exports.changed_since())
        kept = {key: parcel.content[key] for key in ("m.relates_to",) if key in parcel.content}
        return await OutboxTable(tx).reword(parcel, Outgoing({**words, **kept}))
    await SaidOnce(tx).count(Refused.WITHDRAWN)
    if parcel.terms.export is not None:
        await _file(tx, parcel, parcel.terms.export, fate, clearance, outbox)
        return None
    if parcel.kind is ContentKind.REMINDER:
        which = [int(parcel.source)]
        await ReminderTable(tx).settle(which, ReminderState.CANCELLED, clearance.now())
    await OutboxTable(tx).done(parcel.id)
    return None


async def _file(
    tx: Transaction,
    parcel: Parcel,
    export: int,
    fate: MessageFate,
    clearance: Clearance,
    outbox: Delivering,
) -> None:
    """An export's file and the words before it; with one of them the other goes."""
    one = await Orders(tx).by_id(export)
    if one is None or not one.waits:
        await OutboxTable(tx).done(parcel.id)
        return
    committee = await Committees(tx).by_id(one.committee)
    await withdraw_export(tx, committee, one, fate, clearance, outbox)


async def withdraw_export(
    tx: Transaction,
    committee: Committee,
    one: Export,
    fate: MessageFate,
    clearance: Clearance,
    outbox: Delivering,
) -> None:
    """Withdraw an export before it is made or sent; tell its author while they take part."""
    now = clearance.now()
    step = ExportStep.EXPIRED if fate is MessageFate.EXPIRED else ExportStep.WITHDRAWN
    by = one.decided_by if fate is MessageFate.UNAPPROVED else one.author
    await UnderWay(tx, committee.id).withdraw_export(one, by, step, now)
    need = Need(Role.KEEPER)
    if await clearance.authority.may(tx, committee, one.author, need, now) is not None:
        return
    reply = exports.expired(one) if fate is MessageFate.EXPIRED else exports.unapproved(one)
    await _tell(tx, committee, one, reply, outbox)


async def _tell(
    tx: Transaction, committee: Committee, one: Export, reply: Reply, outbox: Delivering
) -> None:
    terms = DeliveryTerms(
        MessageKind.TELL,
        "export",
        CommitteeId(committee.id),
        one.author,
        int(Role.KEEPER),
        people=True,
    )
    post = Post(tx, outbox, f"{EXPORT_ENDED}-{one.id}")
    for message in await post.worded(reply, committee, "", one.author):
        await post.put(message, recipient=one.author, terms=terms)

"""The file of an approved export: read a page at a time, encrypted with a key of its own, uploaded.

It is made when it is sent and never lies on a disk.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.logging import logs
from bot.matrix.client import Client, MatrixError
from bot.matrix.media import event_of, instead_of, put
from commands.framework.i18n import _
from commands.privacy.formats import MEDIA, CardKey, file_of, name_of
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, Outgoing
from storage.core.database import Database, Transaction
from storage.privacy.audits import AuditedAction, Audits
from storage.privacy.exports import Export, ExportLine, Exports, ExportStep, Orders
from storage.reports.unit import Unit

PAGE = 500
"""People read in one transaction, so that others have their turn."""

log = logs.get("bot.delivery.exports")


class ExportFiles:
    """Makes ``m.file`` events."""

    def __init__(
        self,
        database: Database,
        client: Client,
        cards: CardKey,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._client = client
        self._cards = cards
        self._now = now or (lambda: datetime.now(UTC))

    async def made(self, described: Outgoing) -> Outgoing:
        """The event with the file of the export that a message names. Raises NotNow.

        Whether it may be made and sent is looked at before and after (``bot/delivery/clearance.py``).
        """
        words = described.content
        now = self._now()
        async with self._database.transaction() as tx:
            one = await Orders(tx).by_id(int(described.source))
        if one is None or one.step not in {ExportStep.APPROVED, ExportStep.MADE}:
            return _sorry(words)
        people = await self._people(one, now)
        file = await asyncio.to_thread(file_of, one, people, self._cards)
        try:
            where = await put(self._client, file)
        except MatrixError as refusal:
            log.warning("export_refused", status=refusal.status)
            return _sorry(words)
        async with self._database.transaction() as tx:
            now_is = await Orders(tx).by_id(one.id)
            if now_is is None or now_is.step not in {ExportStep.APPROVED, ExportStep.MADE}:
                # Withdrawn while it was made: nobody gets it, and it opens with no key that is left.
                return _sorry(words)
            await Exports(tx, one.committee).step(one, ExportStep.MADE, None, now)
        media = MEDIA[one.format][1]
        info = {"mimetype": media, "size": len(file)}
        return Outgoing(event_of(words, "m.file", name_of(one), where, info), ContentKind.FILE)

    async def _people(self, one: Export, now: datetime) -> list[ExportLine]:
        found: list[ExportLine] = []
        page: list[ExportLine] = []
        while not found or len(page) == PAGE:
            async with self._database.transaction() as tx:
                committee = await Committees(tx).by_id(one.committee)
                today = now.astimezone(committee.zone).date()
                if not found:
                    await Unit(tx, one.committee, today).recompute()
                after = found[-1].id if found else 0
                page = await Exports(tx, one.committee).lines(
                    today=today, after=after, newest=one.newest or 0, limit=PAGE
                )
            if not page:
                break
            found += page
        return found


def _sorry(words: Mapping[str, Any]) -> Outgoing:
    said = _("I could not make the file. Please ask for the export again.")
    return Outgoing(instead_of(words, said))


async def exported(tx: Transaction, order: int, now: datetime | None = None) -> None:
    """Note that the homeserver has the file of an export: it is sent, and on record."""
    one = await Orders(tx).by_id(order)
    if one is None:
        return
    at = now or datetime.now(UTC)
    await Exports(tx, one.committee).step(one, ExportStep.SENT, None, at)
    audits = Audits(tx, one.committee, one.author, at)
    await audits.keep(AuditedAction.EXPORT_MADE, words=str(one.number))

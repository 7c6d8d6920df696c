"""Dead letters as the operator sees them: ``steward dead-letters``, over the control socket."""

from functools import partial
from typing import Any

from bot.delivery.post import Delivering
from storage.chat.dead_letters import Letters
from storage.core.database import Database

SHOWN = 100


class DeadLetters:
    """Lists, sends again and drops. Answers hold kinds, reasons of ours and times, nothing else."""

    def __init__(self, database: Database, outbox: Delivering) -> None:
        self._database = database
        self._outbox = outbox

    async def count(self) -> int:
        """How many dead letters there are."""
        async with self._database.transaction() as tx:
            return await Letters(tx).count()

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """``{"do": "list"}``, or ``"retry"`` or ``"drop"`` with a ``letter``, or with ``"all"``."""
        do, which = request.get("do"), request.get("letter")
        if do not in {"list", "retry", "drop"} or not isinstance(which, int | None):
            return {"error": "unknown request"}
        async with self._database.transaction() as tx:
            letters = Letters(tx)
            if do == "drop":
                return {"dropped": await letters.drop(which)}
            newest = await letters.newest(SHOWN)
            if do == "list":
                shown = [
                    {"id": n.id, "kind": n.kind, "reason": n.reason, "at": n.at, "kept": n.kept}
                    for n in newest
                ]
                return {"letters": shown, "count": await letters.count()}
            wanted = [n.id for n in newest if n.kept] if which is None else [which]
            parcels = [await letters.retry(letter) for letter in wanted]
            queued = [parcel for parcel in parcels if parcel is not None]
            for parcel in queued:
                tx.after_commit(partial(self._outbox.deliver, parcel))
        return {"queued": len(queued)}

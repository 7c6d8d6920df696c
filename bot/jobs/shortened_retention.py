"""A retention clock that was set shorter waits: a slip in config.toml deletes nobody the same night."""

import json
from datetime import datetime, timedelta
from typing import Final

from bot.config import Retention
from bot.logging import logs
from storage.chat.facts import Facts
from storage.core.rows import millis

WAITS: Final = timedelta(days=3)
"""For so long the longer one goes on, so that somebody notices."""
FACT: Final = "retention"

log = logs.get("bot.jobs.retention")


def careful(
    wanted: Retention, known: dict[str, list[int]], now: int
) -> tuple[Retention, dict[str, list[int]]]:
    """What holds now, and what to keep of it: of each clock its days, and what is wanted since when.

    ``known`` is what was kept before; times are Unix ms UTC. Longer holds at once.
    """
    kept: dict[str, list[int]] = {}
    holds: dict[str, int] = {}
    for name in type(wanted).model_fields:
        days = getattr(wanted, name)
        before, wish, since = known.get(name, [days, days, now])
        if wish != days:
            since = now
        shorter = days < before and now - since < WAITS / timedelta(milliseconds=1)
        holds[name] = before if shorter else days
        kept[name] = [holds[name], days, since]
    return wanted.model_copy(update=holds), kept


async def in_force(facts: Facts, wanted: Retention, now: datetime) -> Retention:
    """The clocks as they hold now; what was shortened less than WAITS ago as it was."""
    stored = await facts.get(FACT)
    known = json.loads(stored) if stored else {}
    holds, kept = careful(wanted, known, millis(now))
    if kept != known:
        await facts.put(FACT, json.dumps(kept))
    if holds != wanted:
        log.warning("retention_shorter_waits", days=WAITS.days)
    return holds

"""Delays shorter retention times: a slip in config.toml deletes nobody's records the same night."""

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Final

from bot.config import Retention
from bot.logging import logs
from storage.chat.facts import Facts
from storage.core.rows import millis

WAITS: Final = timedelta(days=3)
"""How long the longer time stays in force after it was shortened, so that somebody notices."""
FACT: Final = "retention"

log = logs.get("bot.jobs.retention")


def careful(
    wanted: Retention, known: dict[str, list[int]], now: int
) -> tuple[Retention, dict[str, list[int]]]:
    """The retention in force, and what to store for the next look.

    The stored value has, for each clock, the days in force, the days wanted, and since when they
    are wanted (Unix ms UTC). ``known`` is the value stored before. A longer time is in force at
    once.
    """
    kept: dict[str, list[int]] = {}
    holds: dict[str, int] = {}
    for name in (each.name for each in fields(wanted)):
        days = getattr(wanted, name)
        before, wish, since = known.get(name, [days, days, now])
        if wish != days:
            since = now
        shorter = days < before and now - since < WAITS / timedelta(milliseconds=1)
        holds[name] = before if shorter else days
        kept[name] = [holds[name], days, since]
    return replace(wanted, **holds), kept


async def in_force(facts: Facts, wanted: Retention, now: datetime) -> Retention:
    """The retention in force; a clock shortened less than WAITS ago keeps its longer time."""
    stored = await facts.get(FACT)
    known = json.loads(stored) if stored else {}
    holds, kept = careful(wanted, known, millis(now))
    if kept != known:
        await facts.put(FACT, json.dumps(kept))
    if holds != wanted:
        log.warning("retention_shorter_waits", days=WAITS.days)
    return holds

"""Instants of meetings of the coalition in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from commands.coalition.meetings.rules import zone_called
from commands.meetings.wording import when
from commands.time.instants import here


def at_clock(at: datetime, zone: ZoneInfo, minutes: int | None, now: datetime) -> str:
    """An instant on the clock of a zone, with its hours where ``minutes`` says how long it lasts."""
    return when(here(at, zone), zone, minutes, now)


def zone_or_utc(key: str) -> ZoneInfo:
    """The zone with a key that another bot said; UTC where none is known here."""
    return zone_called(key) or ZoneInfo("UTC")

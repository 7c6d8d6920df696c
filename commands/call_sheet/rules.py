"""Rules of the call sheet: who comes next, for which reason, and who is left in peace. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment
from storage.turf.call_sheet import LONG, REST, STALE, Candidate


class CallReason(Enum):
    """The reason to talk to somebody now; the first that holds counts, and the first come first."""

    DUE = "due"
    UNANSWERED = "unanswered"
    PROMISED = "promised"
    LEADER = "leader"
    STALE = "stale"
    UNASKED = "unasked"
    NEVER = "never"
    LONG_AGO = "long ago"


ORDER = {reason: place for place, reason in enumerate(CallReason)}


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to talk to next, and why."""

    candidate: Candidate
    reason: CallReason


def next_calls(
    candidates: Iterable[Candidate], now: datetime, today: date, most: int
) -> list[Call]:
    """Return at most ``most`` people to talk to now, the most pressing first, nobody twice.

    The order of ``candidates`` makes no difference. Of equals, whoever was tried longest ago comes
    first, so that one who never answers does not keep others from ever being called.
    """
    calls = {
        each.contact: Call(each, reason)
        for each in candidates
        if (reason := _reason(each, now, today)) is not None
    }
    return sorted(calls.values(), key=_place)[:most]


def _reason(one: Candidate, now: datetime, today: date) -> CallReason | None:
    """The first reason to talk to somebody now; None: there is none, or they are left in peace."""
    due = one.due is not None and one.due <= today
    tried_lately = one.tried is not None and now - one.tried < REST
    if tried_lately or one.away or one.shut:
        return None
    if due:
        return CallReason.DUE
    if one.ahead or one.rating is Assessment.OPPOSED:
        return None
    holds = {
        CallReason.UNANSWERED: one.asked is not None or one.unanswered,
        CallReason.PROMISED: one.promised is not None,
        CallReason.LEADER: one.leader and one.talked is None,
        CallReason.STALE: one.unasked is not None
        and one.rated is not None
        and now - one.rated >= STALE,
        CallReason.UNASKED: one.unasked is not None,
        CallReason.NEVER: one.talked is None,
        CallReason.LONG_AGO: one.talked is not None and now - one.talked >= LONG,
    }
    return next((reason for reason, true in holds.items() if true), None)


def _place(call: Call) -> tuple[int, float, float, int]:
    """By reason, then how old it is where it has an age, then who was tried longest ago."""
    one = call.candidate
    ages = {
        CallReason.DUE: float(one.due.toordinal()) if one.due else 0.0,
        CallReason.STALE: _second(one.rated),
        CallReason.LONG_AGO: _second(one.talked),
    }
    return ORDER[call.reason], ages.get(call.reason, 0.0), _second(one.tried), one.number


def _second(at: datetime | None) -> float:
    """A time to sort by; never comes first."""
    return 0.0 if at is None else at.timestamp()

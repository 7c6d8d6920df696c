"""Deadlines of secret polls: neither too short for the last ballot nor too long for memory."""

from datetime import UTC, datetime, timedelta
from math import ceil

from commands.framework.context import Context
from commands.framework.errors import Refusal, impossible, refuse
from commands.framework.i18n import a_number, ngettext
from commands.polls.ask.policy import Policy, least_open, mailing

ROUND = timedelta(minutes=5)
"""Deadlines that are proposed fall on whole five minutes, and leave as long again for the ``!ok``."""


def refuse_too_long(closes: datetime, ctx: Context, policy: Policy) -> None:
    """Raise Refusal for a deadline that the machine's memory may not live to see."""
    if closes - ctx.now > policy.longest:
        raise impossible(
            "A secret poll stays open for {span} at most, because it is lost if my machine"
            " restarts.",
            span=_span(policy.longest),
        )


def is_too_short(
    closes: datetime, people: int, waiting: int, now: datetime, policy: Policy
) -> bool:
    """Whether the last of ``people`` would not have the time to change their mind."""
    return closes - now < least_open(people, waiting, policy)


def too_short(people: int, waiting: int, policy: Policy, example: str) -> Refusal:
    """Refuse a deadline that is too soon; ``example`` is a line with the earliest sensible one."""
    least, takes = least_open(people, waiting, policy), mailing(people, waiting, policy)
    if not takes:
        return refuse(
            "A secret poll stays open for at least {span}, so that nobody can watch who"
            " votes when.",
            span=_span(least),
            example=example,
        )
    return refuse(
        "With {n} people a secret poll stays open for at least {span}. The last of them"
        " gets a ballot after {takes}, and then has {shortest} to vote. So nobody can"
        " watch who votes when.",
        n=a_number(people),
        span=_span(least),
        takes=_span(timedelta(minutes=ceil(takes / timedelta(minutes=1)))),
        shortest=_span(policy.shortest),
        example=example,
    )


def earliest(people: int, waiting: int, ctx: Context, policy: Policy) -> datetime:
    """The earliest sensible deadline, UTC, with time to read what is said back."""
    least = ctx.now + least_open(people, waiting, policy) + ROUND
    minutes = ceil(least.timestamp() / ROUND.total_seconds()) * ROUND.total_seconds()
    return datetime.fromtimestamp(minutes, UTC)


def soonest(people: int, waiting: int, now: datetime, policy: Policy) -> datetime:
    """The earliest deadline possible now, UTC, a whole minute."""
    least = now + least_open(people, waiting, policy)
    return datetime.fromtimestamp(ceil(least.timestamp() / 60) * 60, UTC)


def typed(moment: datetime, ctx: Context) -> str:
    """Format a deadline the way people type one, on the person's own clock."""
    return f"{moment.astimezone(ctx.zone):%Y-%m-%d %H:%M}"


def _span(span: timedelta) -> str:
    if span.days:
        return ngettext("{n} day", "{n} days", span.days).format(n=span.days)
    minutes = int(span.total_seconds() // 60)
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)

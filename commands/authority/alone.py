"""Refusals where two people are needed and nobody else could be the second, said at once."""

from datetime import datetime

from commands.framework.context import Context, UserId
from commands.framework.i18n import a_time
from commands.framework.reply import Code, Line, line, plural
from commands.roles.roll import Roll
from commands.roles.rules import Need, may_be_second, refusal
from commands.roles.standing import Role
from commands.shared.wording import short

AGREES = Need(Role.LEAD, second=True)
"""What whoever agrees that somebody destroys more (``!second``) needs."""


def has_second(roll: Roll, need: Need, ctx: Context) -> bool:
    """Whether somebody else here could agree at this moment."""
    return any(
        refusal(each, need, ctx.now, ctx.settings) is None
        for user, each in roll.standings.items()
        if user != ctx.user
    )


def no_second(roll: Roll, need: Need, ctx: Context) -> Line:
    """The line that says who can be the second from when on, or how somebody becomes able to."""
    later = sorted(_later(roll, need, ctx))
    if later:
        when, user = later[0]
        return line(
            "Nobody else here can agree to it yet. {who} can, from {when} on.",
            who=short(user),
            when=a_time(when, ctx.clock),
        )
    if ctx.role < Role.LEAD:
        return line("There is no lead here to agree to it.")
    if not ctx.settings.held_days:
        return line(
            "There is no other lead here to agree to it. Give somebody the power in the room (Room"
            " settings, Roles & Permissions) and type {confirm}.",
            confirm=Code("!confirm @dan"),
        )
    return plural(
        "There is no other lead here to agree to it. Give somebody the power in the room (Room settings,"
        " Roles & Permissions) and type {confirm}: {n} day later they can.",
        "There is no other lead here to agree to it. Give somebody the power in the room (Room settings,"
        " Roles & Permissions) and type {confirm}: {n} days later they can.",
        ctx.settings.held_days,
        confirm=Code("!confirm @dan"),
        n=str(ctx.settings.held_days),
    )


def _later(roll: Roll, need: Need, ctx: Context) -> list[tuple[datetime, UserId]]:
    """The others who can be the second later, each with the time from which their role counts."""
    found = []
    for user, each in roll.standings.items():
        at = may_be_second(each, need, ctx.settings)
        counts = each.role is not None and each.role >= need.role
        if user != ctx.user and counts and at is not None and at > ctx.now:
            found.append((at, user))
    return found

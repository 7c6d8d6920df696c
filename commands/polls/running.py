"""What is typed about polls that are open: see them, ask after one's ballot, call one off."""

from dataclasses import replace

from commands.framework.context import Context, Role
from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply, say
from commands.framework.spec import Where, command
from commands.polls import secrecy as promises
from commands.polls import views
from commands.polls.desk import Outcome, PollDesk
from commands.polls.opening import open_held
from commands.polls.policy import too_far
from commands.polls.terms import Choice, Deadline, PollCode


@command("vote", who=Role.ORGANIZER, where=Where.DIRECT, example="!vote K7QX 04")
async def vote(_ctx: Context, code: PollCode, choice: Choice) -> Reply:
    """Vote in a secret poll, as the ballot I sent you says; only your last vote counts.

    code: the poll's four characters
    choice: what stands in front of your choice in the ballot
    """
    # Votes are taken before commands are looked at (typed.py). Declared here for help's sake, it
    # answers as to a vote in no poll.
    del code, choice
    return replace(views.no_such_poll(), fleeting=True)


@command(
    "poll confirm",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!poll confirm K7QX",
)
async def confirm(ctx: Context, desk: PollDesk, code: PollCode) -> Reply:
    """Agree to a secret poll that waits for a second organizer.

    code: the four characters I named
    """
    return await open_held(ctx, desk, code)


@command(
    "poll list", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!poll list", also=("polls",)
)
async def list_(ctx: Context, desk: PollDesk) -> Reply:
    """Show which secret polls are open."""
    return views.open_polls(await desk.polls(), ctx.committee.zone)


@command("poll mine", who=Role.ORGANIZER, where=Where.DIRECT, example="!poll mine K7QX")
async def mine(ctx: Context, desk: PollDesk, code: PollCode) -> Reply:
    """Ask whether a ballot of yours is in the box.

    code: the poll's four characters
    """
    return views.mine(code, is_in=await desk.is_mine_in(code, ctx.user))


@command("poll cancel", who=Role.LEAD, where=Where.ROOM, example="!poll cancel K7QX")
async def cancel(_ctx: Context, desk: PollDesk, code: PollCode) -> Reply:
    """Destroy a secret poll and its ballots uncounted.

    code: the poll's four characters
    """
    outcome = await desk.cancel(code)
    if outcome is not Outcome.DONE:
        raise _not_possible(outcome)
    return say(_("Done."))


@command(
    "poll postpone",
    who=Role.LEAD,
    where=Where.ROOM,
    example="!poll postpone K7QX tomorrow 20:00",
    also=("poll extend",),
)
async def postpone(ctx: Context, desk: PollDesk, code: PollCode, closes: Deadline) -> Reply:
    """Let a secret poll close later; never earlier.

    code: the poll's four characters
    closes: the new deadline
    """
    if too_far(closes, ctx.now, desk.policy):
        raise _not_possible(Outcome.TOO_LATE)
    outcome = await desk.postpone(code, closes)
    if outcome is not Outcome.DONE:
        raise _not_possible(outcome)
    return say(_("Done."))


@command(
    "help secrecy",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!help secrecy",
    also=("secrecy",),
)
async def secrecy(_ctx: Context) -> Reply:
    """Say what a secret poll promises, and what it cannot."""
    return promises.secrecy()


def _not_possible(outcome: Outcome) -> Refusal:
    return {
        Outcome.UNKNOWN: refuse(
            _("No open secret poll has that code; {list} shows them."), list=Code("!poll list")
        ),
        Outcome.EARLIER: refuse(
            _("A poll's deadline can only move later: who votes now counts on it."), example=""
        ),
        Outcome.TOO_LATE: refuse(
            _("That is too far away: a reboot of my machine loses an open poll."), example=""
        ),
    }.get(outcome) or refuse(_("Its time is up; it is being counted."), example="")

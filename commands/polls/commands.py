"""What is typed about polls. A vote is not among it: it takes a path that leaves nothing behind."""

from commands.framework.context import Context, Role
from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply, say
from commands.framework.spec import Where, command
from commands.polls import secrecy as promises
from commands.polls import views
from commands.polls.desk import Outcome, PollDesk
from commands.polls.model import Kind
from commands.polls.opening import Terms, open_held, open_poll
from commands.polls.policy import too_far
from commands.polls.terms import (
    Deadline,
    Headline,
    LeastBallots,
    Options,
    PollCode,
    Question,
    Quorum,
)


@command(
    "poll temp",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll temp "Ready to march on the boss?"',
    also=("poll temperature", "poll fist", "temp"),
)
async def temp(
    ctx: Context,
    desk: PollDesk,
    question: Question,
    *,
    closes: Deadline | None = None,
    k: LeastBallots | None = None,
    quorum: Quorum | None = None,
) -> Reply:
    """Ask secretly how far along everybody is, from 0 to 5.

    question: what you ask
    closes: when it closes, like fri or "fri 18:00"; the day after tomorrow if you do not say
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60% or 8
    """
    return await open_poll(ctx, desk, Terms(closes, k, quorum), Kind.TEMPERATURE, question)


@command(
    "poll yesno",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll yesno "Do we send the letter?" quorum=60%',
    also=("poll yes", "poll vote"),
)
async def yesno(
    ctx: Context,
    desk: PollDesk,
    question: Question,
    *,
    closes: Deadline | None = None,
    k: LeastBallots | None = None,
    quorum: Quorum | None = None,
) -> Reply:
    """Ask secretly: yes, no or abstain.

    question: what you ask
    closes: when it closes, like fri or "fri 18:00"
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60% or 8
    """
    return await open_poll(ctx, desk, Terms(closes, k, quorum), Kind.YES_NO, question)


@command(
    "poll consensus",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll consensus "We meet every Tuesday"',
)
async def consensus(
    ctx: Context,
    desk: PollDesk,
    question: Question,
    *,
    closes: Deadline | None = None,
    k: LeastBallots | None = None,
    quorum: Quorum | None = None,
) -> Reply:
    """Ask secretly: agree, reservations, stand aside or block.

    question: what you propose
    closes: when it closes, like fri or "fri 18:00"
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60% or 8
    """
    return await open_poll(ctx, desk, Terms(closes, k, quorum), Kind.CONSENSUS, question)


@command(
    "poll choose",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll choose "Where do we meet?" plaza, café, town hall',
    also=("poll one", "poll single"),
)
async def choose(
    ctx: Context,
    desk: PollDesk,
    question: Headline,
    options: Options,
    *,
    closes: Deadline | None = None,
    k: LeastBallots | None = None,
    quorum: Quorum | None = None,
) -> Reply:
    """Ask secretly for one of several options.

    question: what you ask, in quotes
    options: what can be chosen, with commas between
    closes: when it closes, like fri or "fri 18:00"
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60% or 8
    """
    return await open_poll(ctx, desk, Terms(closes, k, quorum), Kind.CHOOSE, question, options)


@command(
    "poll approve",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll approve "Which demands?" pay, hours, safety',
    also=("poll several", "poll approval"),
)
async def approve(
    ctx: Context,
    desk: PollDesk,
    question: Headline,
    options: Options,
    *,
    closes: Deadline | None = None,
    k: LeastBallots | None = None,
    quorum: Quorum | None = None,
) -> Reply:
    """Ask secretly for any number of several options.

    question: what you ask, in quotes
    options: what can be approved, with commas between
    closes: when it closes, like fri or "fri 18:00"
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60% or 8
    """
    return await open_poll(ctx, desk, Terms(closes, k, quorum), Kind.APPROVE, question, options)


@command(
    "poll score",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll score "How much does each matter?" pay, hours, safety',
    also=("poll rate",),
)
async def score(
    ctx: Context,
    desk: PollDesk,
    question: Headline,
    options: Options,
    *,
    closes: Deadline | None = None,
    k: LeastBallots | None = None,
    quorum: Quorum | None = None,
) -> Reply:
    """Ask secretly for a score from 0 to 5 for each option.

    question: what you ask, in quotes
    options: what is scored, with commas between
    closes: when it closes, like fri or "fri 18:00"
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60% or 8
    """
    return await open_poll(ctx, desk, Terms(closes, k, quorum), Kind.SCORE, question, options)


@command(
    "poll rank",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll rank "Who speaks for us?" Ana, Ben, Lea',
    also=("poll irv", "poll ranked"),
)
async def rank(
    ctx: Context,
    desk: PollDesk,
    question: Headline,
    options: Options,
    *,
    closes: Deadline | None = None,
    k: LeastBallots | None = None,
    quorum: Quorum | None = None,
) -> Reply:
    """Ask secretly for an order of preference, counted by instant runoff.

    question: what you ask, in quotes
    options: what is ranked, with commas between
    closes: when it closes, like fri or "fri 18:00"
    k: below how many ballots nothing is published, 3 or more
    quorum: how many have to vote for it to count, like 60% or 8
    """
    return await open_poll(ctx, desk, Terms(closes, k, quorum), Kind.RANK, question, options)


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
    example="!poll postpone K7QX fri 20:00",
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

"""What is typed to ask something. A vote is not typed here: its path leaves nothing behind."""

from commands.framework.context import Context, Role
from commands.framework.reply import Reply
from commands.framework.spec import Where, command
from commands.polls import views
from commands.polls.desk import PollDesk
from commands.polls.model import Kind
from commands.polls.opening import Terms, open_poll
from commands.polls.terms import (
    Deadline,
    Headline,
    LeastBallots,
    Options,
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
    "poll open",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example='!poll open "Who brings food on Tuesday?" me, "not this time"',
    also=("poll named", "poll public"),
)
async def open_(_ctx: Context, question: Headline, options: Options) -> Reply:
    """Ask openly, as a poll of Matrix's own: everybody sees who voted what.

    question: what you ask, in quotes
    options: what can be chosen, with commas between
    """
    return views.named(question, options)

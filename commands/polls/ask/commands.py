"""Commands that ask a poll: it is said back, and opened by ``!ok``.

Votes are typed elsewhere (commands/polls/vote): their path leaves nothing behind.
"""

from commands.framework import Context, Reply, Role, Where, command
from commands.framework.catalogue import Catalogue
from commands.polls import views
from commands.polls.ask.draft import draft, draft_named, draft_options, refuse_slips
from commands.polls.model import PollKind
from commands.polls.service import PollService
from commands.polls.terms import PollTerms, Question, QuestionAndOptions


@command(
    "poll",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!poll Where do we meet? plaza | café | town hall",
    said_back=True,
)
async def poll(
    ctx: Context,
    asked: QuestionAndOptions | None = None,
    *,
    desk: PollService,
    commands: Catalogue,
    terms: PollTerms,
) -> Reply:
    """Ask secretly for one of several options, or see which secret polls are open.

    asked: the question, then the options with bars, commas or line breaks between them
    """
    if asked is None:
        return views.open_polls(await desk.polls(), ctx.clock)
    refuse_slips(asked, [name for each in commands for name in (each.name, *each.also)])
    return await draft_options(ctx, desk, terms, PollKind.CHOOSE, asked)


@command(
    "poll temp",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll temp "Ready to march on the boss?"',
    also=("poll temperature", "poll fist", "temp"),
    said_back=True,
)
async def temp(ctx: Context, question: Question, *, desk: PollService, terms: PollTerms) -> Reply:
    """Ask secretly how much everybody is for something, from 0 to 5.

    question: what you ask
    closes: when it closes, like fri or "fri 18:00"; the day after tomorrow if you do not say
    """
    return await draft(ctx, desk, terms, PollKind.TEMPERATURE, question)


@command(
    "poll yesno",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll yesno "Do we send the letter?" quorum=60%',
    also=("poll yes", "poll vote", "poll yn", "poll y/n", "poll yes/no"),
    said_back=True,
)
async def yesno(ctx: Context, question: Question, *, desk: PollService, terms: PollTerms) -> Reply:
    """Ask secretly: yes, no or abstain.

    question: what you ask
    """
    return await draft(ctx, desk, terms, PollKind.YES_NO, question)


@command(
    "poll consensus",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll consensus "We meet every Tuesday"',
    said_back=True,
)
async def consensus(
    ctx: Context, question: Question, *, desk: PollService, terms: PollTerms
) -> Reply:
    """Ask secretly: agree, reservations, stand aside or block.

    question: what you propose
    """
    return await draft(ctx, desk, terms, PollKind.CONSENSUS, question)


@command(
    "poll choose",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll choose "Where do we meet?" plaza | café | town hall',
    also=("poll one", "poll single", "poll choice", "poll secret", "poll anonymous"),
    said_back=True,
)
async def choose(
    ctx: Context, asked: QuestionAndOptions, *, desk: PollService, terms: PollTerms
) -> Reply:
    """Ask secretly for one of several options.

    asked: the question, then the options with bars, commas or line breaks between them
    """
    return await draft_options(ctx, desk, terms, PollKind.CHOOSE, asked)


@command(
    "poll approve",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll approve "Which demands?" pay | hours | safety',
    also=("poll several", "poll approval", "poll multiple", "poll multi"),
    said_back=True,
)
async def approve(
    ctx: Context, asked: QuestionAndOptions, *, desk: PollService, terms: PollTerms
) -> Reply:
    """Ask secretly for any number of several options.

    asked: the question, then the options with bars, commas or line breaks between them
    """
    return await draft_options(ctx, desk, terms, PollKind.APPROVE, asked)


@command(
    "poll score",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll score "How much does each matter?" pay | hours | safety',
    also=("poll rate",),
    said_back=True,
)
async def score(
    ctx: Context, asked: QuestionAndOptions, *, desk: PollService, terms: PollTerms
) -> Reply:
    """Ask secretly for a score from 0 to 5 for each option.

    asked: the question, then the options with bars, commas or line breaks between them
    """
    return await draft_options(ctx, desk, terms, PollKind.SCORE, asked)


@command(
    "poll rank",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example='!poll rank "Who speaks for us?" Ana | Ben | Lea',
    also=("poll irv", "poll ranked"),
    said_back=True,
)
async def rank(
    ctx: Context, asked: QuestionAndOptions, *, desk: PollService, terms: PollTerms
) -> Reply:
    """Ask secretly for an order of preference, counted by instant runoff.

    asked: the question, then the options with bars, commas or line breaks between them
    """
    return await draft_options(ctx, desk, terms, PollKind.RANK, asked)


@command(
    "poll open",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example='!poll open "Who brings food on Tuesday?" me | not this time',
    also=("poll named", "poll public"),
    said_back=True,
)
async def open_(ctx: Context, asked: QuestionAndOptions, *, desk: PollService) -> Reply:
    """Ask openly, as an ordinary poll of the app: everybody sees who voted what.

    asked: the question, then the options with bars, commas or line breaks between them
    """
    return await draft_named(ctx, desk, asked)

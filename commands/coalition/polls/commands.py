"""The command that asks a coalition poll."""

from typing import TYPE_CHECKING

from commands.coalition.polls.terms import CoalitionPollTerms, SumKind, Wanted
from commands.coalition.terms import OwnSeat
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.quoting import refuse_imitation
from commands.framework.spec import Abroad
from commands.polls.ask.policy import LEAST_K
from commands.polls.ask.question import PollQuestion, read_asked, unquoted
from commands.polls.terms import QuestionAndOptions, usual_deadline
from storage.core.later import Later

if TYPE_CHECKING:
    from commands.coalition import absence
    from commands.coalition.polls import asking, said, steps, views
else:
    # Few committees are in a coalition, and then seldom ask.
    absence = Later("commands.coalition.absence")
    asking = Later("commands.coalition.polls.asking")
    steps = Later("commands.coalition.polls.steps")
    said = Later("commands.coalition.polls.said")
    views = Later("commands.coalition.polls.views")

_LIKE = '!coalition poll "Strike fund?" closes="fri 18:00"'


@command("coalition poll", who=Role.LEAD, where=Where.DIRECT, example=_LIKE, abroad=Abroad())
async def poll(
    ctx: Context,
    asked: QuestionAndOptions,
    *,
    seat: OwnSeat,
    terms: CoalitionPollTerms,
) -> Reply:
    """Ask all committees of your coalition the same, secretly. Only the sum becomes known.

    asked: the question; options behind it, with bars between them, if it is not yes or no
    """
    question, options = _question(asked)
    kind = terms.kind or (SumKind.CHOOSE if options else SumKind.YES_NO)
    if kind.poll.has_options != bool(options):
        raise (
            refuse("What are the options? Put bars between them.", example=_LIKE)
            if kind.poll.has_options
            else impossible("This kind of poll has no options of its own.")
        )
    refuse_imitation((question, *options))
    bots = (seat.own, *(each.bot for each in await absence.counted_on(seat)))
    body = said.CoalitionQuestion(
        kind.poll.value,
        question,
        options,
        terms.k or LEAST_K,
        2 if terms.two is Wanted.YES else steps.FEWEST,
        terms.own is Wanted.YES,
        ctx.now,
        terms.closes or usual_deadline(ctx),
        bots,
    )
    await asking.suggest(seat, body)
    return views.suggested()


def _question(raw: str) -> tuple[str, tuple[str, ...]]:
    """The question, and the options where there are some. Raises Refusal."""
    if "|" not in raw:
        question = " ".join(unquoted(raw).split())
        if question:
            return question, ()
    found = read_asked(raw)
    if isinstance(found, PollQuestion):
        return found.question, found.options
    raise refuse("What do you ask? The question in quotes, then the options.", example=_LIKE)

"""Help: what to do next, then topics, then everything."""

from collections.abc import Sequence

from commands.framework import Command, Context, Reply, Role, Where, command
from commands.framework.catalogue import Catalogue, UnknownCommand
from commands.framework.context import Place
from commands.framework.denials import refused
from commands.framework.i18n import in_languages_heard
from commands.framework.language_names import fold
from commands.framework.shown_names import topic_name
from commands.framework.words import Word
from commands.general import help_views, views
from commands.general.terms import Topic
from commands.polls.service import PollService
from commands.roles.roll import Roll
from commands.roles.rules import Need, refusal
from storage.reports.next_steps import NextSteps

EVERYTHING = "all"
ROLES = ("roles", "role", "leads", "keepers")


@command(
    "help",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!help meetings",
    also=("commands",),
)
async def help_(
    ctx: Context,
    topic: Topic | None = None,
    *,
    catalogue: Catalogue,
    roll: Roll,
    polls: PollService,
    steps: NextSteps,
) -> Reply:
    """Show what you can do next, explain a topic or one command, or list them all.

    topic: a topic, a command, or all
    """
    asked = [word.lstrip("!") for word in (topic or "").split() if word.strip("!")]
    if not asked:
        return await _next(ctx, catalogue, polls, steps)
    *first, last = asked
    page = int(last) if first and last.isdecimal() and len(last) == 1 else 1
    words = " ".join(first if first and last.isdecimal() else asked).casefold()
    if _is_one_of(words, [EVERYTHING, *in_languages_heard(lambda: topic_name("all"))]):
        return views.help_overview(catalogue, ctx)
    if _is_one_of(words, [*ROLES, *in_languages_heard(lambda: topic_name("roles"))]):
        return help_views.roles(roll, ctx)
    group = catalogue.topic(words)
    if group is not None:
        return help_views.topic(group, max(page, 1), ctx)
    found = _command(asked, ctx, catalogue)
    why = refusal(ctx.standing, Need(found.who), ctx.now, ctx.settings)
    if why is not None:
        raise refused(why, Need(found.who), ctx, found.name, found.instead)
    return views.help_for(found, ctx)


def _is_one_of(words: str, topics: Sequence[str]) -> bool:
    return fold(words) in map(fold, topics)


def _command(asked: Sequence[str], ctx: Context, catalogue: Catalogue) -> Command:
    """The command that is meant, or the one above somebody's role that nobody else may have."""
    heard = catalogue.typed.in_english(" ".join(asked))
    if heard.ask is not None:
        raise heard.ask()
    try:
        found, _rest = catalogue.find([Word(word) for word in heard.text.split()], ctx.role)
    except UnknownCommand as unknown:
        if unknown.meant is None or unknown.meant.who <= ctx.role:
            raise
        return unknown.meant
    return found


async def _next(ctx: Context, catalogue: Catalogue, polls: PollService, steps: NextSteps) -> Reply:
    """What somebody can do next. Newcomers hear nothing about people, the room nothing about anybody."""
    if ctx.place is Place.ROOM:
        return help_views.in_room(catalogue, ctx)
    if refusal(ctx.standing, Need(people=True), ctx.now, ctx.settings) is not None:
        return help_views.overview((), catalogue, ctx)
    own = await steps.own(ctx.user)
    lead = await steps.lead(ctx.user) if ctx.role >= Role.LEAD else None
    waiting = help_views.waiting(
        own, await steps.common(ctx.user), lead, await polls.open_to(ctx.user)
    )
    return help_views.overview((*waiting, *help_views.usual(own)), catalogue, ctx)

"""One message in, replies out: parse, permit, run, and say it where it belongs."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from commands.all import CATALOGUE
from commands.authority.alone import AGREES, has_second, no_second, nobody_can_confirm
from commands.authority.spending import Budget, TooMuch, ask_second
from commands.authority.views import Unconfirmed
from commands.authority.views import refused as refused_for
from commands.framework.catalogue import Catalogue, unknown
from commands.framework.clean import clean, straighten
from commands.framework.context import Context, Place
from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _, speaking
from commands.framework.limits import Looking, TooManyLookUps, refused
from commands.framework.mentions import ADDRESS, in_full, shown
from commands.framework.parse import Request, parse
from commands.framework.reply import Audience, Code, Reply, say
from commands.framework.spec import Command, Where
from commands.framework.values import Pasted
from commands.meetings.share import links
from commands.polls.service import PollService
from commands.polls.vote.near_misses import which_ballot
from commands.polls.vote.typed import might_be_a_choice
from commands.roles.roll import Roll
from commands.roles.rules import Need, refusal
from storage.contacts.drafts import Drafts
from storage.core.database import Transaction
from storage.core.repository import Repository, Shared, all_or_nothing, bound
from storage.reports.unit import Unit

Provider = Callable[[type], Awaitable[object]]
"""Facts only the bot knows, by the type a command names."""

SHORT = 2
"""Words of an answer behind the name of the bot, "Steward: skip". In more, the name is part of it."""


def is_command(text: str, place: Place) -> bool:
    """Whether a message is for the bot: "!word" in a room; anything in a direct chat."""
    if place is Place.DIRECT:
        return bool(text.strip())
    if text.startswith(ADDRESS):
        return True
    start = straighten(text).lstrip()
    if not start.startswith("!"):
        return False
    if start[1:2].isalnum():
        return True
    # "! due": a keyboard put the blank there. "! wow" is talk.
    after = start[1:].split(maxsplit=1)[:1] if start[1:2].isspace() else []
    return bool(after) and CATALOGUE.knows(after[0])


async def answer(text: str, ctx: Context, tx: Transaction, provide: Provider) -> tuple[Reply, ...]:
    """Do what a message asks. A person's mistakes come back as replies; anything else propagates."""
    with speaking(ctx.locale):
        asked = await _being_asked(text, ctx, tx) or parse(text, ctx, CATALOGUE)
        command = asked.command
        secret = links.concerns(shown(text), command)
        looking = Looking(ctx, tx)
        try:
            _taking_part(ctx)
            meant = await _a_ballot(asked, text, ctx, provide)
            if meant is not None:
                return (meant,)
            request = _permitted(asked, text, ctx)
            if secret and request.command.name != links.LINK:
                raise links.misplaced()
            replies = await _run(request, ctx, tx, provide, looking, shown(text))
        except Refusal as refusal:
            replies = await _refusing(refusal, ctx, tx, looking, provide)
        # Outside of what a refusal takes back: a question counts although nothing came of it.
        replies = (*replies, *await looking.keep())
        if secret:
            replies = links.taken_away(replies)
        if ctx.place is Place.ROOM and _private(command):
            return _in_private(replies)
        return replies


def takes(text: str, ctx: Context, fact: type) -> bool:
    """Whether a message is a command that makes something of such a fact, a file for instance."""
    with speaking(ctx.locale):
        asked = parse(text, ctx, CATALOGUE)
    return isinstance(asked, Request) and fact in asked.command.facts.values()


def refused_beforehand(text: str, ctx: Context) -> tuple[Reply, ...]:
    """Why a person may not have this done here, whatever came with it; nothing if they may."""
    with speaking(ctx.locale):
        try:
            _taking_part(ctx)
            _permitted(parse(text, ctx, CATALOGUE), text, ctx)
        except Refusal as refusal:
            return (refusal.reply(),)
    return ()


async def _refusing(
    refusal: Refusal, ctx: Context, tx: Transaction, looking: Looking, provide: Provider
) -> tuple[Reply, ...]:
    """The words of a refusal, which may list people to choose from, or of a stop to looking up."""
    if refusal.command is not None and refusal.command.name.startswith("poll"):
        # It may show words of a question or an option.
        refusal.fleeting = True
    if looking.everybody and not isinstance(refusal, TooManyLookUps):
        # An organizer's were counted where they were looked for; what is said back is no look.
        try:
            await looking.notice("", [refusal.reply()])
        except TooManyLookUps as stop:
            refusal = stop
    told = await refused(ctx, tx) if isinstance(refusal, TooManyLookUps) else ()
    if isinstance(refusal, TooMuch):
        return await _asking_second(refusal, ctx, tx, provide)
    if isinstance(refusal, Unconfirmed):
        roll = await provide(Roll)
        if isinstance(roll, Roll) and not roll.at_least(refusal.role):
            return (nobody_can_confirm(refusal.role).reply(),)
    return (refusal.reply(), *told)


async def _asking_second(
    refusal: TooMuch, ctx: Context, tx: Transaction, provide: Provider
) -> tuple[Reply, ...]:
    """What is said to whoever would destroy too much alone, and to whoever could agree to it."""
    roll = await provide(Roll)
    if isinstance(roll, Roll) and not has_second(roll, AGREES, ctx):
        return (refusal.alone(no_second(roll, AGREES, ctx)).reply(),)
    return (refusal.reply(), *await ask_second(refusal.act, ctx, tx))


async def _being_asked(text: str, ctx: Context, tx: Transaction) -> Request | Refusal | None:
    """Plain words in a direct chat are an answer while somebody is being asked something."""
    if ctx.place is not Place.DIRECT or _commands(text):
        return None
    if await Drafts(tx, ctx.committee.id).of(ctx.user) is None:
        return None
    try:
        words = clean(text)
        if len(words.split()) > SHORT:
            words = clean(in_full(text))
        return Request(CATALOGUE.answering, {"words": shown(words)})
    except Refusal as unreadable:
        unreadable.command = CATALOGUE.answering
        unreadable.certain = True
        return unreadable


async def _a_ballot(
    asked: Request | Refusal, text: str, ctx: Context, provide: Provider
) -> Reply | None:
    """What to send exactly, for whoever sent ``4`` alone while they have a ballot; else None."""
    alone = isinstance(asked, Refusal) and asked.command is None and ctx.place is Place.DIRECT
    if not alone or not might_be_a_choice(shown(text)):
        return None
    desk = await provide(PollService)
    polls = await desk.open_to(ctx.user) if isinstance(desk, PollService) else ()
    return replace(which_ballot(polls), fleeting=True) if polls else None


def _commands(text: str) -> bool:
    return straighten(text).lstrip().startswith("!")


def _taking_part(ctx: Context) -> None:
    """Whoever's part in the committee has ended gets nothing, although they are still in its room."""
    _may(ctx, Need(), "")


def _may(ctx: Context, need: Need, command: str) -> None:
    why = refusal(ctx.standing, need, ctx.now, ctx.settings)
    if why is not None:
        raise refused_for(why, need, ctx, command)


def _permitted(asked: Request | Refusal, text: str, ctx: Context) -> Request:
    """The request, if this person may make it here. Who may not is told so before any details."""
    command = asked.command
    if command is not None:
        _may(ctx, command.need, command.name)
    if isinstance(asked, Refusal):
        raise _as_heard_here(asked, text, ctx)
    if asked.command.where is Where.ROOM and ctx.place is Place.DIRECT:
        raise refuse(
            _("{command} concerns everyone: type it in the committee room."),
            command=Code(f"!{asked.command.name}"),
        )
    return asked


def _as_heard_here(refusal: Refusal, text: str, ctx: Context) -> Refusal:
    """A room hears none of the words of a command that may have been a private one.

    Somebody who just says hello in the direct chat is not told off for a wrong command.
    """
    if ctx.place is Place.ROOM and not refusal.certain and not _private(refusal.command):
        return Refusal(refusal.neutral or unknown())
    if ctx.place is Place.DIRECT and refusal.command is None and not _commands(text):
        return refuse(
            _("I am only a bot and answer commands. {help} shows what I can do."),
            help=Code("!help"),
        )
    return refusal


async def _run(
    request: Request,
    ctx: Context,
    tx: Transaction,
    provide: Provider,
    looking: Looking,
    text: str,
) -> tuple[Reply, ...]:
    command = request.command
    ctx.study.begins(command.name)
    at_hand: dict[type, object] = {Pasted: request.below, Looking: looking}
    facts = {
        name: at_hand[kind] if kind in at_hand else await _fact(kind, ctx, tx, provide)
        for name, kind in command.facts.items()
    }
    writes = any(isinstance(fact, Repository | Shared) for fact in facts.values())
    if not writes:
        return _several(await command.run(ctx, **facts, **request.arguments))
    budget = Budget(tx, ctx, command)
    mark = await budget.begin()
    async with all_or_nothing(tx):
        replies = _several(await command.run(ctx, **facts, **request.arguments))
        await Unit(tx, ctx.committee.id, ctx.day).settle_written()
        await looking.notice(text, replies)
        return (*replies, *await budget.end(mark, replies))


async def _fact(kind: type, ctx: Context, tx: Transaction, provide: Provider) -> object:
    """A capability the command named: nothing it did not name is within its reach."""
    if issubclass(kind, Repository):
        return bound(kind, tx, ctx.committee.id, today=ctx.today, author=ctx.user, now=ctx.now)
    if issubclass(kind, Shared):
        return kind(tx)
    if kind is Catalogue:
        return CATALOGUE
    return await provide(kind)


def _several(answered: Reply | tuple[Reply, ...]) -> tuple[Reply, ...]:
    return (answered,) if isinstance(answered, Reply) else answered


def _private(command: Command | None) -> bool:
    return command is not None and command.where is Where.DIRECT


def _in_private(replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """Nothing of a private command is said in the room, its refusal included."""
    notice = say(
        _(
            "That belongs in our direct chat, so I answer there. I removed it here if I may; "
            "people's apps may already have it."
        )
    )
    there = tuple(
        replace(reply, audience=Audience.PERSON) if reply.audience is Audience.HERE else reply
        for reply in replies
    )
    return (replace(notice, retract=True), *there)

"""What a typed line is heard as: names in English, and whether it answers what somebody is being asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from commands.framework.catalogue import Catalogue
from commands.framework.clean import clean
from commands.framework.context import Context, Place, Provider
from commands.framework.errors import Refusal, refuse
from commands.framework.hearing import LanguageGuess
from commands.framework.i18n import hearing, on_clock
from commands.framework.mentions import in_full, shown
from commands.framework.naming import naming
from commands.framework.parse import NotRead, Request, parse
from commands.framework.reply import Reply
from commands.framework.room_lines import (
    is_marked,
    is_private,
)
from commands.framework.typed_names import HeardLine
from storage.core.database import Transaction

SHORT = 2
"""Words of an answer behind the name of the bot, "Steward: skip". In more, the name is part of it."""


def heard_in_english(text: str, ctx: Context, catalogue: Catalogue) -> HeardLine:
    """A line with names and keys in English.

    In a language of nobody here it is taken so with its mark, or where all of it can be read.
    """
    spoken = catalogue.spoken.command if catalogue.spoken and ctx.place is Place.DIRECT else None
    heard = catalogue.typed.in_english(text, spoken)
    if not heard.foreign or is_marked(text):
        return heard
    # A word alone says too little: "hier" is here in German, and yesterday in French.
    whole = len(text.split()) > 1 and isinstance(parse(heard.text, ctx, catalogue), Request)
    return heard if whole else HeardLine(text)


async def is_said_as_people_say_it(
    text: str, heard: HeardLine, ctx: Context, tx: Transaction, catalogue: Catalogue
) -> bool:
    """Whether a line without its mark begins with a command's word by chance: "kann Sam nicht erreichen"."""
    spoken = catalogue.spoken
    if spoken is None or not heard.named or is_marked(text):
        return False
    if not heard.foreign and isinstance(parse(heard.text, ctx, catalogue), Request):
        return False
    return await spoken.begins(text, ctx, tx)


def unclear(heard: HeardLine) -> NotRead:
    """What to say where a word means one thing in the room's language and another in the writer's."""
    asked = refuse("I cannot read that.") if heard.ask is None else heard.ask()
    meant = next((each for each in heard.commands if is_private(each)), heard.commands[0])
    return NotRead(asked, meant, certain=True, settled=True)


async def guessed(
    heard: HeardLine, ctx: Context, tx: Transaction, catalogue: Catalogue
) -> LanguageGuess | None:
    """The language in which somebody is answered from now on, since they typed a command in it."""
    guesser = catalogue.guesser
    if guesser is None or heard.language is None:
        return None
    return await guesser.take(heard.language, ctx, tx)


@contextmanager
def hearing_both(ctx: Context) -> Iterator[None]:
    """Read words in the committee's language and in the writer's, which gives way to it; name its people.

    Times are told on the clock of whoever reads the answer.
    """
    heard = hearing(ctx.committee.language, ctx.language)
    with heard, naming(ctx.committee), on_clock(ctx.clock):
        yield


async def being_asked(
    text: str, ctx: Context, tx: Transaction, catalogue: Catalogue
) -> Request | NotRead | None:
    """Plain words in a direct chat, as the answer to what their author is being asked; None: nothing is asked."""
    guide = catalogue.guide
    if guide is None or ctx.place is not Place.DIRECT or is_marked(text):
        return None
    if not await guide.is_asking(ctx, tx):
        return None
    try:
        words = clean(text)
        if len(words.split()) > SHORT:
            words = clean(in_full(text))
        return Request(guide.answering, {"words": shown(words)})
    except Refusal as unreadable:
        return NotRead(unreadable, guide.answering, certain=True)


async def instead(
    asked: Request | NotRead,
    text: str,
    ctx: Context,
    tx: Transaction,
    provide: Provider,
    catalogue: Catalogue,
) -> Reply | None:
    """What to say to words that are no command, and that may have been meant for something else.

    Words that are only near a command are none: ``four`` is near ``tour``. A command's name alone, without its
    mark, may be the answer to something else: ``no`` to a ballot.
    """
    if isinstance(asked, Request) and ctx.place is Place.DIRECT:
        either = catalogue.either.get(asked.command)
        alone = not asked.arguments and not is_marked(text)
        return await either(shown(text), ctx, provide) if either and alone else None
    unread = isinstance(asked, NotRead) and (asked.command is None or not asked.certain)
    alone = unread and ctx.place is Place.DIRECT
    for say_instead in catalogue.instead if alone else ():
        reply = await say_instead(shown(text), ctx, tx, provide)
        if reply is not None:
            return reply
    return None


async def as_answer(
    asked: Request | NotRead, text: str, ctx: Context, tx: Transaction, catalogue: Catalogue
) -> Request | NotRead:
    """Words that are no command, read as the answer to a question that everybody was asked."""
    alone = isinstance(asked, NotRead) and ctx.place is Place.DIRECT and not is_marked(text)
    for question in catalogue.bare if alone else ():
        if await question.is_asking(shown(text), ctx, tx):
            return parse(question.line(text), ctx, catalogue)
    return asked

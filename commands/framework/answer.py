"""Answering one message: parse it, permit it, run its command, and address the replies."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from commands.framework.catalogue import Catalogue, UnknownCommand, unknown
from commands.framework.clean import clean
from commands.framework.context import Context, Place, Provider
from commands.framework.denials import refused as denied
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal, refuse
from commands.framework.hearing import AskedBefore, LanguageGuess
from commands.framework.i18n import hearing, speaking
from commands.framework.ledger import CommandLedger
from commands.framework.mentions import in_full, shown
from commands.framework.parse import NotRead, Request, parse
from commands.framework.rehearsal import Rehearsal
from commands.framework.reply import Audience, Code, Reply, line, listed, say
from commands.framework.room_lines import (
    as_a_command,
    is_a_command_line,
    is_marked,
    is_private,
    may_not_stay,
    may_not_wait,
)
from commands.framework.secrets import Secret
from commands.framework.several_lines import apart
from commands.framework.spec import Where
from commands.framework.typed_names import HeardLine
from commands.framework.values import Pasted
from commands.framework.withheld import SaidAnew, WithheldLine, WithheldLines, posted_line
from commands.roles.rules import Need, refusal
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Repository, Shared, all_or_nothing, bound

SHORT = 2
"""Words of an answer behind the name of the bot, "Steward: skip". In more, the name is part of it."""

Fact = Callable[[type], Awaitable[object]]
"""Gives whatever a command, a resolver or a notice names by type."""


def is_command(text: str, place: Place, catalogue: Catalogue) -> bool:
    """Whether a message is for the bot: "!word" in a room; anything in a direct chat."""
    return bool(text.strip()) if place is Place.DIRECT else is_a_command_line(text, catalogue)


async def answer(
    text: str, ctx: Context, tx: Transaction, provide: Provider, catalogue: Catalogue
) -> tuple[Reply, ...]:
    """Do what a message asks. A person's mistakes come back as replies; anything else propagates."""
    with _hearing(ctx), speaking(ctx.locale):
        if ctx.place is Place.ROOM:
            text = as_a_command(text, catalogue)
            return await _in_room(_Message(text, text, ctx, tx, provide, catalogue))
        message = _Message(text, text, ctx, tx, provide, catalogue)
        asked = await _being_asked(text, ctx, tx, catalogue)
        if asked is not None:
            return await message.replied(asked)
        before = await catalogue.answers.taken_up(ctx, tx) if catalogue.answers else None
        chosen = before.chosen(text) if before is not None else None
        if before is not None and chosen is not None:
            if not chosen:
                return (before.dropped(),)
            other = await _shown_later(text, chosen, before, message)
            if other is not None:
                return other
            return await _each_line(replace(message, text=chosen, typed=chosen))
        heard = heard_in_english(text, ctx, catalogue)
        if await _is_said_as_people_say_it(text, heard, message):
            heard = HeardLine(text)
        guess = await _guessed(heard, message)
    ctx = ctx if guess is None else replace(ctx, language=guess.language)
    with _hearing(ctx), speaking(ctx.locale):
        message = replace(message, text=heard.text, ctx=ctx, before=before)
        replies = await (
            _each_line(message) if heard.ask is None else message.replied(_unclear(heard))
        )
    return replies if guess is None else (*replies, guess.said)


async def _in_room(message: "_Message") -> tuple[Reply, ...]:
    """The replies to a line in a room. Why it was not read is said in the language in which it is answered."""
    ctx, tx, catalogue = message.ctx, message.tx, message.catalogue
    heard = heard_in_english(message.text, ctx, catalogue)

    def read() -> Request | NotRead:
        return parse(heard.text, ctx, catalogue) if heard.ask is None else _unclear(heard)

    asked = read()
    private = may_not_stay(asked, heard.text, catalogue)
    if catalogue.answers and private:
        # It goes on in the direct chat, where nothing else is open then.
        await catalogue.answers.taken_up(ctx, tx)
    with speaking(ctx.language if private else ctx.locale):
        asked = read() if isinstance(asked, NotRead) else asked
        return await replace(message, text=heard.text).replied(asked)


async def _each_line(message: "_Message") -> tuple[Reply, ...]:
    """The replies to the lines of a message in a direct chat."""
    ctx, catalogue = message.ctx, message.catalogue
    lines = await apart(message.text, ctx, message.tx, catalogue)
    if isinstance(lines, NotRead):
        return await message.replied(lines)
    replies: tuple[Reply, ...] = ()
    for each in lines:
        typed = message.typed if len(lines) == 1 else each
        one = replace(message, text=each, typed=typed)
        replies += await one.replied(parse(each, ctx, catalogue))
    return replies


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


async def _is_said_as_people_say_it(text: str, heard: HeardLine, message: "_Message") -> bool:
    """Whether a line without its mark begins with a command's word by chance: "kann Sam nicht erreichen"."""
    spoken, ctx, catalogue = message.catalogue.spoken, message.ctx, message.catalogue
    if spoken is None or not heard.named or is_marked(text):
        return False
    if not heard.foreign and isinstance(parse(heard.text, ctx, catalogue), Request):
        return False
    return await spoken.begins(text, ctx, message.tx)


def _unclear(heard: HeardLine) -> NotRead:
    """What to say where a word means one thing in the room's language and another in the writer's."""
    asked = refuse("I cannot read that.") if heard.ask is None else heard.ask()
    meant = next((each for each in heard.commands if is_private(each)), heard.commands[0])
    return NotRead(asked, meant, certain=True, settled=True)


async def _guessed(heard: HeardLine, message: "_Message") -> LanguageGuess | None:
    """The language in which somebody is answered from now on, since they typed a command in it."""
    guesser = message.catalogue.guesser
    if guesser is None or heard.language is None:
        return None
    return await guesser.take(heard.language, message.ctx, message.tx)


@contextmanager
def _hearing(ctx: Context) -> Iterator[None]:
    """Read words in the committee's language and in the writer's, which gives way to it."""
    with hearing(ctx.committee.language, ctx.language):
        yield


async def _shown_later(
    text: str, chosen: str, before: AskedBefore, message: "_Message"
) -> tuple[Reply, ...] | None:
    """What to say to a number that may answer something shown after the list it would choose from.

    Nothing is then done: the newer one is answered, or both are asked about. None: the list was shown last.
    """
    ctx, tx, catalogue = message.ctx, message.tx, message.catalogue
    if not before.by_number(text):
        return None
    lines = [chosen]
    for look in catalogue.later:
        found = await look(text, before.shown_at, ctx, tx, message.provide)
        if isinstance(found, Reply):
            await before.again()
            meant = line("If you meant the list before it: {line}", line=Code(chosen))
            return (replace(found, blocks=(*found.blocks, meant)),)
        lines += [] if found is None else [found]
    if len(lines) == 1:
        return None
    problem = line("Several lists were shown. Which did you mean?")
    choices = listed([(Code(each),) for each in lines], numbered=True)
    asked = Refusal(problem, example=NO_EXAMPLE, choices=choices)
    return await message.asks_back(asked.but(options=[AnswerOption(each, each) for each in lines]))


@dataclass(frozen=True, slots=True)
class _Message:
    """One line of somebody, with all that it takes to answer it."""

    text: str
    """As it would be typed in English."""
    typed: str
    """As it was typed, for what takes words as an answer and knows nothing of commands."""
    ctx: Context
    tx: Transaction
    provide: Provider
    catalogue: Catalogue

    looked_at: bool = False
    """Whether names in it were noticed before."""
    before: AskedBefore | None = None
    """What the author was asked before."""

    async def replied(self, asked: Request | NotRead) -> tuple[Reply, ...]:
        """The replies to the line, or to one that was withheld, if it says ok to that."""
        try:
            return (await self.answered(asked)).replies
        except SaidAnew as anew:
            return await self._said_anew(anew.line)

    async def answered(self, asked: Request | NotRead) -> "_Answered":
        """What is said to the line, read so."""
        ctx, tx, text = self.ctx, self.tx, self.text
        secret = self.catalogue.secret_in(shown(text), asked.command)
        left, done = may_not_stay(asked, text, self.catalogue), False
        # What is taken away is answered in the direct chat, and is heard as it would be there.
        here = replace(self, ctx=replace(ctx, place=Place.DIRECT)) if left else self
        ledgers = tuple(opens(here.ctx, tx) for opens in self.catalogue.ledgers)
        # Nobody looks at what somebody says whose part has ended, so it goes if it has words.
        private = left or may_not_wait(text, self.catalogue)
        try:
            with speaking(ctx.language if private else ctx.locale):
                _taking_part(ctx)
            private = left
            # First of all: what may be half a ballot is answered the same, whatever else its word is near.
            await self._ask_which()
            meant = await _instead(asked, self)
            if meant is not None:
                return _Answered((meant,), done=False)
            requests = await here._spoken(asked)  # noqa: SLF001 (itself, elsewhere)
            if requests is None:
                asked = await _as_answer(asked, self.typed, ctx, tx, self.catalogue)
                await self._ask_again(asked)
                private = True
                with speaking(ctx.language):
                    await here._notice(asked, ledgers)  # noqa: SLF001
                private = left
                requests = (_permitted(asked, text, here.ctx, self.catalogue),)
                here = self
            replies = await here._done(requests, ledgers, secret)
            done = True
        except Refusal as refusal:
            with speaking(ctx.language if private else ctx.locale):
                replies = await self._talked(refusal) or await _refusing(
                    refusal, text, here.ctx, tx, self.provide, ledgers
                )
        # Outside of what a refusal takes back.
        replies = await _closed(ledgers, replies)
        if secret is not None:
            replies = secret.taken_away(replies)
        if ctx.place is Place.ROOM and private:
            with speaking(ctx.locale):
                replies = _in_private(replies)
        return _Answered(replies, done)

    async def _talked(self, refusal: Refusal) -> tuple[Reply, ...]:
        """What is said to mere talk in a language that nobody here has chosen; empty for everything else."""
        guesser = self.catalogue.guesser
        talk = isinstance(refusal, MereTalk | UnknownCommand) and not is_marked(self.typed)
        language = guesser.of_talk(self.typed) if guesser is not None and talk else None
        if guesser is None or language is None:
            return ()
        guess = await guesser.take(language, self.ctx, self.tx)
        if guess is None:
            return ()
        with speaking(language):
            return (_only_a_bot().reply(), guess.said)

    async def asks_back(self, asked: Refusal) -> tuple[Reply, ...]:
        """Ask what was meant; the next message may choose."""
        ctx, tx = self.ctx, self.tx
        ledgers = tuple(opens(ctx, tx) for opens in self.catalogue.ledgers)
        replies = await _refusing(asked, self.text, ctx, tx, self.provide, ledgers)
        return await _closed(ledgers, replies)

    async def _ask_which(self) -> None:
        """Ask again where the words fit several of the answers. Raises Refusal."""
        unclear = self.before is not None and self.before.is_unclear(self.typed)
        again = await self.before.again() if self.before is not None and unclear else None
        if again is not None:
            raise again

    async def _ask_again(self, asked: Request | NotRead) -> None:
        """Keep a question open that mere talk does not answer. Raises Refusal, which asks it again."""
        talk = isinstance(asked, NotRead) and not asked.certain and not is_marked(self.text)
        before = self.before
        again = await before.again() if before is not None and talk else None
        if again is not None and asked.command is None:
            raise again

    async def _notice(self, asked: Request | NotRead, ledgers: Sequence[CommandLedger]) -> None:
        """Look for names in what others will read. Raises Refusal, and nothing was posted."""
        notice, ctx = self.catalogue.notice, self.ctx
        posted = None if self.looked_at else posted_line(asked, self.text, ctx, self.catalogue)
        if posted is None or notice is None:
            return
        fact = _facts(ctx, self.tx, self.provide, {type(each): each for each in ledgers})
        await notice.find(posted, **await _needed(notice.needs, fact))

    async def _said_anew(self, line: WithheldLine) -> tuple[Reply, ...]:
        """Answer a withheld line in the place of the ok to it.

        What is said back first is said where the ok was; the rest where the line was typed.
        """
        ctx, catalogue = self.ctx, self.catalogue
        command = parse(line.text, replace(ctx, place=line.place), catalogue).command
        moves = command is not None and command.said_back and command.where is Where.ANYWHERE
        there = replace(ctx, place=ctx.place if moves else line.place)
        message = replace(self, text=line.text, typed=line.text, ctx=there, looked_at=True)
        with speaking(there.locale):
            answered = await message.answered(parse(line.text, there, catalogue))
        replies = tuple(replace(each, retract=False) for each in answered.replies)
        if not answered.done:
            return replies
        lines = await self.provide(WithheldLines)
        if isinstance(lines, WithheldLines):
            lines.drop()
        if there.place is ctx.place:
            return replies
        elsewhere = Audience.ROOM if there.place is Place.ROOM else Audience.PERSON
        moved = (
            replace(each, audience=elsewhere) if each.audience is Audience.HERE else each
            for each in replies
        )
        return (say("Done, with the handle instead of the name."), *moved)

    async def _spoken(self, asked: Request | NotRead) -> tuple[Request, ...] | None:
        """What a line asks for as people say it; None: it is taken as it stands. Raises Refusal."""
        spoken, ctx = self.catalogue.spoken, self.ctx
        if spoken is None or ctx.place is not Place.DIRECT:
            return None
        if isinstance(asked, NotRead) and asked.settled:
            raise asked.refusal
        guide = self.catalogue.guide
        if guide is not None and isinstance(asked, Request) and asked.command is guide.answering:
            return None
        if not spoken.may_be(asked, self.text):
            return None
        if refusal(ctx.standing, spoken.command.need, ctx.now, ctx.settings) is not None:
            return None
        requests = await spoken.hear(asked, self.text, ctx, self.tx)
        for request in requests or ():
            _may(ctx, request.command.need, request.command.name)
        return requests

    async def _done(
        self,
        requests: Sequence[Request],
        ledgers: Sequence[CommandLedger],
        secret: Secret | None,
    ) -> tuple[Reply, ...]:
        """Run what was asked for: all of it, or nothing. Raises Refusal."""
        replies: tuple[Reply, ...] = ()
        async with all_or_nothing(self.tx):
            for request in requests:
                if secret is not None and request.command.secret is not secret:
                    raise secret.misplaced()
                at_hand: dict[type, object] = {
                    Pasted: request.below,
                    Catalogue: self.catalogue,
                    Rehearsal: Rehearsal(self.tx, self._read, self._as_read),
                }
                at_hand |= {type(each): each for each in ledgers}
                fact = _facts(self.ctx, self.tx, self.provide, at_hand)
                replies += await _run(request, self.ctx, self.tx, fact, ledgers, shown(self.text))
        return replies

    def _read(self, line: str) -> Request | NotRead:
        heard = self.catalogue.typed.in_english(line)
        return _unclear(heard) if heard.ask else parse(heard.text, self.ctx, self.catalogue)

    async def _as_read(self, asked: Request) -> tuple[Reply, ...]:
        """What a command is answered that is done as it was read, whatever else its words may mean."""
        ledgers = tuple(opens(self.ctx, self.tx) for opens in self.catalogue.ledgers)
        try:
            request = _permitted(asked, self.text, self.ctx, self.catalogue)
            replies = await self._done((request,), ledgers, None)
        except Refusal as refused:
            replies = await refused.told(self.ctx, self.tx, self.provide)
        return await _closed(ledgers, replies)


async def _closed(
    ledgers: Sequence[CommandLedger], replies: tuple[Reply, ...]
) -> tuple[Reply, ...]:
    """The replies, with what the ledgers say besides as they write down what was counted."""
    for ledger in ledgers:
        replies = (*replies, *await ledger.close())
    return replies


@dataclass(frozen=True, slots=True)
class _Answered:
    replies: tuple[Reply, ...]
    done: bool
    """Whether nothing was refused."""


def takes(text: str, ctx: Context, fact: type, catalogue: Catalogue) -> bool:
    """Whether a message is a command that takes a fact of this type, a file for instance."""
    with _hearing(ctx), speaking(ctx.locale):
        asked = parse(heard_in_english(text, ctx, catalogue).text, ctx, catalogue)
    return isinstance(asked, Request) and fact in asked.command.facts.values()


def refused_beforehand(text: str, ctx: Context, catalogue: Catalogue) -> tuple[Reply, ...]:
    """The replies that refuse a command before what came with it is read; empty if it may run here."""
    with _hearing(ctx), speaking(ctx.locale):
        try:
            _taking_part(ctx)
            text = heard_in_english(text, ctx, catalogue).text
            _permitted(parse(text, ctx, catalogue), text, ctx, catalogue)
        except Refusal as refusal:
            return (refusal.reply(),)
    return ()


async def _refusing(
    refusal: Refusal,
    text: str,
    ctx: Context,
    tx: Transaction,
    provide: Provider,
    ledgers: Sequence[CommandLedger],
) -> tuple[Reply, ...]:
    """The words of a refusal, which may list people to choose from."""
    refusal = refusal.but(options=refusal.answers(shown(text)))
    for ledger in ledgers:
        try:
            await ledger.refused(refusal)
        except Refusal as instead:
            refusal = instead
    return await refusal.told(ctx, tx, provide)


async def _being_asked(
    text: str, ctx: Context, tx: Transaction, catalogue: Catalogue
) -> Request | NotRead | None:
    """Plain words in a direct chat are an answer while somebody is being asked something."""
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


async def _instead(asked: Request | NotRead, message: _Message) -> Reply | None:
    """What to say to words that are no command, and that may have been meant for something else.

    Words that are only near a command are none: ``four`` is near ``tour``. A command's name alone, without its
    mark, may be the answer to something else: ``no`` to a ballot.
    """
    text, ctx, catalogue = message.typed, message.ctx, message.catalogue
    if isinstance(asked, Request) and ctx.place is Place.DIRECT:
        either = catalogue.either.get(asked.command)
        alone = not asked.arguments and not is_marked(text)
        return await either(shown(text), ctx, message.provide) if either and alone else None
    unread = isinstance(asked, NotRead) and (asked.command is None or not asked.certain)
    alone = unread and ctx.place is Place.DIRECT
    for say_instead in catalogue.instead if alone else ():
        reply = await say_instead(shown(text), ctx, message.tx, message.provide)
        if reply is not None:
            return reply
    return None


async def _as_answer(
    asked: Request | NotRead, text: str, ctx: Context, tx: Transaction, catalogue: Catalogue
) -> Request | NotRead:
    """Words that are no command, read as the answer to a question that everybody was asked."""
    alone = isinstance(asked, NotRead) and ctx.place is Place.DIRECT and not is_marked(text)
    for question in catalogue.bare if alone else ():
        if await question.is_asking(shown(text), ctx, tx):
            return parse(question.line(text), ctx, catalogue)
    return asked


def _taking_part(ctx: Context) -> None:
    """Whoever's part in the committee has ended gets nothing, although they are still in its room."""
    _may(ctx, Need(), "")


def _may(ctx: Context, need: Need, command: str, instead: str | None = None) -> None:
    why = refusal(ctx.standing, need, ctx.now, ctx.settings)
    if why is not None:
        raise denied(why, need, ctx, command, instead)


def _permitted(asked: Request | NotRead, text: str, ctx: Context, catalogue: Catalogue) -> Request:
    """The request, if this person may make it here. Who may not is told so before any details."""
    command = asked.command
    if command is not None:
        _may(ctx, command.need, command.name, command.instead)
    if isinstance(asked, NotRead):
        raise _as_heard_here(asked, text, ctx, catalogue)
    if asked.command.where is Where.ROOM and ctx.place is Place.DIRECT:
        raise refuse(
            "{command} concerns everyone: type it in the committee room.",
            command=Code(f"!{asked.command.name}"),
        )
    return asked


def _as_heard_here(asked: NotRead, text: str, ctx: Context, catalogue: Catalogue) -> Refusal:
    """A room hears none of the words of a command that may have been a private one.

    Somebody who just says hello in the direct chat is not told off for a wrong command.
    """
    if ctx.place is Place.ROOM and not asked.certain and not may_not_stay(asked, text, catalogue):
        return Refusal(asked.refusal.neutral or unknown())
    if ctx.place is Place.DIRECT and asked.command is None and not is_marked(text):
        return _only_a_bot()
    if asked.command is not None and catalogue.fleeting(asked.command):
        return asked.refusal.but(fleeting=True)
    return asked.refusal


class MereTalk(Refusal):
    """Somebody says something in the direct chat that is no command."""


def _only_a_bot() -> MereTalk:
    said = line(
        "I am only a bot and answer commands. {help} shows what I can do.", help=Code("!help")
    )
    return MereTalk(said)


async def _run(
    request: Request,
    ctx: Context,
    tx: Transaction,
    fact: Fact,
    ledgers: Sequence[CommandLedger],
    text: str,
) -> tuple[Reply, ...]:
    command = request.command
    ctx.study.begins(command.name)
    facts = await _needed(command.facts, fact)
    if not any(issubclass(kind, Repository | Shared) for kind in command.reaches):
        arguments = await resolved(request, fact)
        return _several(await command.run(ctx, **facts, **arguments))
    for ledger in ledgers:
        await ledger.begin(command)
    async with all_or_nothing(tx):
        arguments = await resolved(request, fact)
        replies = _several(await command.run(ctx, **facts, **arguments))
        for ledger in ledgers:
            replies = (*replies, *await ledger.written(text, replies))
        return replies


async def resolved(request: Request, fact: Fact) -> dict[str, object]:
    """The arguments for a command's function: typed words checked, looked up, and put into groups.

    Raises Refusal.
    """
    command, found = request.command, dict(request.arguments)
    command.check_words(found)
    for name, unsaid in command.unsaid.items():
        found[name] = await unsaid.find(**await _needed(unsaid.needs, fact))
    for parameter in command.parameters:
        resolver, said = parameter.resolver, found.get(parameter.name)
        if resolver is not None and (said is not None or resolver.finds_unsaid):
            needs = await _needed(resolver.needs, fact)
            found[parameter.name] = await resolver.find(said, **needs)
    for group, kind in command.groups.items():
        theirs = [each.name for each in command.parameters if each.group == group]
        found[group] = kind(**{name: found.pop(name) for name in theirs if name in found})
    return found


def _facts(
    ctx: Context, tx: Transaction, provide: Provider, at_hand: Mapping[type, object]
) -> Fact:
    """Hands out what is named by type: the Context, what is at hand, repositories, what the bot knows."""

    async def fact(kind: type) -> object:
        if kind is Context:
            return ctx
        return at_hand[kind] if kind in at_hand else await _fact(kind, ctx, tx, provide)

    return fact


async def _needed(needs: Mapping[str, type], fact: Fact) -> dict[str, object]:
    return {name: await fact(kind) for name, kind in needs.items()}


async def _fact(kind: type, ctx: Context, tx: Transaction, provide: Provider) -> object:
    """A capability the command named: nothing it did not name is within its reach."""
    if issubclass(kind, Repository):
        return bound(kind, tx, ctx.committee.id, today=ctx.today, author=ctx.user, now=ctx.now)
    if issubclass(kind, Shared):
        return kind(tx)
    return await provide(kind)


def _several(answered: Reply | tuple[Reply, ...]) -> tuple[Reply, ...]:
    return (answered,) if isinstance(answered, Reply) else answered


def _in_private(replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """Move the replies to a private command into the direct chat, a refusal included."""
    notice = say(
        "That belongs in our direct chat, so I answer there. I removed it here if I may; "
        "people's apps may already have it."
    )
    there = tuple(
        replace(reply, audience=Audience.PERSON) if reply.audience is Audience.HERE else reply
        for reply in replies
    )
    return (replace(notice, retract=True), *there)

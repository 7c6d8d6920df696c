"""Answering one message: hear it, parse it, permit it, have its command run, and address the replies."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from commands.framework.as_written import written
from commands.framework.catalogue import Catalogue, UnknownCommand
from commands.framework.context import Context, Place, Provider
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal
from commands.framework.execution import by_type, needed, run
from commands.framework.heard import (
    as_answer,
    being_asked,
    guessed,
    heard_in_english,
    hearing_both,
    instead,
    is_said_as_people_say_it,
    unclear,
)
from commands.framework.hearing import AskedBefore
from commands.framework.i18n import speaking
from commands.framework.ledger import CommandLedger
from commands.framework.mentions import shown
from commands.framework.parse import NotRead, Request, parse
from commands.framework.permission import MereTalk, may, only_a_bot, permitted, taking_part
from commands.framework.rehearsal import Rehearsal
from commands.framework.reply import Audience, Code, Reply, line, listed, say
from commands.framework.room_lines import (
    as_a_command,
    is_a_command_line,
    is_marked,
    may_not_stay,
    may_not_wait,
)
from commands.framework.secrets import Secret
from commands.framework.several_lines import apart
from commands.framework.spec import Where
from commands.framework.typed_names import HeardLine
from commands.framework.values import Pasted
from commands.framework.withheld import SaidAnew, WithheldLine, WithheldLines, posted_line
from commands.roles.rules import refusal
from storage.core.database import Transaction
from storage.core.later import Later
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import all_or_nothing

if TYPE_CHECKING:
    from commands.framework import shown_examples
else:
    shown_examples = Later("commands.framework.shown_examples")


def is_command(text: str, place: Place, catalogue: Catalogue) -> bool:
    """Whether a message is for the bot: "!word" in a room; anything in a direct chat."""
    return bool(text.strip()) if place is Place.DIRECT else is_a_command_line(text, catalogue)


async def answer(
    text: str, ctx: Context, tx: Transaction, provide: Provider, catalogue: Catalogue
) -> tuple[Reply, ...]:
    """Do what a message asks. A person's mistakes come back as replies; anything else propagates."""
    with hearing_both(ctx), written(text), speaking(ctx.locale):
        if ctx.place is Place.ROOM:
            text = as_a_command(text, catalogue)
            return await _in_room(_Message(text, text, ctx, tx, provide, catalogue))
        message = _Message(text, text, ctx, tx, provide, catalogue)
        asked = await being_asked(text, ctx, tx, catalogue)
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
        if await is_said_as_people_say_it(text, heard, ctx, tx, catalogue):
            heard = HeardLine(text)
        guess = await guessed(heard, ctx, tx, catalogue)
    ctx = ctx if guess is None else replace(ctx, language=guess.language)
    with hearing_both(ctx), written(text), speaking(ctx.locale):
        message = replace(message, text=heard.text, ctx=ctx, before=before)
        replies = await (
            _each_line(message) if heard.ask is None else message.replied(unclear(heard))
        )
    return replies if guess is None else (*replies, guess.said)


async def _in_room(message: "_Message") -> tuple[Reply, ...]:
    """The replies to a line in a room. Why it was not read is said in the language in which it is answered."""
    ctx, tx, catalogue = message.ctx, message.tx, message.catalogue
    heard = heard_in_english(message.text, ctx, catalogue)

    def read() -> Request | NotRead:
        return parse(heard.text, ctx, catalogue) if heard.ask is None else unclear(heard)

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
                taking_part(ctx)
            private = left
            # First of all: what may be half a ballot is answered the same, whatever else its word is near.
            await self._ask_which()
            meant = await instead(asked, self.typed, ctx, tx, self.provide, self.catalogue)
            if meant is not None:
                return _Answered((meant,), done=False)
            requests = await here._spoken(asked)  # noqa: SLF001 (itself, elsewhere)
            if requests is None:
                asked = await as_answer(asked, self.typed, ctx, tx, self.catalogue)
                await self._ask_again(asked)
                private = True
                with speaking(ctx.language):
                    await here._notice(asked, ledgers)  # noqa: SLF001
                private = left
                requests = (permitted(asked, text, here.ctx, self.catalogue),)
                here = self
            replies = await here._done(requests, ledgers, secret)
            done = True
        except Refusal as refusal:
            with speaking(ctx.language if private else ctx.locale):
                told = shown_examples.in_words_shown(refusal, self.catalogue)
                replies = await self._talked(refusal) or await _refusing(
                    told, text, here.ctx, tx, self.provide, ledgers
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
            return (only_a_bot().reply(), guess.said)

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
        if posted is None or notice is None or (notice.idle is not None and notice.idle(posted)):
            return
        fact = by_type(ctx, self.tx, self.provide, {type(each): each for each in ledgers})
        await notice.find(posted, **await needed(notice.needs, fact))

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
            may(ctx, request.command.need, request.command.name)
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
                fact = by_type(self.ctx, self.tx, self.provide, at_hand)
                replies += await run(request, self.ctx, self.tx, fact, ledgers, shown(self.text))
        return replies

    def _read(self, line: str) -> Request | NotRead:
        heard = self.catalogue.typed.in_english(line)
        return unclear(heard) if heard.ask else parse(heard.text, self.ctx, self.catalogue)

    async def _as_read(self, asked: Request) -> tuple[Reply, ...]:
        """What a command is answered that is done as it was read, whatever else its words may mean."""
        ledgers = tuple(opens(self.ctx, self.tx) for opens in self.catalogue.ledgers)
        try:
            request = permitted(asked, self.text, self.ctx, self.catalogue)
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
    with hearing_both(ctx), written(text), speaking(ctx.locale):
        asked = parse(heard_in_english(text, ctx, catalogue).text, ctx, catalogue)
    return isinstance(asked, Request) and fact in asked.command.facts.values()


def refused_beforehand(text: str, ctx: Context, catalogue: Catalogue) -> tuple[Reply, ...]:
    """The replies that refuse a command before what came with it is read; empty if it may run here."""
    with hearing_both(ctx), written(text), speaking(ctx.locale):
        try:
            taking_part(ctx)
            text = heard_in_english(text, ctx, catalogue).text
            permitted(parse(text, ctx, catalogue), text, ctx, catalogue)
        except Refusal as refusal:
            return (shown_examples.in_words_shown(refusal, catalogue).reply(),)
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

"""Measuring one message: typed, handled, measured, and undone."""

import asyncio
import time
from dataclasses import dataclass, field

from bot.config.limits import Limits
from bot.health.event_loop import LoopWatch
from bot.incoming.fair_share import FairShare
from bot.incoming.study_runner import Notes, StudyRunner, Unstudied
from bot.matrix.render import render
from commands.all import CATALOGUE
from commands.framework.answer import answer, is_command
from commands.framework.context import Context, Place, UserId
from commands.framework.reply import Reply
from storage.chat.committees import Committees
from tests.chat.conversation import Chat
from tests.support.held import loop_held
from tests.support.standing import of_old
from tests.support.worst import Ask


@dataclass(frozen=True, slots=True)
class Took:
    """Times and replies of one message."""

    loop: float
    """Seconds of processor time for which it held the event loop in one go, at most."""
    altogether: float
    """Seconds of processor time on the event loop."""
    database: float
    """Seconds of processor time, of this process, for which nobody else had the database, at most."""
    replies: tuple[Reply, ...] = field(repr=False)


class _TakenBack(Exception):
    """Nothing of it stays."""


async def took(chat: Chat, ask: Ask) -> Took:
    """Read, run, word and undo one message, with long thinking cut into slices as in the bot."""
    with loop_held() as held:
        database, replies = await asyncio.create_task(_done(chat, ask))
    return Took(held.longest, held.altogether, database, replies)


async def _done(chat: Chat, ask: Ask) -> tuple[float, tuple[Reply, ...]]:
    place = Place.ROOM if ask.room else Place.DIRECT
    content = {"formatted_body": ask.formatted} if ask.formatted else {}
    text = chat.as_read(ask.text, content)
    if not is_command(text, place, CATALOGUE):
        return 0.0, ()
    notes, thinker = (
        Notes(LoopWatch()),
        StudyRunner(chat.database, FairShare(Limits()), LoopWatch()),
    )
    longest = 0.0
    while True:
        began = time.process_time()
        try:
            replies = await _answered(chat, ask, place, text, notes)
        except Unstudied as question:
            longest = max(longest, time.process_time() - began)
            await thinker.think(ask.who, question, notes)
        else:
            return max(longest, time.process_time() - began), replies


async def _answered(
    chat: Chat, ask: Ask, place: Place, text: str, notes: Notes
) -> tuple[Reply, ...]:
    replies: tuple[Reply, ...] = ()
    try:
        async with chat.database.transaction() as tx:
            committee = (await Committees(tx).all())[0]
            ctx = Context(
                user=UserId(f"{ask.who}:example.org"),
                standing=of_old(f"{ask.who}:example.org", chat.roles[ask.who]),
                place=place,
                committee=committee,
                committees=(committee,),
                now=chat.now,
                zone=committee.zone,
                study=notes,
            )
            chat.speak_within(tx)
            provider = chat.provider(await chat.roll(tx, committee), chat.withheld.of(ctx, tx))
            replies = await answer(text, ctx, tx, provider, CATALOGUE)
            for reply in replies:
                render(reply)
            raise _TakenBack  # noqa: TRY301 (that is how a transaction is taken back)
    except _TakenBack:
        return replies

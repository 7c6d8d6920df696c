"""Saying again what others missed, and asking for what this bot missed, as after a restore from a backup."""

from commands.coalition import views
from commands.coalition.bodies import Return
from commands.coalition.hearing import AGAIN, Missing
from commands.coalition.kinds import CoalitionKind, HeardMessage
from commands.coalition.seat import Seat
from commands.coalition.wire import LARGEST
from commands.framework.reply import Reply
from storage.chat.said_once import SaidOnce
from storage.core.rows import AN_HOUR, millis

ONE_ANSWER = 20_000
"""Milliseconds in which the same messages are said again once, whoever asks."""

MOST_ANSWERS = 3
"""How often one message is said again in that time, whatever is asked: an answer may be lost as well."""
MOST_AGAIN = 200
"""Messages that one bot hears again in an hour; it asks for the rest when it has taken those."""


async def _again(seat: Seat, heard: HeardMessage[Missing]) -> tuple[Reply, ...]:
    missing, epoch = heard.body, seat.coalition.epoch
    if missing.bot != seat.own:
        return ()
    await _say_again(seat, heard, missing)
    if missing.last == LARGEST and missing.epoch < epoch:
        # Whoever wants everything that came since does not know that we count anew.
        await _say_again(seat, heard, Missing(seat.own, epoch, 1, LARGEST))
    return ()


async def _say_again(seat: Seat, heard: HeardMessage[Missing], missing: Missing) -> None:
    said, now = SaidOnce(seat.tx), millis(seat.now)
    kept = await seat.said_between(missing.epoch, missing.first, missing.last)
    subject = f"coalition said {seat.coalition.id} {missing.epoch}"
    # What is said again all hear: one answer is enough for everybody who missed the same.
    stretch = f"{kept[0].counter} {kept[-1].counter}" if kept else ""
    if not kept or not await said.due(f"{subject} {stretch}", now, ONE_ANSWER):
        return
    # The numbers are the asker's, who could ask for much in many ways.
    asker = f"coalition asked {heard.member.id}"
    (left,) = await said.left([asker], now, AN_HOUR, MOST_AGAIN)
    subjects = [f"{subject} {each.counter}" for each in kept]
    answers = await said.left(subjects, now, ONE_ANSWER, MOST_ANSWERS)
    again = [each for each, more in zip(kept, answers, strict=True) if more][:left]
    await said.take([f"{subject} {each.counter}" for each in again], now)
    await said.take([asker] * len(again), now)
    await seat.say_again(again, occasion=heard.id)


async def _back(_seat: Seat, heard: HeardMessage[Return]) -> tuple[Reply, ...]:
    return (views.restored(heard.member.label, heard.body.made),)


KINDS = (
    CoalitionKind(AGAIN, Missing, _again, at_once=True),
    CoalitionKind("back", Return, _back),
)

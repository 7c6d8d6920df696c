"""Pairing of bots of different releases: each step says its version, and leads on both sides hear what to do.

A step of a newer version is not acted upon. It is answered with ``older``, which every release understands; the
code is not used up by it, so that the bots pair by themselves once the older one has been updated.
"""

from typing import Annotated, Any, Final, cast

from commands.coalition import pairing, pairing_views, wire
from commands.coalition.pairing import PairingStep, ProvenBot, Step
from commands.coalition.pairing_code import NUMBER
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from storage.chat.said_once import SaidOnce
from storage.coalition.model import GivenCode, Knock
from storage.core.as_json import JSON, plain
from storage.core.bounds import Length, Within
from storage.core.lazy_dataclass import dataclass
from storage.core.rows import A_DAY, millis
from storage.core.shapes import Misfit

A_WEEK: Final = 7 * A_DAY
"""Milliseconds after which leads hear of it again while it stays so."""


@dataclass(frozen=True, slots=True)
class StepHeading:
    """What stands in a step of every version, those to come as well."""

    version: Annotated[int, Within(1, wire.LARGEST)]
    number: Annotated[str, Length(2 * NUMBER)]


PairingWord = PairingStep | StepHeading
"""A step, or of one of a newer version its heading."""


def written(step: PairingStep) -> dict[str, Any]:
    """Return a step as it is sent, with the version of this release."""
    return {**cast("dict[str, Any]", plain(step)), "version": wire.VERSION}


def read(content: object) -> PairingWord | None:
    """Read a step that somebody sent; of a newer version its heading alone. None: it is no step."""
    try:
        heading = JSON.read(StepHeading, content)
        if heading.version > wire.VERSION:
            return heading
        return JSON.read(PairingStep, content)
    except (Misfit, RecursionError):
        return None


async def follow(
    seat: Seat, known: GivenCode | Knock, word: PairingWord, sender: ProvenBot
) -> PairingStep | None:
    """Act upon a step with the number of a code that was made here (GivenCode) or typed here (Knock).

    Returns what is answered at once; None: nothing is.
    """
    if isinstance(word, StepHeading):
        return await _newer(seat, known, word, sender)
    if word.step is Step.OLDER:
        await _older(seat, known, word, sender)
    elif isinstance(known, Knock):
        if word.step is not Step.KNOCK:
            await pairing.answered(seat, known, word, sender)
    elif word.step is Step.KNOCK:
        await pairing.knocked(seat, known, word, sender)
    return None


async def _newer(
    seat: Seat, known: GivenCode | Knock, heading: StepHeading, sender: ProvenBot
) -> PairingStep | None:
    """Tell leads that a bot is newer which pairs with theirs; what that bot is answered. None: it does not."""
    if not _is_it(seat, known, sender):
        return None
    await _tell(seat, pairing_views.newer_bot(sender.bot), f"newer {heading.number}")
    return PairingStep(Step.OLDER, heading.number, seat.coalition.label)


async def _older(
    seat: Seat, known: GivenCode | Knock, step: PairingStep, sender: ProvenBot
) -> None:
    """Tell leads that a bot pairs with theirs which understands nothing of what that one says."""
    if _is_it(seat, known, sender):
        await _tell(seat, pairing_views.older_bot(sender.bot), f"older {step.number}")


def _is_it(seat: Seat, known: GivenCode | Knock, sender: ProvenBot) -> bool:
    """Whether a bot is the one that pairs: whose code was typed here, or who has the number of a code."""
    if isinstance(known, Knock):
        return pairing.matches(known, sender.bot, sender.master)
    return sender.bot != seat.own and known.bot in {None, sender.bot}


async def _tell(seat: Seat, said: Reply, occasion: str) -> None:
    if await SaidOnce(seat.tx).due(f"coalition step {occasion}", millis(seat.now), A_WEEK):
        await seat.tell(said, occasion=occasion)

"""Replies to near misses of votes: what to send exactly, and why the message was no ballot.

Words for the direct chat alone. They depend on the poll and never on what was typed or is in the box.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commands.framework.context import Context, Provider
from commands.framework.i18n import _
from commands.framework.quoting import quoted
from commands.framework.reply import Code, Items, Line, Reply, Strong, fill, line, listed, reply
from commands.polls.model import Poll
from commands.polls.service import PollService
from commands.polls.vote.typed import might_be_a_choice, might_be_choices
from commands.polls.wording import choices, how_to_type, labels, whole_ballots
from storage.core.database import Transaction
from storage.core.rows import moment
from storage.meetings.answers import TimePolls
from storage.names import folded

EVER = moment(0)
MOST_SHOWN = 3
"""Polls whose ballots are shown at once."""


def not_a_ballot(poll: Poll) -> Reply:
    """Answer anything else that somebody on the roster typed after the code.

    The same whatever they typed: it shows every ballot there is and singles none out, so that
    nobody who looks at the chat later learns what somebody was about to vote.
    """
    return reply(
        line("That is not a ballot of {code}, so nothing changed.", code=Strong(poll.code)),
        *_exactly(poll),
        _one_length(),
    )


def which_ballot(polls: Sequence[Poll]) -> Reply:
    """Answer a vote that names no poll open to its sender: how a ballot for each open poll looks."""
    shown = sorted(polls, key=lambda poll: (poll.rules.closes_at, poll.code))[:MOST_SHOWN]
    blocks: list[Line | Items] = [
        line("I took no vote: type the poll's code and your choice, like in the ballot.")
    ]
    for poll in shown:
        blocks += [
            fill("{code} {question}", code=Strong(poll.code), question=quoted(poll.question)),
            *_exactly(poll),
        ]
    return reply(*blocks, _one_length())


async def for_a_bare_choice(
    text: str, ctx: Context, tx: Transaction, provide: Provider
) -> Reply | None:
    """Say what to send exactly, for whoever sent ``4`` or ``agree`` alone with a ballot open; else None."""
    polls = await _open_to(ctx, provide)
    several = any(not each.kind.single for each in polls) and might_be_choices(text)
    named = any(_names_a_choice(text, each) for each in polls)
    if several:
        return _or_a_meeting(polls, line(
            "If you meant the times of a meeting: {can}. Everybody sees that answer.", can=Code("!can 1 3")
        ))  # fmt: skip
    if not polls or not (named or might_be_a_choice(text)):
        return None
    if text.strip().isdecimal() and await TimePolls(tx, ctx.committee.id).asked_since(EVER):
        return _or_a_meeting(polls, line(
            "If you meant a time of a meeting: {can}. Everybody sees that answer.",
            can=Code(f"!can {text.strip()}"),
        ))  # fmt: skip
    return replace(which_ballot(polls), fleeting=True)


async def for_a_bare_word(_text: str, ctx: Context, provide: Provider) -> Reply | None:
    """Ask back, for whoever sent ``yes`` alone with a ballot open: an answer to a meeting is public."""
    polls = await _open_to(ctx, provide)
    if not polls:
        return None
    meeting = line(
        "If you meant a meeting, say its number too, like {yes}: everybody sees that answer. {meet} shows"
        " the numbers.",
        yes=Code("yes #7"),
        meet=Code("!meet"),
    )
    return _or_a_meeting(polls, meeting)


async def ballot_shown_later(
    _text: str, since: datetime, ctx: Context, _tx: Transaction, provide: Provider
) -> Reply | None:
    """Say what to send exactly, for whoever sent ``4`` with a ballot that came after the list before; else None."""
    service = await provide(PollService)
    if not isinstance(service, PollService):
        return None
    polls = await service.ballots_since(ctx.user, since)
    return replace(which_ballot(polls), fleeting=True) if polls else None


async def _open_to(ctx: Context, provide: Provider) -> Sequence[Poll]:
    service = await provide(PollService)
    return await service.open_to(ctx.user) if isinstance(service, PollService) else ()


def _or_a_meeting(polls: Sequence[Poll], meeting: Line) -> Reply:
    asked = which_ballot(polls)
    return replace(asked, blocks=(*asked.blocks, meeting), fleeting=True)


def _names_a_choice(text: str, poll: Poll) -> bool:
    """Whether a message is the words of a choice, as the ballot has them."""
    said = folded(text)
    return bool(said) and said in {folded(each) for each in (*labels(poll), _("abstain"))}


def _exactly(poll: Poll) -> tuple[Line | Items, ...]:
    """What to send, to the letter."""
    rows = listed(whole_ballots(poll) or choices(poll))
    if poll.kind.single:
        return (line("Send what stands behind your choice here, and nothing else:"), rows)
    return (rows, how_to_type(poll))


def _one_length() -> Line:
    return (
        _(
            "Every ballot of a poll has the same length, with zeros in front. The server"
            " cannot read your message, but it sees how long it is."
        ),
    )

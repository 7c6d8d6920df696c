"""The words of a practice poll. Each of them says that it is not secret."""

from collections.abc import Mapping, Sequence

from commands.framework.i18n import _, joined
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
)
from commands.polls.practice.terms import CODES, NOBODY
from commands.polls.vote.typed import PRACTICE
from commands.shared.wording import short
from storage.core.model import UserId

SHOWN = 20
"""People who are named behind one choice; of more their number is said."""
END = "!poll practice end"


def _question() -> Strong:
    return Strong(_("What do you drink in a meeting?"))


def _drinks() -> dict[str, str]:
    return dict(zip(CODES, (_("tea"), _("coffee"), _("water"), _("abstain")), strict=True))


@in_each_language
def announcement() -> Reply:
    """Said in the room when a practice poll opens."""
    return reply(
        line("Practice poll. It is {not_secret}: the result shows here who chose what.", **_not()),
        line("The question is mine, and nothing hangs on it: {question}", question=_question()),
        line(
            "Everybody here gets a ballot in the direct chat, and votes there, as in a secret poll."
        ),
        line("If somebody wants your answer to anything else by it, do not vote, and say so here."),
        line("{end} ends it and shows the result. After a day it goes without one.", end=Code(END)),
    )


def _not() -> dict[str, Strong]:
    return {"not_secret": Strong(_("not secret"))}


@in_each_language
def ballot(to: Sequence[UserId]) -> Reply:
    """Sent to everybody who is there."""
    return reply(
        line(
            "Practice ballot, {not_secret}: the room will read your name and your choice.", **_not()
        ),
        (_question(),),
        listed(
            fill("{code} {words}", code=Code(code), words=words)
            for code, words in _drinks().items()
        ),
        line(
            "Type {vote} and the two characters in front of your choice. To abstain: {abstain}.",
            vote=Code(f"vote {PRACTICE}"),
            abstain=Code(f"vote {PRACTICE} {NOBODY}"),
        ),
        line("Choose a drink and nothing else: never answer a real question here."),
        audience=Audience.NAMED,
        to=tuple(to),
    )


def open_already() -> Reply:
    """The answer to somebody who opens a second one."""
    return reply(
        line("A practice poll is open already. It is {not_secret}.", **_not()),
        line("{end} ends it and shows the result.", end=Code(END)),
    )


def recorded(choice: str) -> Reply:
    """The answer to a vote, which says the choice, as that of a secret poll never does."""
    return reply(
        line(
            "Recorded for practice: {choice}. It is {not_secret}: the room will read your name with it.",
            choice=_drinks()[choice],
            **_not(),
        ),
        line("You can choose again; only the last one counts."),
    )


@in_each_language
def result(votes: Mapping[UserId, str], k: int) -> Reply:
    """Said in the room at the end: who chose what, and how that differs from a secret poll."""
    return reply(
        line(
            "The practice poll is over. It was {not_secret}, so here is who chose what:", **_not()
        ),
        listed(
            _row(words, [who for who, choice in votes.items() if choice == code])
            for code, words in _drinks().items()
        ),
        line(
            "Of a secret poll you read totals alone, at its deadline, and only if at least {k} voted.",
            k=k,
        ),
        line(
            "To ask one: {ask}. How it stays secret: {how}.",
            ask=Code('!poll temp "Are we ready?"'),
            how=Code("!help secrecy"),
        ),
    )


def _row(words: str, people: Sequence[UserId]) -> Line:
    if not people:
        return line("{label}: {names}", label=words, names=0)
    named = joined(short(each) for each in people[:SHOWN])
    if len(people) > SHOWN:
        return plural(
            "{words}: {named} and {n} more",
            "{words}: {named} and {n} more",
            len(people) - SHOWN,
            words=words,
            named=named,
        )
    return line("{label}: {names}", label=words, names=named)

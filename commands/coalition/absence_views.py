"""What leads are told and asked of committees whose bots are not heard any more, and of those that come back."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.coalition.wording import called
from commands.framework.errors import NO_EXAMPLE, Refusal
from commands.framework.i18n import a_time_there, all_of, readers_clock
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    in_each_language,
    line,
    listed,
    reply,
    say,
)


@in_each_language
def suspended(label: str) -> Reply:
    """To leads: another committee's bot has another key than the one that was compared."""
    return reply(
        line(
            "The bot of {who} has another key now. I do not listen to it, and it cannot read me. "
            "Ask their lead; if they did it, pair again with {code}",
            who=called(label),
            code=Code("!coalition code"),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def went(label: str) -> Reply:
    """To leads: another committee's bot has left the room of bots without a word."""
    return reply(
        line(
            "The bot of {who} has left the room of our bots, and has not said why.",
            who=called(label),
        ),
        line(
            "It may have a new account, or be gone. I do not wait for it any more. Ask their lead. If it "
            "has a new account, pair again with {code}",
            code=Code("!coalition code"),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def put_out(label: str) -> Reply:
    """To leads: another committee's bot was put out of the room of bots."""
    return reply(
        line(
            "The bot of {who} was put out of the room of our bots. It did not leave by itself.",
            who=called(label),
        ),
        line(
            "I do not hear it, and do not wait for it. It stays in the coalition: secret polls count it as missing."
            " Ask their lead, and the other committees who did that."
        ),
        line(
            "To bring it back: they type {leave}. Then you type {code} and read them the words.",
            leave=Code("!coalition leave --yes"),
            code=Code("!coalition code"),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def we_are_out() -> Reply:
    """To leads: their own bot is out of the room of bots, and did not leave."""
    return reply(
        line(
            "I was put out of the room of the coalition's bots. They do not hear me, and I do not hear them."
        ),
        line("The other committees count us as missing. Ask their leads who did that."),
        line(
            "To come back: type {leave}. Then a lead of another committee types {code} and reads you the words,"
            " and you type {join} with them.",
            leave=Code("!coalition leave --yes"),
            code=Code("!coalition code"),
            join=Code("!coalition join"),
        ),
        audience=Audience.LEADS,
    )


def is_gone(label: str) -> tuple[Line, ...]:
    """What leads are asked of a committee whose bot is not heard any more."""
    return (
        line(
            "Is {who} gone for good? I do not hear its bot any more. Until you agree, secret polls count "
            "this committee as missing.",
            who=called(label),
        ),
        line("Agree only if you heard that from them, or from somebody you trust."),
    )


def asks_leads() -> Reply:
    """The answer to a lead who says that a committee is gone: what follows is in the message to all leads."""
    return say("I ask all leads here; one of you says ok.")


def is_heard(label: str, heard: datetime, zone: ZoneInfo, days: int) -> Refusal:
    """The refusal to ask if a committee is gone whose bot spoke lately."""
    return Refusal(
        line(
            "The bot of {who} was here {when}. I ask whether a committee is gone once it has said nothing for "
            "{n} days. If it leaves, its own lead can say so: {leave}",
            who=called(label),
            when=a_time_there(heard, readers_clock(zone)),
            n=days,
            leave=Code("!coalition leave"),
        ),
        example=NO_EXAMPLE,
    )


def nobody_called(labels: Sequence[str]) -> Refusal:
    """The refusal of a name that no committee of the coalition has."""
    return Refusal(
        line("No committee of our coalition is called that."),
        example='!coalition gone "Oslo"',
        choices=listed([(called(each),) for each in labels]) if labels else None,
    )


def stays(label: str) -> Reply:
    """The answer to a lead who says that a committee that is in is not gone."""
    return say("Good. {who} stays one of us.", who=called(label))


@in_each_language
def still_waits(label: str, silent: Sequence[str]) -> Reply:
    """To leads: not all have answered about a committee that this one would let in."""
    gone = Code('!coalition gone "…"')
    return reply(
        line(
            "{who} cannot come in yet: I have no ok from {silent}. Ask their leads.",
            who=called(label),
            silent=all_of([*silent]),
        ),
        line("If one of them is gone for good, its bot too: {gone}", gone=gone),
        audience=Audience.LEADS,
    )


def may_have_moved(label: str, bot: str, label_before: str, bot_before: str) -> tuple[Line, ...]:
    """What leads are asked of a committee that came in under the label of one that is not heard any more."""
    return (
        line(
            "Is {who} the committee {before} with a new account? That was {old}, this is {bot}.",
            who=called(label),
            before=called(label_before),
            old=Code(bot_before),
            bot=Code(bot),
        ),
        line(
            "If you agree, it is called {before} again, and I wait for the old account no more. Anybody can take"
            " that name: ask their lead first.",
            before=called(label_before),
        ),
    )


def is_the_same(label: str) -> Reply:
    """The answer to a lead who says that a committee has a new account."""
    return reply(line("Good. It is {who} again.", who=called(label)))


def is_another(label: str) -> Reply:
    """The answer to a lead who says that a committee is another than the one that had its label."""
    return reply(line("Good. It stays {who}.", who=called(label)))


def asks_again(days: int) -> Reply:
    """The answer to a lead who says that a committee is not gone for good."""
    return say("Good. I ask you again in {n} days.", n=days)

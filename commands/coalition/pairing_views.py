"""What is said while two committees pair: to leads, on both sides."""

from collections.abc import Sequence

from commands.coalition.pairing_code import rows
from commands.coalition.wording import called
from commands.framework.i18n import all_of
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    in_each_language,
    line,
    listed,
    reply,
)


def code(words: Sequence[str], label: str, *, made: str) -> Reply:
    """A pairing code, in rows to read out; ``made``: what the coalition is called that was just made."""
    return reply(
        line("Your coalition {title} is set up.", title=called(made)) if made else None,
        line(
            "This pairing code works once, within 24 hours. Read it to a lead of the other committee, "
            "on the phone or from paper."
        ),
        listed([(Code(row),) for row in rows(words)], numbered=True),
        line("They type it to their own bot: {join}", join=Code("!coalition join …")),
        line(
            "They will see you as {label}. Change that first if you want: {how}",
            label=called(label),
            how=Code('!coalition label "North"'),
        ),
    )


def looks_for(label: str) -> Reply:
    """The answer to a lead who typed a code."""
    return reply(
        line("I look for the other bot now and compare its key with the code. I tell you when it answers."),
        line(
            "They will see you as {label}. Change that if you want: {how}",
            label=called(label),
            how=Code('!coalition label "North"'),
        ),
    )  # fmt: skip


def typed_your_code(label: str, bot: str, here: str | None) -> tuple[Line, ...]:
    """What leads read when somebody's bot has the number of their code; ``here``: who is in by that bot."""
    said = (
        line("{who} typed your pairing code. Their bot: {bot}.", who=called(label), bot=Code(bot)),
        line("Both keys fit. Ask the lead you gave it to whether that was them."),
    )
    if here is None:
        return said
    return (
        *said,
        line(
            "{here} is in the coalition with this very bot. If you agree, I do not hear {here} any more until "
            "it comes in again. Agree only if their lead says that they begin again.",
            here=called(here),
        ),
    )


def answered(label: str, title: str, bot: str) -> tuple[Line, ...]:
    """What leads read when the bot answers whose code they typed."""
    return (
        line(
            "{who} answers: the coalition {title}. Their bot: {bot}.",
            who=called(label),
            title=called(title),
            bot=Code(bot),
        ),
        line("Its key is the one in the code."),
    )


@in_each_language
def one_bot_one_committee(title: str) -> Reply:
    """To leads: another committee of this bot is in the coalition that they were about to join."""
    return reply(
        line(
            "Another committee of this bot is in the coalition {title}, so yours cannot join it.",
            title=called(title),
        ),
        line(
            "In a coalition each bot speaks for one committee. With a bot of your own you can join."
        ),
        audience=Audience.LEADS,
    )


def paired(label: str, *, asks_others: bool) -> Reply:
    """The answer to a lead who said ok to whoever typed their code."""
    if asks_others:
        return reply(
            line(
                "Good. I ask the other committees about {who}; they have 7 days.", who=called(label)
            )
        )
    return reply(line("Good. I invite the bot of {who} now.", who=called(label)))


@in_each_language
def not_paired(label: str) -> Reply:
    """To leads: whoever typed their code stays out."""
    return reply(line("{who} stays out.", who=called(label)), audience=Audience.LEADS)


def joins() -> Reply:
    """The answer to a lead who said ok to joining."""
    return reply(line("Good. We are in as soon as they have all agreed. I tell your room then."))


@in_each_language
def joins_not() -> Reply:
    """To leads: this committee joins no coalition."""
    return reply(line("Good. We join nothing."), audience=Audience.LEADS)


@in_each_language
def refused(label: str) -> Reply:
    """To leads: the other committee did not let this one in."""
    return reply(
        line("{who} did not agree. We are in no coalition.", who=called(label)),
        audience=Audience.LEADS,
    )


@in_each_language
def we_are_in(title: str, labels: Sequence[str]) -> Reply:
    """To the room: this committee is in a coalition now."""
    return reply(
        line(
            "We are in the coalition {title} now, with {who}.",
            title=called(title),
            who=all_of(labels),
        ),
        line(
            "The others see counts and words that our leads agree to. I add no names and no ratings."
        ),
        audience=Audience.ROOM,
    )


@in_each_language
def time_is_over() -> Reply:
    """To leads: nobody let this committee in, in time."""
    return reply(
        line("The other bot did not let us in. Ask their lead for a new code."),
        audience=Audience.LEADS,
    )


@in_each_language
def newer_bot(bot: str) -> Reply:
    """To leads: the bot that theirs pairs with is of a newer release."""
    return reply(
        line(
            "I cannot pair with {bot} yet: it is newer than I am. Ask your admin to update me. If the code still "
            "works then, we go on by ourselves.",
            bot=Code(bot),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def older_bot(bot: str) -> Reply:
    """To leads: the bot that theirs pairs with is of an older release."""
    return reply(
        line(
            "I cannot pair with {bot} yet: it is older than I am. Ask their lead to have it updated. If the code "
            "still works then, we go on by ourselves.",
            bot=Code(bot),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def another_key(bot: str) -> Reply:
    """To leads: the account in a code has another key."""
    return reply(
        line(
            "{bot} has another key than the code says. Somebody may be in between, or it is an old "
            "code. I sent nothing.",
            bot=Code(bot),
        ),
        line("Ask their lead for a new code. If it happens again, do not pair."),
        audience=Audience.LEADS,
    )

"""What is said of coalitions: to the own committee, and by bots to people who read along."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.coalition import wire
from commands.coalition.kinds import AnyProposal
from commands.coalition.wording import called
from commands.framework.context import Context
from commands.framework.errors import NO_EXAMPLE, Refusal
from commands.framework.i18n import _, a_day, a_time, a_time_there, readers_clock
from commands.framework.quoting import quoted
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
from storage.coalition.model import (
    Coalition,
    CoalitionMember,
    CoalitionState,
    LoggedMessage,
    MemberId,
    MemberState,
    Proposal,
)

SHOWN_OF_KEY = 12
"""Letters of a master key that leads read, 72 bits: enough to see that it is another one."""

# -- what stands in the room of the bots, in the language of the committee that says it


def hello_sentence(label: str) -> str:
    """What a bot says of its committee when it, or another, comes in."""
    return _("Hello. We are {label}.").format(label=label)


def label_sentence(label: str) -> str:
    """What a bot says when its committee chose another label."""
    return _("From now on we are called {label}.").format(label=label)


def introduce_sentence(label: str) -> str:
    """What a bot says when its committee brings another."""
    return _("We know {label} and would like to let them in. Please ask your leads.").format(
        label=label
    )


def accept_sentence(label: str) -> str:
    """What a bot says when its leads agreed to a committee."""
    return _("We agree that {label} comes in.").format(label=label)


def refuse_sentence(label: str) -> str:
    """What a bot says when its leads did not agree to a committee."""
    return _("We do not agree that {label} comes in.").format(label=label)


def admit_sentence(label: str) -> str:
    """What a bot says when everybody agreed to a committee."""
    return _("Everybody agreed. {label} comes in now.").format(label=label)


def leave_sentence(label: str) -> str:
    """What a bot says when its committee leaves."""
    return _("{label} leaves the coalition. Our bot deletes what it kept of it.").format(
        label=label
    )


def back_sentence(label: str) -> str:
    """What a bot says when it was restored from a backup."""
    return _("The bot of {label} was restored from a backup.").format(label=label)


# -- what the own committee is told


@in_each_language
def came_in(label: str) -> Reply:
    """To the room: a committee is in the coalition now."""
    return reply(line("{who} is in our coalition now.", who=called(label)), audience=Audience.ROOM)


@in_each_language
def relabelled(before: str, now: str) -> Reply:
    """To leads: a committee has another label. It is free text, so no room reads it unasked."""
    return reply(
        line("{before} is now called {now}.", before=called(before), now=called(now)),
        audience=Audience.LEADS,
    )


@in_each_language
def left(label: str) -> Reply:
    """To the room: a committee left."""
    return reply(line("{who} has left our coalition.", who=called(label)), audience=Audience.ROOM)


@in_each_language
def lets_in(label: str) -> Reply:
    """To leads: everybody agreed to a committee that they brought."""
    return reply(
        line("Everybody agreed. I invite the bot of {who} now.", who=called(label)),
        audience=Audience.LEADS,
    )


@in_each_language
def somebody_refused(who: str, label: str) -> Reply:
    """To leads: another committee did not agree."""
    return reply(
        line("{who} did not agree that {label} comes in.", who=called(who), label=called(label)),
        audience=Audience.LEADS,
    )


@in_each_language
def let_in_without_us(who: str, label: str) -> Reply:
    """To leads: a committee was let in that they did not agree to."""
    return reply(
        line(
            "{who} let {label} in without your ok. I do not listen to that bot, and it cannot read me.",
            who=called(who),
            label=called(label),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def other_members(label: str) -> Reply:
    """To leads: another bot counts others as members."""
    return reply(
        line(
            "The bot of {who} does not know the same committees as I do. If nobody is coming in "
            "or leaving right now, ask their lead why.",
            who=called(label),
        ),
        audience=Audience.LEADS,
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
            "I do not hear it, and do not wait for it. It stays one of us: secret polls count it as missing."
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
            "Is {who} gone for good? Its bot is not heard any more. Until you agree, secret polls count it "
            "as missing.",
            who=called(label),
        ),
        line("Agree only if you heard that from them, or from somebody you trust."),
    )


def asks_again(days: int) -> Reply:
    """The answer to a lead who says that a committee is not gone for good."""
    return say("Good. I ask you again in {n} days.", n=days)


@in_each_language
def restored(label: str, made: datetime) -> Reply:
    """To leads: another committee's bot was restored from a backup."""
    return reply(
        line(
            "The bot of {who} was restored from a backup of {day}. It asks again for what it missed.",
            who=called(label),
            day=a_time_there(made, readers_clock(ZoneInfo("UTC"))),
        ),
        audience=Audience.LEADS,
    )


def introduction(who: str, label: str, bot: str, master: str) -> tuple[Line, ...]:
    """What leads read of a committee that another introduces: its account, and how its key begins."""
    key = " ".join(master[at : at + 4] for at in range(0, SHOWN_OF_KEY, 4))
    return (
        line(
            "{who} knows {label} and would like to let them into the coalition. Their bot: {bot}.",
            who=called(who),
            label=called(label),
            bot=Code(f"{bot} · {key}"),
        ),
    )


def agreed_to(label: str) -> Reply:
    """The answer to a lead who agreed that a committee comes in."""
    return reply(line("Good. {who} comes in as soon as all others agree.", who=called(label)))


# -- what somebody is answered


def label_chosen(label: str) -> Reply:
    """The answer to a lead who chose a label."""
    return reply(line("The other committees call you {label} now.", label=called(label)))


def log(said: Sequence[LoggedMessage], ctx: Context) -> Reply:
    """What bots said to each other, with when, on the reader's clock."""
    if not said:
        return say("The bots have said nothing to each other yet.")
    return reply(
        line("What the bots said to each other, the newest first. I keep it for 30 days."),
        listed(
            [
                (f"{a_time(each.at, ctx.clock)} ", called(each.label), ": ", quoted(each.sentence))
                for each in said
            ]
        ),
    )


def before_leaving(title: str) -> Reply:
    """What a lead reads before leaving."""
    return reply(
        line("You are about to leave the coalition {title}.", title=called(title)),
        line(
            "The others hear that you left and keep the counts they have. I delete members, keys, "
            "messages and everything that waits. Coming back needs a new pairing."
        ),
        line("{yes} does it.", yes=Code("!coalition leave --yes")),
    )


def leaves() -> Reply:
    """The answer to a lead who left."""
    return say("We leave. I tell the others, and then delete everything I kept of it.")


def noted(*, ok: bool) -> Reply:
    """The answer to an ok or a no from which nothing follows at once."""
    return say("Good, agreed.") if ok else say("Good. You are not part of it.")


def which(waiting: Sequence[Proposal]) -> Refusal:
    """The refusal of an ok that may mean several things."""
    numbers = [Code(f"!coalition ok {each.number}") for each in waiting]
    return Refusal(
        line("Several things wait. Which one?"),
        example=NO_EXAMPLE,
        choices=listed([(number,) for number in numbers]),
    )


def overview(
    own: Coalition,
    members: Sequence[CoalitionMember],
    heard: Mapping[MemberId, datetime],
    given: Sequence[Line],
    waiting: Sequence[tuple[Proposal, AnyProposal | None, str]],
    ctx: Context,
) -> Reply:
    """Who is in the coalition and was last ``heard`` when, what was given, and what waits for an ok."""
    return reply(
        _head(own),
        listed([_member(each, heard.get(each.id), ctx) for each in members]) if members else line("Nobody else is in it yet."),
        line("They hold what you are called, and counts that you agreed to. No names, no ratings."),
        listed(given) if given else None,
        *(row for each in waiting for row in _waits(*each)),
    )  # fmt: skip


def _head(own: Coalition) -> Line:
    match own.state:
        case CoalitionState.JOINING if not own.title:
            return line("You typed a pairing code. The other bot has not answered yet.")
        case CoalitionState.JOINING:
            return line("You are joining the coalition {title}.", title=called(own.title))
        case CoalitionState.LEAVING:
            return line("You are leaving the coalition {title}.", title=called(own.title))
        case CoalitionState.OPEN:
            return line(
                "Coalition {title}. You are {label} there.",
                title=called(own.title),
                label=called(own.label),
            )


def _member(member: CoalitionMember, heard: datetime | None, ctx: Context) -> Line:
    who = called(member.label)
    match member.state:
        case MemberState.IN if heard is not None:
            day = a_day(heard.astimezone(ctx.clock).date(), ctx.today)
            return line("{who}: in it, last heard {day}", who=who, day=day)
        case MemberState.IN:
            return line("{who}: in it", who=who)
        case MemberState.INTRODUCED:
            return line("{who}: waits until all have agreed", who=who)
        case MemberState.INVITED:
            return line("{who}: invited, has not come in yet", who=who)
        case MemberState.SUSPENDED:
            return line("{who}: not heard any more. Pair again.", who=who)
        case MemberState.LEFT:
            return line("{who}: has left", who=who)


def _waits(proposal: Proposal, kind: AnyProposal | None, who: str) -> tuple[Line, ...]:
    if kind is None:
        return ()
    body = wire.as_body(kind.body, proposal.body)
    return (
        *kind.words(proposal, body, who),
        line(
            "{ok} agrees, {no} does not.",
            ok=Code(f"!coalition ok {proposal.number}"),
            no=Code(f"!coalition no {proposal.number}"),
        ),
    )

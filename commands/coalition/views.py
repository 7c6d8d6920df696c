"""What is said of coalitions: to the own committee, and by bots to people who read along."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
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
    Strong,
    in_each_language,
    line,
    listed,
    reply,
    say,
)
from commands.shared.wording import short
from storage.coalition.model import (
    Coalition,
    CoalitionMember,
    CoalitionState,
    LoggedMessage,
    MemberId,
    MemberState,
    Proposal,
)
from storage.coalition.retention import HEARD_KEPT
from storage.core.model import UserId

SHOWN_OF_KEY = 12
"""Letters of a master key that leads read, 72 bits: enough to see that it is another one."""

SILENT = timedelta(days=7)
"""From when on leads read what silence means. While a joint test is open, bots speak each Monday."""

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
def clock_ahead(label: str) -> Reply:
    """To leads: another committee's bot proposed something at a time that is still to come here."""
    return reply(
        line(
            "{who} proposes something, and I cannot take it: the clock of its bot is ahead of mine. Ask their "
            "lead, and both admins, to set their clocks. Then {who} can propose it again.",
            who=called(label),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def newer_bot(label: str) -> Reply:
    """To leads: another committee's bot is of a newer release."""
    return reply(
        line(
            "The bot of {who} is newer than I am. I can show what it says under {log}, and I cannot act upon it. "
            "Ask your admin to update me.",
            who=called(label),
            log=Code("!coalition log"),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def older_bot(label: str) -> Reply:
    """To leads: another committee's bot is of an older release."""
    return reply(
        line(
            "The bot of {who} is older than I am and cannot act upon what I say. Ask their lead to have it "
            "updated.",
            who=called(label),
        ),
        audience=Audience.LEADS,
    )


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
                (
                    f"{a_time(each.at, ctx.clock)} ",
                    *line("{what}: {words}", what=called(each.label), words=quoted(each.sentence)),
                )
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


@in_each_language
def we_leave(title: str, lead: UserId) -> Reply:
    """To the room: a lead took this committee out of its coalition."""
    return reply(
        line(
            "{who} took us out of the coalition {title}. If you do not know why, ask them.",
            who=Strong(short(lead)),
            title=called(title),
        ),
        line("The other committees keep the counts they have. Coming back needs a new pairing."),
        audience=Audience.ROOM,
    )


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
        _of_silence(members, heard, ctx),
        line("The others hold what you are called, and counts and words that you agreed to. I add no names and no ratings.") if members else None,
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


def _of_silence(
    members: Sequence[CoalitionMember], heard: Mapping[MemberId, datetime], ctx: Context
) -> Line | None:
    """What it means that a bot was not heard for a while; nothing, where all were."""
    silent = [
        each
        for each in members
        if each.state is MemberState.IN and ctx.now - heard.get(each.id, each.at) >= SILENT
    ]
    if not silent:
        return None
    return line(
        "Bots speak only when there is something to do together. A long silence may mean that nothing was, or that"
        " a bot is gone: ask their lead. If it is gone for good: {gone}",
        gone=Code('!coalition gone "…"'),
    )


def _member(member: CoalitionMember, heard: datetime | None, ctx: Context) -> Line:
    who = called(member.label)
    match member.state:
        case MemberState.IN:
            return _in_it(member, heard, ctx)
        case MemberState.INTRODUCED:
            return line("{who}: waits until all have agreed", who=who)
        case MemberState.INVITED:
            return line("{who}: invited, has not come in yet", who=who)
        case MemberState.SUSPENDED:
            return line("{who}: not heard any more. Pair again.", who=who)
        case MemberState.LEFT:
            return line("{who}: has left", who=who)


def _in_it(member: CoalitionMember, heard: datetime | None, ctx: Context) -> Line:
    who = called(member.label)
    if heard is not None:
        day = a_day(heard.astimezone(ctx.clock).date(), ctx.today)
        return line("{who}: in it, last heard {day}", who=who, day=day)
    if member.at <= ctx.now - HEARD_KEPT:
        return line("{who}: in it, not heard for {n} days", who=who, n=HEARD_KEPT.days)
    return line("{who}: in it, not heard yet", who=who)


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

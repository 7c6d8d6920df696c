"""What is said of coalition polls: to leads before their ok, to rooms at the end, by bots to who reads along."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from commands.coalition.polls.steps import Why
from commands.coalition.polls.totals import SumOfPolls
from commands.coalition.wording import called
from commands.framework.i18n import _, a_number, all_of, ngettext
from commands.framework.quoting import quoted
from commands.framework.reply import (
    Audience,
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
from commands.polls.count import results
from commands.polls.model import Poll
from commands.polls.secrecy import closes
from commands.polls.sums import promises
from commands.polls.wording import kind_name

# -- before the ok


def proposal(poll: Poll, who: str, zone: ZoneInfo) -> tuple[Line, ...]:
    """What leads read of a coalition poll before they agree; ``who`` is empty for their own committee."""
    asked = Strong(quoted(poll.question))
    kind = kind_name(poll.kind)
    head = (
        line("{who} asks all of us secretly: {question} ({kind})",
             who=called(who), question=asked, kind=kind)
        if who
        else line("Ask all committees secretly: {question} ({kind})", question=asked, kind=kind)
    )  # fmt: skip
    return (
        head,
        *((" · ".join(quoted(each) for each in poll.options),) for _each in poll.options[:1]),
        line("Until {closes}.", closes=Strong(closes(poll, zone))),
        *(() if poll.part_of is None else promises(poll.part_of)),
        line("If you agree, everybody in your room gets a ballot at once."),
    )


def suggested() -> Reply:
    """The answer to a lead who asked: what follows is in the message to all leads."""
    return reply(line("Not asked yet. I show it to all leads here; one of you says ok."))


def shown(poll: Poll, zone: ZoneInfo, *, told: bool) -> Line:
    """A poll of the coalition in the list of what is given: our totals in a sum, never alone."""
    words = (
        _("Poll {code}: our totals, only in the sum of all. The sum is known.")
        if told
        else _("Poll {code}, until {closes}: our totals, only in the sum of all.")
    )
    return fill(words, code=Strong(poll.code), closes=closes(poll, zone))


# -- at the end


@in_each_language
def added(poll: Poll, found: SumOfPolls, *, part: bool, by: str = "") -> Reply:
    """The sum, for the room. ``part``: whether this committee is in it; ``by``: who said it, if not we."""
    totals = found.result.totals
    ballots = 0 if totals is None else totals.ballots
    return reply(
        line(
            "{code} is closed in all committees: {question}",
            code=Strong(poll.code),
            question=Strong(quoted(poll.question)),
        ),
        listed(results.result_lines(poll, found.result)),
        plural(
            "The sum over {committees} committees: {n} ballot of {eligible}.",
            "The sum over {committees} committees: {n} ballots of {eligible}.",
            ballots,
            n=a_number(ballots),
            committees=Strong(a_number(found.committees)),
            eligible=a_number(found.result.eligible),
        ),
        *_abstained(found),
        *(
            ()
            if part
            else (
                line("Our committee is not in it: too few ballots, or our answer came too late."),
            )
        ),
        *(
            (line("{who} told me the sum; I could not add it myself.", who=called(by)),)
            if by
            else ()
        ),
        audience=Audience.ROOM,
    )


def _abstained(found: SumOfPolls) -> tuple[Line, ...]:
    totals = found.result.totals
    if totals is None or not totals.abstained:
        return ()
    return (plural("{n} abstained.", "{n} abstained.", totals.abstained),)


@in_each_language
def no_sum(poll: Poll, why: Why, silent: Sequence[str]) -> Reply:
    """There is no result, for the room; ``silent``: labels of committees without which there is none."""
    return reply(
        line(
            "{code} is closed and has no result: {question}",
            code=Strong(poll.code),
            question=Strong(quoted(poll.question)),
        ),
        _why(why, poll),
        line("We still wait for: {who}.", who=all_of(silent))
        if silent and why is Why.MISSING
        else line("No answer came from: {who}.", who=all_of(silent))
        if silent
        else None,
        line("All ballots are destroyed, and nobody knows what they said."),
        audience=Audience.ROOM,
    )


def _why(why: Why, poll: Poll) -> Line:
    match why:
        case Why.TOO_FEW:
            fewest = 3 if poll.part_of is None else poll.part_of.fewest
            return line("Fewer than {n} committees had enough ballots and answered.", n=fewest)
        case Why.NO_SET:
            return line("The committees' bots did not agree on who is in the sum.")
        case Why.AWAY:
            return line("Too many of the committees that were asked gave no answer.")
        case Why.MISSING:
            return line("A committee agreed to be in the sum, and never sent its part.")


@in_each_language
def spoilt(poll: Poll, labels: Sequence[str]) -> Reply:
    """The sum cannot be one of ballots, for the room; ``labels``: whose parts it was made of."""
    return reply(
        line(
            "{code} is closed and has no result: {question}",
            code=Strong(poll.code),
            question=Strong(quoted(poll.question)),
        ),
        line("The sum makes no sense. The bot of one of these committees sent something wrong: {who}.",
             who=all_of(labels)),
        audience=Audience.ROOM,
    )  # fmt: skip


@in_each_language
def differs(poll: Poll, who: str) -> Reply:
    """Another bot says another sum, for leads."""
    return reply(
        line(
            "The bot of {who} counted something else in {code} than I did. Ask their lead.",
            who=called(who),
            code=Strong(poll.code),
        ),
        audience=Audience.LEADS,
    )


@in_each_language
def leaves_out(who: str) -> Reply:
    """A poll was asked of some committees only, for leads."""
    return reply(
        line(
            "{who} asked a secret poll, but not of exactly the committees that I know. So I did not take it."
            " If a committee has just come in, {who} can ask it again.",
            who=called(who),
        ),
        audience=Audience.LEADS,
    )


# -- what people read in the room of the bots


def asked_sentence(label: str, poll: Poll) -> str:
    """A committee asks."""
    return _("{label} asks all of us secretly: {question}. Each committee's leads decide.").format(
        label=label, question=quoted(poll.question)
    )


def shown_sentence(label: str) -> str:
    """A committee is not in a poll: its leads were shown it, and said no or nothing. That is decided by then."""
    return _(
        "{label} is not in the poll: its leads were shown it and did not agree. "
        "Only a new poll can ask them again."
    ).format(label=label)


def in_sentence(label: str) -> str:
    """A committee takes part."""
    return _("{label} takes part in the poll.").format(label=label)


def ready_sentence(label: str, *, enough: bool) -> str:
    """A committee has counted."""
    words = (
        _("{label} has enough ballots.")
        if enough
        else _("{label} has too few ballots and is not in the sum.")
    )
    return words.format(label=label)


def set_sentence(committees: int) -> str:
    """The chair says the set."""
    return ngettext(
        "{n} committee is in the sum, if all agree.",
        "{n} committees are in the sum, if all agree.",
        committees,
    ).format(n=a_number(committees))


def answer_sentence(label: str, *, agrees: bool) -> str:
    """A committee answers the set."""
    words = (
        _("{label} agrees to who is in the sum.")
        if agrees
        else _("{label} does not agree: a committee is missing in the sum, or is not known.")
    )
    return words.format(label=label)


def part_sentence(label: str) -> str:
    """A committee sends its masked totals."""
    return _("{label} sends its part, hidden among those of all others.").format(label=label)


def sum_sentence(committees: int, ballots: int) -> str:
    """The chair says the sum."""
    return ngettext(
        "The sum over {committees} committees is known: {n} ballot.",
        "The sum over {committees} committees is known: {n} ballots.",
        ballots,
    ).format(committees=a_number(committees), n=a_number(ballots))

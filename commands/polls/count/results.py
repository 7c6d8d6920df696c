"""Results of closed polls for the room: totals as text bars, and nothing that tells on anybody."""

from commands.framework.i18n import _, comma, joined
from commands.framework.quoting import quoted
from commands.framework.reply import Code, Line, Reply, Strong, fill, line, listed, plural, reply
from commands.picture import Bars, ChartBar
from commands.polls.count.runoff import Round
from commands.polls.count.tally import Result, Totals, average, temperature
from commands.polls.model import Poll, PollKind
from commands.polls.wording import labels, leaders, on_scale

BAR = 10
"""Blocks of the longest bar."""
MARK = 2
"""The colour and pattern of the bars in the picture, of those the charts have."""
FULL, EMPTY = "█", "░"


def result(poll: Poll, closed: Result) -> Reply:
    """The announcement of a result, for the room."""
    if closed.totals is None:
        return reply(_too_few(poll))
    heading = line(
        "{code} is closed: {question}",
        code=Strong(poll.code),
        question=Strong(quoted(poll.question)),
    )
    return reply(
        heading,
        listed(result_lines(poll, closed)),
        *_verdicts(poll, closed.totals, closed.eligible),
        picture=_picture(poll, closed.totals, closed.eligible),
    )


def _picture(poll: Poll, totals: Totals, eligible: int) -> Bars:
    """Totals as text bars; of a ranking the last round."""
    words = on_scale(poll)
    counts = totals.counts
    if totals.rounds:
        counts = tuple(votes or 0 for votes in totals.rounds[-1].votes)
    order = (
        range(poll.places - 1, -1, -1) if poll.kind is PollKind.TEMPERATURE else range(poll.places)
    )
    what = _("points") if poll.kind is PollKind.SCORE else _("ballots")
    return Bars(
        title=quoted(poll.question),
        subtitle=_("{code} · {turnout}").format(
            code=poll.code, turnout="".join(str(part) for part in _turnout(totals, eligible))
        ),
        keys=((MARK, what),),
        bars=tuple(
            ChartBar(
                words[at],
                (counts[at],),
                _figure(poll, totals, at) if poll.kind is PollKind.SCORE else str(counts[at]),
            )
            for at in order
        ),
    )


def result_lines(poll: Poll, closed: Result) -> tuple[Line, ...]:
    """The totals, a bar each; no line where there were too few ballots."""
    if closed.totals is None:
        return ()
    totals = closed.totals
    most = max((*totals.counts, 1))
    if poll.kind is PollKind.SCORE:
        most = max(1, 5 * totals.spoke)
    words = on_scale(poll)
    places = range(poll.places)
    # The scale reads from the top down.
    order = reversed(places) if poll.kind is PollKind.TEMPERATURE else places
    if poll.kind is PollKind.RANK:
        return tuple(_round(poll, number, each) for number, each in enumerate(totals.rounds, 1))
    return tuple(
        fill(
            "{bar} {count} · {words}",
            bar=Code(bar(totals.counts[at], most)),
            count=Strong(_figure(poll, totals, at)),
            words=words[at],
        )
        for at in order
    )


def bar(count: int, most: int) -> str:
    """A bar as long as the count is to the most; never empty for something."""
    filled = max(1 if count else 0, round(BAR * count / most))
    return FULL * filled + EMPTY * (BAR - filled)


def _figure(poll: Poll, totals: Totals, at: int) -> str:
    if poll.kind is not PollKind.SCORE:
        return str(totals.counts[at])
    mean_score = average(totals, at)
    return _("no score") if mean_score is None else f"{mean_score:.1f}"


def _round(poll: Poll, number: int, each: Round) -> Line:
    words = labels(poll)
    standing = sorted(
        ((votes, at) for at, votes in enumerate(each.votes) if votes is not None),
        key=lambda pair: (-pair[0], pair[1]),
    )
    rows = joined(f"{words[at]} {votes}" for votes, at in standing)
    if each.exhausted:
        rows += comma() + _("no further choice {n}").format(n=each.exhausted)
    if each.out is None:
        return line("Round {n}: {rows}", n=number, rows=rows)
    if each.level:
        return line(
            "Round {n}: {rows}; out by the rule for ties: {out}",
            n=number,
            rows=rows,
            out=words[each.out],
        )
    return line("Round {n}: {rows}; out: {out}", n=number, rows=rows, out=words[each.out])


def _verdicts(poll: Poll, totals: Totals, eligible: int) -> list[Line]:
    said = [_turnout(totals, eligible)]
    if poll.kind is PollKind.TEMPERATURE:
        values = temperature(totals)
        if values is not None:
            said.append(
                line(
                    "Mean {mean}, median {median}.",
                    mean=f"{values[0]:.1f}",
                    median=f"{values[1]:g}",
                )
            )
    elif poll.kind is PollKind.CONSENSUS:
        blocks = totals.counts[3]
        said.append(
            plural("No consensus: {n} block.", "No consensus: {n} blocks.", blocks)
            if blocks
            else line("No blocks.")
        )
    elif poll.kind is PollKind.RANK and len(totals.leading) == 1:
        said.append(line("Wins: {option}.", option=Strong(labels(poll)[totals.leading[0]])))
    else:
        said.append(leaders(poll, totals.leading))
    if totals.quorum_met is not None:
        needed = poll.rules.quorum
        words = _("The quorum of {n} is met.") if totals.quorum_met else _(
            "The quorum of {n} is not met: the result does not count."
        )  # fmt: skip
        said.append(fill(words, n=needed))
    return said


def _turnout(totals: Totals, eligible: int) -> Line:
    if totals.abstained:
        return plural(
            "{n} ballot of {eligible}, {abstained} abstained.",
            "{n} ballots of {eligible}, {abstained} abstained.",
            totals.ballots,
            eligible=eligible,
            abstained=totals.abstained,
        )
    return plural(
        "{n} ballot of {eligible}.",
        "{n} ballots of {eligible}.",
        totals.ballots,
        eligible=eligible,
    )


def _too_few(poll: Poll) -> Line:
    return line(
        "{code} is closed. Fewer than {k} ballots: nothing is published, not even how many, and"
        " they are destroyed.",
        code=Strong(poll.code),
        k=poll.rules.k,
    )

"""What a committee's part of a coalition poll says of itself: in the room, in every ballot, and before the ok."""

from commands.framework.i18n import a_number
from commands.framework.reply import Line, Reply, Strong, line, plural, say
from commands.polls.model import CoalitionPoll, Poll


def sum_lines(poll: Poll) -> tuple[Line, ...]:
    """What becomes known of votes in a coalition poll, and to whom; nothing for other polls."""
    if poll.part_of is None:
        return ()
    k = poll.rules.k
    floor = line("With fewer than {k} ballots here, our committee is not in the sum.", k=k)
    return (*promises(poll.part_of), floor)


def promises(part: CoalitionPoll) -> tuple[Line, ...]:
    """What becomes known of votes in a poll of several committees, wherever it is asked."""
    return (
        plural(
            "{n} committee is asked the same. Only the sum over all that take part becomes known.",
            "{n} committees are asked the same. Only the sum over all that take part becomes known.",
            part.committees,
            n=a_number(part.committees),
        ),
        _own(part),
        *_fewest(part),
    )


def _own(part: CoalitionPoll) -> Line:
    if part.own:
        return line("Our own result is posted in our room as well.")
    return line("No committee's own result is shown to anybody, not even in its own room.")


def _fewest(part: CoalitionPoll) -> tuple[Line, ...]:
    if part.fewest > 2:
        return (
            line(
                "There is a result if at least {n} committees have enough ballots. All the others"
                " together could subtract, and know ours.",
                n=part.fewest,
            ),
            line(
                "If more than one in four of the committees that are asked give no answer, there is no result."
            ),
        )
    return (
        line(
            "Two committees are enough for a result. Whoever knows what one of two voted then knows"
            " what the other voted."
        ),
    )


def left(poll: Poll) -> Reply:
    """Said in the room when a coalition poll ends whose coalition the committee is not in any more."""
    return say(
        "{code} is closed. We are no longer in the coalition that asked it. So we are in no sum, and"
        " the ballots are destroyed.",
        code=Strong(poll.code),
    )

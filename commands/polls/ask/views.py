"""Words that say a poll back to its maker; kept in memory, since they name the question."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from commands.framework.i18n import _, a_number, ngettext
from commands.framework.quoting import quoted
from commands.framework.reply import (
    Code,
    Line,
    Reply,
    Strong,
    fill,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.polls.count.warnings import warnings
from commands.polls.model import Named, Poll
from commands.polls.secrecy import closes
from commands.polls.wording import kind_name


def secret(
    poll: Poll,
    eligible: int,
    zone: ZoneInfo,
    *,
    share: str,
    same: Sequence[Poll],
    warning: Line | None = None,
) -> Reply:
    """Say a secret poll back: what is asked, of how many, until when. ``same`` are open polls that ask it.

    ``warning``: how many of them cannot vote yet.
    """
    rules = ngettext(
        "Until {closes}; {n} person may vote; below {k} ballots nothing is published.",
        "Until {closes}; {n} people may vote; below {k} ballots nothing is published.",
        eligible,
    )
    told: list[Line] = [
        fill(rules, closes=Strong(closes(poll, zone)), n=a_number(eligible), k=poll.rules.k)
    ]
    if warning is not None:
        told.append(warning)
    if poll.rules.quorum is not None:
        told.append(
            fill(
                _("Quorum {share}: {quorum} ballots of {n}.")
                if share
                else _("Quorum: {quorum} ballots of {n}."),
                share=share,
                quorum=poll.rules.quorum,
                n=a_number(eligible),
            )
        )
    told += [
        line(
            "{code} asks that already, until {closes}.",
            code=Strong(each.code),
            closes=closes(each, zone),
        )
        for each in same
    ]
    told += warnings(poll)
    if poll.risks.needs_second:
        told.append(
            line("So it takes a second person: after your ok I tell you what a lead has to type.")
        )
    return _shown(_head(poll), poll.options, told)


def needs_a_second(poll: Poll) -> Reply:
    """Tell whoever asked a poll that somebody else has to agree to it."""
    return reply(
        line("Not opened yet."),
        *warnings(poll),
        line(
            "To ask it all the same, another lead types {confirm} in the direct chat with"
            " me, reads it, and says ok. If there is no other lead, somebody who may vote"
            " can do it. The poll waits for an hour.",
            confirm=Code(f"!poll confirm {poll.code}"),
        ),
        fleeting=True,
    )


def to_second(poll: Poll, eligible: int, zone: ZoneInfo, warning: Line | None = None) -> Reply:
    """Show the second person what would be asked of whom, and what the result may tell about whom."""
    told: list[Line] = [
        line("Somebody wants to ask this, and the result may tell too much. So it needs your ok:"),
        *warnings(poll),
        plural(
            "Until {closes}; {n} person may vote; below {k} ballots nothing is published.",
            "Until {closes}; {n} people may vote; below {k} ballots nothing is published.",
            eligible,
            closes=Strong(closes(poll, zone)),
            n=a_number(eligible),
            k=poll.rules.k,
        ),
        *([] if warning is None else [warning]),
        line("If you agree, everybody gets the same warning in the room and in their ballot."),
    ]
    return _shown(_head(poll), poll.options, told)


def _head(poll: Poll) -> Line:
    return line(
        "Secret poll, not open yet: {question} ({kind})",
        question=Strong(quoted(poll.question)),
        kind=kind_name(poll.kind),
    )


def named(poll: Named) -> Reply:
    """Announce an open poll: everybody will see who voted what."""
    head = line(
        "Open poll, not posted yet: {question} (names visible)",
        question=Strong(quoted(poll.question)),
    )
    return _shown(head, poll.options, [])


def dropped() -> Reply:
    """Confirm that a poll was dropped before anybody was asked."""
    return say("Dropped. Nobody was asked.")


def _shown(head: Line, options: Sequence[str], told: Sequence[Line]) -> Reply:
    return reply(
        head,
        listed([(quoted(each),) for each in options], numbered=True) if options else None,
        *told,
        line("{ok} to ask it, {no} to drop it.", ok=Code("!ok"), no=Code("!no")),
        fleeting=True,
    )

"""Words about files that were not read yet: too many, for which committee, not here yet."""

from collections.abc import Sequence
from datetime import datetime

from commands.framework.context import Committee, Context
from commands.framework.errors import cut
from commands.framework.i18n import _, a_number
from commands.framework.reply import (
    Code,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)


@in_each_language
def full(name: str, what: str, most: int, until: datetime | None, ctx: Context) -> Reply:
    """A file was not taken: ``what`` is waiting, hour, day or bytes; ``until`` when there is room."""
    words = {
        "waiting": _(
            "{n} files of yours wait here already, so I did not take {name}. I answer them"
            " in order and lose none. Send this one again after that."
        ),
        "hour": _(
            "I take {n} files an hour from one person, so I did not take {name}. I keep the"
            " others. Send it again from {time} on."
        ),
        "day": _(
            "I take {n} files a day from one person, so I did not take {name}. I keep the"
            " others. Send it again from {time} on."
        ),
        "bytes": _(
            "I take {n} MB of files a day from one person, so I did not take {name}. I keep"
            " the others. Send it again from {time} on, or the list alone as CSV."
        ),
    }[what]
    time = "" if until is None else f"{until.astimezone(ctx.zone):%H:%M}"
    return reply(fill(words, n=a_number(most), name=cut(name), time=Strong(time)))


@in_each_language
def which_committee(name: str, committees: Sequence[Committee]) -> Reply:
    """Ask somebody in several committees which one a file is for."""
    ask = line(
        "For which committee is {name}? I keep it and read it as soon as you say.", name=cut(name)
    )
    rows = [fill("{use}", use=Code(f'!use "{each.name}"')) for each in committees]
    return reply(ask, listed(rows))


@in_each_language
def never_said(name: str) -> Reply:
    """Tell somebody that a file was dropped unread: its committee was never named."""
    return say(
        "You did not say which committee {name} is for, so I dropped it unread. {use}, then send it"
        " again.",
        name=cut(name),
        use=Code("!use NAME"),
    )


@in_each_language
def is_for(name: str, committee: Committee) -> Reply:
    """Say which committee a file went to, for somebody who is in several."""
    return say("{name} is for {committee}.", name=cut(name), committee=Strong(committee.name))


@in_each_language
def goes_there(files: int, committee: Committee) -> Reply:
    """Tell which committee the waiting files go to, now that the person has named it."""
    return reply(
        plural(
            "From now on this chat is about {committee}, and the file that waited is for it too.",
            "From now on this chat is about {committee}, and {n} waiting files are for it too.",
            files,
            committee=committee.name,
            n=a_number(files),
        )
    )


@in_each_language
def late(name: str) -> Reply:
    """Tell that an announced file does not come."""
    return say(
        "The homeserver does not give me {name} yet. I try again for a day and answer"
        " as soon as I have it. You can send others now.",
        name=cut(name),
    )

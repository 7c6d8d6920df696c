"""The promises of secret polls and their limits, for every ballot and ``!help secrecy``."""

from zoneinfo import ZoneInfo

from commands.framework.i18n import _, a_number, a_time_there, ngettext
from commands.framework.reply import Code, Line, Reply, Strong, fill, line, listed, reply
from commands.polls.model import Poll


def closes(poll: Poll, zone: ZoneInfo) -> str:
    """The deadline on a reader's clock or, for a room, the committee's; with its city, so that nobody is late."""
    return a_time_there(poll.rules.closes_at, zone)


def disclosure(poll: Poll, eligible: int, zone: ZoneInfo) -> tuple[Line, Line]:
    """The whole text for a ballot: what is protected, and what is not."""
    promised = ngettext(
        "Secret poll {code}, closes {closes}, {n} person may vote; results only then and only if at"
        " least {k} vote. Members and the poll's creator cannot see your vote, nor whether you"
        " voted. The bot's files never hold it readable; it is destroyed when results are posted.",
        "Secret poll {code}, closes {closes}, {n} people may vote; results only then and only if at"
        " least {k} vote. Members and the poll's creator cannot see your vote, nor whether you"
        " voted. The bot's files never hold it readable; it is destroyed when results are posted.",
        eligible,
    )
    return (
        _terms(promised, poll, eligible, zone),
        line(
            "Not protected: whoever runs the bot could see votes as they arrive and could"
            " miscount. The server sees that and when you voted. If nearly everyone"
            " votes alike, totals show it. Your own copy of this chat; seizure while the"
            " bot runs. If the machine restarts you will be asked to vote again. An"
            " informal poll, not a legal ballot. More: {more}",
            more=Code("!help secrecy"),
        ),
    )


def _terms(template: str, poll: Poll, eligible: int, zone: ZoneInfo) -> Line:
    """Which poll it is, until when, for how many, and from how many votes it has a result."""
    return fill(
        template,
        code=Strong(poll.code),
        closes=closes(poll, zone),
        n=a_number(eligible),
        k=poll.rules.k,
    )


def in_short(poll: Poll, eligible: int, zone: ZoneInfo) -> tuple[Line, Line]:
    """The shorter text in a ballot, for whoever has had the whole one for this kind of poll."""
    when = ngettext(
        "Secret poll {code}, closes {closes}, {n} person may vote; results only then and only if at"
        " least {k} vote.",
        "Secret poll {code}, closes {closes}, {n} people may vote; results only then and only if at"
        " least {k} vote.",
        eligible,
    )
    return (
        _terms(when, poll, eligible, zone),
        line(
            "Members see neither your vote nor whether you voted; whoever runs the bot"
            " could. All of it: {more}",
            more=Code("!help secrecy"),
        ),
    )


def secrecy() -> Reply:
    """The answer to ``!help secrecy``."""
    promised = (
        _("Members, leads and the poll's creator never see who voted what, nor who voted."),
        _("My files never hold a vote readable, not once and not in a hundred copies."),
        _("Results come at the deadline only, to everybody at once; below the floor, none."),
        _("Only your last vote counts. When the result is posted, all of it is destroyed."),
        _("All ballots of a poll are equally long: the server sees how long a message is."),
        _("A roster is frozen: who is removed from the room keeps their vote until the deadline."),
        _("Who joined is what I saw myself, and whose part ended raises the floor by one."),
        _("Where comparing results would tell on a few, a lead has to agree, and ballots say so."),
    )
    not_promised = (
        _("Whoever runs me could see votes as they arrive and could miscount."),
        _("The servers see that and when you voted, and keep what they were sent a while."),
        _("If nearly everybody votes alike, the totals say so; all others together can subtract."),
        _("Your own copy of the chat, whoever watches your screen, seizure while I run."),
    )
    return reply(
        (Strong(_("Secret polls promise")),),
        listed([(row,) for row in promised]),
        (Strong(_("They cannot promise")),),
        listed([(row,) for row in not_promised]),
        line(
            "A reboot of my machine loses open polls; then you are asked again. These"
            " are informal polls, not legal ballots. For union elections and other"
            " votes the law has rules for, use what it asks for."
        ),
    )

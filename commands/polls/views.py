"""Words about a secret poll while it is open: the same for everybody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.framework.i18n import _, a_number, a_time_there, joined, ngettext
from commands.framework.quoting import quoted
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    OpenPoll,
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
from commands.polls.ask.policy import Policy
from commands.polls.count.warnings import left_out, warnings
from commands.polls.model import Poll
from commands.polls.secrecy import closes, disclosure, in_short
from commands.polls.wording import choices, counting, how_to_type, kind_name
from storage.core.model import UserId

IN_A_ROW = 7
"""People of a roster on one line: an address has up to 255 letters, a line room for 2,000."""


def announcement(poll: Poll, roster: Sequence[UserId], policy: Policy, zone: ZoneInfo) -> Reply:
    """Said in the room when a poll opens: the question, the rules, and who may vote."""
    hours = int(policy.joined_for.total_seconds() // 3600)
    return reply(
        line(
            "Secret poll {code}, written by a member: {question} ({kind})",
            code=Strong(poll.code),
            question=Strong(quoted(poll.question)),
            kind=kind_name(poll.kind),
        ),
        listed([(quoted(each),) for each in poll.options]) if poll.options else None,
        _rules(poll, zone),
        *_of_sums(poll),
        line("Vote in our direct chat: I sent everybody a ballot. Never vote in this room."),
        plural(
            "{n} person may vote, the bots left out:",
            "{n} people may vote, the bots left out:",
            len(roster),
            n=a_number(len(roster)),
        ),
        listed(_in_rows(roster)),
        _who_is_on_it(hours),
        *left_out(poll, hours),
        _thin_ice(poll, len(roster)),
        *warnings(poll),
    )


def ballot(poll: Poll, eligible: int, zone: ZoneInfo, *, whole: bool = True) -> Reply:
    """Sent to everybody on the roster: what to type, and what is protected and what is not.

    ``whole``: with all of the small print, for whoever has had no ballot of this kind yet. Whether
    they ever voted makes no difference: nobody knows.
    """
    how = counting(poll)
    printed = disclosure(poll, eligible, zone) if whole else in_short(poll, eligible, zone)
    return reply(
        (Strong(quoted(poll.question)),),
        listed(choices(poll)),
        how_to_type(poll),
        (how,) if how else None,
        *_of_sums(poll),
        *warnings(poll),
        *printed,
    )


def stays(words: Reply) -> Reply:
    """Add to a ballot, in a chat without power over messages: please delete the vote yourself."""
    advice = _(
        "I may not delete messages in this chat. Please delete each vote yourself after my answer. To"
        " end that, make me a moderator in the settings of this chat."
    )
    return replace(words, blocks=(*words.blocks, (advice,)))


def tap_question(poll: Poll) -> str:
    """The question above the answers that can be tapped."""
    return _("{question} (secret poll {code})").format(
        question=quoted(poll.question), code=poll.code
    )


def tap_fallback(poll: Poll) -> str:
    """The text that stands in place of the answers in apps that show no polls."""
    return _("{code}: type your vote as the ballot above says.").format(code=poll.code)


def acknowledgement(poll: Poll, zone: ZoneInfo) -> Reply:
    """The answer to a vote, whether it is the first, another or the same."""
    return say(
        "Recorded for {code}. You can replace it until {closes}; only the last one counts.",
        code=poll.code,
        closes=closes(poll, zone),
    )


def no_such_poll() -> Reply:
    """The one answer to a wrong code, to a vote that came late, and to whoever is on no roster."""
    return say(
        "I took no vote: no open secret poll has that code, its time is up, or you are"
        " not on its roster. The code is in the ballot I sent you; {list} shows what is"
        " open.",
        list=Code("!poll list"),
    )


def which_tap() -> Reply:
    """Ask whoever took a tap back while several polls are open to them which poll they mean."""
    return say(
        "You have several open polls, and I cannot tell in which one you removed your"
        " tap. So nothing changed. Tap “abstain” in the one you mean."
    )


@in_each_language
def typed_in_the_room() -> Reply:
    """Tell whoever voted in the room how to vote; the message there is redacted already."""
    return reply(
        line(
            "You voted in the room, where everybody can read it. It did not count. I"
            " removed it there if I may; people's apps may already have it. Vote here"
            " instead, and if you can, for something else."
        ),
        audience=Audience.PERSON,
    )


@in_each_language
def reacted() -> Reply:
    """Tell whoever reacted to a ballot or an announcement how to vote."""
    return reply(
        line(
            "Reactions are never votes: apps send them unencrypted. Type your vote here"
            " as the ballot says, or tap an answer of the poll I sent you."
        ),
        audience=Audience.PERSON,
    )


def reminder(poll: Poll, zone: ZoneInfo) -> Reply:
    """Remind everybody on the roster, whether they voted or not: the bot does not look."""
    return reply(
        line(
            "Secret poll {code} closes {closes}. I send this to everybody on the roster;"
            " nobody looked at who voted.",
            code=Strong(poll.code),
            closes=closes(poll, zone),
        ),
        how_to_type(poll),
    )


def opened(poll: Poll, zone: ZoneInfo, warning: Line | None = None) -> Reply:
    """Confirm to the maker that a poll is open; ``warning`` as in ``cannot_vote_yet``."""
    return reply(
        line(
            "Secret poll {code} is open until {closes}. The ballots are on their way.",
            code=Strong(poll.code),
            closes=closes(poll, zone),
        ),
        warning,
    )


def cannot_vote_yet(k: int, eligible: int, without: int) -> Line | None:
    """Warn the maker, in a count, that ``without`` people on the roster have no verified app; None: all have.

    Who they are is said to nobody: each of them is told when they write.
    """
    if not without:
        return None
    words = ngettext(
        "{n} of them has no verified app and cannot vote before that is done.",
        "{n} of them have no verified app and cannot vote before that is done.",
        without,
    )
    if eligible - without >= k:
        return fill(words, n=a_number(without))
    few = _("Without them there are fewer than {k} votes, so no result.")
    return fill(f"{words} {few}", n=a_number(without), k=k)


def open_already(poll: Poll, zone: ZoneInfo) -> Reply:
    """Answer a second ok: the poll is open already."""
    return say(
        "Secret poll {code} is open already, until {closes}.",
        code=Strong(poll.code),
        closes=closes(poll, zone),
    )


def about_to_cancel(code: str) -> Reply:
    """Before a poll is destroyed; how many have voted is said to nobody."""
    return reply(
        line(
            "Destroy secret poll {code} without counting it? Nobody can bring its ballots"
            " back; everybody would have to vote again.",
            code=Strong(code),
        ),
        line("To do it: {yes}", yes=Code(f"!poll cancel {code} --yes")),
    )


def part_ended() -> Reply:
    """The answer to every vote of somebody whose part in the committee has ended.

    It does not show whether a ballot of theirs is in the box.
    """
    return say(
        "I took no vote: your part in this committee has ended. If you voted before,"
        " that ballot stays in and counts, because taking it out would show what it"
        " said."
    )


@in_each_language
def stays_on_roster(polls: Sequence[Poll], zone: ZoneInfo) -> Reply:
    """Tell somebody who left or was removed from the room that they may still vote."""
    rows = [
        line("{code} until {closes}", code=Strong(poll.code), closes=closes(poll, zone))
        for poll in polls
    ]
    return reply(
        line(
            "You are no longer in the committee's room, but you stay on the roster of a"
            " secret poll. Your ballot counts, and you may vote and replace it here as"
            " before:"
        ),
        listed(rows),
        audience=Audience.PERSON,
    )


@in_each_language
def opened_meanwhile(polls: Sequence[Poll]) -> Reply:
    """Tell somebody who is back in the room which polls opened without them."""
    return reply(
        line(
            "A secret poll opened while you were away from the committee's room, and a"
            " roster does not change. So you have no vote in {codes}. You will be on the"
            " next roster.",
            codes=joined(poll.code for poll in polls),
        ),
        audience=Audience.PERSON,
    )


def cancelled(poll: Poll) -> Reply:
    """Announce in the room that a poll was called off."""
    return say(
        "Secret poll {code} is cancelled. Its ballots are destroyed; nobody has counted them.",
        code=Strong(poll.code),
    )


def postponed(poll: Poll, zone: ZoneInfo) -> Reply:
    """Announce a new deadline in the room and to the roster; ``poll`` has the new one."""
    return say(
        "Secret poll {code} now closes later: {closes}. Votes so far stay and can be replaced.",
        code=Strong(poll.code),
        closes=closes(poll, zone),
    )


def key_lost(until: datetime, zone: ZoneInfo) -> Reply:
    """Announce in the room that a stop or a reboot lost the key of the box, and so the poll.

    Which one is told by its deadline: its code and question are in the box, which nobody can read.
    """
    return say(
        "The secret poll that was open until {closes} is lost: my machine or I were stopped. Its"
        " ballots are sealed, and nobody can ever read them. Please open it again, and vote again.",
        closes=Strong(a_time_there(until, zone)),
    )


def rolled_back(until: datetime, zone: ZoneInfo) -> Reply:
    """Announce in the room that the file of the box is older than its key remembers."""
    return say(
        "The secret poll that was open until {closes} is stopped. Somebody put back an older copy of my"
        " files, and votes would be missing. Its ballots are destroyed, and nobody has counted them."
        " Please open it again, and ask your admin what happened.",
        closes=Strong(a_time_there(until, zone)),
    )


def lost_for_voters() -> Reply:
    """Tell whoever voted in a lost poll, in the direct chat."""
    return say("I was restarted, so nobody can read the earlier ballots. Please vote again.")


def open_polls(polls: Sequence[Poll], zone: ZoneInfo) -> Reply:
    """List the open polls; sent from memory, since the list names questions."""
    if not polls:
        return say(
            "No secret poll is open. To ask one: {example}",
            example=Code('!poll temp "Ready to march on the boss?"'),
        )
    rows = [
        line(
            "{code} {question}, closes {closes}",
            code=Strong(poll.code),
            question=quoted(poll.question),
            closes=closes(poll, zone),
        )
        for poll in sorted(polls, key=lambda poll: (poll.rules.closes_at, poll.code))
    ]
    return reply(listed(rows), fleeting=True)


def named(question: str, options: tuple[str, ...]) -> Reply:
    """A poll with names, for the room; the apps count it."""
    return reply(
        line(
            "{open}, written by a member, names visible: everybody here, now and later,"
            " sees who voted what. A lead ends it in their app. For a secret one: {example}",
            open=Strong(_("Open poll")),
            example=Code("!poll choose"),
        ),
        poll=OpenPoll(_("{question} (names visible)").format(question=quoted(question)), options),
    )


def mine(code: str, *, is_in: bool | None) -> Reply:
    """Whether a ballot of the asking person is in the box; from memory."""
    if is_in is None:
        return replace(no_such_poll(), fleeting=True)
    words = (
        _("Yes, a ballot of yours is in {code}.")
        if is_in
        else _("No, no ballot of yours is in {code}.")
    )
    return reply(fill(words, code=Strong(code)), fleeting=True)


def _of_sums(poll: Poll) -> tuple[Line, ...]:
    """What becomes known of votes in a poll of several committees."""
    if poll.part_of is None:
        return ()
    # Late: few committees are in a coalition.
    from commands.polls.sums import sum_lines  # noqa: PLC0415

    return sum_lines(poll)


def _rules(poll: Poll, zone: ZoneInfo) -> Line:
    if poll.part_of is not None:
        return line(
            "It closes {closes} in all committees, and not before. The sum comes after that, to"
            " everybody at once.",
            closes=Strong(closes(poll, zone)),
        )
    template = _(
        "It closes {closes} and not before. Results come then, to everybody at once, if at least"
        " {k} vote; below that nothing is published, not even how many."
    )
    if poll.rules.quorum is not None:
        template += " " + _("It counts with {quorum} ballots or more, abstentions included.")
    return fill(
        template, closes=Strong(closes(poll, zone)), k=poll.rules.k, quorum=poll.rules.quorum
    )


def _who_is_on_it(hours: int) -> Line:
    """Who is on the roster: seen for long enough, or there at the first look (``ask/policy.py``)."""
    if not hours:
        return line(
            "The roster has everybody who was here when the poll opened. It does not change any more."
        )
    return plural(
        "The roster has whoever I have seen here for {hours} hour, and whoever was here when I first"
        " looked. It does not change any more.",
        "The roster has whoever I have seen here for {hours} hours, and whoever was here when I first"
        " looked. It does not change any more.",
        hours,
        hours=a_number(hours),
    )


def _in_rows(roster: Sequence[UserId]) -> list[Line]:
    """Rows of a few, so that no message is too long and no name is cut."""
    return [(joined(roster[at : at + IN_A_ROW]),) for at in range(0, len(roster), IN_A_ROW)]


def _thin_ice(poll: Poll, eligible: int) -> Line | None:
    if eligible >= 2 * poll.rules.k:
        return None
    return line("You are few, so totals may tell more about each of you than you want.")

"""Words about how much somebody may make and destroy: what is there, how to tidy, who can raise it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from commands.framework.context import Context, Role
from commands.framework.errors import Refusal, not_now
from commands.framework.i18n import _, a_number, a_time, joined, ngettext
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    reply,
    say,
)
from commands.roles.quotas import HOUR, RATES, Act, QuotaItem
from commands.shared.wording import short
from storage.authority.previews import Others
from storage.authority.seconds import Second
from storage.core.model import UserId


def _things(thing: QuotaItem, n: int) -> str:
    """A number of things in words, for a sentence that begins with "You have made"."""
    return {
        QuotaItem.CONTACT: ngettext("{n} contact", "{n} contacts", n),
        QuotaItem.CHANGE: ngettext("{n} change to contacts", "{n} changes to contacts", n),
        QuotaItem.ALIAS: ngettext("{n} other name", "{n} other names", n),
        QuotaItem.NOTE: ngettext("{n} note", "{n} notes", n),
        QuotaItem.TALK: ngettext("{n} talk", "{n} talks", n),
        QuotaItem.RATING: ngettext("{n} rating", "{n} ratings", n),
        QuotaItem.FOLLOW_UP: ngettext("{n} follow-up", "{n} follow-ups", n),
        QuotaItem.MERGE: ngettext(
            "{n} answer about people with the same name",
            "{n} answers about people with the same name",
            n,
        ),
        QuotaItem.TURF: ngettext(
            "{n} change of who is assigned", "{n} changes of who is assigned", n
        ),
        QuotaItem.ABSENCE: ngettext("{n} absence", "{n} absences", n),
        QuotaItem.BUDDY: ngettext("{n} change of buddies", "{n} changes of buddies", n),
        QuotaItem.TEST: ngettext("{n} structure test", "{n} structure tests", n),
        QuotaItem.MARK: ngettext("{n} entry in tests", "{n} entries in tests", n),
        QuotaItem.SHEET: ngettext("{n} signature list", "{n} signature lists", n),
        QuotaItem.MEETING: ngettext("{n} meeting", "{n} meetings", n),
        QuotaItem.SERIES: ngettext("{n} series of meetings", "{n} series of meetings", n),
        QuotaItem.TIME_POLL: ngettext("{n} poll about times", "{n} polls about times", n),
        QuotaItem.ANSWER: ngettext("{n} answer to meetings", "{n} answers to meetings", n),
        QuotaItem.AGENDA: ngettext("{n} change to an agenda", "{n} changes to an agenda", n),
        QuotaItem.DUTY: ngettext("{n} change of roles", "{n} changes of roles", n),
        QuotaItem.MINUTE: ngettext("{n} line of minutes", "{n} lines of minutes", n),
        QuotaItem.ACTION: ngettext("{n} thing to do", "{n} things to do", n),
        QuotaItem.IMPORT: ngettext("{n} list", "{n} lists", n),
        QuotaItem.EXPORT: ngettext("{n} export", "{n} exports", n),
        QuotaItem.HOLD: ngettext("{n} hold", "{n} holds", n),
        QuotaItem.AREA: ngettext("{n} area", "{n} areas", n),
        QuotaItem.ATTENDANCE: ngettext("{n} note of who came", "{n} notes of who came", n),
        QuotaItem.ISSUE: ngettext("{n} word for an issue", "{n} words for issues", n),
        QuotaItem.UNDO: ngettext("{n} undo", "{n} undos", n),
        QuotaItem.LEAVING: ngettext("{n} off-boarding", "{n} off-boardings", n),
        QuotaItem.DIRECT: ngettext("{n} message to others", "{n} messages to others", n),
        QuotaItem.IN_ROOM: ngettext("{n} message in the room", "{n} messages in the room", n),
    }[thing].format(n=a_number(n))


_TIDY: dict[QuotaItem, tuple[Callable[[], str], str]] = {
    QuotaItem.FOLLOW_UP: (lambda: _("{how} closes one."), '!done 12 "talked again"'),
    QuotaItem.MEETING: (lambda: _("{how} cancels one."), "!meet cancel #7"),
    QuotaItem.SERIES: (lambda: _("{how} cancels one."), "!meet cancel #7"),
    QuotaItem.TIME_POLL: (lambda: _("{how} chooses a time."), "!meet pick #7 1"),
    QuotaItem.ACTION: (lambda: _("{how} marks one as done."), "!action done 4"),
    QuotaItem.TEST: (lambda: _("{how} closes one."), "!test close petition"),
    QuotaItem.SHEET: (lambda: _("{how} drops one."), "!test drop 1"),
    QuotaItem.IMPORT: (lambda: _("{how} drops one."), "!import drop 7"),
    QuotaItem.EXPORT: (lambda: _("{how} withdraws one."), "!export refuse 3"),
    QuotaItem.HOLD: (lambda: _("{how} ends one."), "!hold end M-41"),
    QuotaItem.AREA: (lambda: _("{how} shows the areas you have."), "!report coverage"),
}
_RAISE = "[limits] making_percent"


def spent_today(thing: QuotaItem, most: int, role: Role) -> Line:
    """Somebody made as many in a day as one person may."""
    return (
        *line(
            "Not saved: you have reached the limit of {things} within a day. You can go on "
            "when the first of them is a day old.",
            things=_things(thing, most),
        ),
        " ",
        *_more(role),
    )


def open_already(thing: QuotaItem, most: int, role: Role, *, own: bool) -> Line:
    """Refuse a thing of which the person, or everybody, has as many open as may be."""
    words, how = _TIDY[thing]
    before = (
        _("Not saved: you have reached the limit of {things} open at once.")
        if own
        else _("Not saved: this committee has reached the limit of {things}.")
    )
    tidy = fill(words(), how=Code(how))
    return (*fill(before, things=_things(thing, most)), " ", *tidy, " ", *_more(role))


def _more(role: Role) -> Line:
    """Who goes on where somebody may not: a lead at once, whoever runs the bot for all."""
    words = (
        _("A lead can go on; my admin can allow more: {how}")
        if role < Role.LEAD
        else _("My admin can allow more: {how}")
    )
    return fill(words, how=Code(_RAISE))


def act_words(act: Act, n: int) -> str:
    """Words for somebody's acts, to stand behind their name."""
    return {
        Act.FORGET: ngettext("forgot {n} person", "forgot {n} people", n),
        Act.CLOSE_TEST: ngettext("closed {n} test for good", "closed {n} tests for good", n),
        Act.CANCEL_POLL: ngettext("cancelled {n} secret poll", "cancelled {n} secret polls", n),
        Act.SAVE_IMPORT: ngettext("saved {n} import", "saved {n} imports", n),
        Act.UNDO_IMPORT: ngettext("undid {n} import", "undid {n} imports", n),
        Act.DROP_LIST: ngettext("dropped {n} waiting list", "dropped {n} waiting lists", n),
        Act.OFFBOARD: ngettext("ended {n} person's part", "ended {n} people's part", n),
        Act.MOVE_TURF: ngettext(
            "moved many people at once, {n} time", "moved many people at once, {n} times", n
        ),
        Act.RELEASE: ngettext("handed {n} contact back", "handed {n} contacts back", n),
        Act.LEAVE: ngettext(
            "took {n} contact out of the unit", "took {n} contacts out of the unit", n
        ),
        Act.MERGE: ngettext("merged {n} pair of records", "merged {n} pairs of records", n),
        Act.CANCEL_MEETING: ngettext(
            "cancelled {n} meeting, or one time of it",
            "cancelled {n} meetings, or times of them",
            n,
        ),
        Act.DROP_ACTION: ngettext(
            "closed {n} thing that others had to do", "closed {n} things that others had to do", n
        ),
        Act.DROP_FIELD: ngettext(
            "deleted {n} field of everybody", "deleted {n} fields of everybody", n
        ),
        Act.END_HOLD: ngettext("ended {n} hold", "ended {n} holds", n),
        Act.UNFORGET: ngettext(
            "let {n} forgotten person be added again", "let {n} forgotten people be added again", n
        ),
        Act.IDENTITY: ngettext("accepted {n} new identity", "accepted {n} new identities", n),
        Act.UNDO_OTHERS: ngettext(
            "undid {n} thing somebody else had saved", "undid {n} things others had saved", n
        ),
    }[act].format(n=a_number(n))


def too_much(act: Act, done: int, span: timedelta, again: datetime, ctx: Context) -> Refusal:
    """Refuse an act that now takes a second lead, or waiting until ``again``."""
    words = (
        _("Not done: you {did} within an hour. To do more you need a second lead: I have "
          "asked the others. Without them you can go on at {time}.")
        if span <= HOUR
        else _("Not done: you {did} within a day. To do more you need a second lead: I have "
               "asked the others. Without them you can go on at {time}.")
    )  # fmt: skip
    return not_now(fill(words, did=act_words(act, done), time=a_time(again, ctx.clock)))


def too_much_alone(
    act: Act, done: int, span: timedelta, again: datetime, ctx: Context, nobody: Line
) -> Refusal:
    """Refuse a further act where no other lead could agree: nobody was asked."""
    words = (
        _("Not done: you {did} within an hour. To do more you need a second lead, or "
          "time: you can go on at {time}.")
        if span <= HOUR
        else _("Not done: you {did} within a day. To do more you need a second lead, or time: "
               "you can go on at {time}.")
    )  # fmt: skip
    said = fill(words, did=act_words(act, done), time=a_time(again, ctx.clock))
    return not_now((*said, " ", *nobody))


@in_each_language
def question(asked: Second, act: Act, done: int, ctx: Context) -> Reply:
    """Ask the leads whether somebody may go on destroying."""
    head = line(
        "{who} {did} within a day and wants to go on. Ask them why, by phone or in person.",
        who=Strong(short(ctx.user)),
        did=act_words(act, done),
    )
    tail = line(
        "If it is right: {second}. It allows {n} more within an hour. If not, do nothing.",
        second=Code(f"!second {asked.number}"),
        n=a_number(RATES[act].second_adds),
    )
    return reply(head, tail, audience=Audience.LEADS)


@in_each_language
def much(act: Act, today: int, ctx: Context) -> Reply:
    """Tell the leads that somebody destroys much."""
    words = line(
        "{who} {did} within a day. If you do not know why, ask them; {audit} shows "
        "everything they did.",
        who=Strong(short(ctx.user)),
        did=act_words(act, today),
        audit=Code("!audit"),
    )
    return reply(words, audience=Audience.LEADS)


def agreed(asked: Second, by: Context) -> tuple[Reply, ...]:
    """Tell the lead who agreed, and whoever asked, how many more acts are allowed."""
    more = a_number(RATES[Act(asked.act)].second_adds)
    here = say("{who} can go on: {n} more within an hour.", who=Strong(short(asked.person)), n=more)
    return here, _agreed(asked.person, RATES[Act(asked.act)].second_adds, by.user)


@in_each_language
def _agreed(person: UserId, more: int, by: UserId) -> Reply:
    words = line(
        "{by} agreed: you can do {n} more within the hour. Type again what you wanted to do.",
        by=Strong(short(by)),
        n=a_number(more),
    )
    return reply(words, audience=Audience.NAMED, to=(person,))


def look_first() -> Line:
    """The line above a preview, for a yes that came before any preview."""
    return line("Nothing is done yet: first look at what would be deleted.")


def changed_since(who: Sequence[Others], before: str) -> Line:
    """The first line of a renewed preview: what it was before, and who has changed something since."""
    by = joined(f"{short(each.author)} ({a_number(each.entries)})" for each in who)
    was = _("It was {before}.").format(before=before) if before else ""
    if not by:
        return line("Nothing is done: it has changed since you looked. {was} Look again.", was=was)
    return line(
        "Nothing is done: {by} has changed it since you looked. {was} Look again.", by=by, was=was
    )

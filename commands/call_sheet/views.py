"""Words of the call sheet: two lines a person on a phone."""

from collections.abc import Sequence
from datetime import date, datetime

from commands.call_sheet.rules import Call, CallReason
from commands.framework.context import Context
from commands.framework.errors import cut
from commands.framework.i18n import _, ngettext
from commands.framework.reply import (
    Block,
    Code,
    Line,
    Reply,
    Strong,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.talk_steps import talk_steps
from storage.core.model import Answer
from storage.turf.call_sheet import Candidate

WEEK = 7


def sheet(calls: Sequence[Call], ctx: Context, before: Sequence[Block]) -> Reply:
    """List whom to talk to next, each with why and what to open with, and say the order.

    ``before``: what to read before the talk; empty for whoever has had a few.
    """
    rows = [_row(call, ctx) for call in calls]
    first = calls[0].candidate.handle
    tail: list[Block] = [
        (order(),),
        line(
            "After a talk: {talk}. No answer: {missed}, and I show you the next one.",
            talk=Code(f"!log {first} reached"),
            missed=Code(f"!log {first} noanswer"),
        ),
    ]
    return reply(
        plural(
            "Talk to this person next:", "Talk to these {n} people next:", len(calls), n=len(calls)
        ),
        listed(rows),
        *before,
        *tail,
    )


def before_a_talk(call: Call, *, first: int, had: int) -> list[Block]:
    """The steps of a one-on-one before the very first, where they stand before the ``first`` few, then nothing."""
    if had >= first:
        return []
    handle = call.candidate.handle
    if had:
        return [line("The five steps, before you go: {help}", help=Code(f"!help talk {handle}"))]
    return [line("Before your first talk, the five steps:"), talk_steps(handle)]


def order() -> str:
    """The order of the reasons, in words."""
    return _(
        "The order: follow-up due, asked and no answer, yes and not done, leader not "
        "talked to. Then: old rating, not asked yet, never talked to, longest ago."
    )


def nobody(area: str | None, *, people: bool) -> Reply:
    """Say that there is nobody to talk to now; ``people``: whether the person has anybody at all."""
    if not people:
        return say(
            "You have no people yet. Type {add}, or ask a lead to assign you some.",
            add=Code("!contact add"),
        )
    if area is not None:
        return say("None of your people in {area} waits for you now.", area=area)
    return say(
        "None of your people waits for you now. You tried all of them lately, or they "
        "have a day planned, are away or said no."
    )


def following(call: Call, ctx: Context) -> Line:
    """The one line behind a try that reached nobody: who is next."""
    return line(
        "Next: {who} – {why}. {next} shows what to open with.",
        who=Strong(_who(call.candidate)),
        why=why(call, ctx.now, ctx.today),
        next=Code("!next"),
    )


def _row(call: Call, ctx: Context) -> Line:
    return line(
        "{who}: {why}. Open with: {opening}",
        who=Strong(_who(call.candidate)),
        why=why(call, ctx.now, ctx.today),
        opening=opening(call),
    )


def _who(one: Candidate) -> str:
    return f"{one.handle} {one.name}"


def why(call: Call, now: datetime, today: date) -> str:
    """The reason in a few words."""
    one = call.candidate
    return {
        CallReason.DUE: _due(one, today),
        CallReason.UNANSWERED: _unanswered(one),
        CallReason.PROMISED: _("said yes to {test}, not done yet").format(
            test=cut(one.promised or "")
        ),
        CallReason.LEADER: _leader(one),
        CallReason.STALE: _stale(one, now),
        CallReason.UNASKED: _("not asked for {test} yet").format(test=cut(one.unasked or "")),
        CallReason.NEVER: _("never talked to") if one.tried is None else _("tried, never reached"),
        CallReason.LONG_AGO: _("last talk {n} weeks ago").format(n=_days(one.talked, now) // WEEK),
    }[call.reason]


def _leader(one: Candidate) -> str:
    if not one.behind:
        return _("natural leader, not talked to yet")
    words = ngettext(
        "natural leader, {n} person behind them, not talked to yet",
        "natural leader, {n} people behind them, not talked to yet",
        one.behind,
    )
    return words.format(n=one.behind)


def _days(since: datetime | None, now: datetime) -> int:
    return 0 if since is None else (now - since).days


def _unanswered(one: Candidate) -> str:
    if one.asked is not None:
        return _("asked for {test}, no answer yet").format(test=cut(one.asked))
    return _("asked “{ask}”, no answer yet").format(ask=cut(one.ask or ""))


def _stale(one: Candidate, now: datetime) -> str:
    days = _days(one.rated, now)
    words = ngettext(
        "rated {n} day ago, and {test} is open", "rated {n} days ago, and {test} is open", days
    )
    return words.format(n=days, test=cut(one.unasked or ""))


def _due(one: Candidate, today: date) -> str:
    late = 0 if one.due is None else (today - one.due).days
    if late == 0:
        return _("follow-up due today")
    return ngettext("follow-up {n} day overdue", "follow-up {n} days overdue", late).format(n=late)


def opening(call: Call) -> str:
    """What to open with: what they owe us and we them, what moves them, what is on."""
    one = call.candidate
    told: list[str] = []
    if call.reason is CallReason.DUE and one.what:
        told.append(cut(one.what))
    if one.issue:
        told.append(_("their issue, {issue}").format(issue=cut(one.issue)))
    if one.ask and one.ask != one.what and not (one.unanswered and one.asked is None):
        told.append(_("the last ask, {ask}").format(ask=_asked(one.ask, one.answer)))
    test = one.promised or one.asked or one.unasked
    if test and call.reason in {CallReason.DUE, CallReason.LEADER}:
        told.append(_("{test}, which is open").format(test=cut(test)))
    return " · ".join(told[:2]) or _("what would they change here?")


def _asked(ask: str, answer: Answer | None) -> str:
    words = {Answer.YES: _("yes"), Answer.MAYBE: _("maybe"), Answer.NO: _("no"), None: ""}[answer]
    return f"{cut(ask)} ({words})" if words else cut(ask)

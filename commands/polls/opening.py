"""Opening a secret poll: every check there is, then the box; or a second organizer first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.framework.context import Context
from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _, ngettext
from commands.framework.reply import Code, Paragraph, Reply, Strong, line
from commands.polls import views
from commands.polls.desk import Held, PollDesk
from commands.polls.model import Kind, Poll, Rules, new_code
from commands.polls.policy import Policy, difference, roster
from commands.polls.terms import Deadline, LeastBallots, Quorum, usual_deadline
from storage.model import UserId


@dataclass(frozen=True, slots=True)
class Terms:
    """What its creator asked for; the rest is usual."""

    closes: Deadline | None
    k: LeastBallots | None
    quorum: Quorum | None


async def open_poll(
    ctx: Context,
    desk: PollDesk,
    terms: Terms,
    kind: Kind,
    question: str,
    options: tuple[str, ...] = (),
) -> Reply:
    """Open it, or say why not. Raises Refusal."""
    await refuse_where_unsafe(desk)
    closes = terms.closes or usual_deadline(ctx)
    _check_deadline(closes, ctx, desk.policy)
    people = roster(await desk.members(), ctx.now, desk.policy)
    rules = _rules(terms, closes, people, desk.policy)
    poll = Poll(
        new_code([each.code for each in await desk.polls()]), kind, question, options, rules
    )
    differs = difference(people, await desk.rosters(ctx.now - desk.policy.compared_with), rules.k)
    if differs is not None:
        await desk.hold(Held(poll, ctx.user))
        return _needs_a_second(poll, differs)
    return views.opened(await desk.open(poll, people), ctx.committee.zone)


async def open_held(ctx: Context, desk: PollDesk, code: str) -> Reply:
    """Open what a second organizer agrees to, with the roster of this moment. Raises Refusal."""
    await refuse_where_unsafe(desk)
    held = await desk.held(code)
    if held is None:
        raise refuse(
            _("No poll waits under that code; it waits for an hour. Ask it again."), example=""
        )
    if held.by == ctx.user:
        raise refuse(_("You asked it: somebody else has to agree."), example="")
    rules = held.poll.rules
    _check_deadline(rules.closes_at, ctx, desk.policy)
    people = roster(await desk.members(), ctx.now, desk.policy)
    if len(people) < rules.k:
        raise _too_few(len(people), rules.k, desk.policy)
    return views.opened(await desk.open(held.poll, people), ctx.committee.zone)


async def refuse_where_unsafe(desk: PollDesk) -> None:
    """Raises Refusal with the reasons why this machine cannot keep a vote secret."""
    reasons = await desk.unavailable()
    if reasons:
        raise refuse(
            _("I hold no secret polls on this machine: {reasons} Your admin can change that."),
            reasons=" ".join(reasons),
            example="",
        )


def _rules(terms: Terms, closes: Deadline, people: Sequence[UserId], policy: Policy) -> Rules:
    k = terms.k or policy.k
    if len(people) < k:
        raise _too_few(len(people), k, policy)
    quorum = None if terms.quorum is None else terms.quorum.of(len(people))
    if quorum is not None and quorum > len(people):
        raise refuse(
            _("A quorum of {quorum} cannot be met: {n} people may vote."),
            quorum=quorum,
            n=len(people),
            example="",
        )
    return Rules(k, quorum, closes)


def _too_few(people: int, k: int, policy: Policy) -> Refusal:
    hours = int(policy.joined_for.total_seconds() // 3600)
    words = ngettext(
        "Only {n} person here may vote (joined at least {hours} hours ago), and below {k} ballots"
        " I publish nothing. So few have to talk instead.",
        "Only {n} people here may vote (joined at least {hours} hours ago), and below {k} ballots"
        " I publish nothing. So few have to talk instead.",
        people,
    )
    return refuse(words, n=people, hours=hours, k=k, example="")


def _check_deadline(closes: datetime, ctx: Context, policy: Policy) -> None:
    left = closes - ctx.now
    if left < policy.shortest:
        raise refuse(
            _("A secret poll stays open for at least {span}, so that nobody is watched at it."),
            span=_span(policy.shortest),
            example="",
        )
    if left > policy.longest:
        raise refuse(
            _("A secret poll stays open for {span} at most: a reboot of my machine loses it."),
            span=_span(policy.longest),
            example="",
        )


def _span(span: timedelta) -> str:
    if span.days:
        return ngettext("{n} day", "{n} days", span.days).format(n=span.days)
    minutes = int(span.total_seconds() // 60)
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)


def _needs_a_second(poll: Poll, differs: int) -> Reply:
    words = ngettext(
        "Not opened yet. {n} person is on this roster and not on that of another secret poll of the"
        " last 30 days, or the other way round. Whoever compares both results may see what that"
        " person thinks. If it shall be asked all the same, another organizer types {confirm}.",
        "Not opened yet. {n} people are on this roster and not on that of another secret poll of"
        " the last 30 days, or the other way round. Whoever compares both results may see what"
        " those few think. If it shall be asked all the same, another organizer types {confirm}.",
        differs,
    )
    told = line(words, n=Strong(str(differs)), confirm=Code(f"!poll confirm {poll.code}"))
    return Reply((Paragraph(told),))

"""Opening a poll that was said back: every check once more, then the box; or a second organizer first."""

from dataclasses import replace

from commands.framework.context import Context
from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _, ngettext
from commands.framework.reply import Code, Paragraph, Reply, Strong, line
from commands.polls import views
from commands.polls.deadlines import is_too_short, soonest
from commands.polls.desk import Draft, Held, PollDesk
from commands.polls.model import Named, Poll
from commands.polls.policy import Policy, difference, roster
from storage.model import UserId


async def open_draft(ctx: Context, desk: PollDesk, draft: Draft) -> Reply:
    """Ask what was said back, with the roster of this moment. Raises Refusal."""
    asked = draft.asked
    if isinstance(asked, Named):
        await desk.drop_draft(draft.by, in_room=draft.in_room)
        return views.named(asked.question, asked.options)
    poll, people = await _still_possible(ctx, desk, asked)
    since = ctx.now - desk.policy.compared_with
    differs = difference(people, await desk.rosters(since), poll.rules.k)
    if differs is not None:
        await desk.hold(Held(poll, draft.by))
        await desk.drop_draft(draft.by, in_room=draft.in_room)
        return _needs_a_second(poll, differs)
    found = await desk.open(poll, people)
    await desk.drop_draft(draft.by, in_room=draft.in_room)
    return views.opened(found, ctx.committee.zone)


async def open_held(ctx: Context, desk: PollDesk, code: str) -> Reply:
    """Open what a second organizer agrees to, with the roster of this moment. Raises Refusal."""
    done = await desk.opened()
    if done is not None:
        return views.opened(done, ctx.committee.zone)
    held = await desk.held(code)
    if held is None:
        raise refuse(
            _("No poll waits under that code; it waits for an hour. Ask it again."), example=""
        )
    if held.by == ctx.user:
        raise refuse(_("You asked it: somebody else has to agree."), example="")
    poll, people = await _still_possible(ctx, desk, held.poll)
    return views.opened(await desk.open(poll, people), ctx.committee.zone)


async def refuse_where_unsafe(desk: PollDesk) -> None:
    """Raises Refusal with the reasons why this machine cannot keep a vote secret."""
    reasons = await desk.unavailable()
    if reasons:
        raise refuse(
            _("I hold no secret polls on this machine: {reasons} Your admin can change that."),
            reasons=" ".join(reasons),
            example="",
        )


def too_few(people: int, k: int, policy: Policy) -> Refusal:
    """The refusal of a poll of which nothing could be published."""
    hours = int(policy.joined_for.total_seconds() // 3600)
    words = ngettext(
        "Only {n} person here may vote (joined at least {hours} hours ago), and below {k} ballots"
        " I publish nothing. So few have to talk instead.",
        "Only {n} people here may vote (joined at least {hours} hours ago), and below {k} ballots"
        " I publish nothing. So few have to talk instead.",
        people,
    )
    return refuse(words, n=people, hours=hours, k=k, example="")


def quorum_too_high(quorum: int, people: int) -> Refusal:
    """The refusal of a quorum that nobody can reach."""
    return refuse(
        _("A quorum of {quorum} cannot be met: {n} people may vote."),
        quorum=quorum,
        n=people,
        example="",
    )


async def _still_possible(
    ctx: Context, desk: PollDesk, poll: Poll
) -> tuple[Poll, tuple[UserId, ...]]:
    """The poll as it can be opened now, and who may vote in it. Raises Refusal.

    What was said back a while ago closes a little later if the last ballot would come too late.
    """
    await refuse_where_unsafe(desk)
    if poll.rules.closes_at <= ctx.now:
        raise refuse(_("That deadline has passed meanwhile. Please ask it anew."), example="")
    people, waiting = roster(await desk.members(), ctx.now, desk.policy), await desk.backlog()
    rules = poll.rules
    if len(people) < rules.k:
        raise too_few(len(people), rules.k, desk.policy)
    if rules.quorum is not None and rules.quorum > len(people):
        raise quorum_too_high(rules.quorum, len(people))
    if is_too_short(rules.closes_at, len(people), waiting, ctx.now, desk.policy):
        later = soonest(len(people), waiting, ctx.now, desk.policy)
        poll = replace(poll, rules=replace(rules, closes_at=later))
    return poll, people


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

"""Opening a poll that was said back: check everything again, then open, or ask a second person first."""

from dataclasses import replace
from datetime import datetime, timedelta

from commands.framework.context import Context, Role
from commands.framework.denials import refused
from commands.framework.errors import Refusal, impossible, not_now
from commands.framework.i18n import a_number
from commands.framework.reply import Line, Reply, plural
from commands.polls import views
from commands.polls.ask import views as said_back
from commands.polls.ask.deadlines import is_too_short, soonest
from commands.polls.ask.policy import Policy, electorate
from commands.polls.count import comparison
from commands.polls.count.warnings import why_not_now
from commands.polls.model import Named, Outside, Poll, some
from commands.polls.service import HeldPoll, PollDraft, PollService
from commands.roles import rules
from commands.roles.roll import Roll
from commands.roles.rules import Need
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

KEPT = timedelta(minutes=30)
"""How long what was said back waits, as a meeting does."""


@dataclass(frozen=True, slots=True)
class PollOpening:
    """A poll that can be opened now, with its roster and the warnings it needs."""

    poll: Poll
    people: tuple[UserId, ...]


async def open_draft(ctx: Context, desk: PollService, draft: PollDraft) -> Reply:
    """Open a poll that was said back, with the roster of this moment. Raises Refusal."""
    asked = draft.asked
    if isinstance(asked, Named):
        await desk.drop_draft(draft.by, in_room=draft.in_room)
        return views.named(asked.question, asked.options)
    found = await _still_possible(ctx, desk, asked)
    risks = found.poll.risks
    if draft.first is not None and risks != asked.risks:
        # Somebody came or went meanwhile: what was agreed to is not what would be opened.
        return await _show_second(ctx, desk, found, draft.first)
    if draft.first is None and risks.needs_second:
        await desk.hold(HeldPoll(found.poll, draft.by))
        await desk.drop_draft(draft.by, in_room=draft.in_room)
        return said_back.needs_a_second(found.poll)
    opened = await desk.open(found.poll, found.people)
    await desk.drop_draft(draft.by, in_room=draft.in_room)
    return views.opened(opened, ctx.clock, await warning_of(desk, found))


async def agree(ctx: Context, desk: PollService, roll: Roll, code: str) -> Reply:
    """Show a second person the poll that waits for one, and what its result may tell. Raises Refusal.

    Nothing is opened by this: only the ``!ok`` to what was shown opens it.
    """
    done = await desk.opened()
    if done is not None:
        return views.opened(done, ctx.clock)
    held = await desk.held(code)
    if held is None:
        raise impossible("No poll with that code waits; a poll waits for an hour. Ask it again.")
    if held.by == ctx.user:
        raise impossible("You asked that poll, so somebody else has to agree.")
    found = await _still_possible(ctx, desk, held.poll)
    _refuse_unfit_second(ctx, roll, held, found)
    return await _show_second(ctx, desk, found, held.by)


def _refuse_unfit_second(ctx: Context, roll: Roll, held: HeldPoll, found: PollOpening) -> None:
    """Raises Refusal where somebody may not be the second: a lead may, or who votes if nobody else leads."""
    others = {*roll.leads} - {held.by}
    need = Need(role=Role.LEAD, second=True)
    why = rules.refusal(ctx.standing, need, ctx.now, ctx.settings)
    if others and why is not None:
        raise refused(why, need, ctx, "poll confirm")
    if not others and ctx.user not in found.people:
        raise impossible("Somebody who may vote in it has to agree, and you are new here.")


async def _show_second(ctx: Context, desk: PollService, found: PollOpening, first: UserId) -> Reply:
    await desk.draft(
        PollDraft(found.poll, ctx.user, in_room=False, until=ctx.now + KEPT, first=first)
    )
    warning = await warning_of(desk, found)
    return said_back.to_second(found.poll, len(found.people), ctx.clock, warning)


async def warning_of(desk: PollService, found: PollOpening) -> Line | None:
    """What its maker is told of a roster on which somebody cannot vote yet."""
    without = await desk.without_app(found.people)
    return views.cannot_vote_yet(found.poll.rules.k, len(found.people), without)


async def weigh(now: datetime, desk: PollService, poll: Poll) -> PollOpening:
    """Decide who may vote in a poll opened now, and what its result may tell. Raises Refusal."""
    policy = desk.policy
    eligible = electorate(await desk.members(), now, policy)
    if len(eligible.roster) < poll.rules.k:
        raise too_few(len(eligible.roster), poll.rules.k, policy)
    earlier = await desk.earlier(now - policy.compared_with)
    weighed = comparison.weigh(poll, eligible.roster, earlier, now, policy)
    known = await desk.known()
    found = replace(poll, risks=comparison.risks(poll, weighed, known, policy))
    if weighed.refused:
        raise not_now(why_not_now(found.risks.named, found.risks.unnamed))
    quorum = poll.rules.quorum
    if quorum is not None and quorum > len(weighed.roster):
        raise quorum_too_high(quorum, len(weighed.roster))
    outside = Outside(
        new=some(eligible.new),
        all_new=len(eligible.new),
        held=some(weighed.held_back),
        all_held=len(weighed.held_back),
        gone=some(eligible.gone),
        all_gone=len(eligible.gone),
    )
    return PollOpening(replace(found, outside=outside), weighed.roster)


async def refuse_where_unsafe(desk: PollService) -> None:
    """Raises Refusal with the reasons why this machine cannot keep a vote secret."""
    reasons = await desk.unavailable()
    if reasons:
        raise impossible(
            "I hold no secret polls on this machine: {reasons} Your admin can change that.",
            reasons=" ".join(reasons),
        )


def too_few(people: int, k: int, policy: Policy) -> Refusal:
    """The refusal of a poll of which nothing could be published."""
    hours = int(policy.joined_for.total_seconds() // 3600)
    few = plural(
        "Only {n} person here may vote, and below {k} ballots I publish nothing. So few have to talk"
        " instead.",
        "Only {n} people here may vote, and below {k} ballots I publish nothing. So few have to talk"
        " instead.",
        people,
        k=k,
    )
    if not hours:
        return not_now(few)
    new = plural(
        "Whoever joins may vote after {hours} hour.",
        "Whoever joins may vote after {hours} hours.",
        hours,
        hours=a_number(hours),
    )
    return not_now((*few, " ", *new))


def quorum_too_high(quorum: int, people: int) -> Refusal:
    """Refuse a quorum that nobody can reach."""
    return impossible(
        "A quorum of {quorum} cannot be met: {n} people may vote.", quorum=quorum, n=people
    )


async def _still_possible(ctx: Context, desk: PollService, poll: Poll) -> PollOpening:
    """The poll as it can be opened now, and who may vote in it. Raises Refusal.

    What was said back a while ago closes a little later if the last ballot would come too late.
    """
    await refuse_where_unsafe(desk)
    if poll.rules.closes_at <= ctx.now:
        raise impossible("That deadline has passed now. Please ask the poll again.")
    found, waiting = await weigh(ctx.now, desk, poll), await desk.backlog()
    rules, people = found.poll.rules, len(found.people)
    if is_too_short(rules.closes_at, people, waiting, ctx.now, desk.policy):
        later = soonest(people, waiting, ctx.now, desk.policy)
        return replace(found, poll=replace(found.poll, rules=replace(rules, closes_at=later)))
    return found

"""Commands about open polls: list them, ask after one's ballot, call one off."""

from dataclasses import replace

from commands.authority.budget import Acts
from commands.authority.previews import Preview, Previews
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse, say
from commands.framework.context import Place
from commands.framework.errors import Refusal
from commands.framework.reply import Code, Strong
from commands.polls import secrecy as promises
from commands.polls import views
from commands.polls.ask.deadlines import earliest, is_too_short, too_short, typed
from commands.polls.ask.open import agree
from commands.polls.ask.policy import Policy
from commands.polls.service import PollService, RequestOutcome
from commands.polls.terms import Choice, Deadline, PollCode
from commands.roles.quotas import Act
from commands.roles.roll import Roll


@command("vote", who=Role.ORGANIZER, where=Where.DIRECT, example="!vote K7QX 04")
async def vote(_ctx: Context, code: PollCode, choice: Choice) -> Reply:
    """Vote in a secret poll, as the ballot I sent you says; only your last vote counts.

    code: the poll's four characters
    choice: what the ballot shows in front of your choice
    """
    # Votes are taken before commands are looked at (typed.py). Declared here for help's sake, it
    # answers as to a vote in no poll.
    del code, choice
    return replace(views.no_such_poll(), fleeting=True)


@command(
    "poll confirm",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!poll confirm K7QX",
)
async def confirm(ctx: Context, code: PollCode, *, desk: PollService, roll: Roll) -> Reply:
    """Read a secret poll that waits for a second person's ok, and what its result may show.

    code: the four characters I named
    """
    return await agree(ctx, desk, roll, code)


@command(
    "poll list", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!poll list", also=("polls",)
)
async def list_(ctx: Context, desk: PollService) -> Reply:
    """Show which secret polls are open."""
    return views.open_polls(await desk.polls(), ctx.clock)


@command("poll mine", who=Role.ORGANIZER, where=Where.DIRECT, example="!poll mine K7QX")
async def mine(ctx: Context, code: PollCode, *, desk: PollService) -> Reply:
    """Ask whether a ballot of yours is in the box.

    code: the poll's four characters
    """
    return views.mine(code, is_in=await desk.is_mine_in(code, ctx.user))


@command(
    "poll cancel",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!poll cancel K7QX",
    also=("poll drop", "poll withdraw", "poll undo"),
    destroys=(Act.CANCEL_POLL,),
)
async def cancel(
    ctx: Context,
    code: PollCode,
    *,
    desk: PollService,
    acts: Acts,
    previews: Previews,
    yes: bool = False,
) -> Reply:
    """Destroy a secret poll uncounted: a lead in the room, or its maker while ballots go out.

    code: the poll's four characters
    yes: destroy it, after I asked you
    """
    if not await desk.may_call_off(code, ctx.user):
        _refuse_others(ctx)
        if code not in {each.code for each in await desk.polls()}:
            raise _not_possible(RequestOutcome.UNKNOWN)
        look = Preview(f"cancel {code}", {}, views.about_to_cancel(code))
        first = await previews.first(ctx, look, yes=yes)
        if first is not None:
            return first
        await acts.spend(ctx, Act.CANCEL_POLL)
    outcome = await desk.cancel(code)
    if outcome is not RequestOutcome.DONE:
        raise _not_possible(outcome)
    return say("Secret poll {code} is cancelled; I tell the room.", code=Strong(code))


def _refuse_others(ctx: Context) -> None:
    """Raises Refusal for whoever may not cancel: in the same words for a poll's maker as for others."""
    if ctx.role < Role.LEAD:
        raise impossible(
            "{cancel} is for leads, in the committee room. The person who made a poll may"
            " cancel it for ten minutes, while not everybody has a ballot yet.",
            cancel=Code("!poll cancel"),
        )
    if ctx.place is Place.DIRECT:
        raise impossible(
            "{command} concerns everyone: type it in the committee room.",
            command=Code("!poll cancel"),
        )


@command(
    "poll postpone",
    who=Role.LEAD,
    where=Where.ROOM,
    example="!poll postpone K7QX tomorrow 20:00",
    also=("poll extend",),
)
async def postpone(ctx: Context, code: PollCode, closes: Deadline, *, desk: PollService) -> Reply:
    """Let a secret poll close later; never earlier.

    code: the poll's four characters
    closes: the new deadline
    """
    await _refuse_too_soon(ctx, desk, code, closes)
    outcome = await desk.postpone(code, closes)
    if outcome is not RequestOutcome.DONE:
        raise _not_possible(outcome, desk.policy)
    return say("Poll {code} closes later now.", code=Strong(code))


async def _refuse_too_soon(
    ctx: Context, desk: PollService, code: PollCode, closes: Deadline
) -> None:
    """Raise Refusal for a deadline that would be over before everybody knew of it."""
    found = next((each for each in await desk.polls() if each.code == code), None)
    if found is not None and found.part_of is not None:
        raise impossible("Other committees close this poll at the same time. So it stays as it is.")
    now = None if found is None else found.rules.closes_at
    people = await desk.size(code)
    if now is None or people is None or closes <= now:
        return
    waiting = await desk.backlog()
    if is_too_short(closes, people, waiting, ctx.now, desk.policy):
        at = typed(earliest(people, waiting, ctx, desk.policy), ctx)
        example = f"!poll postpone {code} {at}"
        raise too_short(people, waiting, desk.policy, example)


@command(
    "help secrecy",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!help secrecy",
    also=("secrecy",),
)
async def secrecy(_ctx: Context) -> Reply:
    """Say what a secret poll promises, and what it cannot."""
    return promises.secrecy()


def _not_possible(outcome: RequestOutcome, policy: Policy | None = None) -> Refusal:
    policy = policy or Policy()
    return {
        RequestOutcome.UNKNOWN: refuse(
            "No open secret poll has that code; {list} shows them.", list=Code("!poll list")
        ),
        RequestOutcome.EARLIER: impossible(
            "You can only move a poll's deadline later, because people who vote now count on it."
        ),
        RequestOutcome.TOO_LATE: impossible(
            "That is too far away. A secret poll can be open for {n} days at most, because"
            " it is lost if my machine restarts.",
            n=policy.longest.days,
        ),
        RequestOutcome.TOO_OFTEN: impossible(
            "You cannot move its deadline again: it has moved {n} times, and people count"
            " on a result. A lead can cancel the poll, and you can ask it again.",
            n=policy.postponements,
        ),
    }.get(outcome) or impossible("The poll's time is up, and I am counting it.")

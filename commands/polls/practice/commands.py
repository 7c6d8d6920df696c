"""Commands of a practice poll, with which a new committee tries how polls go.

Its question is ours, so that nobody can draw votes about anything real into a poll that is not secret. It
shares no code with the box of secret polls, and a vote is a command like any other.
"""

from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.reply import Code
from commands.polls.practice import views
from commands.polls.practice.terms import Drink
from commands.polls.service import PollService
from commands.polls.terms import Question
from commands.shared.members import Members
from storage.polls.practice import PracticePolls
from storage.turf.absences import Barred


@command(
    "poll practice",
    who=Role.LEAD,
    where=Where.ROOM,
    example="!poll practice",
    also=("practice poll",),
)
async def practice(
    ctx: Context,
    question: Question | None = None,
    *,
    desk: PollService,
    members: Members,
    barred: Barred,
    polls: PracticePolls,
) -> tuple[Reply, ...]:
    """Try how polls go, with a ballot about drinks for everybody. It is not secret, and says so.

    question: leave it out; I always ask the same one
    """
    if question is not None:
        raise refuse(
            "A practice poll is not secret, so its question is always mine. Yours: {ask}",
            ask=Code("!poll choose"),
            example="!poll practice",
        )
    if await desk.polls():
        raise impossible(
            "A secret poll is open. There is no practice until it is over, so that nobody takes one"
            " for the other."
        )
    if await polls.is_open(ctx.now):
        return (views.open_already(),)
    await polls.begin(ctx.now)
    left_out = desk.policy.bots | await barred.people()
    people = sorted(each for each in members.roles if each not in left_out)
    return views.announcement(), views.ballot(people)


@command("vote test", who=Role.ORGANIZER, where=Where.DIRECT, example="!vote test 02")
async def vote(ctx: Context, choice: Drink, *, polls: PracticePolls) -> Reply:
    """Vote in a practice poll, which is not secret; only your last vote counts.

    choice: what the practice ballot shows in front of your drink
    """
    if not await polls.is_open(ctx.now):
        raise impossible(
            "No practice poll is open, so nothing was recorded. A lead opens one in the room: {open}",
            open=Code("!poll practice"),
        )
    await polls.vote(ctx.user, choice)
    return views.recorded(choice)


@command(
    "poll practice end",
    who=Role.LEAD,
    where=Where.ROOM,
    example="!poll practice end",
    also=("poll practice close", "poll practice stop", "poll practice result"),
)
async def end(ctx: Context, *, desk: PollService, polls: PracticePolls) -> Reply:
    """End the practice poll and show in the room who chose what."""
    if not await polls.is_open(ctx.now):
        raise impossible("No practice poll is open.")
    votes = await polls.votes()
    await polls.end()
    return views.result(votes, desk.policy.k)

"""Commands for acts that take two people."""

from commands.authority import budget_views as views
from commands.authority.terms import SecondNumber
from commands.framework import Context, Reply, Role, Where, command, impossible
from commands.roles.quotas import ASKED_FOR, Act
from commands.shared.members import Members
from commands.shared.wording import short
from storage.authority.seconds import Seconds
from storage.privacy.audits import AuditedAction, Audits
from storage.turf.absences import Barred


@command("second", who=Role.LEAD, where=Where.DIRECT, example="!second 3", second=True)
async def second(
    ctx: Context,
    number: SecondNumber,
    *,
    seconds: Seconds,
    members: Members,
    barred: Barred,
    audits: Audits,
) -> tuple[Reply, ...]:
    """Agree that somebody who has deleted a lot can go on, after asking them why.

    number: the question's number
    """
    asked = await seconds.by_number(number)
    if asked is None or ctx.now - asked.at > ASKED_FOR:
        raise impossible("No request {n} waits for a second lead now.", n=number)
    if asked.person == ctx.user:
        raise impossible("This needs two people: another lead has to agree to what you ask for.")
    if not members.includes(asked.person) or await barred.includes(asked.person):
        raise impossible("{who}'s part in the committee has ended.", who=short(asked.person))
    if not await seconds.agree(asked, ctx.user, ctx.now):
        raise impossible("Somebody agreed to that already.")
    act = Act(asked.act)
    await audits.keep(AuditedAction.SECONDED, words=f"{asked.person}, {act.value}")
    return views.agreed(asked, ctx)

"""What is typed where one person's word is not enough."""

from commands.authority import spending_views as views
from commands.authority.terms import SecondNumber
from commands.framework.context import Context, Role
from commands.framework.errors import refuse
from commands.framework.i18n import _
from commands.framework.reply import Reply
from commands.framework.spec import Where, command
from commands.roles.quotas import ASKED_FOR, Act
from commands.shared.members import Members
from commands.shared.wording import short
from storage.authority.seconds import Seconds
from storage.privacy.audits import AuditedAction, Audits
from storage.turf.absences import Barred


@command("second", who=Role.LEAD, where=Where.DIRECT, example="!second 3", second=True)
async def second(
    ctx: Context,
    seconds: Seconds,
    members: Members,
    barred: Barred,
    audits: Audits,
    number: SecondNumber,
) -> tuple[Reply, ...]:
    """Agree that somebody goes on who has destroyed much, after asking them why.

    number: the question's number
    """
    asked = await seconds.by_number(number)
    if asked is None or ctx.now - asked.at > ASKED_FOR:
        raise refuse(_("No question {n} waits for a second lead."), n=number, example="")
    if asked.person == ctx.user:
        raise refuse(_("It takes two: another lead has to agree to what you ask for."), example="")
    if not members.includes(asked.person) or await barred.includes(asked.person):
        raise refuse(_("{who} takes no part any more."), who=short(asked.person), example="")
    if not await seconds.agree(asked, ctx.user, ctx.now):
        raise refuse(_("Somebody agreed to that already."), example="")
    act = Act(asked.act)
    await audits.keep(AuditedAction.SECONDED, words=f"{short(asked.person)}, {act.value}")
    return views.agreed(asked, ctx)

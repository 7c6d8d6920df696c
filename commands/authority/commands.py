"""Commands by which leads confirm each other. A room's power levels are only the homeserver's word."""

from commands.authority import views
from commands.authority.identities import IdentityAcceptance
from commands.authority.previews import Preview, Previews
from commands.framework import Context, Reply, Where, command
from commands.framework.values import Colleague
from commands.roles.roll import Roll
from commands.roles.rules import Hindrance, confirmable, confirmed, surprising
from commands.roles.standing import Role
from commands.shared.members import Members
from storage.authority.standings import Standings
from storage.privacy.audits import AuditedAction, Audits


@command(
    "confirm",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!confirm @dan",
    also=("vouch",),
)
async def confirm(
    ctx: Context,
    who: Colleague | None = None,
    *,
    roll: Roll,
    members: Members,
    desk: IdentityAcceptance,
    standings: Standings,
    audits: Audits,
    previews: Previews,
    yes: bool = False,
) -> Reply | tuple[Reply, ...]:
    """Confirm that somebody is a lead or keeper, or belongs here; without a name, see who waits.

    who: the person; ask them outside Matrix first
    yes: give them the role you were just shown
    """
    if who is None:
        return views.waiting(roll, ctx)
    user = members.find(who)
    theirs = roll.standings[user]
    proven = await desk.is_certain(user)
    role = confirmable(theirs, ctx.standing, ctx.settings, proven=proven)
    kept = await standings.of(user)
    if isinstance(role, Hindrance):
        raise views.hindered(role, theirs, roll)
    if kept is None:
        raise views.hindered(Hindrance.NOTHING, theirs, roll)
    if surprising(role, theirs, ctx.settings):
        look = Preview(f"confirm {user}", {"role": int(role)}, views.before_confirming(user, role))
        first = await previews.first(ctx, look, yes=yes)
        if first is not None:
            return first
    await standings.put(confirmed(kept, role, theirs.shown or role, ctx.now))
    await audits.keep(AuditedAction.CONFIRMED, words=views.audited(user, role))
    return views.confirmed(user, role, theirs, ctx)

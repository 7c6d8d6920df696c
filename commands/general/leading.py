"""What leads type to run a committee."""

from commands.framework.context import Context, Role
from commands.framework.errors import refuse
from commands.framework.i18n import _, a_time
from commands.framework.reply import Code, Reply, Strong, say
from commands.framework.spec import Where, command
from commands.framework.values import CommitteeName, Person
from commands.general.identities import IdentityDesk
from commands.zones.places import NamedZone
from storage.committees import Committees
from storage.names import folded


@command(
    "setup",
    who=Role.LEAD,
    where=Where.ROOM,
    example='!setup name="Payments chapter" tz=Madrid',
)
async def setup(
    ctx: Context,
    committees: Committees,
    *,
    name: CommitteeName | None = None,
    tz: NamedZone | None = None,
) -> Reply:
    """Tell me the committee's name and time zone.

    name: what the committee calls itself
    tz: a big city in its time zone
    """
    if name is None and tz is None:
        raise refuse(_("What is the committee called, and which city's time does it keep?"))
    if name is not None and not folded(name):
        raise refuse(_("A name needs at least one letter."))
    if name is None and not ctx.committee.set_up:
        raise refuse(_("What is the committee called? Add name="))
    zone = ctx.committee.zone if tz is None else tz.zone
    called = name or ctx.committee.name
    await committees.set_up(ctx.committee.id, called, zone.key)
    return say(
        _("This is {name}, on {zone} time (now {time}). {help} shows what I can do."),
        name=Strong(called),
        zone=zone.key,
        time=a_time(ctx.now, zone),
        help=Code("!help"),
    )


@command("identity", who=Role.LEAD, where=Where.ANYWHERE, example="!identity")
async def identity(_ctx: Context, desk: IdentityDesk) -> Reply:
    """Show whose identity changed, so that I take no commands from them."""
    people = await desk.suspended()
    if not people:
        return say(_("Nobody's identity is in question."))
    return say(
        _("Identity changed: {people}. Ask them in person or by phone; if they did it: {accept}"),
        people=", ".join(people),
        accept=Code(f"!identity accept {people[0]}"),
    )


@command(
    "identity accept",
    who=Role.LEAD,
    where=Where.ANYWHERE,
    example="!identity accept @ana:example.org",
)
async def accept_identity(_ctx: Context, desk: IdentityDesk, user: Person) -> Reply:
    """Accept somebody's new identity, after asking them outside Matrix.

    user: their full Matrix address
    """
    if not await desk.accept(user):
        raise refuse(
            _("There is nothing to accept for {user}, or it is not yours to accept."),
            user=user,
            example="!identity",
        )
    return say(_("Accepted. I take commands from {user} again."), user=user)

"""Words for why somebody may not have a command done."""

from datetime import datetime

from commands.framework.context import Context, Place, Provider
from commands.framework.errors import NO_EXAMPLE, Refusal, impossible, refuse
from commands.framework.i18n import _, a_time, joined
from commands.framework.naming import named
from commands.framework.reply import Code, Line, Reply, fill, line
from commands.roles.roll import Roll
from commands.roles.rules import DenialReason, Need, may_be_second
from commands.roles.standing import Role
from storage.core.database import Transaction


class Unconfirmed(Refusal):
    """The room shows more than anybody has confirmed."""

    def __init__(self, problem: Line, role: Role) -> None:
        super().__init__(problem)
        self.role = role
        """The role that the command takes."""

    async def told(self, ctx: Context, tx: Transaction, provide: Provider) -> tuple[Reply, ...]:
        """The replies: the refusal, or that nobody is left who could confirm the person."""
        roll = await provide(Roll)
        if isinstance(roll, Roll) and not roll.at_least(self.role):
            return (nobody_can_confirm(self.role).reply(),)
        return await super().told(ctx, tx, provide)


class TooLowRole(Refusal):
    """A command is for those of a higher role; in the direct chat it is said who they are."""

    def __init__(self, problem: Line, role: Role) -> None:
        super().__init__(problem, example=NO_EXAMPLE)
        self.role = role
        """The role that the command takes."""

    async def told(self, ctx: Context, tx: Transaction, provide: Provider) -> tuple[Reply, ...]:
        """The replies: the refusal, and who could do it."""
        roll = await provide(Roll) if ctx.place is Place.DIRECT else None
        if not isinstance(roll, Roll):
            return await super().told(ctx, tx, provide)
        named = (*self.problem, " ", *who_they_are(self.role, roll))
        return (self.but(problem=named).reply(),)


def who_they_are(role: Role, roll: Roll) -> Line:
    """Who has a role here, or a higher one; for direct chats."""
    users = roll.at_least(role)
    if not users:
        return (_("Nobody here is one now."),)
    words = _("Leads here: {people}") if role is Role.LEAD else _("Keepers here: {people}")
    return fill(words, people=joined(map(named, users)))


def refused(
    why: DenialReason, need: Need, ctx: Context, command: str, instead: str | None = None
) -> Refusal:
    """The refusal for whoever may not. ``command`` is the command's name without "!", ``instead`` one for them."""
    typed = Code(f"!{command}")
    match why:
        case DenialReason.STRANGER | DenialReason.ENDED:
            return refuse(
                "Your part in {committee} has ended. If that is a mistake, ask a lead.",
                committee=ctx.committee.name,
            )
        case DenialReason.ROLE:
            return _for_others(typed, need.role, instead)
        case DenialReason.UNCONFIRMED:
            words = line(
                "{command} is for {role}. The room shows you as one of them, but that does not "
                "count yet. Somebody who is one already must type this in their direct chat "
                "with me: {confirm}",
                command=typed,
                role=people(need.role),
                confirm=Code(f"!confirm {ctx.user}"),
            )
            return Unconfirmed(words, need.role)
        case DenialReason.UNANNOUNCED:
            return refuse(
                "One moment: you are new here. I tell the room about you before I say anything "
                "about people. Then send that again."
            )
        case DenialReason.UNACCEPTED:
            return refuse(
                "You are new in {committee}. Before I say anything about people to you, a lead "
                "must tell me that you belong here. They type it in their direct chat: "
                "{confirm}",
                committee=ctx.committee.name,
                confirm=Code(f"!confirm {ctx.user}"),
            )
        case DenialReason.TOO_NEW:
            return refuse(
                "That takes two people, and {command} is for those who have been {role} for "
                "{n} days. So everybody has time to see who they are. {when}",
                command=typed,
                role=people(need.role),
                n=str(ctx.settings.held_days),
                when=_when(may_be_second(ctx.standing, need, ctx.settings), ctx),
            )


def _for_others(command: Code, role: Role, instead: str | None) -> Refusal:
    words = line("{command} is for {role}; ask one of them.", command=command, role=people(role))
    if instead is not None:
        words = (*words, " ", *line("For everybody: {instead}.", instead=Code(instead)))
    return TooLowRole(words, role)


def _when(at: datetime | None, ctx: Context) -> str:
    if at is None:
        return ""
    return _("You can do it from {when} on.").format(when=a_time(at, ctx.clock))


def nobody_can_confirm(role: Role) -> Refusal:
    """The refusal where nobody is left whose word counts."""
    return impossible(
        "That is for {role}, and nobody is left here who can confirm what the room "
        "shows. My admin can name leads in config.toml ({leads}).",
        role=people(role),
        leads=Code("[authority.leads]"),
    )


def people(role: Role) -> str:
    """The holders of a role, in the plural."""
    return {
        Role.ORGANIZER: _("organizers"),
        Role.LEAD: _("leads"),
        Role.KEEPER: _("keepers of the data"),
    }[role]

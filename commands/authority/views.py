"""Why somebody may not, in words."""

from collections.abc import Mapping

from commands.authority.rules import Need, Why, may_be_second
from commands.authority.standing import Role
from commands.framework.context import Context
from commands.framework.errors import Refusal, refuse
from commands.framework.i18n import _, a_time
from commands.framework.reply import Code


def refused(why: Why, need: Need, ctx: Context, command: str) -> Refusal:
    """What is said to whoever may not. ``command`` is its name, without the mark."""
    typed = Code(f"!{command}")
    match why:
        case Why.STRANGER | Why.ENDED:
            return refuse(
                _("Your part in {committee} has ended. If that is a mistake, ask a lead."),
                committee=ctx.committee.name,
            )
        case Why.ROLE:
            return refuse(
                _("{command} is for {role}; ask one of them."),
                command=typed,
                role=people()[need.role],
            )
        case Why.UNCONFIRMED:
            return refuse(
                _(
                    "{command} is for {role}. This room shows you as one of them, and that is the"
                    " homeserver's word alone: a lead confirms it first, in their direct chat with me."
                ),
                command=typed,
                role=people()[need.role],
            )
        case Why.UNANNOUNCED:
            return refuse(
                _(
                    "A moment: you are new here, so the room is told of you before I say anything"
                    " about people. Please send that again."
                )
            )
        case Why.UNACCEPTED:
            return refuse(
                _(
                    "In {committee} a lead says of everybody who is new that they belong here, before I"
                    " say anything about people to them. Ask one of them."
                ),
                committee=ctx.committee.name,
            )
        case Why.TOO_NEW:
            return refuse(
                _(
                    "{command} takes two people who have been {role} for a while; you can from {when}."
                ),
                command=typed,
                role=people()[need.role],
                when=a_time(may_be_second(ctx.standing, need, ctx.settings), ctx.zone),
            )


def people() -> Mapping[Role, str]:
    """Whom a role is, in the plural."""
    return {
        Role.ORGANIZER: _("organizers"),
        Role.LEAD: _("leads"),
        Role.KEEPER: _("keepers of the data"),
    }

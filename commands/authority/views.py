"""Words about authority: why somebody may not, whose word counts, and who has just come."""

from collections.abc import Iterable, Sequence

from commands.framework.context import Context
from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _, a_day, joined, ngettext
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Part,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.roles.roll import AwaitingConfirmation, Roll
from commands.roles.rules import AuthoritySettings, Hindrance, Newcomers
from commands.roles.standing import Role, Standing
from commands.shared.wording import short
from storage.core.model import UserId


def _one(role: Role) -> str:
    return {
        Role.ORGANIZER: _("one of us"),
        Role.LEAD: _("a lead"),
        Role.KEEPER: _("a keeper of the data"),
    }[role]


# -- confirming ------------------------------------------------------------------------------------


def waiting(roll: Roll, ctx: Context) -> Reply:
    """Tell leads of whom something waits to be confirmed."""
    if not roll.waiting:
        counted = _counted(roll)
        return reply(line("Nobody waits for your yes."), *counted)
    rows = [_waits(each, ctx) for each in roll.waiting]
    return reply(line("Ask them outside Matrix first, then type:"), listed(rows))


def _waits(each: AwaitingConfirmation, ctx: Context) -> Line:
    today = ctx.today
    return line(
        "{confirm}: shown as {role} since {day}",
        confirm=Code(f"!confirm {each.user}"),
        role=_one(each.shown),
        day=a_day(each.since.astimezone(ctx.zone).date(), today),
    )


def hindered(why: Hindrance, theirs: Standing, roll: Roll) -> Refusal:
    """Refuse a confirmation: why nothing was confirmed, and how to do it right."""
    user = theirs.user
    match why:
        case Hindrance.ONESELF:
            return impossible("You cannot confirm yourself: ask another lead.")
        case Hindrance.BARRED:
            return impossible(
                "{user}'s part in the committee has ended. First: {readmit}",
                user=user,
                readmit=Code(f"!readmit {user}"),
            )
        case Hindrance.UNPROVEN:
            return impossible(
                "I cannot tell {user} from somebody who pretends to be them: their account has no"
                " verified identity, or a new one. {identity} shows more.",
                user=user,
                identity=Code("!identity"),
            )
        case Hindrance.KEEPER:
            keepers = joined(roll.counting(Role.KEEPER))
            return impossible(
                "Only a keeper of the data can confirm a keeper: {who}.",
                who=keepers
                or _(
                    "there is none here now; my admin can name all leads, with this one, in "
                    "config.toml ([authority.leads])"
                ),
            )
        case Hindrance.NOTHING:
            return impossible(
                "{user} is {role} here, and nothing waits for a yes. To make somebody a lead "
                "or keeper, first give them the power in the room (Room settings, Roles & "
                "Permissions).",
                user=user,
                role=_one(theirs.role or Role.ORGANIZER),
            )


def confirmed(user: UserId, role: Role, theirs: Standing, ctx: Context) -> tuple[Reply, ...]:
    """Tell the lead who confirmed somebody, and the room."""
    if theirs.role is not None and role <= theirs.role:
        return (say("Thank you. From now on I answer {user} about people too.", user=user),)
    here = say("Thank you. From now on {user} counts as {role}.", user=user, role=_one(role))
    return here, _confirmed(user, role, ctx.user)


@in_each_language
def _confirmed(user: UserId, role: Role, by: UserId) -> Reply:
    room = line(
        "{user} counts as {role} from now on: {by} confirmed it. If that surprises you, say so here.",
        user=Strong(user),
        role=_one(role),
        by=by,
    )
    return reply(room, audience=Audience.ROOM)


def before_confirming(user: UserId, role: Role) -> Reply:
    """The preview of confirming somebody: which role they would have."""
    words = line(
        "{user} would count as {role}, because the room shows them as that. If you "
        "mean it: {confirm}",
        user=Strong(user),
        role=_one(role),
        confirm=Code(f"!confirm {user} --yes"),
    )
    return reply(words)


def audited(user: UserId, role: Role) -> str:
    """A confirmation as the audit lists it."""
    return f"{user} as {role.name.lower()}"


# -- whose word counts -----------------------------------------------------------------------------


def begins(roll: Roll) -> tuple[Line, ...]:
    """List who counts as what from now on, and how that changes; the answer to the first ``!setup``."""
    others = roll.counting(Role.ORGANIZER)
    counted = [*_counted(roll)]
    if others:
        counted.append(line("Organizers: {people}", people=_all(others)))
    after = line(
        "Whoever gets power here later counts as a lead or keeper when one of you tells"
        " me so: {confirm}",
        confirm=Code("!confirm"),
    )
    return (*counted, after)


def _counted(roll: Roll) -> Iterable[Line]:
    for role, words in (
        (Role.LEAD, _("Leads: {people}")),
        (Role.KEEPER, _("Leads and keepers of the data: {people}")),
    ):
        who = roll.counting(role)
        if who:
            yield fill(words, people=_all(who))


def _all(users: Sequence[UserId]) -> str:
    return joined(short(user) for user in users)


@in_each_language
def taken_over(roll: Roll, committee: str) -> Reply:
    """Explain confirmed roles to the leads of a committee that an earlier release set up, once."""
    begin = line(
        "New in this version: power in the room of {committee} counts with me only "
        "when a lead or keeper has confirmed it. So nobody can make themselves a lead "
        "through the homeserver. Those who had power until now keep it. If one of them "
        "should not: take the power from them in the room, or {offboard}.",
        committee=Strong(committee),
        offboard=Code("!offboard @…"),
    )
    return reply(begin, listed([*_counted(roll)]), audience=Audience.LEADS)


@in_each_language
def power_waits(them: Sequence[AwaitingConfirmation], committee: str) -> Reply:
    """Tell whoever can confirm it that the room shows somebody with new power."""
    rows = [
        line("{role}: {confirm}", role=_one(each.shown), confirm=Code(f"!confirm {each.user}"))
        for each in them
    ]
    begin = line(
        "The room of {committee} shows somebody with new power. Only the homeserver "
        "says so, so it does not count yet. If it is right, ask them outside Matrix "
        "whether it is them, and type:",
        committee=Strong(committee),
    )
    return reply(begin, listed(rows), audience=Audience.NAMED)


@in_each_language
def newcomers_wait(them: Sequence[UserId], committee: str) -> Reply:
    """Tell leads which newcomers wait to be let in."""
    begin = line(
        "New in {committee}. I tell them nothing about people until one of you lets them in:",
        committee=Strong(committee),
    )
    rows: list[Line] = [(Code(f"!confirm {user}"),) for user in them]
    return reply(begin, listed(rows), audience=Audience.LEADS)


@in_each_language
def nobody_confirms(them: Sequence[AwaitingConfirmation]) -> Reply:
    """Tell the room that nobody is left who could confirm the power it shows."""
    return say(
        "{people}: shown here with new power, and nobody is left who can confirm it. "
        "My admin can name a lead in config.toml ({leads}). Until then nobody can use "
        "what is for leads.",
        people=joined(each.user for each in them),
        leads=Code("[authority.leads]"),
    )


# -- who has just come -----------------------------------------------------------------------------


@in_each_language
def newcomers(
    joined: Sequence[UserId], ended: Sequence[UserId], settings: AuthoritySettings
) -> Reply:
    """Name newcomers and ended members to the committee's room, before they are answered about people."""
    blocks = []
    if joined:
        words = ngettext(
            "{people} is new here, and may ask me about the people we talk to.",
            "{people} are new here, and may ask me about the people we talk to.",
            len(joined),
        )
        if settings.newcomers is Newcomers.CONFIRMED:
            words = ngettext(
                "{people} is new here. I say nothing about people to them until a lead lets them in.",
                "{people} are new here. I say nothing about people to them until a lead lets them in.",
                len(joined),
            )
        unknown = line(
            "If nobody here knows who that is, remove them from the room, and a lead types "
            "to me: {offboard}",
            offboard=Code(f"!offboard {joined[0]}"),
        )
        blocks.append((*fill(words, people=_strong(joined)), " ", *unknown))
    if ended:
        blocks.append(
            plural(
                "{people} is here again. Their part has ended, so I do nothing for them.",
                "{people} are here again. Their part has ended, so I do nothing for them.",
                len(ended),
                people=_strong(ended),
            )
        )
    return reply(*blocks, audience=Audience.ROOM)


def _strong(users: Sequence[UserId]) -> Part:
    return Strong(joined(users))

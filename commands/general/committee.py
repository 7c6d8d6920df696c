"""Commands with which leads run a committee."""

from collections.abc import Sequence
from dataclasses import replace

from commands.authority.budget import Acts
from commands.authority.identities import IdentityAcceptance
from commands.authority.previews import Preview, Previews
from commands.authority.views import begins
from commands.framework import Context, Reply, Role, Where, command, refuse, say
from commands.framework.context import Committee, Place, UserId
from commands.framework.i18n import a_time, joined, speaking
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Strong,
    in_each_language,
    line,
    listed,
    reply,
)
from commands.framework.values import Person
from commands.general.namesakes import Own, namesake
from commands.general.terms import CommitteeName, Language, called
from commands.general.views import greeting_direct, where_names_belong, who_i_am
from commands.roles.quotas import Act
from commands.roles.roll import Roll
from commands.zones.terms import City
from storage.chat.committees import Committees
from storage.names import folded
from storage.privacy.audits import AuditedAction, Trail

SHORT_NAME = 40
"""Letters of a name to which something may be added."""


@command(
    "setup",
    who=Role.LEAD,
    where=Where.ROOM,
    example='!setup name="Payments chapter" tz=Madrid',
)
async def setup(
    ctx: Context,
    *,
    committees: Committees,
    own: Own,
    roll: Roll,
    name: CommitteeName | None = None,
    tz: City | None = None,
    lang: Language | None = None,
) -> Reply:
    """Tell me the committee's name, time zone and language.

    name: what the committee calls itself
    tz: a big city in its time zone
    lang: the language I write in, in the room
    """
    if lang is not None:
        await committees.set_language(ctx.committee.id, lang)
        if name is None and tz is None:
            with speaking(lang):
                return say(
                    "From now on I write in {language} here. Each of you chooses their own: {lang}",
                    language=Strong(called(lang)),
                    lang=Code("!lang"),
                )
    if name is None and tz is None:
        raise refuse("What is the committee called, and which city's time does it use?")
    if name is not None and not folded(name):
        raise refuse("A name needs at least one letter.")
    if name is not None and namesake(name, ctx.committee, own) is not None:
        raise refuse(
            "You are in another committee with that name. Give this one another name, so"
            " that nothing goes to the wrong one.",
            example=f'!setup name="{name} 2"' if len(name) < SHORT_NAME else "",
        )
    if name is None and not ctx.committee.set_up:
        raise refuse("What is the committee called? Add name=")
    zone = ctx.committee.zone if tz is None else tz.zone
    is_called = name or ctx.committee.name
    await committees.set_up(ctx.committee.id, is_called, zone.key)
    done = line(
        "This is {name}, on {zone} time (now {time}). {help} shows what I can do.",
        name=Strong(is_called),
        zone=zone.key,
        time=a_time(ctx.now, zone),
        help=Code("!help"),
    )
    if name is None:
        return reply(done)
    # Whoever came after the greeting could not read it, and most come after it.
    who = () if ctx.committee.set_up else begins(roll)
    return reply(done, who_i_am(), where_names_belong(), *who)


@command("direct", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!direct", also=("dm",))
async def direct(ctx: Context) -> Reply | tuple[Reply, ...]:
    """Ask me to write to you in our direct chat; I open one if there is none."""
    if ctx.place is Place.DIRECT:
        return say("This is our direct chat: names and ratings belong here.")
    return invited_to_direct(ctx.committees)


def invited_to_direct(committees: Sequence[Committee]) -> tuple[Reply, ...]:
    """Point somebody to the direct chat from the room, and greet them there; the bot opens the chat."""
    hello = replace(greeting_direct(committees=committees), audience=Audience.PERSON)
    return _wrote_to_you(), hello


@in_each_language
def _wrote_to_you() -> Reply:
    return say("I wrote to you directly. If you see an invitation from me, accept it.")


@command("identity", who=Role.LEAD, where=Where.ANYWHERE, example="!identity")
async def identity(ctx: Context, desk: IdentityAcceptance, previews: Previews) -> Reply:
    """Show whose identity changed, so that I take no commands from them."""
    people = await desk.suspended()
    if not people:
        return say("Nobody has a changed identity now.")
    rows: list[Line] = []
    for user in people:
        offered = await desk.offered(user)
        if offered is not None:
            await previews.first(ctx, _at_identity(user, offered), yes=False)
            rows.append(line("{who}: {key}", who=user, key=Code(_in_fours(offered))))
    said = say(
        "Identity changed: {people}. Ask them in person or by phone; if they did it: {accept}",
        people=joined(people),
        accept=Code(f"!identity accept {people[0]}"),
    )
    if not rows:
        return said
    hint = line("What their accounts show now; they can read theirs out:")
    return reply(*said.blocks, hint, listed(rows))


def _at_identity(user: UserId, offered: str) -> Preview:
    """The key that is accepted, and no other."""
    words = line(
        "{user} shows {key} now. Ask them in person or by phone; if they did it: {accept}",
        user=user,
        key=Code(_in_fours(offered)),
        accept=Code(f"!identity accept {user}"),
    )
    return Preview(f"identity {user}", {"key": offered}, reply(words))


def _in_fours(key: str) -> str:
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


@command(
    "identity accept",
    who=Role.LEAD,
    where=Where.ANYWHERE,
    example="!identity accept @ana:example.org",
    destroys=(Act.IDENTITY,),
)
async def accept_identity(
    ctx: Context,
    user: Person,
    *,
    desk: IdentityAcceptance,
    acts: Acts,
    trail: Trail,
    previews: Previews,
) -> Reply | tuple[Reply, ...]:
    """Accept somebody's new identity, after asking them outside Matrix. First you see which.

    user: their full Matrix address
    """
    offered = await desk.offered(user)
    if offered is not None:
        first = await previews.first(ctx, _at_identity(user, offered), yes=True)
        if first is not None:
            return first
    await acts.spend(ctx, Act.IDENTITY)
    if not await desk.accept(user):
        raise refuse(
            "There is nothing to accept for {user}, or you may not accept it. It takes a"
            " lead of every committee they are in, and a keeper if they are one. My admin"
            " can also compare identities with them (steward verify).",
            user=user,
            example="!identity",
        )
    await trail.keep(AuditedAction.CONFIRMED, words=f"the new identity of {user}")
    accepted = say("Accepted. I take commands from {user} again.", user=user)
    if ctx.place is Place.ROOM:
        return accepted
    return accepted, _accepted(user, ctx.user)


@in_each_language
def _accepted(user: UserId, by: UserId) -> Reply:
    told = line(
        "{by} accepted the new identity of {user}. If that surprises you, say so here.",
        by=by,
        user=user,
    )
    return reply(told, audience=Audience.ROOM)

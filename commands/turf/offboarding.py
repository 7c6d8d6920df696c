"""Commands for being away and for leaving: who stands in, and what becomes of somebody's turf."""

from dataclasses import replace
from datetime import date, datetime

from commands.authority.budget import Acts
from commands.framework import Context, Reply, Role, Where, _, command, impossible, refuse, say
from commands.framework.errors import Refusal, not_now
from commands.framework.i18n import a_day, joined
from commands.framework.reply import Audience, Code, changed, fill
from commands.framework.values import Colleague
from commands.roles.quotas import Act, QuotaItem
from commands.roles.rules import renewed
from commands.shared.members import Members
from commands.shared.wording import short
from commands.time.terms import FutureDate
from commands.turf import departure_views, views
from commands.turf.farewell import Farewell
from commands.turf.rules import may_end
from storage.authority.standings import Standings
from storage.chat.under_way import UnderWay, Withdrawn
from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId, EntryKind, UserId
from storage.history.entries import History
from storage.privacy.audits import AuditedAction, Audits
from storage.turf.absences import Absence, Absences, Barred
from storage.turf.departures import Departures
from storage.turf.turf import Turf

HANDED_OUT = 20
"""Contacts whose handles stand in the command that a hand-over list suggests."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The moment at which somebody leaves, and the day it is then in the committee."""

    at: datetime
    day: date


@command(
    "away",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!away @ana until=fri cover=@ben",
    makes=(QuotaItem.ABSENCE,),
)
async def away(
    ctx: Context,
    who: Colleague | None = None,
    *,
    absences: Absences,
    history: History,
    members: Members,
    barred: Barred,
    until: FutureDate | None = None,
    cover: Colleague | None = None,
) -> tuple[Reply, ...]:
    """Say until when you are away and who stands in; leads can say it for others.

    who: who is away; you, when left out
    until: the last day
    cover: who sees your people and gets your reminders until then
    """
    organizer = ctx.user if who is None else members.find(who)
    _own_or_lead(ctx, organizer)
    if until is None or cover is None:
        raise refuse("Until which day, and who stands in?", example="!away until=fri cover=@ben")
    stands_in = members.find(cover)
    if stands_in == organizer:
        raise refuse("Somebody else has to stand in.")
    theirs = await absences.of(stands_in, ctx.day)
    if theirs is not None:
        raise refuse(
            "{who} is away too, until {day}. Who else?",
            who=short(stands_in),
            day=a_day(theirs.until, ctx.today),
        )
    if await barred.includes(stands_in):
        raise refuse("{who}'s part in the committee has ended.", who=short(stands_in))
    absence = Absence(organizer, stands_in, until)
    entry = await history.record(EntryKind.AWAY)
    await absences.begin(entry, absence, ctx.now)
    reply = views.away(absence, ctx.today)
    return (reply, *_news(reply, absence, ctx))


@command(
    "back", who=Role.ORGANIZER, where=Where.DIRECT, example="!back", may_make=(QuotaItem.ABSENCE,)
)
async def back(
    ctx: Context,
    who: Colleague | None = None,
    *,
    absences: Absences,
    history: History,
    members: Members,
) -> tuple[Reply, ...]:
    """End an absence before its day.

    who: who is back; you, when left out
    """
    organizer = ctx.user if who is None else members.find(who)
    _own_or_lead(ctx, organizer)
    absence = await absences.of(organizer, ctx.day)
    if absence is None:
        raise refuse("{who} is not away.", who=short(organizer))
    entry = await history.record(EntryKind.AWAY)
    await absences.end(entry, absence, ctx.now)
    reply = views.back(absence)
    return (reply, *_news(reply, absence, ctx))


@command(
    "offboard",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!offboard @ben",
    makes=(QuotaItem.LEAVING,),
    destroys=(Act.OFFBOARD,),
)
async def offboard(
    ctx: Context,
    who: Colleague,
    *,
    turf: Turf,
    departures: Departures,
    contacts: Contacts,
    history: History,
    members: Members,
    barred: Barred,
    under_way: UnderWay,
    farewell: Farewell,
    acts: Acts,
    audits: Audits,
) -> tuple[Reply, ...]:
    """End somebody's part at once: no more access, and their people are unassigned.

    who: the organizer who leaves
    """
    user = members.find_or_gone(who, await turf.people_with_duties())
    if user == ctx.user:
        raise refuse("Not yourself: ask another lead.")
    if not may_end(members.roles.get(user), ctx.role):
        raise _not_theirs_to_end(user, members)
    if await barred.includes(user):
        raise impossible(
            "{who}'s part in the committee has ended already. {readmit} lets them in again.",
            who=short(user),
            readmit=Code(f"!readmit {short(user)}"),
        )
    await acts.spend(ctx, Act.OFFBOARD)
    await audits.keep(AuditedAction.ENDED, words=user)
    entry = await history.record(EntryKind.OFFBOARDED)
    await barred.bar(entry, user)
    noted = departure_views.in_their_calendar(
        user, await departures.dates_in_calendar(user, ctx.now)
    )
    withdrawn = await under_way.end(user, ctx.now)
    await farewell.withdraw(user)
    leaving = Leaving(ctx.now, ctx.today)
    list_ = await leave(departures, contacts, entry, user, leaving, withdrawn)
    to_do = departure_views.still_to_do(user, await departures.to_do(user))
    here = departure_views.ended(user, list_, [to_do, noted], still_inside=members.includes(user))
    others = [u for u, role in members.roles.items() if role >= Role.LEAD and u != ctx.user]
    told = (views.for_others(list_, others),) if others else ()
    return (here, *told)


@command("readmit", who=Role.LEAD, where=Where.DIRECT, example="!readmit @ben")
async def readmit(
    ctx: Context,
    who: Colleague,
    *,
    members: Members,
    barred: Barred,
    standings: Standings,
    audits: Audits,
) -> tuple[Reply, ...]:
    """Let somebody back in whose part had ended. They have nobody assigned at first.

    who: who comes back
    """
    user = members.find_or_gone(who, await barred.people())
    if not may_end(members.roles.get(user), ctx.role):
        raise _not_theirs_to_end(user, members)
    if not await barred.lift(user):
        raise refuse("{who} is in the committee already.", who=short(user))
    kept = await standings.of(user)
    if kept is not None:
        # Meanwhile they had no role that anybody could have seen them use.
        await standings.put(renewed(kept, ctx.now))
    words = f"that {user} takes part again"
    await audits.keep(AuditedAction.CONFIRMED, words=words)
    here = say(
        "{who} is back, with nobody assigned. What they had: {back}",
        who=short(user),
        back=Code(f"!turf back {user}"),
    )
    others = [
        u for u, role in members.roles.items() if role >= Role.LEAD and u not in {ctx.user, user}
    ]
    told = departure_views.let_in_again(user, ctx.user)
    return (here, *((views.for_others(told, others),) if others else ()))


@command(
    "turf back",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!turf back @ben",
    makes=(QuotaItem.UNDO,),
)
async def give_back(
    ctx: Context,
    who: Colleague,
    *,
    departures: Departures,
    history: History,
    members: Members,
    barred: Barred,
) -> tuple[Reply, ...]:
    """Give somebody who is back the people they had, as far as those are unassigned now.

    who: who is back
    """
    user = members.find(who)
    if await barred.includes(user):
        raise refuse(
            "{who}'s part in the committee has ended. To let them in again: {again}",
            who=short(user),
            again=Code(f"!readmit {user}"),
        )
    left = await departures.last(user)
    if left is None:
        raise refuse("{who} left no people behind that I could give back.", who=short(user))
    await history.reverse(left)
    carried = await departures.carried(user, ctx.today)
    return departure_views.given_back(user, carried, left.at, ctx)


def _not_theirs_to_end(user: UserId, members: Members) -> Refusal:
    """Why a lead does not decide on another's part, and who can: whoever is more, or the room."""
    theirs = members.roles.get(user)
    keepers = [short(each) for each, role in members.roles.items() if role is Role.KEEPER]
    if theirs is not Role.KEEPER and keepers:
        return impossible(
            "{who} is a lead like you; a keeper of the data can do that: {keepers}.",
            who=short(user),
            keepers=joined(keepers),
        )
    what = (
        _("{who} is a keeper of the data, and nobody here may do more.")
        if theirs is Role.KEEPER
        else _("{who} is a lead like you, and there is no keeper of the data here.")
    )
    how = _(
        "First take their power from them in the room (Room settings, Roles &"
        " Permissions); then you can."
    )
    return not_now((*fill(what, who=short(user)), " ", how))


async def leave(
    departures: Departures,
    contacts: Contacts,
    entry: EntryId,
    user: UserId,
    ctx: Leaving,
    withdrawn: Withdrawn,
) -> Reply:
    """End somebody's part, whether a lead says so or the room shows it; return the replies."""
    carried = await departures.carried(user, ctx.day)
    shown = await contacts.page(organizer=user, after=None, limit=HANDED_OUT)
    covered = [a for a in await departures.absences(user, ctx.day) if a.cover == user]
    alone = [pair for pair in await departures.buddies(user, ctx.day) if pair.buddy == user]
    await departures.part(entry, user, ctx.at, ctx.day)
    return departure_views.departed(user, carried, shown, covered, withdrawn, alone)


def _own_or_lead(ctx: Context, organizer: UserId) -> None:
    if organizer != ctx.user and ctx.role < Role.LEAD:
        raise refuse(
            "Only a lead can say that for others; for yourself leave the name out.",
            example="!away until=fri cover=@ben",
        )


def _news(news: Reply, absence: Absence, ctx: Context) -> tuple[Reply, ...]:
    """The others it is about hear it; leads too, when they did not do it themselves."""
    about = [user for user in (absence.organizer, absence.cover) if user != ctx.user]
    first = changed(news, lambda said: replace(said, blocks=said.blocks[:1]))
    leads = () if ctx.role >= Role.LEAD else (replace(first, audience=Audience.LEADS),)
    return (views.for_others(first, about), *leads)

"""Commands about turf: who is responsible for whom."""

from dataclasses import asdict
from datetime import date

from commands.authority.budget import Acts
from commands.authority.previews import Preview, Previews
from commands.contacts.lookup import ContactInCare, the_contact
from commands.framework import Context, Reply, Role, Where, _, command, refuse
from commands.framework.reply import Code
from commands.framework.values import Colleague, Label, PublicSentence, Who
from commands.roles.quotas import Act, QuotaItem
from commands.shared.discretion import ask_about
from commands.shared.figures import people
from commands.shared.members import Members
from commands.shared.wording import label, short
from commands.turf import views
from commands.turf.choice import Choice, chosen, split
from commands.turf.rules import MUCH, Workload
from commands.turf.terms import ContactRefs
from storage.authority.look_ups import LookUps
from storage.contacts.contacts import Contacts
from storage.contacts.follow_ups import FollowUps
from storage.core.model import ContactId, EntryKind, UserId
from storage.history.entries import History
from storage.names import folded
from storage.turf.absences import Absences, Barred
from storage.turf.turf import Handed, Turf

PAGE = 8


@command("turf", who=Role.ORGANIZER, where=Where.DIRECT, example="!turf")
async def turf(
    ctx: Context,
    who: Colleague | None = None,
    *,
    turf: Turf,
    contacts: Contacts,
    absences: Absences,
    follow_ups: FollowUps,
    members: Members,
) -> Reply:
    """Show your people by area, your follow-ups, and whom you stand in for.

    who: another organizer, for leads
    """
    user = ctx.user if who is None else members.find(who)
    if user != ctx.user and ctx.role < Role.LEAD:
        raise refuse("Only leads see the people of others. Yours: {turf}", turf=Code("!turf"))
    day = ctx.today
    return views.holding(
        views.Holding(
            user,
            await turf.by_area(user, day),
            await follow_ups.count_open(user),
            await contacts.all(await turf.backed_up_by(user)),
            await absences.covered_by(user, ctx.day),
            await absences.of(user, ctx.day),
        ),
        day,
        own=user == ctx.user,
    )


@command("turf team", who=Role.LEAD, where=Where.DIRECT, example="!turf team")
async def team(ctx: Context, turf: Turf, members: Members) -> Reply:
    """Show how many people each organizer has."""
    return views.team(await turf.loads(ctx.today), frozenset(members.roles))


@command("turf unassigned", who=Role.LEAD, where=Where.DIRECT, example="!turf unassigned")
async def unassigned(
    ctx: Context, *, turf: Turf, contacts: Contacts, after: Who | None = None
) -> Reply:
    """List who is unassigned, and why they were handed back.

    after: the last contact of the page before
    """
    start = None if after is None else await the_contact(after, contacts)
    found = await turf.unassigned(start, ctx.today, PAGE + 1)
    shown = sorted(await contacts.all(found[:PAGE]), key=lambda c: (folded(c.name), c.id))
    return views.unassigned(
        [(contact, await turf.why(contact.id)) for contact in shown],
        await turf.load(None, ctx.today),
        more=len(found) > PAGE,
    )


@command(
    "turf assign",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!turf assign @ana M-41 M-42",
    also=("assign",),
    makes=(QuotaItem.TURF,),
    destroys=(Act.MOVE_TURF,),
)
async def assign(
    ctx: Context,
    who: Colleague,
    people: ContactRefs | None = None,
    *,
    turf: Turf,
    contacts: Contacts,
    history: History,
    members: Members,
    barred: Barred,
    acts: Acts,
    look_ups: LookUps,
    area: Label | None = None,
    backup: bool = False,
    transfer: bool = False,
) -> tuple[Reply, ...]:
    """Assign people, or an area, to an organizer.

    who: the organizer, like @ana
    people: handles, one or several, or one name
    area: everybody who works there today
    backup: add the organizer beside the one who has them
    transfer: take them from the organizer who has them
    """
    to = await _able(members.find(who), barred)
    if backup and transfer:
        raise refuse("Either {one} or {other}.", one="--backup", other="--transfer")
    choice = await chosen(contacts, turf, people, area, ctx.today)
    if backup:
        return await _back_up(ctx, turf, contacts, history, acts, choice, to)
    part = split(choice, to, transfer=transfer)
    before = await turf.load(to, ctx.today)
    theirs = part.by_organizer()
    others = sorted(theirs)
    taken = sum(map(len, theirs.values()))
    if taken:
        await acts.add_up(ctx, Act.MOVE_TURF, taken, MUCH)
    if to == ctx.user:
        await look_ups.took(to, ctx.now, contacts=list(part.given))
    had = {user: await turf.load(user, ctx.today) for user in others}
    entry = await history.record(EntryKind.TURF_ASSIGNED, _only(list(part.given)))
    handed = await turf.assign(entry, list(part.given), to, ctx.now)
    given = await _words(contacts, list(part.given), choice.area)
    unasked = await _numbers(contacts, list(part.given), choice.area)
    reply = views.assigned(
        to,
        given,
        Workload(before, await turf.load(to, ctx.today)),
        [(user, Workload(had[user], await turf.load(user, ctx.today))) for user in others],
        kept=part.kept,
        follow_ups=handed.follow_ups,
    )
    told = [] if to == ctx.user else [views.you_got(to, ctx.user, unasked)]
    for user in others:
        if user != ctx.user:
            words = await _numbers(contacts, theirs[user], None)
            told.append(views.you_gave([user], ctx.user, to, words))
    return (reply, *told)


async def _back_up(
    ctx: Context,
    turf: Turf,
    contacts: Contacts,
    history: History,
    acts: Acts,
    choice: Choice,
    who: UserId,
) -> tuple[Reply, ...]:
    free = [contact for contact, user in choice.people.items() if user is None]
    if free and choice.area is None:
        one = (await contacts.all(free[:1]))[0]
        raise refuse("{who} is unassigned: leave out {backup}.", who=label(one), backup="--backup")
    already = set(await turf.backed_up_by(who))
    beside = [
        contact
        for contact, user in choice.people.items()
        if user not in {None, who} and contact not in already
    ]
    if not beside:
        raise refuse("{who} has them already, alone or as a backup.", who=short(who))
    # Whoever stands beside everybody sees everybody, and no look-up of theirs is counted.
    await acts.add_up(ctx, Act.MOVE_TURF, len(beside), MUCH)
    entry = await history.record(EntryKind.TURF_ASSIGNED, _only(beside))
    await turf.back_up(entry, beside, who, ctx.now)
    given = await _words(contacts, beside, choice.area)
    unasked = await _numbers(contacts, beside, choice.area)
    told = () if who == ctx.user else (views.you_back_up(who, ctx.user, unasked),)
    return (views.backed_up(who, given), *told)


@command(
    "turf move",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!turf move @ben @ana",
    makes=(QuotaItem.TURF,),
    destroys=(Act.MOVE_TURF,),
)
async def move(
    ctx: Context,
    source: Colleague,
    to: Colleague,
    *,
    turf: Turf,
    history: History,
    follow_ups: FollowUps,
    members: Members,
    barred: Barred,
    acts: Acts,
    previews: Previews,
    look_ups: LookUps,
    yes: bool = False,
) -> tuple[Reply, ...]:
    """Move all of somebody's people to somebody else, with open follow-ups.

    source: who has it now
    to: who gets it
    yes: do it, after looking at what would move
    """
    giver = members.find_or_gone(source, await turf.people_with_duties())
    taker = await _able(members.find(to), barred)
    if giver == taker:
        raise refuse("That is the same person.")
    day = ctx.today
    before = await turf.load(taker, day)
    there = await _carried(turf, follow_ups, giver, day)
    late = await follow_ups.overdue(giver, day)
    preview = views.moving(giver, taker, there, late, Workload(before, before + there.contacts))
    look = Preview(f"turf {giver} {taker}", asdict(there), preview)
    first = await previews.first(ctx, look, yes=yes)
    if first is not None:
        return (first,)
    await acts.spend(ctx, Act.MOVE_TURF)
    if taker == ctx.user:
        await look_ups.took(taker, ctx.now, turf=giver)
    entry = await history.record(EntryKind.TURF_MOVED)
    await turf.hand_over(entry, giver, taker, ctx.now)
    given = people(there.contacts)
    told = [] if taker == ctx.user else [views.you_got(taker, ctx.user, given)]
    if giver != ctx.user:
        told.append(views.you_gave([giver], ctx.user, taker, given))
    load = Workload(before, await turf.load(taker, day))
    return (views.moved(giver, taker, there, load), *told)


async def _carried(turf: Turf, follow_ups: FollowUps, giver: UserId, day: date) -> Handed:
    """What somebody would hand over. Raises Refusal for nothing."""
    there = Handed(
        await turf.load(giver, day),
        await follow_ups.count_open(giver),
        len(await turf.backed_up_by(giver)),
    )
    if not (there.contacts or there.follow_ups or there.backups):
        raise refuse(
            "{who} has no people. {team} shows who does.",
            who=short(giver),
            team=Code("!turf team"),
        )
    return there


@command(
    "turf release",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!turf release M-41 why="we work different shifts"',
    also=("release",),
    makes=(QuotaItem.TURF,),
    destroys=(Act.RELEASE,),
)
async def release(
    ctx: Context,
    contact: ContactInCare,
    *,
    turf: Turf,
    history: History,
    acts: Acts,
    why: PublicSentence | None = None,
    yes: bool = False,
) -> tuple[Reply, ...]:
    """Hand one of your contacts back, saying why, so that somebody else can try.

    contact: their handle or name
    why: what the next organizer should know
    yes: save the note anyway
    """
    if contact.organizer != ctx.user and ctx.role < Role.LEAD:
        raise refuse("{handle} is not yours to hand back.", handle=contact.handle)
    if contact.organizer is None:
        raise refuse("{who} is unassigned.", who=label(contact))
    if why is None:
        raise refuse(
            "Why? The next organizer will want to know.",
            example=f'!turf release {contact.handle} why="we work different shifts"',
        )
    ask_about(why, sure=yes)
    await acts.spend(ctx, Act.RELEASE)
    entry = await history.record(EntryKind.TURF_RELEASED, contact.id)
    await turf.release(entry, contact, why, ctx.now)
    reply = views.released(contact, own=contact.organizer == ctx.user)
    if ctx.role < Role.LEAD:
        return (reply, views.handed_back(contact, ctx.user, why))
    if contact.organizer == ctx.user:
        return (reply,)
    return (reply, views.taken_back_from(contact, ctx.user))


async def _able(user: UserId, barred: Barred) -> UserId:
    if await barred.includes(user):
        raise refuse(
            "{who}'s part in the committee has ended. To let them in again: {again}",
            who=short(user),
            again=Code(f"!readmit {short(user)}"),
        )
    return user


def _only(contacts: list[ContactId]) -> ContactId | None:
    """The contact a history entry is about, if it is about one."""
    return contacts[0] if len(contacts) == 1 else None


async def _numbers(contacts: Contacts, which: list[ContactId], area: str | None) -> str:
    """The same people in a message to whoever did not ask: by handle, since a lock screen shows it."""
    some = await contacts.all(which[: views.SHOWN])
    if len(which) == 1:
        return some[0].handle
    many = people(len(which))
    if area is not None:
        return _("{people} in {area}").format(people=many, area=area)
    return _("{people}: {names}").format(people=many, names=views.by_number(some, len(which)))


async def _words(contacts: Contacts, which: list[ContactId], area: str | None) -> str:
    """The chosen people as they stand in a sentence."""
    if len(which) == 1:
        return label((await contacts.all(which))[0])
    many = people(len(which))
    if area is not None:
        return _("{people} in {area}").format(people=many, area=area)
    shown = await contacts.all(which[: views.SHOWN])
    return _("{people}: {names}").format(people=many, names=views.named(shown, len(which)))

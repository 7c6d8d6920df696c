"""Commands for everybody: undo, and settings of one's own."""

from dataclasses import replace
from datetime import timedelta

from commands.authority.budget import Acts
from commands.authority.previews import Previews
from commands.framework import Context, Reply, Role, Where, _, command, cut, impossible, refuse, say
from commands.framework.catalogue import Catalogue
from commands.framework.context import Place, UserId
from commands.framework.errors import Refusal
from commands.framework.i18n import one_of
from commands.framework.quoting import quoted
from commands.framework.reply import Audience, Code, Line, fill
from commands.framework.undo import UndoneBy, UndoStep
from commands.framework.values import Colleague, PublicSentence
from commands.general import status as status_view
from commands.general import undo as undoing
from commands.general import views
from commands.general.audit import RoomAudit
from commands.general.beyond_undo import BeyondUndo
from commands.general.terms import CommitteeName, Language
from commands.imports.arrival_views import goes_there
from commands.polls.service import PollService
from commands.roles.quotas import Act, QuotaItem
from commands.shared.background import BackgroundWork
from commands.shared.members import Members
from commands.shared.wording import short
from commands.zones.terms import City
from storage.chat.preferences import People
from storage.contacts.contacts import Contacts
from storage.contacts.follow_ups import FollowUps
from storage.core.model import Entry
from storage.history.entries import History
from storage.imports.uploads import Uploads
from storage.names import folded
from storage.privacy.audits import AuditedAction, Audits
from storage.turf.turf import Turf

UNDO_WINDOW = timedelta(minutes=15)


@command("status", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!status")
async def status(ctx: Context, audit: RoomAudit) -> Reply:
    """Show who can read the committee room, and how I am doing."""
    return status_view.status(audit, ctx)


@command("me", who=Role.ORGANIZER, where=Where.DIRECT, example="!me", also=("whoami",))
async def me(ctx: Context, people: People, follow_ups: FollowUps) -> Reply:
    """Show who you are here: role, committee, time zone, open follow-ups."""
    return views.me(
        ctx,
        own_zone=await people.zone(ctx.user),
        open_follow_ups=await follow_ups.count_open(ctx.user),
    )


@command("tz", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!tz Madrid", also=("timezone",))
async def tz(ctx: Context, city: City | None = None, *, people: People) -> Reply:
    """Set your time zone by naming a city.

    city: a big city in your time zone
    """
    if city is None:
        return views.zone_is(ctx.zone, ctx)
    await people.set_zone(ctx.user, city.key)
    return views.zone_set(city, ctx)


@command(
    "lang",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!lang de",
    also=("language", "sprache", "idioma", "langue", "lingua", "语言"),
)
async def lang(
    ctx: Context, language: Language | None = None, *, people: People
) -> Reply | tuple[Reply, ...]:
    """Choose the language I write to you in.

    language: like de, es or 中文
    """
    if language is None:
        return views.language_is(ctx.language, ctx.committee.language)
    await people.set_language(ctx.user, language)
    chosen = views.language_set(language, ctx.committee.language).spoken(language)
    if ctx.place is Place.DIRECT:
        return chosen
    return views.language_chosen(), replace(chosen, audience=Audience.PERSON)


@command(
    "use",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!use "Payments chapter"',
    also=("committee",),
)
async def use(
    ctx: Context,
    name: CommitteeName | None = None,
    *,
    people: People,
    uploads: Uploads,
    background: BackgroundWork,
) -> Reply:
    """Choose which of your committees this direct chat is about.

    name: the committee's name, or how it begins
    """
    if name is None:
        return views.which_committee(ctx.committees, ctx.committee)
    wanted = folded(name)
    by_name = {folded(c.name): c for c in ctx.committees}
    fits = [c for c in ctx.committees if wanted and folded(c.name).startswith(wanted)]
    exact = [c for c in fits if folded(c.name) == wanted]
    if len(exact or fits) != 1:
        # Imported late, for a slip in a committee's name.
        from difflib import get_close_matches  # noqa: PLC0415

        near = fits or [by_name[key] for key in get_close_matches(wanted, by_name, n=3)]
        raise Refusal(
            fill(
                _("You have no committee “{name}” here. It can be {names}.")
                if not fits
                else _("Which one? “{name}” can be {names}."),
                name=cut(name),
                names=one_of([quoted(c.name) for c in near or ctx.committees]),
            )
        )
    (chosen,) = exact or fits
    await people.use(ctx.user, chosen.id)
    files = await uploads.decide(ctx.user, chosen.id)
    if files:
        background.wake_downloads()
        return goes_there(files, chosen)
    return say("From now on this chat is about {committee}.", committee=chosen.name)


@command(
    "undo",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!undo",
    makes=(QuotaItem.UNDO,),
    destroys=(Act.UNDO_OTHERS,),
)
async def undo(
    ctx: Context,
    *,
    history: History,
    contacts: Contacts,
    turf: Turf,
    members: Members,
    catalogue: Catalogue,
    acts: Acts,
    audits: Audits,
    previews: Previews,
    beyond: BeyondUndo,
    secret_polls: PollService,
    of: Colleague | None = None,
    why: PublicSentence | None = None,
    yes: bool = False,
) -> Reply | tuple[Reply, ...]:
    """Undo the last thing you saved, within 15 minutes; a lead also what somebody else saved.

    of: whose last thing; yours if you do not say
    why: why you undo what somebody else saved; I tell them
    yes: undo what I just showed you
    """
    author = ctx.user if of is None else members.find_or_gone(of, await turf.people_with_duties())
    last = await _last(history, author, ctx, catalogue)
    contact = None if last.contact is None else await contacts.by_id(last.contact)
    step = UndoStep(ctx, last, contact, history, members.roles)
    policy = catalogue.undo[last.kind]
    await undoing.may(step, policy)
    if author != ctx.user:
        look = await undoing.look(step, policy)
        first = await previews.first(ctx, look, yes=yes and why is not None)
        if first is not None or why is None:
            return look.preview if first is None else first
        await acts.spend(ctx, Act.UNDO_OTHERS)
        await audits.keep(AuditedAction.UNDONE, contact=last.contact, words=why)
    else:
        past = await _passed(history, last, beyond, secret_polls, ctx)
        if past is not None:
            look = await undoing.reaching_back(step, policy, past)
            shown = await previews.first(ctx, look, yes=yes)
            if shown is not None:
                return shown
    undone = await undoing.undone(step, policy)
    their_words = None if why is None else await undoing.told(author, why, step, policy)
    told = await policy.take_back(step)
    if author == ctx.user or their_words is None:
        return (undone, *told)
    return (undone, *told, their_words)


async def _passed(
    history: History, last: Entry, beyond: BeyondUndo, polls: PollService, ctx: Context
) -> Line | None:
    """What somebody did after the last thing that can be taken back; None: that was the last."""
    if await beyond.since(last.id):
        return undoing.for_good()
    if await history.newest(ctx.user) != last.id:
        return undoing.already()
    for in_room in (True, False):
        poll = await polls.opened_lately(ctx.user, in_room=in_room)
        if poll is not None:
            return undoing.opened(poll.code)
    return None


async def _last(history: History, author: UserId, ctx: Context, catalogue: Catalogue) -> Entry:
    """The last entry somebody saved, if the person may ask for it to be taken back. Raises Refusal."""
    minutes = int(UNDO_WINDOW.total_seconds() // 60)
    if author != ctx.user and ctx.role < Role.LEAD:
        raise impossible(
            "Only a lead can undo what others saved, and says why. Yours: {undo}",
            undo=Code("!undo"),
        )
    last = await history.last(author, ctx.now - UNDO_WINDOW)
    if last is None and author == ctx.user:
        raise impossible(
            "You saved nothing in the last {minutes} minutes that I could undo.",
            minutes=minutes,
        )
    if last is None or (author != ctx.user and _is_theirs_alone(last, catalogue)):
        raise refuse(
            "{who} saved nothing in the last {minutes} minutes that you could undo.",
            who=short(author),
            minutes=minutes,
        )
    return last


def _is_theirs_alone(entry: Entry, catalogue: Catalogue) -> bool:
    return catalogue.undo[entry.kind].by is UndoneBy.ITS_AUTHOR_ALONE

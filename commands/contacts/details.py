"""Commands that say which details of a contact are kept: none, until a keeper switches a field on."""

from commands.authority.budget import Acts
from commands.authority.previews import Previews
from commands.contacts import detail_views as views
from commands.contacts.detail_terms import FieldWord
from commands.framework import Context, Reply, Role, Where, command, impossible
from commands.framework.errors import not_now
from commands.framework.reply import Code, plural
from commands.framework.spec import Answered
from commands.framework.values import Sentence
from commands.roles.quotas import Act, QuotaItem
from commands.shared.background import BackgroundWork
from storage.contacts.details import ContactDetails, DetailChoices
from storage.core.model import EntryKind
from storage.history.entries import Entries
from storage.privacy.remnants import Remnants


@command(
    "fields",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!fields",
    also=("setup fields",),
)
async def fields(_ctx: Context, choices: DetailChoices) -> Reply:
    """Show whether phone, e-mail and language of a contact may be kept here, and why."""
    return views.fields(await choices.kept())


@command(
    "fields on",
    who=Role.KEEPER,
    where=Where.DIRECT,
    example='!fields on phone why="to call before the vote"',
    makes=(QuotaItem.CHANGE,),
)
async def switch_on(
    ctx: Context,
    field: FieldWord,
    *,
    why: Sentence,
    choices: DetailChoices,
    entries: Entries,
) -> Answered:
    """Let organizers keep the phone, e-mail or language of their contacts. Off until you say so.

    field: phone, email or language
    why: what for; people who ask what you keep about them read it
    """
    if field in await choices.kept():
        raise impossible("{field} is on already.", field=views.field_name(field))
    entry = await entries.record(EntryKind.FIELDS_CHANGED)
    await choices.choose(entry, field, why)
    return views.switched_on(field, why), views.told_leads(field, why, ctx.user)


@command(
    "fields off",
    who=Role.KEEPER,
    where=Where.DIRECT,
    example="!fields off phone",
    may_make=(QuotaItem.CHANGE,),
    destroys=(Act.DROP_FIELD,),
)
async def switch_off(
    ctx: Context,
    field: FieldWord,
    *,
    choices: DetailChoices,
    details: ContactDetails,
    entries: Entries,
    previews: Previews,
    acts: Acts,
    remnants: Remnants,
    background: BackgroundWork,
    yes: bool = False,
) -> Answered:
    """Delete the phone, e-mail or language of everybody, and keep none from now on.

    field: phone, email or language
    yes: delete what you were just shown; nobody can bring it back
    """
    if field not in await choices.kept():
        raise impossible("{field} is off already.", field=views.field_name(field))
    held = await details.on_hold(field)
    if held:
        raise not_now(
            plural(
                "{n} person who has it is on hold, so I delete nothing of theirs. {hold} shows "
                "who.",
                "{n} people who have it are on hold, so I delete nothing of theirs. {hold} "
                "shows who.",
                held,
                hold=Code("!hold"),
            )
        )
    people = await details.count(field)
    first = await previews.first(ctx, views.look_at_off(field, people), yes=yes)
    if first is not None:
        return first
    await acts.spend(ctx, Act.DROP_FIELD)
    entry = await entries.record(EntryKind.FIELDS_CHANGED)
    await choices.choose(entry, field, None)
    await details.drop(field)
    await remnants.leave(ctx.now)
    background.wake_wiping()
    return views.switched_off(field, people)

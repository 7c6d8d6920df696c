"""Taking back what was saved about contacts."""

from commands.contacts.rules import may_see
from commands.framework.errors import Refusal, impossible, not_now
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply, plural
from commands.framework.undo import UndoneBy, UndoPolicy, UndoStep
from commands.shared.wording import short
from storage.contacts.details import ContactDetails, DetailChoices
from storage.contacts.followings import Followings
from storage.contacts.undo import dealt_with_since
from storage.core.model import EntryKind
from storage.turf.absences import Absences


async def in_anothers_care(step: UndoStep) -> Refusal | None:
    """What somebody does to a contact in their care: once it is in another's, it is theirs to change."""
    ctx, contact = step.ctx, step.contact
    if contact is None or may_see(contact, ctx.user, ctx.role):
        return None
    if await step.repository(Absences).may_stand_in(contact, ctx.user, ctx.day):
        return None
    return impossible(
        "{who} is now assigned to another organizer. A lead can undo it: {how}",
        who=contact.handle,
        how=Code(f'!undo of={short(ctx.user)} why="slip"'),
    )


async def reversed_unless_a_circle(step: UndoStep) -> tuple[Reply, ...]:
    """Take an entry back, unless somebody would then stand, over others, behind themselves. Raises Refusal."""
    followings = step.repository(Followings)
    people = await followings.touched(step.entry.id)
    await step.reverse()
    if await followings.in_a_circle(people):
        raise impossible(
            "I cannot undo that: people would now stand behind each other in a circle. See "
            "{leaders}.",
            leaders=Code("!leaders"),
        )
    return ()


async def _dealt_with_since(step: UndoStep) -> Refusal | None:
    if not await dealt_with_since(step.history.tx, step.entry):
        return None
    return impossible(
        "I cannot undo adding {who}: somebody has noted something about them since then.",
        who="" if step.contact is None else step.contact.handle,
    )


async def _deleted_or_in_use(step: UndoStep) -> Refusal | None:
    """A field that was switched off took what was kept with it; one that is in use is switched off."""
    switched = await step.repository(DetailChoices).chosen_by(step.entry.id)
    if switched is None:
        return None
    field, on = switched
    if not on:
        return impossible(
            "Nobody can bring back what was deleted with a field. {on} starts again, with "
            "nothing in it.",
            on=Code(f"!fields on {field.value}"),
        )
    people = await step.repository(ContactDetails).count(field)
    if not people:
        return None
    return not_now(
        plural(
            "{n} person has it by now. {off} deletes all of it, and shows it first.",
            "{n} people have it by now. {off} deletes all of it, and shows it first.",
            people,
            off=Code(f"!fields off {field.value}"),
        )
    )


UNDO = {
    EntryKind.CONTACT_ADDED: UndoPolicy(lambda: _("adding {who}"), refuse_if=_dealt_with_since),
    EntryKind.CONTACT_EDITED: UndoPolicy(
        lambda: _("the change to {who}"), refuse_if=in_anothers_care
    ),
    EntryKind.NAMED: UndoPolicy(lambda: _("the other name of {who}"), refuse_if=in_anothers_care),
    EntryKind.MOVED: UndoPolicy(lambda: _("moving {who}"), refuse_if=in_anothers_care),
    EntryKind.STATE_CHANGED: UndoPolicy(
        lambda: _("the change to {who}, and what came with it"), refuse_if=in_anothers_care
    ),
    EntryKind.ROLE_CHANGED: UndoPolicy(lambda: _("the role of {who}"), refuse_if=in_anothers_care),
    EntryKind.NOTED: UndoPolicy(lambda: _("the note about {who}"), refuse_if=in_anothers_care),
    EntryKind.FIELDS_CHANGED: UndoPolicy(
        lambda: _("switching a field on"), refuse_if=_deleted_or_in_use
    ),
    EntryKind.MERGED: UndoPolicy(
        lambda: _("the merge of {who}"),
        refuse_if=in_anothers_care,
        take_back=reversed_unless_a_circle,
    ),
    EntryKind.TOLD_APART: UndoPolicy(lambda: _("telling {who} apart"), UndoneBy.LEADS),
}

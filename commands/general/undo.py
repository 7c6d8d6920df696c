"""Rules for taking back: one's own entries, while one could still make them; leads also others'."""

from commands.authority.previews import Preview
from commands.framework.context import Context, Role, UserId
from commands.framework.i18n import _, a_time
from commands.framework.reply import Audience, Code, Reply, Strong, line, reply, say
from commands.framework.undo import UndoneBy, UndoPolicy, UndoStep
from commands.shared.undo import only_leads
from commands.shared.wording import label, short
from storage.core.model import Contact


async def may(step: UndoStep, policy: UndoPolicy) -> None:
    """Check that this person may take back this entry now. Raises Refusal."""
    if policy.by is UndoneBy.LEADS and step.ctx.role < Role.LEAD:
        raise only_leads(step.ctx)
    refusal = None if policy.refuse_if is None else await policy.refuse_if(step)
    if refusal is not None:
        raise refusal


def look(step: UndoStep, policy: UndoPolicy) -> Preview:
    """The preview for a lead of taking back the last thing another saved."""
    last, contact, ctx = step.entry, step.contact, step.ctx
    about = "" if contact is None else f", {label(contact)}"
    head = line(
        "The last thing {who} saved, at {when}: {what}{about}.",
        who=Strong(short(last.author)),
        when=a_time(last.at, ctx.zone),
        what=policy.what().format(who=_("somebody")),
        about=about,
    )
    typed = Code(f'!undo of={short(last.author)} why="they asked me to" --yes')
    do_it = line("To take it back, saying why, which they are told: {yes}", yes=typed)
    preview = reply(head, do_it)
    return Preview(f"undo {last.author}", {"entry": last.id}, preview)


def undone(policy: UndoPolicy, contact: Contact | None) -> Reply:
    """Confirm what was taken back."""
    who = _("somebody") if contact is None else label(contact)
    return say("Taken back: {what}.", what=policy.what().format(who=who))


def told(author: UserId, why: str, undone: Reply, ctx: Context) -> Reply:
    """Tell the author that a lead took their entry back, and why."""
    words = say("{by} did that for you, because: {why}", by=short(ctx.user), why=why)
    return reply(*undone.blocks, *words.blocks, audience=Audience.NAMED, to=(author,))

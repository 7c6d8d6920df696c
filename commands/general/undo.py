"""Rules for taking back: one's own entries, while one could still make them; leads also others'."""

from dataclasses import replace

from commands.authority.previews import Preview
from commands.framework.context import Role, UserId
from commands.framework.i18n import _, a_time, comma, speaking
from commands.framework.reply import Audience, Code, Line, Reply, Strong, line, reply, say
from commands.framework.undo import UndoneBy, UndoPolicy, UndoStep
from commands.shared.undo import only_leads
from commands.shared.wording import label, short
from storage.chat.preferences import People
from storage.core.model import Membership


async def may(step: UndoStep, policy: UndoPolicy) -> None:
    """Check that this person may take back this entry now. Raises Refusal."""
    if policy.by is UndoneBy.LEADS and step.ctx.role < Role.LEAD:
        raise only_leads(step.ctx)
    refusal = None if policy.refuse_if is None else await policy.refuse_if(step)
    if refusal is not None:
        raise refusal


async def look(step: UndoStep, policy: UndoPolicy) -> Preview:
    """The preview for a lead of taking back the last thing another saved."""
    last, contact, ctx = step.entry, step.contact, step.ctx
    about = "" if contact is None else comma() + label(contact)
    head = line(
        "The last thing {who} saved, at {when}: {what}{about}.",
        who=Strong(short(last.author)),
        when=a_time(last.at, ctx.clock),
        what=await policy.words(step, _("somebody")),
        about=about,
    )
    typed = Code(f'!undo of={short(last.author)} why="they asked me to" --yes')
    do_it = line("To undo it, with a reason that I tell them: {yes}", yes=typed)
    preview = reply(head, do_it)
    return Preview(f"undo {last.author}", {"entry": last.id}, preview)


async def reaching_back(step: UndoStep, policy: UndoPolicy, past: Line) -> Preview:
    """The preview of taking back something that is not the last thing somebody did."""
    last, ctx = step.entry, step.ctx
    before = line(
        "Before that, at {when}: {what}. To undo that: {yes}",
        when=a_time(last.at, ctx.clock),
        what=Strong(await policy.words(step, whom(step))),
        yes=Code("!undo --yes"),
    )
    preview = reply((*past, " ", *before))
    return Preview(f"undo {last.author}", {"entry": last.id}, preview)


def already() -> Line:
    """Say that the last thing was taken back before, so that nobody goes on without looking."""
    return line("You have just undone something.")


def for_good() -> Line:
    """Say that nobody can take back what somebody did last."""
    return line("What you did last cannot be undone.")


def opened(code: str) -> Line:
    """Say that a poll stays open, and how it is called off."""
    return line(
        "The poll {code} you opened stays open. To cancel it: {cancel}",
        code=code,
        cancel=Code(f"!poll cancel {code}"),
    )


def whom(step: UndoStep) -> str:
    """Whom an entry is about, for whoever asked."""
    return _("somebody") if step.contact is None else label(step.contact)


async def undone(step: UndoStep, policy: UndoPolicy) -> Reply:
    """Confirm what was taken back; whoever had left by it has not."""
    contact = step.contact
    who = _("somebody") if contact is None else label(replace(contact, state=Membership.EMPLOYED))
    return say("Undone: {what}.", what=await policy.words(step, who))


async def told(author: UserId, why: str, step: UndoStep, policy: UndoPolicy) -> Reply:
    """Tell the author that a lead took their entry back, and why; by handle, since nobody asked."""
    with speaking(await People(step.history.tx).reads(author, step.ctx.committee)):
        who = _("somebody") if step.contact is None else step.contact.handle
        words = say(
            "Undone: {what}. {by} did that for you, because: {why}",
            what=await policy.words(step, who),
            by=short(step.ctx.user),
            why=why,
        )
    return replace(words, audience=Audience.NAMED, to=(author,))

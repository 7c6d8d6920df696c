"""The steps of a one-on-one, to look at before it; with what somebody said last."""

from commands.contacts.lookup import ContactInCare
from commands.framework import Context, Reply, Role, Where, command
from commands.framework.reply import Code, Items, Line, Strong, line, listed, reply
from commands.shared.wording import label
from storage.contacts.conversations import Conversations
from storage.core.model import Contact, Talk

LOOKED_AT = 5
"""Talks among which the last issue and the last ask are looked for."""


@command(
    "help talk",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!help talk M-41",
    also=("talk steps",),
)
async def steps(
    ctx: Context, contact: ContactInCare | None = None, *, conversations: Conversations
) -> Reply:
    """Show the five steps of a one-on-one, and what one of your contacts said last.

    contact: their handle or name
    """
    del ctx
    if contact is None:
        return reply(_steps(None), line("With one of yours: {help}", help=Code("!help talk M-1")))
    talks = await conversations.latest(contact.id, LOOKED_AT)
    return reply((Strong(label(contact)),), *_heard(talks), _steps(contact))


def _heard(talks: list[Talk]) -> list[Line]:
    """What moves somebody, and what they were asked for, as far as it is written down."""
    issue = next((each.issue for each in talks if each.issue), None)
    ask = next((each.ask for each in talks if each.ask), None)
    heard = [] if issue is None else [line("What moves them: {issue}", issue=issue)]
    return heard if ask is None else [*heard, line("Last ask: {ask}", ask=ask)]


def _steps(contact: Contact | None) -> Items:
    log = f"!1on1 log {'M-1' if contact is None else contact.handle} reached next=fri"
    return listed(
        [
            line("Listen. Ask how work is, and let them talk most of the time."),
            line("Find the issue: what would they change first? Say it back in their words."),
            line("Who decides that, and what could people do about it together?"),
            line("Ask for one clear thing, with a day. Then wait for the answer."),
            line("Agree on the next step, and write it down: {log}", log=Code(log)),
        ],
        numbered=True,
    )

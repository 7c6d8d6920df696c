"""The steps of a one-on-one, to look at before it; with what somebody said last."""

from commands.contacts.lookup import ContactInCare
from commands.framework import Context, Reply, Role, Where, command
from commands.framework.reply import Code, Line, Strong, line, reply
from commands.shared.talk_steps import talk_steps
from commands.shared.wording import label
from storage.contacts.conversations import Conversations
from storage.core.model import Talk

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
        return reply(
            talk_steps("M-1"), line("With one of yours: {help}", help=Code("!help talk M-1"))
        )
    talks = await conversations.latest(contact.id, LOOKED_AT)
    return reply((Strong(label(contact)),), *_heard(talks), talk_steps(contact.handle))


def _heard(talks: list[Talk]) -> list[Line]:
    """What moves somebody, and what they were asked for, as far as it is written down."""
    issue = next((each.issue for each in talks if each.issue), None)
    ask = next((each.ask for each in talks if each.ask), None)
    heard = [] if issue is None else [line("What moves them: {issue}", issue=issue)]
    return heard if ask is None else [*heard, line("Last ask: {ask}", ask=ask)]

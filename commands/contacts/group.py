"""The commands about contacts."""

from typing import TYPE_CHECKING

from commands.framework import Command, Group, _
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.contacts import changes, details, merging
    from commands.contacts import commands as contacts
else:
    changes = unloaded("commands.contacts.changes")
    details = unloaded("commands.contacts.details")
    merging = unloaded("commands.contacts.merging")
    contacts = unloaded("commands.contacts.commands")

GROUP = Group(
    lambda: _("Contacts"),
    (
        contacts.add,
        contacts.find,
        contacts.show,
        contacts.list_,
        changes.edit,
        changes.alias,
        changes.move,
        changes.left,
        changes.rejoin,
        changes.exclude,
        changes.role,
        changes.note,
        details.fields,
        details.switch_on,
        details.switch_off,
    ),
    topics=("contacts", "contact", "people"),
)
"""In the order in which help shows them."""

NAMESAKES: tuple[Command, ...] = (
    merging.merge,
    merging.unmerge,
    merging.dupes,
    merging.notsame,
)
"""Of two records of one person."""

"""The commands about contacts."""

from commands.contacts import changes, details, merging, undo
from commands.contacts import commands as contacts
from commands.framework import Command, Group, _

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

UNDO = undo.UNDO

"""Every command there is, in the order help shows them. A new command module is named here."""

import commands.contacts.commands as contacts
import commands.follow_ups.commands as follow_ups
import commands.general.commands as general
import commands.one_on_ones.commands as one_on_ones
import commands.polls.commands as polls
from commands.framework.catalogue import Catalogue, Group
from commands.framework.i18n import _
from commands.general import leading
from commands.polls import running

CATALOGUE = Catalogue(
    [
        Group(lambda: _("Contacts"), (contacts.add, contacts.find, contacts.show, contacts.list_)),
        Group(lambda: _("One-on-ones"), (one_on_ones.log, one_on_ones.assess)),
        Group(lambda: _("Follow-ups"), (follow_ups.due, follow_ups.done, follow_ups.snooze)),
        Group(
            lambda: _("Polls"),
            (
                polls.temp,
                polls.yesno,
                polls.consensus,
                polls.choose,
                polls.approve,
                polls.score,
                polls.rank,
                polls.open_,
                running.vote,
                running.confirm,
                running.list_,
                running.mine,
                running.cancel,
                running.postpone,
                running.secrecy,
            ),
        ),
        Group(lambda: _("You"), (general.me, general.tz, general.use, general.undo, general.help_)),
        Group(
            lambda: _("Committee"),
            (general.status, leading.setup, leading.identity, leading.accept_identity),
        ),
    ],
    spellings={"1on1": ("1:1", "1-1", "1to1", "121", "one-on-one"), "contact": ("contacts",)},
)

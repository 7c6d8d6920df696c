"""The commands about the bot, the committee and oneself."""

from commands.authority import commands as authority
from commands.authority import second
from commands.framework import Group, _
from commands.framework.catalogue import BareAnswer
from commands.general import commands as general
from commands.general import committee, danger, room_upgrade, worries
from commands.general.help import help_
from commands.general.tour import greets_again, is_greeting, tour, try_

GROUP = Group(
    lambda: _("You and the committee"),
    (
        general.me,
        general.tz,
        general.lang,
        general.use,
        general.undo,
        help_,
        tour,
        try_,
        danger.danger,
        general.status,
        committee.setup,
        authority.confirm,
        committee.direct,
        committee.identity,
        committee.accept_identity,
        second.second,
        room_upgrade.moved,
    ),
    topics=("you", "settings"),
)
"""In the order in which help shows them."""

BARE = (
    BareAnswer(greets_again, lambda _text: "!help"),
    BareAnswer(is_greeting, lambda _text: "!tour"),
    BareAnswer(worries.is_asking, lambda _text: "!status"),
)
"""Whoever greets for the first time is offered the tour; in a room a greeting is none of ours. Whoever asks who
reads this is told at once.
"""

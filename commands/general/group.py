"""The commands about the bot, the committee and oneself."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.framework.catalogue import BareAnswer
from commands.general import worries
from commands.general.greetings import greets_again, is_greeting
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.authority import commands as authority
    from commands.authority import second
    from commands.general import commands as general
    from commands.general import committee, danger, room_upgrade, tour
    from commands.general import help as helping
else:
    authority = unloaded("commands.authority.commands")
    second = unloaded("commands.authority.second")
    general = unloaded("commands.general.commands")
    committee = unloaded("commands.general.committee")
    danger = unloaded("commands.general.danger")
    room_upgrade = unloaded("commands.general.room_upgrade")
    helping = unloaded("commands.general.help")
    tour = unloaded("commands.general.tour")

GROUP = Group(
    lambda: _("You and the committee"),
    (
        general.me,
        general.tz,
        general.lang,
        general.use,
        general.undo,
        helping.help_,
        tour.tour,
        tour.try_,
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

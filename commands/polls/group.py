"""The commands about polls."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.polls.ask import commands as polls
    from commands.polls.practice import commands as practising
    from commands.polls.run import commands as running
else:
    polls = unloaded("commands.polls.ask.commands")
    practising = unloaded("commands.polls.practice.commands")
    running = unloaded("commands.polls.run.commands")

GROUP = Group(
    lambda: _("Polls"),
    (
        polls.poll,
        polls.temp,
        polls.yesno,
        polls.consensus,
        polls.choose,
        polls.approve,
        polls.score,
        polls.rank,
        polls.open_,
        practising.practice,
        practising.vote,
        practising.end,
        running.vote,
        running.confirm,
        running.list_,
        running.mine,
        running.cancel,
        running.postpone,
        running.secrecy,
    ),
    topics=("polls", "votes"),
    fleeting=True,
)
"""In the order in which help shows them. A refusal may show a question or an option."""

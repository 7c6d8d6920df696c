"""The reports."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.reports import commands as reports
else:
    reports = unloaded("commands.reports.commands")

GROUP = Group(
    lambda: _("Reports"),
    (
        reports.report,
        reports.coverage,
        reports.follow_ups,
        reports.tests,
        reports.movement,
        reports.holes,
    ),
    topics=("reports", "figures"),
)
"""In the order in which help shows them."""

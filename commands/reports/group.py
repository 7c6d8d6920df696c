"""The reports."""

from commands.framework import Group, _
from commands.reports import commands as reports

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

"""The commands about structure tests."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.structure_tests.close import commands as closing
    from commands.structure_tests.close import review
    from commands.structure_tests.compare import charts
    from commands.structure_tests.compare import commands as comparing
    from commands.structure_tests.joint import commands as joint
    from commands.structure_tests.mark import commands as marking
    from commands.structure_tests.open import announce
    from commands.structure_tests.open import commands as opening
    from commands.structure_tests.sheets import commands as sheets
    from commands.structure_tests.status import commands as status
else:
    closing = unloaded("commands.structure_tests.close.commands")
    review = unloaded("commands.structure_tests.close.review")
    charts = unloaded("commands.structure_tests.compare.charts")
    comparing = unloaded("commands.structure_tests.compare.commands")
    joint = unloaded("commands.structure_tests.joint.commands")
    marking = unloaded("commands.structure_tests.mark.commands")
    announce = unloaded("commands.structure_tests.open.announce")
    opening = unloaded("commands.structure_tests.open.commands")
    sheets = unloaded("commands.structure_tests.sheets.commands")
    status = unloaded("commands.structure_tests.status.commands")

GROUP = Group(
    lambda: _("Structure tests"),
    (
        opening.list_,
        opening.open_,
        opening.change,
        marking.mark,
        marking.unmark,
        marking.count,
        sheets.sheet,
        sheets.decide,
        sheets.accept,
        sheets.drop,
        status.status,
        status.gaps,
        status.names,
        closing.close,
        closing.amend,
        review.review,
        announce.announce,
        comparing.compare,
        comparing.movers,
        comparing.calibrate,
        comparing.plan_,
        comparing.ladder_,
        charts.chart,
        charts.ladder_,
        charts.movement,
        joint.together,
        joint.invite,
        joint.join,
        joint.leave,
    ),
    topics=("tests", "structure tests", "test", "petitions"),
)
"""In the order in which help shows them."""

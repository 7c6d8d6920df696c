"""The commands about structure tests."""

from commands.framework import Group, _
from commands.structure_tests import undo
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

UNDO = undo.UNDO

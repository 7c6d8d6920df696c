"""Progress of an open test, shown to whoever marks somebody in it."""

from commands.contacts.lookup import care_of
from commands.framework import Context, Role
from commands.structure_tests.mark import views
from commands.structure_tests.rules import sums
from commands.structure_tests.views import participation
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.marks import Marks
from storage.structure_tests.model import StructureTest
from storage.turf.absences import Absences


async def so_far(
    ctx: Context, test: StructureTest, figures: StructureFigures, marks: Marks, absences: Absences
) -> str:
    """How far a test has come, to whoever marked somebody: leads hear of all, others of their own.

    The figure of all would tell, after each mark of one's own, what others had marked in between.
    """
    if ctx.role >= Role.LEAD:
        return participation(test, sums((await figures.of(test)).cells))
    care = await care_of(absences, ctx)
    return views.of_yours(*await marks.progress(test, care.organizers))

"""A test as everybody may read it, put together in one place."""

from commands.framework.context import Context
from commands.framework.reply import Reply
from commands.structure_tests import views
from commands.structure_tests.rules import rows, shown_to_all, sums
from storage.tests_figures import Figures
from storage.tests_model import StructureTest


async def for_the_room(figures: Figures, test: StructureTest, ctx: Context) -> Reply:
    """Counts in rows of five and more."""
    counted = await figures.of(test)
    whole = sums(counted.cells)
    history = [] if test.open else await figures.history(test)
    told = rows(counted.cells) if shown_to_all(whole.people) else []
    tail = [views.state(test, history, ctx)]
    return views.for_all(test, counted, whole, told, await figures.areas(), tail)

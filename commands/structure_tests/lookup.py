"""Finding the test a person means: by number, by name or kind, or the only one there is."""

from typing import Annotated

from commands.framework.context import Context, Place
from commands.framework.errors import Refusal, cut, impossible
from commands.framework.reader import reader_of
from commands.framework.reply import Code, line, listed
from commands.framework.resolver import Resolver
from commands.structure_tests.terms import TestRef, WhichTest
from storage.structure_tests.model import StructureTest
from storage.structure_tests.register import StructureTests

SHOWN = 6


async def the_test(ref: TestRef | None, ctx: Context, tests: StructureTests) -> StructureTest:
    """Find the test meant; without words the one that is open, else the last one. Raises Refusal."""
    if ref is None:
        return await _current(tests)
    if ref.number is not None:
        found = await tests.by_number(ref.number)
        if found is None:
            raise impossible(
                "There is no test {handle} here. {list} shows them.",
                handle=f"T-{ref.number}",
                list=Code("!test list"),
            )
        return found
    return await _named(tests, ref.name or "", ctx)


async def the_open_test(ref: TestRef | None, ctx: Context, tests: StructureTests) -> StructureTest:
    """Find the open test meant. Raises Refusal."""
    test = await the_test(ref, ctx, tests)
    if test.open:
        return test
    if ref is None:
        raise impossible(
            "No test is open. A lead begins one: {open}",
            open=Code('!test open petition "RTO petition" goal=60%'),
        )
    raise impossible(
        "{test} is closed, and its figures stay. A lead can add what was missed: {amend}",
        test=test.name,
        amend=Code(f"!test amend {test.handle} did M-41"),
    )


async def the_closed_test(
    ref: TestRef | None, ctx: Context, tests: StructureTests
) -> StructureTest:
    """The closed test meant; without words the last one. Raises Refusal."""
    if ref is None:
        closed = await tests.latest(1, closed=True)
        if closed:
            return closed[0]
        raise impossible("No test is closed yet.")
    test = await the_test(ref, ctx, tests)
    if test.open:
        raise impossible(
            "{test} is still open. {close} closes it.",
            test=test.name,
            close=Code(f"!test close {test.handle}"),
        )
    return test


AnyTest = Annotated[StructureTest, reader_of(WhichTest), Resolver(the_test, finds_unsaid=True)]
"""A test; without words the one that is open, else the last one."""
OpenTest = Annotated[
    StructureTest, reader_of(WhichTest), Resolver(the_open_test, finds_unsaid=True)
]
"""An open test; without words the only one."""
ClosedTest = Annotated[
    StructureTest, reader_of(WhichTest), Resolver(the_closed_test, finds_unsaid=True)
]
"""A closed test; without words the last one."""


async def _current(tests: StructureTests) -> StructureTest:
    running = await tests.open_ones(SHOWN)
    if len(running) > 1:
        raise _which(running)
    found = running or await tests.latest(1)
    if not found:
        raise impossible(
            "There has been no structure test yet. A lead begins one: {open}",
            open=Code('!test open petition "RTO petition" goal=60%'),
        )
    return found[0]


async def _named(tests: StructureTests, name: str, ctx: Context) -> StructureTest:
    found = await tests.called(name, SHOWN)
    running = [test for test in found if test.open]
    if len(running) == 1:
        return running[0]
    if len(found) == 1:
        return found[0]
    if found:
        raise _which(running or found)
    if ctx.place is Place.ROOM:
        # Not shown back: in the room it may be anybody's name.
        raise impossible(
            "I do not know a test with that name. {list} shows them.", list=Code("!test list")
        )
    raise impossible(
        "I do not know a test “{name}”. {list} shows them.", name=cut(name), list=Code("!test list")
    )


def _which(several: list[StructureTest]) -> Refusal:
    return Refusal(
        line(
            "There is more than one. Say which with its number, like {handle}:",
            handle=Code(several[0].handle),
        ),
        choices=listed([(f"{test.handle} {test.name}",) for test in several]),
        example="",
    )

"""A list that comes again: a line that says nothing new is found as such without being judged."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from commands.imports import lines, work
from commands.imports.lines import judge_lines
from commands.imports.read.pieces import SHEET
from storage.contacts.met_again import Bearer, MetAgain
from storage.core.model import CommitteeId
from storage.imports.imports import Imports
from tests.chat.conversation import Chat

PEOPLE = 120
HEADS = "Emp #,Name,Team,Shift\n"
CHANGED = (
    "!contact alias M-5 {other}",
    "!contact alias M-6 Juno Vale --preferred",
    "!contact edit M-7 name={other}",
    "!contact move M-8 area=Elsewhere",
    "!contact move M-9 shift=late",
    "!contact move M-10 area=Later from=2026-12-24",
    "!contact left M-11",
    "!contact left M-12 2026-12-24",
    "!contact exclude M-13 reason=outside",
    "!merge M-14 M-15",
    "!merge M-17 M-16",
    "!forget M-18",
    "!merge M-20 M-21",
    "!unmerge M-20",
)
"""What becomes of some contacts between two lists."""


def named(number: int) -> str:
    digits = "".join(chr(97 + int(digit)) for digit in f"{number:04}")
    return f"Person Q{digits}"


def row(person: int, **otherwise: object) -> str:
    said = {
        "number": 1000 + person,
        "name": named(person),
        "area": f"Area {person % 5}",
        "shift": ("day", "night")[person % 2],
    }
    return ",".join(str(each) for each in (said | otherwise).values())


def first_list() -> str:
    return HEADS + "\n".join(row(number) for number in range(1, PEOPLE + 1))


def second_list() -> str:
    """Return a list with second numbers of some, and one number of two people, as a person then says."""
    given = [row(number, number=5000 + number) for number in range(30, 34)]
    return HEADS + "\n".join([*given, row(41, number=1042, name="Ada Zett")])


def third_list() -> str:
    """Return a list that is taken back."""
    return HEADS + "\n".join(
        row(number, shift="late", number=7000 + number) for number in range(50, 60)
    )


def later_list(seed: int) -> str:
    """Return a list in which most lines are as they were, and others meet the same people otherwise."""
    chance = random.Random(seed)
    rows: list[str] = []
    ways: Sequence[Callable[[int], str]] = (
        lambda n: row(n, name=named(n).upper()),
        lambda n: row(n, name=" ".join(reversed(named(n).split()))),
        lambda n: row(n, name=named(chance.randrange(1, PEOPLE))),
        lambda n: row(n, area=chance.choice(["", "area 1", "Elsewhere", "Area 2", "n/a"])),
        lambda n: row(n, shift=chance.choice(["", "late", "Day", "=2", "x" * 61])),
        lambda n: row(n, number=""),
        lambda n: row(n, number="", area=""),
        lambda n: row(n, number=f"00{1000 + n}"),
        lambda n: row(n, number=chance.choice([5000, 7000]) + n),
        lambda n: row(n, number=1000 + chance.randrange(1, PEOPLE)),
        lambda n: row(n, number=9000 + n),
        lambda n: row(n, number="", name=named(PEOPLE + 5)),
        lambda n: row(n, number="", name="Juno Vale", area=f"Area {n % 5}"),
        lambda n: row(n, name=chance.choice(["Ada Zett", "Total", "", "Null Null", "+1"])),
        lambda n: row(8000 + n),
    )
    for number in range(1, PEOPLE + 1):
        if chance.random() < 0.85:
            rows.append(row(number))
        while chance.random() < 0.3:
            rows.append(chance.choice(ways)(number))
    if chance.random() < 0.5:
        chance.shuffle(rows)
    return HEADS + "\n".join(rows)


async def taken(chat: Chat, content: str, number: int) -> None:
    await chat.send("@lea", "staff.csv", content)
    await chat.dm("@lea", f"!import check {number}")
    await chat.dm("@lea", f"!import commit {number} --yes")


async def lived(chat: Chat) -> Chat:
    """Take some lists in, and let people be renamed, moved, merged and gone."""
    await taken(chat, first_list(), 1)
    await chat.send("@lea", "staff.csv", second_list())
    await chat.dm("@lea", "!import check 2")
    assert (await chat.dm("@lea", "!import problems 2")).says("line 2:", "line 6:")
    for line, who in enumerate(("M-30", "M-31", "M-32", "M-33", "new"), 2):
        await chat.dm("@lea", f"!import decide 2 {line} {who}")
    assert (await chat.dm("@lea", "!import commit 2 --yes")).says("1 added, 4 updated")
    await taken(chat, third_list(), 3)
    await chat.sure("@lea", "!import undo 3")
    for command in CHANGED:
        await chat.sure("@lea", command.format(other="'Otto Other'"))
    return chat


async def outcome(chat: Chat, number: int) -> list[tuple[object, ...]]:
    """Everything that is kept of a check."""
    found: list[tuple[object, ...]] = []
    async with chat.database.transaction() as tx:
        one = await Imports(tx, CommitteeId(1), chat.now.date()).by_number(number)
        assert one is not None
        found.append((one.state, one.done, dict(one.figures)))
        for wanted, order in (
            ("p.line, p.trouble, p.words, p.stops FROM import_problems", "p.line, p.id"),
            ("p.contact FROM import_missing", "p.contact"),
        ):
            rows = await tx.all(
                f"SELECT {wanted} AS p JOIN imports AS i ON i.id = p.import WHERE i.number = ? "
                f"ORDER BY {order}",
                (number,),
            )
            found += map(tuple, rows)
        assert await tx.number("SELECT COUNT(*) FROM import_seen") == 0
    return found


async def nobody(_self: MetAgain, _numbers: Sequence[str]) -> list[Bearer]:
    return []


class Counted:
    """How many lines are judged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines = 0
        monkeypatch.setattr(work, "judge_lines", self._judge)

    async def _judge(self, *args: Any, **options: Any) -> Any:
        self.lines += len(args[1])
        return await judge_lines(*args, **options)


@pytest.mark.parametrize("seed", range(3))
async def test_a_later_list_comes_to_the_same_as_if_every_line_were_judged(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    await lived(chat)
    judged = Counted(monkeypatch)
    content = later_list(seed)
    count = content.count("\n")
    await chat.send("@lea", "staff.csv", content)
    said = (await chat.dm("@lea", "!import check 4")).text
    quick, few = await outcome(chat, 4), judged.lines
    with monkeypatch.context() as patch:
        patch.setattr(MetAgain, "bearers", nobody)
        assert (await chat.dm("@lea", "!import check 4")).text == said
    assert await outcome(chat, 4) == quick
    # The control: many lines were not judged, and then all of them were.
    assert few < count * 0.75
    assert judged.lines == few + count

    undecided = [each[0] for each in quick if len(each) == 4 and each[3]]
    for line, who in zip(undecided[::9], ("new", "skip", "M-1") * PEOPLE, strict=False):
        await chat.dm("@lea", f"!import decide 4 {line} {who}")
    said = (await chat.dm("@lea", "!import check 4")).text
    quick = await outcome(chat, 4)
    monkeypatch.setattr(MetAgain, "bearers", nobody)
    assert (await chat.dm("@lea", "!import check 4")).text == said
    assert await outcome(chat, 4) == quick


@pytest.mark.parametrize("dies_after", range(1, 12, 2))
async def test_what_was_found_is_not_lost_with_the_process(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    monkeypatch.setattr(lines, "MOST_SETTLED", 1)
    monkeypatch.setattr("commands.imports.pace.MOST", 1)
    monkeypatch.setattr(work, "PAGE", 40)
    await taken(chat, first_list(), 1)
    again = "\n".join(row(number) for number in range(1, PEOPLE + 1) if number % 10)
    await chat.send("@lea", "staff.csv", HEADS + again)
    await chat.dm("@lea", "!import check 2")
    at_once = await outcome(chat, 2)
    assert len([each for each in at_once if len(each) == 1]) == PEOPLE // 10
    chat.works = False
    await chat.dm("@lea", "!import check 2")
    steps = 0
    while await chat.step() is not None:
        steps += 1
        if steps == dies_after:
            await chat.restart()
    assert await outcome(chat, 2) == at_once


@pytest.mark.parametrize("after", range(1, 8))
async def test_somebody_is_forgotten_while_a_list_is_checked(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(lines, "MOST_SETTLED", 1)
    monkeypatch.setattr("commands.imports.pace.MOST", 1)
    await taken(chat, first_list(), 1)
    again = [row(number) for number in range(1, PEOPLE + 1)]
    again[60:60] = [row(number, name="Person Forty", area="") for number in (601, 40)]
    await chat.send("@lea", "staff.csv", HEADS + "\n".join(again))
    chat.works = False
    await chat.dm("@lea", "!import check 2")
    for _step in range(after):
        await chat.step()
    assert (await chat.sure("@lea", "!forget M-7")).says("forgotten")
    while await chat.step() is not None:
        pass
    begun_before = await outcome(chat, 2)
    chat.works = True
    await chat.dm("@lea", "!import check 2")
    assert await outcome(chat, 2) == begun_before


async def forget_gone(chat: Chat, left: Sequence[int]) -> None:
    """Forget the person of ``GONE``; ``left``: how many lines each sheet of the second list has then."""
    assert (await chat.sure("@lea", "!forget M-110")).says("forgotten")
    async with chat.database.transaction() as tx:
        rows = await tx.all(
            "SELECT json_array_length(s.rows) AS lines FROM import_sheets AS s "
            "JOIN imports AS i ON i.id = s.import WHERE i.number = 2 ORDER BY s.number"
        )
    assert [row["lines"] for row in rows] == left


def pages(*wanted: Sequence[str]) -> str:
    return HEADS + "\n".join(line for lines in wanted for line in lines)


FIRST = [row(number) for number in range(1, 101)]
GONE = [row(110)] * 100
"""Sheets of its own, until the person is forgotten."""
LAST = [row(number) for number in range(101, 110)]


@pytest.mark.parametrize(
    ("before", "gone", "after"),
    [
        ([], GONE, [*FIRST, *LAST]),
        (FIRST, GONE[:SHEET], LAST),
        (FIRST, GONE, LAST),
        (FIRST, GONE[:1], []),
        (FIRST, GONE * 2, LAST),
    ],
    ids=["first", "one in the middle", "in the middle", "at the end", "more"],
)
async def test_a_sheet_on_which_nobody_is_left_keeps_its_place(
    chat: Chat, before: Sequence[str], gone: Sequence[str], after: Sequence[str]
) -> None:
    await taken(chat, first_list(), 1)
    moved = {row(number): row(number, shift="late") for number in (5, 98, 108)}
    before, after = ([moved.get(each, each) for each in lines] for lines in (before, after))
    await chat.send("@lea", "staff.csv", pages(before, gone, after))
    await chat.dm("@lea", "!import check 2")
    full = [
        lines[at : at + SHEET] for lines in (before, after) for at in range(0, len(lines), SHEET)
    ]
    empty = [0] * -(-len(gone) // SHEET)
    counts = list(map(len, full))
    first = len(before) // SHEET
    await forget_gone(chat, [*counts[:first], *empty, *counts[first:]])

    reply = await chat.dm("@lea", "!import check 2")
    late = sum(each in moved.values() for each in (*before, *after))
    same = len(before) + len(after) - late
    assert late >= 2
    assert reply.says(f"0 new · {late} updated · {same} unchanged")
    reply = await chat.dm("@lea", "!import commit 2 --yes")
    assert reply.says(f"0 added, {late} updated")
    for number in (5, 98):
        assert (await chat.dm("@lea", f"!contact show M-{number}")).says("late")


async def test_every_line_is_found_beside_a_sheet_on_which_nobody_is_left(chat: Chat) -> None:
    await taken(chat, first_list(), 1)
    await chat.send("@lea", "staff.csv", pages(FIRST, GONE * 3, FIRST, LAST))
    await chat.dm("@lea", "!import check 2")
    some, none = [SHEET] * (100 // SHEET), [0] * (300 // SHEET)
    await forget_gone(chat, [*some, *none, *some, 9])
    await chat.dm("@lea", "!import check 2")
    for line in (2, 101, 402, 501, 502, 510):
        reply = await chat.dm("@lea", f"!import decide 2 {line} skip")
        assert reply.says(f"Line {line} is left out")
    for line in (1, 102, 250, 401, 511):
        reply = await chat.dm("@lea", f"!import decide 2 {line} skip")
        assert reply.says(f"Import 2 has no line {line}")

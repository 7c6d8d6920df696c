"""People who stand in a list twice are met however far apart, and nothing is kept of the others."""

import random
from typing import Any

import pytest

from commands.imports import lines, work
from commands.imports.lines import judge_lines
from commands.imports.repeats import Repeats
from storage.contacts.bulk import Bulk
from storage.imports.seen_lines import By, Key
from tests.chat.conversation import Chat

LINES = 700


def listing() -> str:
    """Return a list in which every seventh line repeats something of a line that may be far above."""
    chance = random.Random(16)
    rows = []
    for line in range(LINES):
        number, name, mail = str(line), f"Person {letters(line)}", f"p{line}@example.org"
        if line % 7 == 6:
            before = chance.randrange(line)
            kind = chance.randrange(4)
            number = str(before) if kind in {0, 3} else number
            name = f"Person {letters(before)}" if kind in {1, 3} else name
            mail = f"p{before}@example.org" if kind in {2, 3} else mail
        rows.append(f"{number},{name},Pay,{mail}")
    return "Emp #,Name,Team,Email\n" + "\n".join(rows)


def letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in f"{number:04}")


async def remarks(chat: Chat) -> list[tuple[object, ...]]:
    async with chat.database.transaction() as tx:
        rows = await tx.all(
            "SELECT line, trouble, words, stops FROM import_problems ORDER BY line, id"
        )
    return [tuple(row) for row in rows]


async def kept(chat: Chat) -> int:
    async with chat.database.transaction() as tx:
        return await tx.number("SELECT COUNT(*) FROM import_seen")


@pytest.mark.parametrize("dies_after", [None, 1, 4, 6, 8])
async def test_repeats_are_found_as_if_every_line_were_kept(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, dies_after: int | None
) -> None:
    await chat.send("@lea", "staff.csv", listing())
    chat.works = False
    await chat.dm("@lea", "!import check 1")
    most, steps = 0, 0
    while await chat.step() is not None:
        most, steps = max(most, await kept(chat)), steps + 1
        if steps == dies_after:
            await chat.restart()
    few = await remarks(chat)
    assert 0 < most < LINES
    assert await kept(chat) == 0

    monkeypatch.setattr(Repeats, "among", lambda _self, keys: set(keys))
    chat.works = True
    await chat.dm("@lea", "!import check 1")
    assert await remarks(chat) == few
    assert {str(remark[1]) for remark in few} >= {"repeats", "same id", "same email"}


def plain_listing() -> str:
    """Return a list with nothing odd in most lines: some repeat a number or a name, some are badly made."""
    chance = random.Random(7)
    rows = []
    for line in range(LINES):
        before = chance.randrange(line + 1)
        number, name, area, shift = f"{line:05}", letters(line), line % 7, "day"
        match line % 31:
            case 5 | 6:
                number, name, area = "", letters(before).upper(), before % 7
                shift = ("day", "night")[line % 2]
            case 11:
                number = str(before)
            case 17:
                name = chance.choice(["", "Van A", "+1", "Null"])
            case 23:
                number, shift = "", chance.choice(["", "n/a", "=2", "Älter", "x" * 61])
        first = "Total" if line % 97 == 8 else "Person"
        rows.append(f"{number},{first} {name},Area {area},{shift}")
    return "Emp #,Name,Team,Shift\n" + "\n".join(rows)


async def test_lines_that_are_settled_by_standing_alone_are_counted_as_if_they_were_judged(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = 0

    async def counted(*args: Any, **options: Any) -> Any:
        nonlocal judged
        judged += len(args[1])
        return await judge_lines(*args, **options)

    async def somebody(_self: Bulk) -> bool:
        return True

    monkeypatch.setattr(work, "judge_lines", counted)
    await chat.send("@lea", "staff.csv", plain_listing())
    settled = await chat.dm("@lea", "!import check 1")
    quick, said = judged, await remarks(chat)
    monkeypatch.setattr(Bulk, "anybody", somebody)
    each = await chat.dm("@lea", "!import check 1")
    assert await remarks(chat) == said
    assert each.text == settled.text
    # The control: most lines were not looked at a second time.
    assert 0 < quick < LINES / 3
    assert judged == quick + LINES
    assert {str(remark[1]) for remark in said} >= {"repeats", "same id", "same name", "formula"}


async def figures(chat: Chat) -> tuple[object, ...]:
    async with chat.database.transaction() as tx:
        row = await tx.one("SELECT state, done, figures FROM imports")
    assert row is not None
    return tuple(row)


@pytest.mark.parametrize("dies_after", [1, 3, 4, 5])
async def test_settled_lines_are_counted_once_by_a_bot_that_dies(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    monkeypatch.setattr(lines, "MOST_SETTLED", 2)
    monkeypatch.setattr("commands.imports.pace.MOST", 2)
    await chat.send("@lea", "staff.csv", plain_listing())
    await chat.dm("@lea", "!import check 1")
    at_once, said = await figures(chat), await remarks(chat)
    chat.works = False
    await chat.dm("@lea", "!import check 1")
    steps = 0
    while await chat.step() is not None:
        steps += 1
        if steps == dies_after:
            await chat.restart()
    assert steps > dies_after
    assert (await figures(chat), await remarks(chat)) == (at_once, said)


def test_a_key_met_twice_is_always_noticed() -> None:
    keys: list[Key] = [(By.NUMBER, str(n)) for n in range(5_000)]
    repeats = Repeats()
    repeats.add(keys)
    repeats.add(keys[::10])
    while not repeats.known:
        repeats.compare()
    # Others may have one's hash by chance, hardly one in 10 to the 15.
    assert repeats.among(keys) == set(keys[::10])
    contact: Key = (By.CONTACT, "7")
    assert repeats.among([contact]) == {contact}

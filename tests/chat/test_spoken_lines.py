"""Lines as people type them: each is done rightly, asked back, or refused with the line repaired."""

import re
from collections import Counter

import pytest

from tests.chat.conversation import Chat
from tests.support.spoken import SpokenLine, Table, people, spoken_lines

LINES = spoken_lines()
REPAIRED = re.compile(r"^1\. (.+)$", re.MULTILINE)
SLICES = 8


@pytest.fixture
async def table(chat: Chat) -> Table:
    await people(chat)
    return Table(chat.database)


def test_there_are_enough_of_them() -> None:
    typed = [each.typed for each in LINES]
    assert len(typed) == len(set(typed))
    assert len(typed) >= 400
    done = Counter(each.sign for each in LINES)
    assert set(done) == {"=", "@", "?", "!", "~"}


async def fault(table: Table, line: SpokenLine) -> str | None:
    """What is wrong with what a line does; None if it is as it has to be."""
    _said, nothing = await table.strictly()
    said, saved = await table.played(line.typed)
    if line.sign == "=":
        told, right = await table.strictly(*line.strict)
        assert right != nothing or "Logged" in told, f"the table is wrong: {told}"
        return None if saved == right else f"WRONG: {saved}" if saved != nothing else said
    if saved != nothing:
        return f"SAVED: {said}"
    if line.sign == "!":
        return await not_repaired(table, line, said)
    kept = {
        "@": said.startswith(line.expected),
        "?": line.expected in said and re.search(r"^1\. |one line", said, re.MULTILINE),
        "~": (line.expected in said or line.expected == "-") and "I did not use" not in said,
    }
    return None if kept[line.sign] else said


async def not_repaired(table: Table, line: SpokenLine, said: str) -> str | None:
    """What is wrong with a refusal: it shows the line repaired, and that can be typed."""
    found = REPAIRED.search(said)
    if found is None or found[1] != line.expected or "I did not use" not in said:
        return said
    _said, nothing = await table.strictly()
    again, done = await table.strictly(found[1])
    asked = "Nothing is saved yet" in again or "How did it go" in again
    return None if done != nothing or asked else f"the repaired line is not read: {again}"


@pytest.mark.parametrize("part", range(SLICES))
async def test_each_line_does_what_it_says(table: Table, part: int) -> None:
    wrong = []
    for line in LINES[part::SLICES]:
        found = await fault(table, line)
        if found is not None:
            wrong.append(f"{line.typed!r} => {line.sign} {line.expected}\n    {found}")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)

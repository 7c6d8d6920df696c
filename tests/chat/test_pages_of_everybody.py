"""What goes through everybody a page at a time begins each page where the last one ended.

A statement that goes through all of them again for each page, to sort out the next few hundred, takes as
long as there are pages times people: an export of 100,000 people took half a minute of the processor.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from storage.core.database import Transaction
from storage.core.model import CommitteeId, UserId
from storage.imports.imports import Imports
from storage.privacy.exports import ExportFormat, Exports
from storage.privacy.retention import Retained
from tests.chat.conversation import Chat

LIST = "Emp #,Name,Team\n" + "\n".join(f"{n},Person {chr(97 + n)},Pay" for n in range(9))
LEA = UserId("@lea:example.org")


async def plan(tx: Transaction, sql: str, params: Sequence[object]) -> list[str]:
    return [row["detail"] for row in await tx.all(f"EXPLAIN QUERY PLAN {sql}", params)]


async def test_no_page_goes_through_everybody(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await chat.send("@lea", "staff.csv", LIST)
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1 --yes")
    await chat.send("@lea", "staff.csv", LIST)
    committee = CommitteeId(1)
    asked: list[tuple[str, Sequence[object]]] = []
    run = Transaction.all

    async def noted(tx: Transaction, sql: str, params: Sequence[object] = ()) -> object:
        if "LIMIT" in sql and not sql.startswith("EXPLAIN"):
            asked.append((sql, params))
        return await run(tx, sql, params)

    monkeypatch.setattr(Transaction, "all", noted)
    async with chat.database.transaction() as tx:
        exports = Exports(tx, committee)
        await exports.approve(
            await exports.ask(LEA, ExportFormat.CSV, "", chat.now, ratings=True), LEA, chat.now
        )
        lines = await exports.lines(today=chat.now.date(), after=3, newest=10**6, limit=4)
        assert [line.id for line in lines] == [4, 5, 6, 7]
        asked.clear()
        await exports.lines(today=chat.now.date(), after=3, newest=10**6, limit=4)
        await Retained(tx, committee).uncontacted(datetime(2020, 1, 1, tzinfo=UTC), 3)
        await Imports(tx, committee, chat.now.date()).unit(after=3, limit=4)
        assert len(asked) == 3
    await chat.sure("@lea", "!forget M-2")
    sheets = [each for each in asked if "import_sheets" in each[0]]
    assert sheets
    async with chat.database.transaction() as tx:
        kept = [
            json.loads(row["rows"])
            for row in await run(tx, "SELECT rows FROM import_sheets WHERE rows IS NOT NULL")
        ]
        assert [len(rows) for rows in kept] == [8]
        for sql, params in [*asked[:3], *sheets]:
            found = await plan(tx, sql, params)
            assert "USE TEMP B-TREE FOR ORDER BY" not in found, f"{found}\n{sql}"
        # The control: without the plus SQLite goes through the committee's index.
        (sql, params), *_others = asked
        assert "USE TEMP B-TREE FOR ORDER BY" in await plan(tx, sql.replace("+c.", "c."), params)

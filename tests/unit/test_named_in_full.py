"""The running bot sees who has one name: at the first look, when somebody comes, and after an update."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.chat.committees import Committees
from tests.support.answering import ANA, Answering, answering

BEN, OTHER_BEN = "@ben:committee.test", "@ben:milan.test"
OTHER_ANA = "@ana:milan.test"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Answering]:
    async with answering(tmp_path, ANA.__eq__, BEN, OTHER_BEN) as made:
        yield made


def comes(user: str) -> dict[str, object]:
    return {
        "type": "m.room.member",
        "state_key": user,
        "sender": user,
        "content": {"membership": "join"},
        "event_id": f"${user}",
    }


async def alike(bot: Answering) -> str | None:
    async with bot.database.transaction() as tx:
        return (await Committees(tx).all())[0].alike


async def test_from_the_first_answer_on(bot: Answering) -> None:
    said = "\n".join(await bot.ask("!setup name=Tools tz=Berlin"))
    assert f"{BEN}, {OTHER_BEN}" in said, said
    assert "@ana" in said
    assert ANA not in said
    assert await alike(bot) == "ben"


async def test_when_a_namesake_comes_both_are_named_in_full_at_once(bot: Answering) -> None:
    await bot.ask("!setup name=Tools tz=Berlin")
    before = len(await bot.waiting())
    await bot.take(bot.said(comes(OTHER_ANA)))
    news = "\n".join((await bot.waiting())[before:])
    assert OTHER_ANA in news
    assert await alike(bot) == "ana ben"


async def test_a_committee_of_an_earlier_release_is_looked_at_once(bot: Answering) -> None:
    await bot.ask("!setup name=Tools tz=Berlin")
    async with bot.database.transaction() as tx:
        await tx.execute("UPDATE committees SET alike = NULL")
    async with bot.database.transaction() as tx:
        await bot.authority.look(tx, (await Committees(tx).all())[0], datetime.now(UTC))
    assert await alike(bot) == "ben"

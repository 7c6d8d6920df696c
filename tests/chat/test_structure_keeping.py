"""What is kept about people in structure tests, and for how long: clocks, holds, exports, the wall chart."""

from datetime import timedelta

import pytest

from bot.config import Retention
from bot.jobs.retention import RetentionJob
from bot.state import Signals
from commands.privacy.formats import CardKey, file_of
from storage.core.model import CommitteeId, UserId
from storage.privacy.exports import Export, ExportFormat, Exports, ExportStep
from storage.structure_tests.sheets import KEPT_MS, StaleSheets
from tests.chat.conversation import Chat
from tests.chat.test_privacy import dump

OPEN = "!test open petition Petition goal=60% --yes"


@pytest.fixture
def clocks(chat: Chat) -> RetentionJob:
    return RetentionJob(chat.database, Retention(closed_tests_days=180), Signals())


@pytest.fixture
async def closed(chat: Chat) -> Chat:
    """Six people, three signed; closed, with a late one."""
    for name in ("Ada Roe", "Bea Roe", "Cem Roe", "Dov Roe", "Eli Roe", "Fay Roe"):
        await chat.dm("@ana", f'!contact add "{name}" area=Payments --yes')
    await chat.dm("@ana", "!assess M-1 1 said")
    await chat.dm("@lea", OPEN)
    await chat.dm("@ana", "!test mark did M-1 M-2 M-3")
    await chat.sure("@lea", "!test close")
    await chat.dm("@lea", '!test amend did M-4 why="Dov was on holiday"')
    return chat


async def rows(chat: Chat, table: str) -> int:
    async with chat.database.transaction() as tx:
        return int(str(await tx.value(f"SELECT COUNT(*) FROM {table}")))


async def test_names_go_180_days_after_closing_and_counts_stay(
    closed: Chat, clocks: RetentionJob
) -> None:
    told = (await closed.room("@ana", "!test status")).text
    assert "4/6 = 66.7 %" in told
    await clocks.run_due(closed.now + timedelta(days=179))
    assert await rows(closed, "test_people") == 6
    assert await clocks.run_due(closed.now + timedelta(days=181)) > 0
    for table in ("test_people", "test_marks", "test_reviews"):
        assert await rows(closed, table) == 0, table
    assert (await closed.room("@ana", "!test status")).text == told
    assert (await closed.dm("@lea", "!test calibrate")).says("1 organizes: 1/1 = 100.0 %")
    assert (await closed.dm("@lea", "!test names did")).says("are deleted by now")
    assert (await closed.dm("@lea", "!test amend did M-5 why=x")).says("are deleted by now")
    assert (await closed.dm("@lea", "!test review")).says("nothing is left")
    closed.later(days=182)
    assert (await closed.dm("@lea", "!audit")).says("closed_tests 6")
    async with closed.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM test_figures WHERE why IS NOT NULL") == 0
        assert await tx.value("SELECT COUNT(*) FROM remnants") == 1


async def test_a_hold_keeps_one_persons_rows_until_it_ends(
    closed: Chat, clocks: RetentionJob
) -> None:
    await closed.dm("@lea", "!hold M-2 why='claim at the court'")
    later = closed.now + timedelta(days=181)
    await clocks.run_due(later)
    assert await rows(closed, "test_people") == 1
    assert (await closed.dm("@lea", "!subject M-2")).says("Noted in structure tests", "did")
    await closed.dm("@lea", "!hold end M-2")
    await clocks.run_due(later + timedelta(hours=1))
    assert await rows(closed, "test_people") == 0


async def test_an_open_test_keeps_its_names(closed: Chat, clocks: RetentionJob) -> None:
    await closed.dm("@lea", '!test open photoboard "Photo board" --yes')
    await clocks.run_due(closed.now + timedelta(days=400))
    assert await rows(closed, "test_people") == 6


async def test_a_test_taken_back_loses_its_snapshot(chat: Chat, clocks: RetentionJob) -> None:
    for name in ("Ada Roe", "Bea Roe"):
        await chat.dm("@ana", f'!contact add "{name}" --yes')
    await chat.dm("@lea", OPEN)
    await chat.dm("@lea", "!undo")
    assert await rows(chat, "test_people") == 2
    await clocks.run_due(chat.now + timedelta(days=181))
    assert await rows(chat, "test_people") == 0


async def test_somebody_from_a_list_who_was_marked_was_dealt_with(
    chat: Chat, clocks: RetentionJob
) -> None:
    await chat.send("@lea", "list.csv", "Name,Team\nBo Ito,Ops\nDi Ito,Ops\n")
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    await chat.dm("@lea", OPEN)
    await chat.dm("@lea", "!test mark asked M-1")
    assert await clocks.run_due(chat.now + timedelta(days=91)) == 1
    assert [contact.handle for contact in await chat.contacts()] == ["M-1"]


async def test_lists_of_signatures_go_after_a_week(closed: Chat) -> None:
    await closed.dm("@lea", '!test open cards "Cards" --yes')
    await closed.dm("@lea", "!test mark cards did\nGus Quist\nAda Roe")
    assert "Gus Quist" in await dump(closed)
    now = round(closed.now.timestamp() * 1000)
    async with closed.database.transaction() as tx:
        assert await StaleSheets(tx).forget_before(now - KEPT_MS) == 0
        assert await StaleSheets(tx).forget_before(now + 1) == 1
    assert "Gus Quist" not in await dump(closed)


async def test_results_leave_with_an_export_only_if_ratings_do(closed: Chat) -> None:
    async with closed.database.transaction() as tx:
        lines = await Exports(tx, CommitteeId(1)).lines(
            today=closed.now.date(), after=0, newest=10**6, limit=9
        )
    assert lines[0].tests == ("Petition: did",)
    for shape in (ExportFormat.CSV, ExportFormat.JSON, ExportFormat.VCARD):
        for ratings in (False, True):
            export = Export(1, CommitteeId(1), 1, UserId("@kim:example.org"), shape, ratings,
                            "mailing", ExportStep.APPROVED, None, closed.now)  # fmt: skip
            told = "Petition: did" in file_of(export, lines, CardKey(bytes(32))).decode()
            assert told == (ratings and shape is not ExportFormat.VCARD), (shape, ratings)


async def test_forgetting_blanks_names_in_a_tests_name_and_reasons(closed: Chat) -> None:
    # Before he is a contact: later the notice of names would not let a test be called so.
    await closed.dm("@lea", '!test open custom "Flowers for Gil Roe" --yes')
    await closed.dm("@ana", '!contact add "Gil Roe" area=Payments --yes')
    await closed.sure("@lea", "!forget M-7")
    await closed.sure("@lea", "!forget M-4")
    kept = await dump(closed)
    assert "Gil Roe" not in kept
    assert "Dov Roe" not in kept
    assert (await closed.dm("@lea", "!test list")).says("Flowers for […]")

"""Full-width signs and digits part a line as plain ones do, and stand in what people read as they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.framework.as_written import as_written, written
from commands.framework.clean import clean, straighten
from tests.chat.conversation import Chat


async def test_a_question_keeps_its_mark(chat: Chat) -> None:
    chat.join("@dan")
    for typed in (
        "!poll temp 准备好了吗？",
        "！poll temp “准备好了吗？”",
        "!poll yesno 准备好了吗？ closes＝10m",
    ):
        back = await chat.room("@ana", typed)
        assert back.says("准备好了吗？"), back.text
        await chat.room("@ana", "!no")


async def test_options_keep_theirs(chat: Chat) -> None:
    chat.join("@dan")
    back = await chat.room("@ana", "!poll 在哪里见面？ 广场（南边）｜５楼｜不来！")
    assert back.says("在哪里见面？", "广场（南边）", "５楼", "不来！"), back.text
    opened = await chat.room("@ana", "!ok")
    assert opened.says("is open until"), opened.text


async def test_a_meetings_title_keeps_them(chat: Chat) -> None:
    said = await chat.dm("@ana", "!meet new ５月计划：第２次！ ｜ fri １９：００ ｜ ９０m")
    assert said.says("５月计划：第２次！", "19:00–20:30"), said.text
    await chat.dm("@ana", "!ok")
    assert (await chat.dm("@ben", "!meet")).says("５月计划：第２次！")


async def test_what_is_to_be_done_keeps_them(chat: Chat) -> None:
    await chat.dm("@ana", "!meet new Planning | fri 19:00 | 90m")
    await chat.dm("@ana", "!ok")
    made = await chat.dm("@ben", "!action @ana 打印５０张传单，红色！ by thu")
    assert made.says("打印５０张传单，红色！"), made.text
    added = await chat.dm("@ben", "!agenda add 工资：为什么？")
    assert added.says("工资：为什么？"), added.text


async def test_notes_keep_them(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor"')
    await chat.dm("@ana", "!1on1 log M-1 reached note＝“他说：可以！”")
    assert (await chat.dm("@ana", "!contact show M-1")).says("他说：可以！")


@pytest.mark.parametrize("typed", ["M-４１", "Ｍ－４１", "Ｍ-41", "#４１", "＃41"])
async def test_a_handle_stays_a_handle_in_every_text(chat: Chat, typed: str) -> None:
    with written(f"!note M-1 问{typed}！"):
        assert as_written(f"问{straighten(typed)}!") == f"问{straighten(typed)}！"


def test_words_that_stand_there_in_two_ways_stay_plain() -> None:
    with written("!poll 好？ 好? | 不好"):
        assert as_written("好?") == "好?"
        assert as_written("不好") == "不好"
    assert as_written("好?") == "好?"


@given(st.text("ab好１2？?！：: ｍM-#", max_size=30))
def test_only_signs_are_given_back(line: str) -> None:
    """Whatever is typed, the words read the same, letter for letter."""
    read = clean(line) if line.strip() and not line.strip().startswith(("！", "!")) else ""
    with written(line):
        assert straighten(as_written(read)) == read

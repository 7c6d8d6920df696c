"""Replies as events: nothing pings, nothing bends the format, nothing is too large to be sent."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix import render as module
from bot.matrix.render import clean, render
from commands.framework.reply import Block, Code, Items, Reply, Strong, say

LARGEST_EVENT = 65_536
"""Bytes, by the specification."""


def as_sent(content: object) -> int:
    """An upper bound of the event's size once it is encrypted and base64."""
    return len(json.dumps({"content": content, "room_id": "!" + 200 * "r"})) * 4 // 3 + 2_000


def test_plain_and_rich_text_say_the_same() -> None:
    reply = Reply(
        (
            ("Hello ", Strong("Ana"), ", type ", Code("!help <x>")),
            Items((("one",), ("two & three",)), numbered=True),
            Items((("four",),)),
        )
    )
    (content,) = render(reply)
    assert content["msgtype"] == "m.notice"
    assert content["body"] == "Hello Ana, type !help <x>\n1. one\n2. two & three\n• four"
    assert content["formatted_body"] == (
        "<p>Hello <strong>Ana</strong>, type <code>!help &lt;x&gt;</code></p>"
        "<ol><li>one</li><li>two &amp; three</li></ol><ul><li>four</li></ul>"
    )


@pytest.mark.parametrize("text", ["@room", "@ROOM", "x @room y", "@room!", "(@Room)"])
def test_nothing_pings_the_room(text: str) -> None:
    (content,) = render(say("{value}", value=text))
    for shown in (content["body"], content["formatted_body"]):
        assert not re.search(r"@room\b", shown, re.IGNORECASE)
    assert content["m.mentions"] == {}


def test_only_a_meant_ping_pings() -> None:
    (content,) = render(Reply((("Your turn",),), mentions=("@ana:x.org",)))
    assert content["m.mentions"] == {"user_ids": ["@ana:x.org"]}


@pytest.mark.parametrize(
    "value",
    [
        "<b>x</b>",
        '<a href="https://x.org">y</a>',
        "<img src=x onerror=y>",
        "</code></p>",
        "&lt;",
        '"><script>',
    ],
)
@pytest.mark.parametrize("style", [str, Code, Strong])
def test_values_are_never_markup(value: str, style: type) -> None:
    (content,) = render(say("{value}", value=style(value)))
    tags = re.findall(r"<[^>]*>", content["formatted_body"])
    assert set(tags) <= {"<p>", "</p>", "<code>", "</code>", "<strong>", "</strong>"}
    assert content["body"] == value


@pytest.mark.parametrize(
    "character",
    ["\u2029", "\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\ud800", "\ue000", "\u2028"],
)
def test_invisible_and_reversing_characters_go(character: str) -> None:
    assert clean(f"a{character}b") == "ab"


def test_emoji_and_scripts_stay_whole() -> None:
    for text in ("👩‍🔧", "می‌خواهم", "Zoë", "东京", "e\u0301"):
        assert clean(text) == text


parts = st.one_of(st.text(max_size=40), st.builds(Code, st.text()), st.builds(Strong, st.text()))
lines = st.lists(parts, max_size=3).map(tuple)
heavy = st.builds(
    lambda letter, length: (letter * length,),
    st.sampled_from('a&"<\n👩é\\東'),
    st.integers(0, 20_000),
)
blocks = st.one_of(
    lines,
    heavy,
    st.builds(Items, st.lists(st.one_of(lines, heavy), max_size=6).map(tuple), st.booleans()),
)


@given(st.lists(blocks, max_size=6))
def test_every_message_can_be_sent(reply: list[Block]) -> None:
    contents = render(Reply(tuple(reply)))
    assert all(as_sent(content) < LARGEST_EVENT for content in contents)
    assert bool(contents) == any(
        not isinstance(block, Items) or bool(block.lines) for block in reply
    )


@given(st.lists(blocks, max_size=6))
def test_a_short_reply_is_said_as_if_it_had_been_weighed(reply: list[Block]) -> None:
    short = render(Reply(tuple(reply)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_fits_surely", lambda _blocks: False)
        assert short == render(Reply(tuple(reply)))


def test_what_fits_surely_does_so_whatever_it_is_made_of() -> None:
    longest = (module.LARGEST - 3 * module.MARKUP) // module.HEAVIEST
    for letter in "a&\"'<\n👩é\\東":
        block = (letter * longest,)
        assert module._fits_surely([block])
        assert module._weight(block) <= module.LARGEST
        assert not module._fits_surely([(letter * (longest + 1),)])


def test_nothing_is_lost_between_the_parts_of_a_long_reply() -> None:
    names = [f"Person {number} 👩‍🔧" for number in range(3_000)]
    contents = render(Reply((Items(tuple((name,) for name in names)),)))
    assert len(contents) > 1
    said = "\n".join(content["body"] for content in contents)
    assert [line.removeprefix("• ") for line in said.split("\n")] == names


def test_numbers_go_on_in_the_next_part() -> None:
    """People choose by number: two lines of one list must not share one."""
    lines = tuple((f"{'x' * 500} {number}",) for number in range(1, 200))
    contents = render(Reply((Items(lines, numbered=True),)))
    said = [line for content in contents for line in content["body"].split("\n")]
    assert [line.split(". ")[0] for line in said] == [str(n) for n in range(1, 200)]
    assert len(contents) > 1
    starts = [re.findall(r'<ol(?: start="(\d+)")?>', c["formatted_body"]) for c in contents]
    assert starts[0] == [""]
    assert all(start[0] for start in starts[1:])

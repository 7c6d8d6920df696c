"""Lines as they are read: plain ones as they stand, at once, and no others."""

from hypothesis import given
from hypothesis import strategies as st

from commands.framework.clean import plain, straighten, with_full_width
from commands.framework.mentions import (
    ADDRESS,
    MARK,
    MENTION,
    addressed,
    mention,
    shown,
    unaddressed,
)

ANYTHING = st.one_of(
    st.text(st.characters(max_codepoint=0x7F)),
    st.text(st.sampled_from("!a b\n\x02\u200b\ufe0f\u20e3！ａ1\u200d")),
    st.text(),
)


@given(ANYTHING)
def test_a_line_is_straightened_as_if_nothing_were_left_out(text: str) -> None:
    for line in (text, addressed("Steward", text), ADDRESS + text):
        assert straighten(line) == plain(with_full_width(line))


@given(ANYTHING)
def test_a_line_is_shown_as_if_nothing_were_left_out(text: str) -> None:
    for line in (text, addressed("Steward", text), f"{mention('@ana:x.org', 'Ana')} {text}"):
        assert shown(line) == MENTION.sub(lambda found: found[2], unaddressed(line))
        assert MARK in line or shown(line) == line

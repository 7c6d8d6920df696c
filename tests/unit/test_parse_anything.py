"""Parsing is total: any text is a Request or NotRead, and saying so never fails either."""

import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.matrix.render import render
from commands.all import CATALOGUE
from commands.framework.context import Place, Role
from commands.framework.parse import NotRead, Request, parse
from commands.framework.spec import Command
from tests.unit.circumstances import circumstances

ANY_CHARACTER = st.characters(min_codepoint=0, max_codepoint=sys.maxunicode, exclude_categories=())
FRAGMENTS = st.sampled_from(
    [
        *(command.name for command in CATALOGUE),
        *(f"!{command.name}" for command in CATALOGUE),
        *(p.key + "=" for command in CATALOGUE for p in command.parameters),
        *("M-1", "m1", "#3", "Sam", "'", '"', "“", "”", "„", "«", "‘", "=", "--yes", "—yes", "--"),
        *("reached", "no answer", "did", "2", "0", "fri", "3d", "4/5", "1 dec", "2026-12-01", "31.2."),
        *("9" * 30, "²", "٣", "½", "29 feb", "99/99", "0/0", "\\", '\\"', "M-", "@a:b", "Madrid", "\ud800"),
        *("!", "!!", "\n", "\n!", "\u202e", "\u200b", "\u00a0", "ﬁ", "İ", "ß", "🏳️‍🌈", "क्षि", "\x00"),
    ]
)  # fmt: skip
TYPED = st.lists(st.one_of(FRAGMENTS, st.text(ANY_CHARACTER, max_size=8)), max_size=12).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words)])
)
LINES = st.one_of(st.text(ANY_CHARACTER), TYPED, TYPED.map(lambda text: "!" + text))


def check(text: str, place: Place, role: Role) -> None:
    result = parse(text, circumstances(place=place, role=role), CATALOGUE)
    if isinstance(result, NotRead):
        [content] = render(result.refusal.reply())
        assert content["body"].strip()
        # An example may have lines of its own.
        example = result.command.example if isinstance(result.command, Command) else ""
        assert "\n" not in content["body"] or "\n" in example
        assert len(content["body"]) < 600
    else:
        assert isinstance(result, Request)
        assert all(p.name in result.arguments for p in result.command.parameters if p.required)


@given(text=LINES, place=st.sampled_from(Place), role=st.sampled_from(Role))
@settings(max_examples=600)
@example(text="\ud800", place=Place.DIRECT, role=Role.LEAD)
@example(text="!done 1 " + '"' * 4000, place=Place.DIRECT, role=Role.LEAD)
@example(text="!log " + "a " * 2000, place=Place.DIRECT, role=Role.LEAD)
@example(text="!tz " + "a b " * 1000, place=Place.DIRECT, role=Role.LEAD)
@example(text="!snooze 1 0000-00-00", place=Place.DIRECT, role=Role.LEAD)
@example(text="!snooze 1 29 feb 2027", place=Place.DIRECT, role=Role.LEAD)
@example(text="!contact add İİİ", place=Place.DIRECT, role=Role.LEAD)
def test_any_text_is_read_or_refused(text: str, place: Place, role: Role) -> None:
    check(text, place, role)

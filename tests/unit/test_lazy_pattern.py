"""Patterns that are compiled late do what ``re`` does, and each of the product's can be compiled."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from storage.core.lazy_pattern import LazyPattern, lazy_pattern

ROOT = Path(__file__).resolve().parents[2]
USERS = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for floor in ("bot", "commands", "storage")
    for path in sorted((ROOT / floor).rglob("*.py"))
    if "import lazy_pattern" in path.read_text("utf-8") or "LazyPattern," in path.read_text("utf-8")
]
TEXT = "a1, B22 and c333"


def test_it_does_what_re_does() -> None:
    late, now = (
        lazy_pattern(r"([a-z])(\d+)", re.IGNORECASE),
        re.compile(r"([a-z])(\d+)", re.IGNORECASE),
    )
    for _again in range(2):
        for first, other in ((late.match, now.match), (late.search, now.search)):
            found, wanted = first(TEXT, 4), other(TEXT, 4)
            assert found is not None
            assert wanted is not None
            assert found.span() == wanted.span()
        assert late.fullmatch(TEXT) is None
        assert late.split(TEXT, maxsplit=1) == now.split(TEXT, maxsplit=1)
        assert late.findall(TEXT) == now.findall(TEXT)
        assert [each.span() for each in late.finditer(TEXT, 2, 7)] == [(4, 7)]
        assert late.sub(r"\2\1", TEXT) == now.sub(r"\2\1", TEXT)
        assert late.sub(lambda found: found[1], TEXT, count=1) == "a, B22 and c333"
        assert late.pattern == now.pattern


def test_nothing_is_compiled_before_it_is_used() -> None:
    wrong = lazy_pattern("(")
    assert wrong.pattern == "("
    for _again in range(2):
        with pytest.raises(re.error):
            wrong.match("(")
    with pytest.raises(AttributeError):
        _ = lazy_pattern("x").nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", USERS)
def test_each_can_be_compiled(module: str) -> None:
    found = [each for each in vars(import_module(module)).values() if isinstance(each, LazyPattern)]
    for each in found:
        re.compile(each.pattern, each._flags)


def test_modules_that_have_some_are_found() -> None:
    assert len(USERS) > 15
    assert "commands.polls.ask.options" in USERS

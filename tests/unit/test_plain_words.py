"""What people read is plain: the same word for the same thing, short sentences."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from commands.framework.i18n import NAMES

ROOT = Path(__file__).resolve().parents[2]
INSTEAD: Mapping[str, str] = {
    r"\bturf\b": "your people, assigned to",
    r"\bin (\w+|(another|an) organizer's) care\b": "your people, assigned to",
    r"\bpool\b": "unassigned",
    r"\btak(e|es|en|ing) (it |that |one |them )?back\b": "undo, withdraw",
    r"\btook (it |that )?back\b": "undid",
    r"\bwhat came of\b": "the result",
    r"\bput(s)? right\b": "correct",
    r"\bcall(s|ed)? (it |one )?off\b": "cancel",
    r"\bmeanwhile\b": "now, since then",
    r"\banew\b": "again",
    r"\bnamesakes?\b": "with the same name",
    r"\bwhoever runs me\b": "my admin",
    r"\btick(s|ed)? .*\boff\b": "mark as done",
    r"\bwhen can you\b": "when are you free",
    r"[”}] is no (\w+ )?(number|name|date|area|rating|test|code|organizer|quorum|pair)\b": "is not a",
    r"[a-z]!(\s|$)": "no exclamation marks",
}
"""By pattern that stands in no sentence, what is written instead."""
STAYS = frozenset(
    {
        "Turf and follow-ups",
        "Whoever runs me could see votes as they arrive and could miscount.",
    }
)
"""The name of a group of commands, and what a secret poll says in the words of its promise."""
LONGEST = 22
"""The most words of a sentence, so that somebody tired reads it once."""


def sentences(words: str) -> list[str]:
    """The sentences of a message: each ends with a full stop or a question mark, or with its line."""
    return re.split(r"(?<=[.?])[”)]?\s+|\n", words)


def faults(words: str) -> list[str]:
    """What is not plain in a message, with what to write instead."""
    bare = re.sub(r"\{\w*\}", "{}", words)
    said = [
        f"{found[0]}: write {instead}"
        for pattern, instead in INSTEAD.items()
        if words not in STAYS and (found := re.search(pattern, bare, re.IGNORECASE))
    ]
    long = [each for each in sentences(words) if len(re.findall(r"\S*\w\S*", each)) > LONGEST]
    return said + [f"more than {LONGEST} words, make two of it: {each}" for each in long]


@pytest.mark.parametrize(
    "words",
    [
        "Your turf: {people}.",
        "They are in your care.",
        "Back in the pool.",
        "{undo} takes it back.",
        "That was taken back.",
        "{by} took back the import.",
        "Say what came of it.",
        "Meeting #{number} is called off.",
        "When can you for {title}?",
        "“{word}” is no rating.",
        "Done!",
        "one " * 23,
    ],
)
def test_what_is_not_plain_is_noticed(words: str) -> None:
    assert faults(words)


@pytest.mark.parametrize(
    "words",
    ["{turf} shows yours.", "Undone: {what}.", "one " * 22, f"{'one ' * 20}. {'two ' * 20}"],
)
def test_what_is_plain_passes(words: str) -> None:
    assert faults(words) == []


def test_every_sentence_is_plain() -> None:
    with (ROOT / "locales" / "steward.pot").open("rb") as pot:
        said = [
            form
            for message in read_po(pot)
            if message.id and message.context not in NAMES
            for form in ((message.id,) if isinstance(message.id, str) else message.id)
        ]
    assert len(said) > 2000
    assert {words: found for words in said if (found := faults(words))} == {}

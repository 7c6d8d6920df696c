"""A short entry of the catalogue stands for one thing: other languages have two words where English has one."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from commands.framework.messages import literals, translating_among
from tests.support.trees import nodes_of

ROOT = Path(__file__).resolve().parents[2]
FEW = 2
"""Words of an entry that says too little by itself to tell what it is about."""
ONE_SENSE = {
    "1 organizes": "a rating",
    "2 supports": "a rating",
    "3 undecided": "a rating",
    " and ": "between two names of areas, or of contacts",
    "abstain": "the choice of a ballot, and what is read as it",
    "asked": "a mark in a structure test: of one person, and in the legend of a chart",
    "by invitation": "who may join a room",
    "came": "the deed of a meeting and of a rally, behind a number",
    "Committee": "in place of a name that may not be said",
    "decided": "a decision in minutes",
    "did": "what a rating rests on",
    "did not": "the rest of a legend",
    "Disputed": "in front of ratings that differ",
    "heard": "what a rating rests on",
    "left out": "a line, or a rating, of a list",
    "maybe": "an answer to an ask",
    "natural leader": "the role of a contact, also as a column",
    "no": "an answer to an ask",
    "no area": "of a contact",
    "no shift": "of a contact",
    "nobody": "whose task it is",
    "not asked": "a mark in a structure test, also in a legend",
    "not assessed": "contacts, also in a legend",
    "not encrypted": "a room, or a message",
    "not reached": "a point of the agenda, in minutes",
    "on request": "who may join a room",
    "phone": "a field",
    "language": "a field",
    "name": "a field",
    "said": "what a rating rests on",
    "somebody": "in place of a contact who is not there any more",
    "talk again": "what a follow-up is about where nothing was said",
    "they agreed": "a legal basis",
    "legitimate interest": "a legal basis",
    "to do": "a task in minutes",
    "today": "a day",
    "tomorrow": "a day",
    "unassigned": "contacts",
    "undone": "an import, or an entry",
    "yes": "an answer to an ask",
}
"""Short entries said in several places, with the one thing that each stands for. Where it is another, ``pgettext``."""


@cache
def places() -> dict[str, set[str]]:
    """Where each short entry without a context is said."""
    found = defaultdict(set)
    for folder in ("bot", "commands"):
        for path in (ROOT / folder).rglob("*.py"):
            for name, call in translating_among(nodes_of(path)):
                words = literals(name, call) or ("",)
                if name != "pgettext" and is_short(words[0]):
                    found[words[0]].add(f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def is_short(words: str) -> bool:
    """Whether an entry has few words and nothing that is filled in."""
    return "{" not in words and 0 < len(re.findall(r"\w+", words)) <= FEW and "," not in words


def test_a_short_entry_in_several_places_stands_for_one_thing() -> None:
    several = {words for words, where in places().items() if len(where) > 1}
    assert several - ONE_SENSE.keys() == set(), "one thing? Then say here which; else pgettext"
    assert ONE_SENSE.keys() - several == set()


def test_what_is_short() -> None:
    assert is_short("took part")
    assert not is_short("took part in it")
    assert not is_short("{n} more")
    assert places()["yes"]

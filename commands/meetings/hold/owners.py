"""Owners of action items: the member a line names, or whoever types; asked where a name may be in it.

Something to do that fell to the wrong person is done by nobody.
"""

import re
import unicodedata

from commands.framework.errors import Refusal, impossible
from commands.framework.reply import Code, line, listed
from commands.framework.suggest import suggest
from commands.framework.values import Colleague
from commands.meetings.hold.terms import Task
from commands.meetings.wording import short
from commands.shared.members import SHOWN, Members
from storage.core.model import UserId
from storage.names import folded

LONGEST_NAME = 3
"""Words at the beginning that may be somebody's name."""
MINE = "!action me …"
_AROUND = ".,:;!?()[]{}<>*_\"'“”‘’«»-–—→"
_FRAME = re.compile(r"(?<=\s)(?:[-–—→>/]+\s*|[(\[])|[:,]\s+|→\s*")
"""Behind which somebody is named at the end: "print flyers - Tariq", "print flyers (Tariq)"."""


def owner_of(task: Task, typist: UserId, members: Members) -> tuple[UserId, str]:
    """The owner and the words of an action item. Raises Refusal where a line can be read in two ways."""
    if task.mine:
        return typist, task.words
    if task.owner is not None:
        return members.find(task.owner), task.words
    before, what = _spoken_to(task.words)
    if before and len(members.called(before)) == 1:
        return members.find(Colleague(before)), what
    doubt = (
        _about_others(task, members)
        or _about_a_name(task.words.lstrip("@" + _AROUND + " "), members)
        or _about_a_frame(task.words, members)
    )
    if doubt is not None:
        raise doubt
    return typist, task.words


def _spoken_to(words: str) -> tuple[str, str]:
    """``Tariq: print flyers`` as who is spoken to, and what is said; nobody without a colon."""
    before, _colon, after = (part.strip() for part in words.partition(":"))
    return (before, after) if after and len(before.split()) <= LONGEST_NAME else ("", words)


def _about_others(task: Task, members: Members) -> Refusal | None:
    """Somebody is named further on: they may be who does it, or what it is about."""
    if not task.others:
        return None
    return _ask(members.find(task.others[0]))


def _about_a_name(words: str, members: Members) -> Refusal | None:
    first = words.split()
    if not first:
        return None
    for length in range(min(LONGEST_NAME, len(first)), 0, -1):
        called = members.called(" ".join(first[:length]).strip(_AROUND))
        if called:
            return _which(called, members)
    name = first[0].strip(_AROUND)
    begun = _begun_with(name, members)
    if begun:
        return _which(begun, members)
    close = suggest(folded(name), _names(members)) if len(name) > len("who") else None
    if close is not None:
        return _which(members.called(close) or [_names(members)[close]], members)
    if _capital(name):
        return impossible(
            "Who does that? It does not begin with a name I know here. If it is yours:"
            " {mine} If not, begin with the person: {theirs}",
            mine=Code(MINE),
            theirs=Code("!action @ana …"),
        )
    return None


def _about_a_frame(words: str, members: Members) -> Refusal | None:
    """Somebody is named where people put a name: at the end, or before the colon."""
    ends = [found.end() for found in _FRAME.finditer(words)]
    before = words.partition(":")[0].split() if ":" in words else []
    named = [words[ends[-1] :]] if ends else []
    named += [" ".join(before[-length:]) for length in range(1, LONGEST_NAME + 1)]
    for name in named:
        called = members.called(name.strip(_AROUND + "@ "))
        if called:
            return _which(called, members)
    return None


def _begun_with(word: str, members: Members) -> list[UserId]:
    """Members with whose name a word begins, in scripts that put no blank behind it."""
    if not word or unicodedata.category(word[0]) != "Lo":
        return []
    return [
        user
        for user, name in members.names.items()
        if user in members.roles and name and word.startswith(name)
    ]


def _which(users: list[UserId], members: Members) -> Refusal:
    if len(users) == 1:
        return _ask(users[0])
    return Refusal(
        line("Which of these people does that? Or is it yours: {mine}", mine=Code(MINE)),
        example="",
        choices=listed([members.row(user) for user in users[:SHOWN]]),
    )


def _ask(user: UserId) -> Refusal:
    return impossible(
        "Who does that? If it is {who}: {theirs} If it is yours: {mine}",
        who=short(user),
        theirs=Code(f"!action @{short(user).removeprefix('@')} …"),
        mine=Code(MINE),
    )


def _names(members: Members) -> dict[str, UserId]:
    """Members by what their names begin with."""
    found: dict[str, UserId] = {}
    for user in members.roles:
        for name in (user.partition(":")[0].removeprefix("@"), members.names.get(user, "")):
            if folded(name):
                found.setdefault(folded(name).split()[0], user)
    return found


def _capital(word: str) -> bool:
    """Whether a word is written as names are: one capital and not only capitals, ``Tariq``, ``Ö.``."""
    letters = [char for char in word if char.isalpha()]
    if not letters or unicodedata.category(letters[0]) not in {"Lu", "Lt"}:
        return False
    return len(letters) == 1 or not all(char.isupper() for char in letters)

"""The type of the parameter for people and the leader they stand behind. Pure."""

import re
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import Refusal, refuse
from commands.framework.handles import typed_handle
from commands.framework.i18n import _
from commands.framework.reader import Form, Reader, Words
from commands.framework.reply import fill
from commands.framework.values import ContactRef, read_contact
from commands.framework.words import QUOTE
from storage.core.lazy_dataclass import dataclass

MOST = 40
"""People put behind somebody in one line."""
_BEHIND = re.compile(r"\s+(?:behind|follows?|->|→)\s+", re.IGNORECASE)
_NOBODY = frozenset("-–—−") | {"nobody", "none", "noone"}


@dataclass(frozen=True, slots=True)
class Followers:
    """People, and the leader they stand behind; the leader None: nobody any more."""

    people: tuple[ContactRef, ...]
    leader: ContactRef | None

    def __str__(self) -> str:
        return " ".join(str(each) for each in (*self.people, self.leader or "-"))


def _read(raw: str, ctx: Context) -> Followers:
    """M-4 M-7 M-1, Sam M-1, sam okafor, mia behind alex, M-4 -: the last one is the leader."""
    words = raw.replace(QUOTE, ",").strip(" ,")
    several, leader = _halves(words)
    people = tuple(dict.fromkeys(read_contact(each, ctx) for each in _parts(several)))
    if not people:
        raise Refusal(fill(_ask()))
    if len(people) > MOST:
        raise refuse("At most {most} people in one line.", most=MOST)
    if leader.casefold() in _NOBODY:
        return Followers(people, None)
    return Followers(people, read_contact(leader, ctx))


def _halves(words: str) -> tuple[str, str]:
    """The people, and the leader behind them."""
    said = _BEHIND.split(words)
    if len(said) == 2:
        return said[0], said[1].strip(" ,")
    if "," in words and typed_handle(words.rsplit(maxsplit=1)[-1]) is None:
        several, _comma, leader = words.rpartition(",")
        return several, leader.strip()
    several, _blank, leader = words.rpartition(" ")
    return several, leader


def _parts(several: str) -> list[str]:
    """Handles one by one; names with commas between."""
    found: list[str] = []
    for piece in re.split(r"[,;]+", several):
        name: list[str] = []
        for word in piece.split():
            if typed_handle(word) is None:
                name.append(word)
            else:
                found += [" ".join(name)] if name else []
                found.append(word)
                name = []
        found += [" ".join(name)] if name else []
    return found


def _ask() -> str:
    return _("Who stands behind whom? People first, then the leader, like M-4 M-7 M-1; or M-4 -")


FollowersWords = Annotated[
    Followers, Reader(_read, "WHO … LEADER|-", _ask, Words.rest(), Form.LIST)
]
"""People by handle or name, and last the leader they stand behind, or a dash for nobody."""

"""Committees of one name, told apart for whoever is in several of them. Pure.

Nothing may land in the wrong one because two are called alike, or look alike: the name that is shown
is followed by a number that stays the same as long as the committee lives.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from commands.framework.context import Committee
from storage.core.lazy_dataclass import dataclass
from storage.names.folding import folded


@dataclass(frozen=True, slots=True)
class Own:
    """All committees of whoever typed a command, also in a room. Provided by the bot."""

    committees: tuple[Committee, ...] = ()


_LOOKS_LIKE = str.maketrans(
    "авеёкмнорстухіјѕԁһѵѡգոսυνοαρτικχηωɑɡӏ0135",
    "abeekmhopctyxijsdhvwqnuuvoaptikxnwagloles",
)
"""Letters of other scripts that nobody can tell from these, and digits that stand for letters."""


def looks(name: str) -> str:
    """A key that is equal for names people could take for one another."""
    return folded(name).translate(_LOOKS_LIKE).replace(" ", "").replace("l", "i").replace("rn", "m")


def namesake(name: str, committee: Committee, own: Own) -> Committee | None:
    """Another committee of the person that looks like this one under ``name``; None if there is none."""
    others = (each for each in own.committees if each.id != committee.id)
    return next((each for each in others if looks(each.name) == looks(name)), None)


def told_apart(committees: Iterable[Committee]) -> tuple[Committee, ...]:
    """Rename a person's committees so that no two of them look alike: with a number where needed."""
    every = tuple(committees)
    shown = every
    # A name may imitate another one with its number; then it gets one as well.
    for _turn in every:
        alike = Counter(looks(each.name) for each in shown)
        if max(alike.values(), default=1) == 1:
            break
        shown = tuple(
            replace(each, name=f"{each.name} #{each.id}") if alike[looks(each.name)] > 1 else each
            for each in shown
        )
    return shown

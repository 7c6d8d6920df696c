"""What a committee, or an area, may be called before others: no mention, no markup, no address, no look-alike. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from commands.coalition.wire import JOINERS, UNSEEN
from commands.framework.errors import refuse
from commands.framework.i18n import _
from commands.framework.quoting import imitates
from storage.names.look_alikes import looks

LONGEST = 60
_SIGNS = frozenset(" .,'’-–·/&+()#")
_NAMED = {"L", "M", "N"}
"""Categories of Unicode: letters, the marks on them, numbers."""
_ADDRESS = re.compile(r"[.#]\S*[^\W\d]")
"""A sign and a word right behind it, which apps make a link of: example.org, #room."""
_NUMBERED = re.compile(r"(?<=\S) \d+$")
"""The number behind a label that ``apart`` put there, or a committee itself."""
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts with letters that look like those of another."""


def fit_label(value: str) -> str:
    """Return what may stand in other committees' rooms as it is, or raise ValueError with what it must be."""
    if not value or len(value) > LONGEST or value != value.strip() or "  " in value:
        raise ValueError(f"must have 1 to {LONGEST} characters and no space at its ends")
    if unicodedata.normalize("NFC", value) != value:
        raise ValueError("must be composed")
    if any(sign not in _SIGNS and unicodedata.category(sign)[0] not in _NAMED for sign in value):
        raise ValueError("must have letters, numbers and simple signs alone")
    if not any(unicodedata.category(sign)[0] == "L" for sign in value) or _ADDRESS.search(value):
        raise ValueError("must be words and no address")
    if any(len(_scripts(word)) > 1 for word in re.split(r"[\W\d_]+", value)):
        raise ValueError("must have words of one script each")
    return value


def as_label(name: str, most: int) -> str:
    """Return a committee's own name as a label of at most ``most`` letters, as far as others may read it so."""
    composed = unicodedata.normalize("NFC", name)
    kept = (
        sign if sign in _SIGNS or unicodedata.category(sign)[0] in _NAMED else " "
        for sign in composed
    )
    label = " ".join("".join(kept).split())[:most].strip()
    try:
        return fit_label(label)
    except ValueError:
        return _("Committee")


def looks_like(one: str, other: str) -> bool:
    """Whether somebody tired may take one label for the other."""
    return looks(one) == looks(other)


def taken(label: str, others: Iterable[str]) -> str | None:
    """Return the first label of others that this one may be taken for; None: it is like no other."""
    return next((each for each in others if looks_like(label, each)), None)


def refuse_taken(label: str, others: Iterable[str]) -> None:
    """Raise Refusal for a label that somebody tired may take for another's."""
    other = taken(label, others)
    if other is not None:
        raise refuse(
            "“{label}” is too much like “{other}”. Choose another.", label=label, other=other
        )


def apart(label: str, others: Iterable[str], most: int) -> str:
    """Return a label as it is, or with the first number, from 2 on, by which it is like no other's.

    Whoever comes in did not see the others' labels when its lead chose one, so it is not kept out for that.
    """
    known = list(others)
    found, number = label, 1
    # A namesake of “Berlin 2” is another Berlin.
    without = bare(label)
    while taken(found, known) is not None:
        number += 1
        found = f"{without[: most - len(str(number)) - 1].strip()} {number}"
    return found


def bare(label: str) -> str:
    """Return a label without the number behind it, if it has one: “Berlin 2” is a Berlin."""
    return _NUMBERED.sub("", label)


def fit_text(value: str) -> str:
    """Return a text of another committee with its lines as it is, or raise ValueError."""
    signs = value.replace("\n", " ")
    if any(unicodedata.category(sign) in UNSEEN and sign not in JOINERS for sign in signs):
        raise ValueError("must have visible characters and lines alone")
    if imitates(value):
        raise ValueError("must not read like a notice of the bot")
    return value


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(letter, "") for letter in word)
    return {script for name in names for script in _SCRIPTS if name.startswith(script)}

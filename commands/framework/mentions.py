"""People whom an app named for certain, kept inside the text where their names stood. Pure.

An app sends with a typed line whom its pills mean. That has to reach the parameter which takes a
person, while every other reader of the line sees the words. So a mention is three marks around an
address and the words that were shown; no cleaned line contains the mark otherwise.
"""

import re

MARK = "\x02"
"""A control character, which `clean` refuses wherever it is not part of a mention."""

ADDRESS = MARK * 2
"""At the beginning of a text: it was said to the bot by name, which follows, and one more mark."""

MENTION = re.compile(f"{MARK}([^{MARK}\\s]+){MARK}([^{MARK}]+){MARK}")

_ADDRESSED = re.compile(f"{ADDRESS}([^{MARK}]*){MARK}")
_FIT = re.compile(r"@[^\s,;|¦\"']+:[^\s,;|¦\"']+")
_AROUND = ".,:;!?()[]"


def mention(user: str, words: str) -> str:
    """Encode a person for a text: the address and the shown words between marks.

    Addresses with signs that part a line (historical ones may have them) are left as words.
    """
    words = " ".join(words.replace(MARK, "").split()) or user
    return f"{MARK}{user}{MARK}{words}{MARK}" if _FIT.fullmatch(user) else words


def addressed(name: str, text: str) -> str:
    """Mark a text as said to the bot: its shown name between address marks, then the text."""
    return f"{ADDRESS}{' '.join(shown(name).replace(MARK, '').split())}{MARK}{text}"


def unaddressed(text: str) -> str:
    """The text without the name of the bot in front."""
    return _ADDRESSED.sub("", text, count=1) if text.startswith(ADDRESS) else text


def in_full(text: str) -> str:
    """The text with the name in front: "Steward, she said, …" may be about somebody else."""
    found = _ADDRESSED.match(text)
    return text if found is None else f"{found[1]} {text[found.end() :]}"


def shown(text: str) -> str:
    """The text as a person reads it: the words of each mention, and no marks."""
    return MENTION.sub(lambda found: found[2], unaddressed(text)) if MARK in text else text


def by_address(text: str) -> str:
    """The text with addresses where people are mentioned."""
    return MENTION.sub(lambda found: found[1], unaddressed(text))


def the_mention(text: str) -> str | None:
    """The address in a text that is one mention with nothing but signs around it; else None."""
    found = MENTION.fullmatch(text.strip().strip(_AROUND))
    return None if found is None else found[1]

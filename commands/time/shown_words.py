"""Times in examples, as people type them in the reader's language. Every one of them is read as the English one."""

import re
from collections.abc import Mapping

from commands.framework.i18n import pgettext, speaks_source_language

_BETWEEN = re.compile(r"(\s*[|,]\s*)")


def shown_time(typed: str) -> str:
    """Return something typed in English with its times in the reader's words; what is no time stays as it is."""
    if speaks_source_language():
        return typed
    known = _in_readers_words()
    return "".join(_shown(part, known) for part in _BETWEEN.split(typed))


def _shown(part: str, known: Mapping[str, str]) -> str:
    """One part with the longest run of its words that is known put into the reader's."""
    words = part.split(" ")
    for length in range(len(words), 0, -1):
        for at in range(len(words) - length + 1):
            found = known.get(" ".join(words[at : at + length]))
            if found is not None:
                return " ".join((*words[:at], found, *words[at + length :]))
    return part


def _in_readers_words() -> Mapping[str, str]:
    """The times that examples have; a test asks for each that is missing."""
    return {
        "fri": pgettext("typed as a time", "fri"),
        "fri 18:00": pgettext("typed as a time", "fri 18:00"),
        "by fri": pgettext("typed as a time", "by fri"),
        "sat 10:00": pgettext("typed as a time", "sat 10:00"),
        "sun 11:00": pgettext("typed as a time", "sun 11:00"),
        "sun 15:00": pgettext("typed as a time", "sun 15:00"),
        "tue 19:00": pgettext("typed as a time", "tue 19:00"),
        "wed 12:30": pgettext("typed as a time", "wed 12:30"),
        "wed 19:00": pgettext("typed as a time", "wed 19:00"),
        "24 dec": pgettext("typed as a time", "24 dec"),
        "tomorrow 20:00": pgettext("typed as a time", "tomorrow 20:00"),
        "next tue 19:00": pgettext("typed as a time", "next tue 19:00"),
        "until sun 20:00": pgettext("typed as a time", "until sun 20:00"),
        "until thu 20:00": pgettext("typed as a time", "until thu 20:00"),
        "other thursday 19:00 until july": pgettext(
            "typed as a time", "other thursday 19:00 until july"
        ),
        "maybe 2": pgettext("typed as a time", "maybe 2"),
        "quorum 5": pgettext("typed as a time", "quorum 5"),
    }

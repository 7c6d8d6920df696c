"""Getting the vocabularies ready, which takes about a second: off the event loop, before anybody asks."""

from commands.meetings.when.languages import LANGUAGES
from commands.meetings.when.vocabulary import vocabulary


def warm() -> None:
    """Build every vocabulary; later look-ups find it."""
    for code in LANGUAGES:
        vocabulary(code)

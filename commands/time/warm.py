"""Getting the vocabularies ready, which takes about a second: off the event loop, before anybody asks."""

from commands.time.languages import LANGUAGES
from commands.time.vocabulary import vocabulary


def warm() -> None:
    """Build every vocabulary; later look-ups find it."""
    for code in LANGUAGES:
        vocabulary(code)

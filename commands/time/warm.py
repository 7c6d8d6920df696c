"""Getting vocabularies and names ready, which takes about a second: off the event loop, before anybody asks."""

from commands.time.languages import LANGUAGES
from commands.time.vocabulary import vocabulary
from storage.names.short_names import is_first_name


def warm() -> None:
    """Build every vocabulary, and the table of first names; later look-ups find them."""
    is_first_name("")
    for code in LANGUAGES:
        vocabulary(code)

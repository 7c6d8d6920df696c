"""Loading vocabularies and names ahead of use, off the event loop: loading takes about a quarter of a second."""

from commands.time.languages import LANGUAGES
from commands.time.vocabulary import vocabulary
from storage.names.short_names import is_first_name


def warm() -> None:
    """Build every vocabulary, and the table of first names; later look-ups find them."""
    is_first_name("")
    for code in LANGUAGES:
        vocabulary(code)

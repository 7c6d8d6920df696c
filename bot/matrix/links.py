"""Links to people in a formatted message, and their place in its words; other markup is not read.

Nothing else of the markup is read.

The markup of other people is never repeated: what comes out of here are addresses that were
checked, and plain words.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from bot.matrix.rooms import is_user_id
from storage.core.lazy_dataclass import dataclass

LONGEST = 6_000
"""Characters of markup that are looked at; a line with a name in it has hundreds.

The parser needs a tenth of a second for as many that were made to keep it busy.
"""

HTML = "org.matrix.custom.html"

_PERSON = re.compile(
    r"https?://(?:www\.)?matrix\.to/#/((?:@|%40)[^/?#\s]+)/?(?:\?\S*)?", re.IGNORECASE
)
_URI = re.compile(r"matrix:(?://[^/\s]+/)?u/([^/?#\s]+)(?:\?\S*)?", re.IGNORECASE)
_UNSEEN = frozenset({"mx-reply", "script", "style"})
"""What people do not see as part of what was said."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link to a person."""

    user: str
    words: str
    before: str
    """The plain words between the anchor before and this one."""


def person_in(link: str) -> str | None:
    """The user id that a link leads to; None for every other link."""
    found = _PERSON.fullmatch(link.strip())
    if found is not None:
        user = unquote(found[1])
    else:
        found = _URI.fullmatch(link.strip())
        user = "" if found is None else "@" + unquote(found[1])
    return user if is_user_id(user) else None


def anchors_in(content: Mapping[str, Any]) -> list[Anchor]:
    """Every link to a person in a message, in order."""
    markup = content.get("formatted_body")
    if content.get("format") != HTML or not isinstance(markup, str) or len(markup) > LONGEST:
        return []
    if "matrix" not in markup.casefold():
        return []
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Anchor] = []
        self._before: list[str] = []
        self._words: list[str] | None = None
        self._user = ""
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the person that a link names."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "a" and not self._unseen:
            self._end()
            # An app takes the first of two attributes with one name (HTML: attributes).
            link = next((value for name, value in attrs if name == "href"), None)
            user = None if link is None else person_in(link)
            if user is not None:
                self._user, self._words = user, []

    def handle_endtag(self, tag: str) -> None:
        """End a link, or a part whose words nobody sees."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a" and not self._unseen:
            self._end()

    def handle_data(self, data: str) -> None:
        """Collect the words in and between links."""
        if not self._unseen:
            (self._before if self._words is None else self._words).append(data)

    def close(self) -> None:
        """End a link that was left open."""
        super().close()
        self._end()

    def _end(self) -> None:
        if self._words is None:
            return
        words = " ".join("".join(self._words).split())
        self.found.append(Anchor(self._user, words, "".join(self._before)))
        self._before, self._words = [], None

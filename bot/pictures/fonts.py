"""Which fonts can draw a text: the bundled one for most alphabets, the machine's for the rest."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

OWN: Final = "DejaVu Sans"
"""Comes with matplotlib, so it is everywhere the bot is."""

FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts")
MOST: Final = 400
"""Font files that are opened in search of a letter."""

_UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Zs"})
"""Joiners, accents set on letters, spaces: nothing is missing when a font has no picture of them."""


class Fonts:
    """The fonts for one picture."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.families = [OWN]
        self._known = set(FT2Font(font_manager.findfont(OWN)).get_charmap())
        missing = {ord(char) for text in texts for char in text if not self._has(char)}
        if missing:
            self._search(missing)

    def can_draw(self, text: str) -> bool:
        """Whether no letter would come out as an empty box."""
        return all(map(self._has, text))

    def _has(self, char: str) -> bool:
        return ord(char) in self._known or unicodedata.category(char) in _UNSEEN

    def _search(self, missing: set[int]) -> None:
        for path in _installed():
            try:
                known = set(FT2Font(str(path)).get_charmap())
                if not known & missing:
                    continue
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError, ValueError, KeyError):
                # A font that cannot be read, or one made of pictures.
                continue
            self.families.append(font_manager.fontManager.ttflist[-1].name)
            self._known |= known
            missing -= known
            if not missing:
                return


def _installed() -> Iterator[Path]:
    """The machine's fonts, those first that are plain and know many alphabets."""
    found = [
        path
        for folder in FOLDERS
        for path in Path(folder).rglob("*")
        if path.suffix.lower() in {".ttf", ".otf", ".ttc"} and "Emoji" not in path.name
    ]

    def plain(path: Path) -> tuple[bool, bool, bool, str]:
        name = path.name
        return "Noto" not in name, "Sans" not in name, "Regular" not in name, str(path)

    return iter(sorted(found, key=plain)[:MOST])

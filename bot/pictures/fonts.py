"""Fonts of a picture: those in this folder, for the scripts of most names; the machine's for the rest."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import uharfbuzz as hb

LETTERS: Final = Path(__file__).with_name("letters")
OWN: Final = "DejaVu Sans"
"""Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian; and signs."""
OWN_FILES: Final = (LETTERS / "DejaVuSans.ttf", LETTERS / "DejaVuSans-Bold.ttf")

FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts")
MOST: Final = 400
"""Font files that are opened in search of a letter."""

_UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Zs"})
"""Joiners, accents set on letters, spaces: nothing is missing when a font has no picture of them."""


class _Face:
    """One font file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        face = hb.Face(hb.Blob.from_file_path(str(path)))
        self._font = hb.Font(face)
        self._units: int = face.upem

    def has(self, char: str) -> bool:
        """Whether there is a glyph for a character."""
        return bool(self._font.get_nominal_glyph(ord(char)))

    def width(self, text: str) -> float:
        """How many times its size a text is wide, with its letters joined as their script joins them."""
        line = hb.Buffer()
        line.add_str(text)
        line.guess_segment_properties()
        hb.shape(self._font, line)
        return float(sum(each.x_advance for each in line.glyph_positions)) / self._units


class Fonts:
    """The fonts for one picture."""

    def __init__(self, texts: Iterable[str]) -> None:
        plain, bold = map(_Face, OWN_FILES)
        self._own = {False: plain, True: bold}
        self._more: list[_Face] = []
        missing = {char for text in texts for char in text if not self._has(char)}
        for path in _others() if missing else ():
            try:
                face = _Face(path)
            except (OSError, hb.HarfBuzzError):
                # A font that cannot be read.
                continue
            known = {char for char in missing if face.has(char)}
            if known:
                self._more.append(face)
                missing -= known
            if not missing:
                break

    @property
    def files(self) -> list[str]:
        """Paths of the font files, in the order in which a letter is looked for."""
        return [str(face.path) for face in (*self._own.values(), *self._more)]

    def can_draw(self, text: str) -> bool:
        """Whether no letter would come out as an empty box."""
        return all(map(self._has, text))

    def width(self, text: str, size: float, *, bold: bool) -> float:
        """Pixels that a text of this size takes."""
        runs = groupby(text, lambda char: self._face(char, bold=bold))
        return size * sum(face.width("".join(chars)) for face, chars in runs)

    def _face(self, char: str, *, bold: bool) -> _Face:
        own = self._own[bold]
        return next((face for face in (own, *self._more) if face.has(char)), own)

    def _has(self, char: str) -> bool:
        if unicodedata.category(char) in _UNSEEN:
            return True
        return any(face.has(char) for face in (self._own[False], *self._more))


def _others() -> Iterator[Path]:
    """Our fonts for other scripts, then the machine's, those first that are plain and know many alphabets."""
    ours = sorted(path for path in LETTERS.glob("*.ttf") if path not in OWN_FILES)
    # The one for Chinese, Japanese and Korean is large, and has letters of others too.
    yield from sorted(ours, key=lambda path: path.stat().st_size)
    found = [
        path
        for folder in FOLDERS
        for path in Path(folder).rglob("*")
        if path.suffix.lower() in {".ttf", ".otf", ".ttc"} and "Emoji" not in path.name
    ]

    def plain(path: Path) -> tuple[bool, bool, bool, str]:
        name = path.name
        return "Noto" not in name, "Sans" not in name, "Regular" not in name, str(path)

    yield from sorted(found, key=plain)[:MOST]

#!/bin/sh
# Debian's fonts-droid-fallback 1:6.0.1r16-1.1 brings two fonts: DroidSansFallback.ttf and
# DroidSansFallbackFull.ttf.
#
# One would guess: the one called Full has every letter of the other, and more.
# What happens: Full has 3 of the 11,172 syllables of Hangul, the other has them all; both have the same
# number of Chinese and Japanese letters. Whoever takes Full as the font for what is left draws no Korean
# name. Seen when we looked for one font for Chinese, Japanese and Korean in pictures.
# Seen on 2026-11-30 with fonts-droid-fallback 1:6.0.1r16-1.1 (Debian 12) and uharfbuzz 0.57.0:
#   DroidSansFallbackFull.ttf: Hangul 3, Han 20902, Kana 181
#   DroidSansFallback.ttf: Hangul 11172, Han 20902, Kana 181
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
(cd "$there" && apt-get -qq download fonts-droid-fallback=1:6.0.1r16-1.1 2>/dev/null)
dpkg-deb -x "$there"/fonts-droid-fallback_*.deb "$there/fonts"
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check uharfbuzz==0.57.0
"$there/venv/bin/python" - "$there/fonts" <<'END'
import sys
from pathlib import Path

import uharfbuzz

BLOCKS = {"Hangul": (0xAC00, 0xD7A4), "Han": (0x4E00, 0xA000), "Kana": (0x3040, 0x3100)}


def known(path: Path) -> dict[str, int]:
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
    return {
        name: sum(bool(font.get_nominal_glyph(point)) for point in range(*block))
        for name, block in BLOCKS.items()
    }


files = sorted(path for path in Path(sys.argv[1]).rglob("*.ttf") if not path.is_symlink())
found = {path.name: known(path) for path in files}
for name, counts in found.items():
    print(f"{name}: " + ", ".join(f"{block} {count}" for block, count in counts.items()))
assert found["DroidSansFallback.ttf"] == {"Hangul": 11172, "Han": 20902, "Kana": 181}
assert found["DroidSansFallbackFull.ttf"] == {"Hangul": 3, "Han": 20902, "Kana": 181}
END

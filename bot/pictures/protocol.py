"""What goes to the drawing process and what comes back, as JSON."""

import json
from typing import BinaryIO

from commands.picture import Picture, Wall
from storage.core.as_json import JSON, plain
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Png:
    """A picture as a file."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, and the small one that apps show while the large one loads."""

    full: Png
    thumbnail: Png


def as_json(picture: Picture) -> str:
    """A picture's description as the outbox keeps it until drawing."""
    return json.dumps(plain(picture), ensure_ascii=False, separators=(",", ":"))


def read(raw: bytes | str) -> Picture:
    """Parse a description that ``as_json`` wrote. Raises ValueError."""
    picture: Picture = JSON.reader(Picture)(json.loads(raw))
    return picture


def drawn(picture: Picture) -> Drawn:
    """Draw a description. Loads fonts and the renderer: only ever in the drawing process."""
    # ruff: noqa: PLC0415
    from bot.pictures import bars, canvas, wall

    sheet = wall.draw(picture) if isinstance(picture, Wall) else bars.draw(picture)
    width, height = round(sheet.across), round(sheet.height)
    small = canvas.SMALLER
    return Drawn(
        Png(sheet.png(), width, height),
        Png(sheet.thumbnail(), width // small, height // small),
    )


def write(out: BinaryIO, result: Drawn) -> None:
    """Write a line that says what follows, then both files."""
    parts = (result.full, result.thumbnail)
    head = [[len(part.content), part.width, part.height] for part in parts]
    out.write(json.dumps(head).encode() + b"\n" + b"".join(part.content for part in parts))
    out.flush()


def lengths(head: bytes) -> list[int]:
    """How many bytes follow a head, file by file. Raises ValueError, also when there is no head."""
    return [int(length) for length, _width, _height in json.loads(head)]


def parse(head: bytes, files: bytes) -> Drawn:
    """Read what ``write`` wrote."""
    (one, wide, high), (_two, narrow, low) = json.loads(head)
    return Drawn(Png(files[:one], wide, high), Png(files[one:], narrow, low))

"""A disk of its own for a poll: an ext4 image on a loop device, read raw afterwards."""

import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

SIZE: Final = 16 * 1024 * 1024
BLOCK: Final = 4096
MOST_INFLATED: Final = 1 << 16
SHORTEST_INFLATED: Final = 24


class NoDisk(Exception):
    """This machine lets nobody mount a disk image: root and a loop device are needed."""


class Disk:
    """``with Disk(folder) as disk``: files go below ``disk.path``; ``raw()`` when all is done."""

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self._size = size
        self._image = folder / "disk.img"
        # Not in a folder of pytest's: a run that is killed leaves it mounted, and the next cannot tidy up.
        self.path = Path(tempfile.mkdtemp(prefix="s-"))
        self._mounted = False

    def __enter__(self) -> Self:
        with self._image.open("wb") as image:
            image.truncate(self._size)
        self._run("mkfs.ext4", "-q", "-F", str(self._image))
        self._run("mount", "-o", "loop", str(self._image), str(self.path))
        self._mounted = True
        return self

    def __exit__(self, *_: object) -> None:
        self._unmount()
        self.path.rmdir()
        self._image.unlink(missing_ok=True)

    def raw(self) -> bytes:
        """Unmount, and return every block that is not empty."""
        self._unmount()
        empty = bytes(BLOCK)
        with self._image.open("rb") as image:
            blocks = iter(lambda: image.read(BLOCK), b"")
            return b"".join(block for block in blocks if block != empty)

    def _unmount(self) -> None:
        if self._mounted:
            self._run("umount", str(self.path))
            self._mounted = False

    def _run(self, program: str, *words: str) -> None:
        found = shutil.which(program)
        if found is None:
            raise NoDisk(f"{program} is missing")
        done = subprocess.run([found, *words], capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise NoDisk(done.stderr.decode(errors="replace").strip())


def inflated(content: bytes) -> Iterator[bytes]:
    """Yield whatever in the bytes can be decompressed: hiding from a search is not being sealed."""
    for second in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
        at = content.find(b"\x78" + second)
        while at >= 0:
            try:
                found = zlib.decompressobj().decompress(content[at : at + MOST_INFLATED])
            except zlib.error:
                found = b""
            if len(found) >= SHORTEST_INFLATED:
                yield found
            at = content.find(b"\x78" + second, at + 1)

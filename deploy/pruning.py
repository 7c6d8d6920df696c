"""Take out of an installed environment what the bot never opens. The Dockerfile runs it.

    python pruning.py /venv

Wants `strip` on the path. Ends with an error when a rule finds nothing any more, or when what is left
of a compiled module cannot be loaded.
"""  # noqa: INP001 (a program beside the units, no part of the bot)

import ctypes
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LANGUAGES: Final = re.compile(r"(root|(de|en|es|fr|it|nl|pl|pt|zh)(_\w+)?)\.dat")
"""What stays of Babel's data: the languages in which something is read or said."""
UNUSED: Final = (
    # Tests and measurements of others.
    "**/tests",
    "**/SelfTest",
    "jsonschema/benchmarks",
    # What compiled modules were made from, and what only type checkers read.
    "**/*.[ch]",
    "**/*.py[xi]",
    "**/*.pxd",
    # nio opens attachments with AES and SHA-2; no key pair is ever made with this library.
    *(f"Crypto/{part}" for part in ("IO", "Math", "PublicKey", "Signature")),
    # Reads declarations in C while a module is made of them.
    *("pycparser", "pycparser-*"),
    # Colours for source code, and Markdown in a terminal: rich imports them when asked for either.
    *("pygments", "pygments-*", "markdown_it", "markdown_it_py-*", "mdurl", "mdurl-*"),
)
"""Where under site-packages; each goes with its bytecode."""


def unneeded(packages: Path) -> Iterator[Path]:
    """Find what is to go; a rule that finds nothing is a `LookupError`: it is out of date."""
    for rule in UNUSED:
        found = sorted(packages.glob(rule))
        if not found:
            raise LookupError(rule)
        yield from found
    for path in sorted((packages / "babel/locale-data").glob("*.dat")):
        if not LANGUAGES.fullmatch(path.name):
            yield path


def strip(compiled: Path) -> None:
    """Drop symbols that only debuggers read; what cannot be loaded afterwards is an `OSError`."""
    subprocess.run(["strip", "--strip-unneeded", compiled], check=True)  # noqa: S603, S607
    ctypes.CDLL(str(compiled))


def size(packages: Path) -> int:
    """Add up the bytes of all files."""
    return sum(path.stat().st_size for path in packages.rglob("*") if path.is_file())


def prune(packages: Path) -> None:
    """Prune one site-packages."""
    for path in [*unneeded(packages)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in sorted(packages.rglob("*.so*")):
        strip(path)


def main() -> None:
    """Prune every site-packages of the environment that was named, and say what came of it."""
    for packages in sorted(Path(sys.argv[1]).glob("lib/python*/site-packages")):
        before = size(packages)
        prune(packages)
        sys.stdout.write(f"{packages}: {before / 1e6:.0f} MB, now {size(packages) / 1e6:.0f}\n")


if __name__ == "__main__":
    main()

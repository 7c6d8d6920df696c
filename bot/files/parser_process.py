"""The process that reads one file: its bytes on standard input, what is in it on standard output.

A process of its own, because few bytes can ask for more memory or time than there is. Under limits of
its own, behind everything else, it is the first to go where memory is short. It writes no file, reads
no settings of whoever runs it, and dies with the bot.
"""

import os
import resource
import signal
import sys
from typing import Final

MEMORY: Final = 160 << 20
"""Bytes of address space. Text is read piece by piece and needs a fifth of it; a workbook of 100,000
people with eight columns needs half."""
PROCESSOR: Final = 60
"""Seconds."""
OPEN_FILES: Final = 32
LENGTH: Final = 8
"""Bytes that say how many follow."""
OVER: Final = b".\n"
"""The last line; without it something is missing."""


def confine() -> None:
    """Take no more than a file may cost, and let nobody look into what is in memory."""
    # Imported late like everything else here: the limits come first.
    from bot.process.memory import die_with_parent, first_to_go, keep_private  # noqa: PLC0415

    die_with_parent(signal.SIGKILL)
    os.nice(19)
    first_to_go()
    keep_private()
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def main() -> int:
    """Parse the file on standard input; exit status 1 when the input was cut short."""
    confine()
    from commands.imports.read.files import pieces  # noqa: PLC0415
    from commands.imports.read.pieces import Nothing, to_line  # noqa: PLC0415
    from commands.imports.read.tables import NotAList, Unreadable  # noqa: PLC0415

    size = int.from_bytes(sys.stdin.buffer.read(LENGTH), "big")
    out = sys.stdout.buffer
    try:
        content = sys.stdin.buffer.read(size)
        if len(content) != size:
            return 1
        for piece in pieces(content):
            out.write(to_line(piece))
    except MemoryError:
        out.write(to_line(Nothing(NotAList(Unreadable.TOO_LARGE))))
    except BaseException:  # noqa: BLE001 (a panic of a library is no Exception; a stack shows names)
        out.write(to_line(Nothing(NotAList(Unreadable.DAMAGED))))
    out.write(OVER)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

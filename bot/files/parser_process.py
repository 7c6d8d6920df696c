"""The template of the processes that read files, and each of them: in comes a file, out go its lists.

Each file is read in a process of its own, because few bytes can ask for more memory or time than there
is. Starting one takes longer than reading most files; so the template, which has everything loaded and
has never seen a file, splits off a copy of itself for each. It is told to over standard input, a socket
on which a second socket comes along: that of the file. The copy knows this one alone.

Neither writes a file, reads settings of whoever runs it, or outlives the bot. Both are behind everything
else, and the first to go where memory is short.
"""

import os
import resource
import signal
import socket
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
FREE: Final = b"."
"""What the template says when a copy has ended."""


def stand_back() -> None:
    """Let nobody look into what is in memory, and everything else go before. Copies inherit it."""
    # Imported late like everything else here: the bot imports this module for its figures.
    from bot.process.memory import die_with_parent, first_to_go, keep_private  # noqa: PLC0415

    die_with_parent(signal.SIGKILL)
    # Whoever stops a service, or presses Ctrl-C, tells all its processes at once. It is for the bot to
    # stop: a file whose process ended by itself would be answered as one that is too large.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(19)
    first_to_go()
    keep_private()


def confine(template: int) -> None:
    """Take no more than a file may cost, and end with the template, whose process number is given."""
    from bot.process.memory import die_with_parent  # noqa: PLC0415

    die_with_parent(signal.SIGKILL)
    if os.getppid() != template:
        # It had ended before it could be said.
        os._exit(1)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def read(talk: socket.socket) -> int:
    """Parse the file on a socket, and answer there; exit status 1 when the input was cut short."""
    from commands.imports.read.files import pieces  # noqa: PLC0415
    from commands.imports.read.pieces import Nothing, to_line  # noqa: PLC0415
    from commands.imports.read.tables import NotAList, Unreadable  # noqa: PLC0415

    with talk.makefile("rb") as into, talk.makefile("wb") as out:
        size = int.from_bytes(into.read(LENGTH), "big")
        try:
            content = into.read(size)
            if len(content) != size:
                return 1
            for piece in pieces(content):
                out.write(to_line(piece))
        except MemoryError:
            out.write(to_line(Nothing(NotAList(Unreadable.TOO_LARGE))))
        except BaseException:  # noqa: BLE001 (a panic of a library is no Exception; a stack shows names)
            out.write(to_line(Nothing(NotAList(Unreadable.DAMAGED))))
        out.write(OVER)
    return 0


def main() -> None:
    """Split off a copy for each file, one after the other, until the bot is gone."""
    stand_back()
    import commands.imports.read.files  # noqa: F401, PLC0415

    template = os.getpid()
    with socket.socket(fileno=sys.stdin.fileno()) as orders:
        while True:
            _order, files, _flags, _address = socket.recv_fds(orders, 1, 1)
            if not files:
                return
            copy = os.fork()
            if copy == 0:
                status = 1
                try:
                    orders.close()
                    confine(template)
                    status = read(socket.socket(fileno=files[0]))
                finally:
                    os._exit(status)
            os.close(files[0])
            os.waitpid(copy, 0)
            orders.sendall(FREE)


if __name__ == "__main__":
    main()

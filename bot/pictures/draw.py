"""The drawing process: descriptions on standard input, pictures on standard output.

It writes no file, reads no settings of whoever runs it, and dies with the bot.
"""

import resource
import signal
import sys
from typing import Final

SECONDS: Final = 300
BYTES: Final = 2 << 30
"""Processor time and address space it may use."""


def confine() -> None:
    """No file can be written from here on, and nobody looks into what is in memory."""
    # Imported late like everything else here: the limits come first.
    from bot.process.memory import die_with_parent, first_to_go, keep_private  # noqa: PLC0415

    first_to_go()
    keep_private()
    die_with_parent(signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def main() -> None:
    """Draw what each line of standard input says."""
    confine()
    from bot.pictures import protocol  # noqa: PLC0415

    for line in sys.stdin.buffer:
        protocol.write(sys.stdout.buffer, protocol.drawn(protocol.read(line)))


if __name__ == "__main__":
    main()

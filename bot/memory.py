"""Keeps what is in this process's memory, keys above all, to this process."""

import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4  # linux/prctl.h


def keep_private() -> None:
    """No core dump, and on Linux no look into the memory by other processes of the same user.

    The limit alone is not enough: it does not hold for a dump that the kernel hands to a program,
    as it does wherever systemd or apport collects them (man 5 core).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

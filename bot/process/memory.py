"""Keeps what is in this process's memory, keys above all, to this process."""

import ctypes
import gc
import mmap
import re
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_PR_SET_DUMPABLE: Final = 4

_MAPPED: Final = re.compile(
    r"^(?P<mapped>(?P<begin>[0-9a-f]+)-(?P<end>[0-9a-f]+) r-[x-]p \S+ \S+ [1-9]\d* +/\S*\.so[.\d]*)\n"
    r"(?P<said>(?:[A-Z]\w*:.*\n)+)",
    re.MULTILINE,
)
"""One mapping of a library in smaps (man 5 proc): it can be read or run, and is private."""
_OURS: Final = re.compile(r"^(?:Anonymous|Swap): +[1-9]\d* kB$", re.MULTILINE)
"""It has pages that differ from the file, in memory or swapped out."""

_M_MMAP_THRESHOLD: Final = -3  # malloc.h
_LARGE: Final = 128 << 10
"""Bytes from which glibc gives a piece a place of its own, until it learns otherwise."""

_PYTHONS: Final = gc.get_threshold()
_AT_ONCE: Final = 10_000
"""Things made between two looks: what is dead goes while its place is still worth something."""
_NEVER: Final = 1_000_000_000


def keep_private() -> None:
    """No core dump, and on Linux no look into the memory by other processes of the same user.

    The limit alone is not enough: it does not hold for a dump that the kernel hands to a program,
    as it does wherever systemd or apport collects them (man 5 core).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def first_to_go() -> None:
    """On Linux: where memory is short this process ends rather than the one that started it.

    Before ``keep_private``, which takes the means away.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def give_back() -> None:
    """Hand what was freed back to the system, where the C library can (glibc: man 3 malloc_trim).

    By itself it keeps what lies between pieces still in use.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def keep_large_apart() -> None:
    """Have what is large go back to the system as soon as it is freed, where the C library can (glibc: man 3 mallopt).

    By itself glibc lays pieces of a size among the small ones once such a piece was freed, up to 32 MiB: they leave
    holes between what stays, of 1 MB after a few thousand commands.
    """
    if sys.platform == "linux" and (option := getattr(ctypes.CDLL(None), "mallopt", None)):
        option(_M_MMAP_THRESHOLD, _LARGE)


def look_only_at_new() -> None:
    """Look for garbage among what was just made, once each, until ``look_at_all_that_comes``.

    Nearly all that a start makes stays: to look through it again and again while it grows takes 0.1 s.
    Not to look at all leaves 1.9 MB of classes that others took the place of (slots), among what stays.
    """
    gc.set_threshold(_AT_ONCE, _NEVER)


def look_at_all_that_comes() -> None:
    """Let what is there be, and look through what comes for garbage as Python does by itself."""
    gc.freeze()
    gc.set_threshold(*_PYTHONS)


def settle() -> None:
    """Throw away what a start has left over, and never look for garbage in what stays.

    Holds everybody up for a tenth of a second, once, instead of each time that Python looks through it all.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    keep_large_apart()
    give_back()
    leave_to_the_cache()


def leave_to_the_cache() -> None:
    """On Linux: leave the pages of libraries to the system's cache, from which each comes back when it is needed.

    Loading touches all of them, and two hundred commands a third: the kernel maps sixteen at a time, and much
    is for starting alone. Until memory is short the rest counts as ours.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    with suppress(OSError):
        found = list(_unchanged_code(Path("/proc/self/smaps").read_text("ascii", "replace")))
        # A library that another thread was just loading is in parts by now.
        still = set(Path("/proc/self/maps").read_text("ascii", "replace").splitlines())
        for mapped, begin, end in found:
            if mapped in still:
                libc.madvise(
                    ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), mmap.MADV_DONTNEED
                )


def _unchanged_code(smaps: str) -> Iterator[tuple[str, int, int]]:
    """The parts of libraries that nobody can write, and of which no page differs from the file.

    Each with its line in the list of what is mapped, where it begins and where it ends. A page that differs, as
    those do that were relocated, would be lost.
    """
    for match in _MAPPED.finditer(smaps):
        if "\nAnonymous:" in match["said"] and _OURS.search(match["said"]) is None:
            yield match["mapped"], int(match["begin"], 16), int(match["end"], 16)


def die_with_parent(signal: int) -> None:
    """On Linux: have the kernel send a signal when the parent process ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)

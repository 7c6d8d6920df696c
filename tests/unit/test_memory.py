"""Pages of libraries that nobody changed are left to the system's cache; nothing is lost by it."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from bot.process.memory import _unchanged_code

ROOT = Path(__file__).resolve().parents[2]

SAID = """\
Size:                 12 kB
Rss:                  12 kB
Private_Dirty:         0 kB
Anonymous:      {anonymous:8} kB
Swap:           {swap:8} kB
VmFlags: rd ex mr mw me
"""


def mapping(
    *,
    may: str = "r-xp",
    inode: int = 7,
    path: str = "/venv/lib/x.so",
    anonymous: int = 0,
    swap: int = 0,
) -> str:
    said = SAID.format(anonymous=anonymous, swap=swap)
    return f"7f00-7f10 {may} 00003000 fe:00 {inode}    {path}\n{said}"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (mapping(), True),
        (mapping(may="r--p", path="/usr/lib/libcrypto.so.3"), True),
        (mapping(path="/usr/lib/libpython3.11.so.1.0"), True),
        (mapping(anonymous=4), False),
        (mapping(swap=4), False),
        (mapping(may="rw-p"), False),
        (mapping(may="rwxp"), False),
        (mapping(may="r--s", path="/data/app.db-shm"), False),
        (mapping(path="/data/cities.txt"), False),
        (mapping(path="/venv/lib/x.so (deleted)"), False),
        (mapping(inode=0, path=""), False),
        (mapping(inode=0, path="[heap]"), False),
        ("7f00-7f10 r-xp 00003000 fe:00 7    /venv/lib/x.so\nRss:    12 kB\n", False),
    ],
)
def test_only_libraries_that_are_as_their_file_are_left(written: str, *, left: bool) -> None:
    other = mapping(path="[stack]", inode=0)
    found = list(_unchanged_code(other + written + other))
    assert found == ([(written.splitlines()[0], 0x7F00, 0x7F10)] if left else [])


LEAVE = """
import hashlib, re, sqlcipher3
from pathlib import Path
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from bot.process import memory

def libraries():
    found = re.findall(r"\\.so[.0-9]*\\n(?:[A-Z].*\\n)*?Rss: +([0-9]+) kB", Path("/proc/self/smaps").read_text())
    return sum(map(int, found))

def work():
    database = sqlcipher3.connect(":memory:")
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), b"words", None)
    return sealed, hashlib.sha512(sealed).digest(), database.execute("SELECT hex(1 + 2)").fetchall()

before, told = libraries(), work()
memory.leave_to_the_cache()
after = libraries()
assert work() == told
assert after < before / 2, (before, after)
memory.leave_to_the_cache()
assert work() == told
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what is mapped")
def test_what_was_left_comes_back_when_it_is_needed() -> None:
    run = [sys.executable, "-c", LEAVE]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


APART = """
import ctypes, sys
from bot.process import memory

class Held(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
    )]

told = ctypes.CDLL(None).mallinfo2
told.restype = Held

def apart():
    # One that is larger comes and goes.
    bytes(1 << 20)
    before = told().hblks
    kept = [bytes(200 << 10) for _time in range(3)]
    return told().hblks - before

apart()
if sys.argv[1:]:
    memory.settle()
print(apart())
"""


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="this C library says nothing of its pieces"
)
@pytest.mark.parametrize(("words", "own"), [([], "0"), (["settle"], "3")])
def test_what_is_large_has_a_place_of_its_own(words: list[str], own: str) -> None:
    """The first is the control: glibc learns from what was freed. In a process of its own, as it stays so."""
    run = [sys.executable, "-c", APART, *words]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.stdout.strip(), done.stderr) == (own, "")

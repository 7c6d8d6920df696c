"""Where a process's resident memory lies: its own, and each library's."""

import re
from collections import Counter
from pathlib import Path
from typing import Final

OWN: Final = "its own: objects, caches, stacks"
OTHERS: Final = "other libraries"
_SHOWN: Final = {
    "cryptography": r"/cryptography/",
    "SQLCipher": r"/sqlcipher3/",
    "Python": r"/libpython|/bin/python",
    "the system's OpenSSL": r"/lib(crypto|ssl)\.",
    "the system's SQLite": r"/libsqlite3|/_sqlite3\.",
    "vodozemac": r"/vodozemac/",
    "rpds (jsonschema)": r"/rpds/",
    "pydantic": r"/pydantic_core/",
    "rapidfuzz": r"/rapidfuzz/",
}
_BEGINS: Final = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)")


def by_origin(pid: int) -> dict[str, float]:
    """Return the resident MiB of a process by what they hold; empty where the kernel does not tell.

    Linux tells root alone of a process that keeps its memory private, as Steward does.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps").read_text("ascii", "replace").splitlines()
    except (OSError, ValueError):
        return {}
    kib: Counter[str] = Counter()
    origin = OWN
    for line in lines:
        if (begun := _BEGINS.match(line)) is not None:
            origin = _origin(begun[1])
        elif line.startswith("Rss:"):
            kib[origin] += int(line.split()[1])
    return {each: size / 1024 for each, size in kib.most_common()}


def _origin(path: str) -> str:
    if not path.startswith("/"):
        return OWN
    return next((name for name, known in _SHOWN.items() if re.search(known, path)), OTHERS)

"""Sentences about what is wrong with a configuration: where, what, and how to fix it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from storage.core.shapes import Mismatch, MismatchKind

PREFIX: Final = "STEWARD_"
DEMO_SWITCH: Final = "STEWARD_DEMO"
"""``1`` allows a passphrase in the environment: for a demonstration with throw-away data."""

_EXAMPLES: Final = {
    "homeserver": 'homeserver = "https://matrix.example.org"',
    "user": 'user = "@steward:example.org"',
    "data_dir": 'data_dir = "data"',
    "allow_inviters": 'allow_inviters = ["@*:example.org"]',
    "leads": 'leads = ["@ana:example.org"]',
    "passphrase_file": 'passphrase_file = "secrets/passphrase"',
    "log_level": 'log_level = "info"',
    "log_format": 'log_format = "logfmt"',
    "ca_file": 'ca_file = "/etc/steward/ca.pem"',
    "proxy": 'proxy = "socks5://127.0.0.1:9050"',
}

Keys = Mapping[tuple[str, ...], tuple[str, ...]]
"""The keys of each table of config.toml; the empty name is the part before the first table."""


def plain(flaw: Mismatch, text: str, overrides: Mapping[str, Any], keys: Keys) -> str:
    """One sentence for a value that does not fit: where, what, and how to fix it."""
    key = tuple(part for part in flaw.where if isinstance(part, str))
    name = ".".join(key)
    where = line_of(text, key)
    if key and key[0] in overrides and not where:
        where = f"{PREFIX}{'__'.join(key).upper()}: "
    match flaw.problem:
        case MismatchKind.MISSING:
            return (
                f"`{name}` is missing. Add a line such as: {_EXAMPLES.get(name, name + ' = ...')}"
            )
        case MismatchKind.UNKNOWN:
            return f"{where}`{name}` is not a setting. {_suggestion(key, keys)}"
        case MismatchKind.UNFIT:
            # Words of our own checks say it all.
            example = None if "such as" in flaw.wanted else _EXAMPLES.get(name)
            shown = f". Write for example: {example}" if example else ""
            return f"{where}`{name}` {flaw.wanted}{shown}"


def _suggestion(key: tuple[str, ...], keys: Keys) -> str:
    known = keys.get(key[:-1], keys[()])
    near = _near(key[-1], known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{near[0]}`?"
    for table, inside in keys.items():
        if table and key[-1] in inside:
            return f"It belongs under a line that says [{table[0]}]"
    return f"Known are: {', '.join(known)}"


def _near(word: str, known: Sequence[str], n: int, cutoff: float) -> list[str]:
    # Imported late: few starts have anything to suggest.
    from difflib import get_close_matches  # noqa: PLC0415

    return get_close_matches(word, known, n, cutoff)


def misplaced(key: str, text: str) -> str:
    """The sentence for a secret (``password``, ``passphrase``) that stands in config.toml."""
    where = line_of(text, (key,))
    if key == "password":
        return (
            f"{where}`password` is not kept anywhere: `steward init` asks for it once. Remove "
            "the line, and change the password if others could read this file"
        )
    return (
        f"{where}`passphrase` must not stand in a file that colleagues may read. Remove the line, "
        'write the passphrase into a file with mode 0600, and set passphrase_file = "its path"'
    )


def near_misses(environment: Mapping[str, str], keys: Keys) -> list[str]:
    """Misspelt STEWARD_ variables. Those near nothing are somebody else's business."""
    known = [PREFIX + name.upper() for name in keys[()]]
    known += [
        f"{PREFIX}{table[0]}__{key}".upper()
        for table, inside in keys.items()
        if table
        for key in inside
    ]
    known += [DEMO_SWITCH, PREFIX + "PASSPHRASE", PREFIX + "CLOCK_AHEAD", PREFIX + "PROXY_FILE"]
    return [
        f"{name} is not a setting. Did you mean {near[0]}?"
        for name in environment
        if name.startswith(PREFIX)
        and name not in known
        and (near := _near(name, known, n=1, cutoff=0.85))
    ]


def line_of(text: str, key: tuple[str, ...]) -> str:
    """``line 7: `` where the key stands, or nothing."""
    table: str = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            table = header[1]
            if key == (table,):
                return f"line {number}: "
        elif assignment := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", line):
            full = f"{table}.{assignment[1]}" if table else assignment[1]
            if full == ".".join(key):
                return f"line {number}: "
    return ""

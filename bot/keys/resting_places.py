"""Where a passphrase lies besides the configured file: what a new one does not reach, and panic neither."""

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.config import Config
from bot.keys.passphrase import CREDENTIAL

UNITS: Final = (
    *("/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system"),
    *("/etc/systemd/user", "~/.config/systemd/user"),
    *("/etc/containers/systemd", "~/.config/containers/systemd"),
)
"""Folders of services that an admin wrote, those of Podman among them."""
USUAL: Final = ("/etc/steward/passphrase", "/etc/credstore/steward-passphrase")
"""Where docs/admin.md and systemd put it."""
_HANDED_OVER: Final = re.compile(
    rf"^(?:Load|Set)Credential(?:Encrypted)?=[ \t]*{CREDENTIAL}(?::[ \t]*(?P<from>.*))?$",
    re.MULTILINE,
)


def others(
    config: Config | None,
    beside: Path,
    *,
    units: Sequence[str] = UNITS,
    usual: Sequence[str] = USUAL,
) -> list[str]:
    """Name the places, other than ``passphrase_file``, where the passphrase lies or may lie.

    ``beside`` is the folder of the configuration. Only names are looked at, never what a file holds; what
    this user may not see is named as well.
    """
    named = None if config is None else config.passphrase_file
    files = [*usual, str(beside / "secrets" / "passphrase")]
    found = [name for name in files if _may_be_there(Path(name)) and Path(name) != named]
    for unit in _units(units):
        found += [place for place in _handed_over(unit) if place not in found]
    if os.environ.get("CREDENTIALS_DIRECTORY", "").startswith("/run/secrets"):
        found.append("the file that compose.yaml names under `secrets`, on the host")
    return found


def _may_be_there(path: Path) -> bool:
    """A file of that name is there, or its folder is closed to us."""
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _units(folders: Sequence[str]) -> list[Path]:
    """The files of services that may start a Steward, what adds to them (drop-ins) among them."""
    found: list[Path] = []
    for name in folders:
        # Whoever destroys everything has no time for a folder that is closed, or a user without a home.
        with contextlib.suppress(OSError, RuntimeError):
            folder = Path(name).expanduser()
            for pattern in ("*.service", "*.service.d/*.conf", "*.container"):
                found += folder.glob(pattern)
    return sorted(found)


def _handed_over(unit: Path) -> list[str]:
    """What a service's file hands to the bot: a file's path, or the service's file itself."""
    try:
        text = unit.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    places = []
    for line in _HANDED_OVER.finditer(text):
        source = (line["from"] or "").strip()
        if source.endswith(".sock"):
            continue
        # SetCredential= has the secret itself in the line.
        places.append(source if source.startswith("/") else str(unit))
    return places

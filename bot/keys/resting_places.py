"""Where a passphrase lies besides the configured file: what a new one does not reach, and panic neither."""

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.config import Config
from bot.keys import passphrase
from bot.keys.passphrase import CREDENTIAL
from storage.core.lazy_dataclass import dataclass

UNITS: Final = (
    *("/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system"),
    *("/etc/systemd/user", "~/.config/systemd/user"),
    *("/etc/containers/systemd", "~/.config/containers/systemd"),
)
"""Folders of services that an admin wrote, those of Podman among them."""
USUAL: Final = (passphrase.USUAL, "/etc/credstore/steward-passphrase")
"""Where docs/admin.md and systemd put it."""
_HANDED_OVER: Final = re.compile(
    rf"^(?:Load|Set)Credential(?:Encrypted)?=[ \t]*{CREDENTIAL}(?::[ \t]*(?P<from>.*))?$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class ConfiguredBot:
    """Whose passphrase is looked for."""

    path: Path
    """Its configuration, by which services name it."""
    config: Config | None
    """None where it cannot be read."""


def others(
    bot: ConfiguredBot, *, units: Sequence[str] = UNITS, usual: Sequence[str] = USUAL
) -> list[str]:
    """Name the places, other than ``passphrase_file``, where the passphrase lies or may lie.

    Only names are looked at, never what a file holds; what this user may not see is named as well. A place
    that services hand to other bots alone is theirs: whoever destroys it keeps them from starting. What
    may be this bot's or that of another one in the same folder is said as a question.
    """
    path, named = bot.path.absolute(), None if bot.config is None else bot.config.passphrase_file
    ours, theirs = list[str](), list[str]()
    for unit in _units(units):
        starts = _started_by(unit)
        mine = starts is None or _same(starts, path)
        (ours if mine else theirs).extend(_handed_over(unit))
    files = [*usual, str(path.parent / "secrets" / "passphrase")]
    there = [name for name in files if _may_be_there(Path(name)) and Path(name) != named]
    found = [name for name in there if name in ours or name not in theirs]
    beside = [each for each in _configurations(path.parent) if not _same(each, path)]
    if beside:
        found = [name if name in ours else f"{name} ({_is_it(beside)})" for name in found]
    found += [place for place in dict.fromkeys(ours) if place not in found]
    if os.environ.get("CREDENTIALS_DIRECTORY", "").startswith("/run/secrets"):
        found.append("the file that compose.yaml names under `secrets`, on the host")
    return found


def _is_it(beside: Sequence[Path]) -> str:
    """Ask whose a place is where another bot's configuration lies beside."""
    return f"is it this bot's, or that of {', '.join(each.name for each in beside)}?"


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _configurations(folder: Path) -> list[Path]:
    """The configurations of bots in a folder, by what stands in them."""
    found = []
    for each in sorted(folder.glob("*.toml")):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = each.read_text(encoding="utf-8")
            if re.search(r"(?m)^\s*homeserver\s*=", text) and each.name != "config.example.toml":
                found.append(each)
    return found


def _started_by(unit: Path) -> Path | None:
    """The configuration that a service starts the bot with; None where its file names none."""
    service = unit.parent.with_suffix("") if unit.parent.suffix == ".d" else unit
    with contextlib.suppress(OSError):
        text = service.read_text(encoding="utf-8", errors="replace")
        said = re.search(r"(?m)^(?:ExecStart|Exec)=.*?(?:--config[= ]|-c )(\S+)", text)
        folder = re.search(r"(?m)^WorkingDirectory=(\S+)", text)
        if said is not None:
            return Path(folder[1] if folder else "/", said[1])
    return None


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

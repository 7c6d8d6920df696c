"""The release of the time zone database in use: the newer of the system's and the package's.

``zoneinfo`` takes the system's files wherever there are any, however old; a Debian of last year has
people in Vancouver an hour off. Both are looked at again while the bot runs, since either may be
updated under it.
"""

import os
import re
import sysconfig
import zoneinfo
from importlib.util import find_spec
from pathlib import Path

from storage.core.lazy_dataclass import dataclass

_WRITTEN = re.compile(r"(?:# version )?(\d{4})([a-z]{1,2})\b")
"""How tzdata.zi begins, and what macOS has in +VERSION."""
_SAMPLE = "Europe/London"


@dataclass(frozen=True, slots=True, order=True)
class ZoneRelease:
    """A release of the zone database as IANA names it: a year and a letter, 2026f."""

    year: int = 0
    letter: str = ""

    @property
    def number(self) -> int:
        """The letter as a number, a being 1; 0 where the release is not known."""
        return ord(self.letter[-1]) - ord("a") + 1 if self.letter else 0

    def __str__(self) -> str:
        return f"{self.year}{self.letter}" if self.year else "unknown"


@dataclass(frozen=True, slots=True)
class KnownReleases:
    """The releases on this machine; None for a copy that is not there."""

    package: ZoneRelease | None
    system: ZoneRelease | None
    """``ZoneRelease()`` where there are files that do not say which they are."""

    @property
    def from_package(self) -> bool:
        """Whether the package's is taken: it is as new, or the system's does not say how new it is."""
        return self.package is not None and (self.system is None or self.package >= self.system)

    @property
    def used(self) -> ZoneRelease:
        """The release that times are computed with."""
        return (self.package if self.from_package else self.system) or ZoneRelease()


def known() -> KnownReleases:
    """The releases installed at this moment."""
    return KnownReleases(_packaged(), _on_the_system())


def use_newest(before: KnownReleases | None = None) -> KnownReleases:
    """Make ``zoneinfo`` read the newer copy, and drop what it cached from another.

    before: what the last call returned; nothing is done where that still holds. ZoneInfo objects made
    earlier keep their rules, so nobody keeps one for longer than a command.
    """
    now = known()
    if now != before:
        zoneinfo.reset_tzpath(to=() if now.from_package else _system_paths())
        zoneinfo.ZoneInfo.clear_cache()
    return now


def _packaged() -> ZoneRelease | None:
    # Not by importlib.metadata, which takes every start 13 ms and 0.7 MB.
    package = find_spec("tzdata")
    if package is None or not package.submodule_search_locations:
        return None
    return _release_in(Path(package.submodule_search_locations[0], "zoneinfo"))


def _on_the_system() -> ZoneRelease | None:
    """What the first directory says that zoneinfo would read."""
    for directory in map(Path, _system_paths()):
        if (directory / _SAMPLE).is_file():
            return _release_in(directory)
    return None


def _release_in(directory: Path) -> ZoneRelease:
    for name in ("tzdata.zi", "+VERSION"):
        try:
            with (directory / name).open(encoding="ascii", errors="replace") as file:
                found = _WRITTEN.match(file.readline())
        except OSError:
            continue
        if found is not None:
            return ZoneRelease(int(found[1]), found[2])
    return ZoneRelease()


def _system_paths() -> list[str]:
    """Where zoneinfo looks by itself: PYTHONTZPATH, else what Python was built with."""
    chosen = os.environ.get("PYTHONTZPATH")
    if chosen is None:
        chosen = sysconfig.get_config_var("TZPATH") or ""
    return [path for path in chosen.split(os.pathsep) if Path(path).is_absolute()]

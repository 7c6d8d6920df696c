"""A bot under examination: the operator's real commands, with all they say and leave kept."""

import os
import shutil
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from demo.homeserver import Homeserver
from demo.steward import Steward
from tests.forensics.canaries import PASSPHRASE
from tests.forensics.faulty_bot import Fault

NOT_PRIVATE: Final = 0o077


class ExaminedBot(Steward):
    """``Steward`` with a fault of ``faulty_bot``, a home and a temporary directory of its own."""

    def __init__(self, directory: Path, server: Homeserver, user: str, password: str, fault: Fault):
        self.home = directory / "home"
        self.temporary = directory / "tmp"
        for place in (self.home, self.temporary):
            place.mkdir(parents=True)
        self._fault = fault
        super().__init__(
            directory / "bot",
            server.url,
            user,
            password,
            environment={
                "HOME": str(self.home),
                "TMPDIR": str(self.temporary),
                "SQLITE_TMPDIR": str(self.temporary),
                "XDG_RUNTIME_DIR": str(self.temporary),
                "PYTHONDONTWRITEBYTECODE": "1",
                "COLUMNS": "100",
            },
            settings='\nlog_level = "debug"\n',
        )
        self._passphrase_file = self._secret("passphrase", PASSPHRASE)
        self._kept = directory / "kept"

    def keep(self, moment: str) -> Path:
        """Copy the data directory as it is now, times and all; sockets cannot be copied."""
        return shutil.copytree(self.data, self._kept / moment, ignore=_sockets)

    async def backup(self) -> bytes:
        """Take a backup to some other disk, so to speak."""
        path = self._kept / "backup"
        status, output = await self.command("backup", str(path))
        assert status == 0, output
        return path.read_bytes()

    def process(self) -> dict[str, bytes]:
        """What the system shows of the running process, as far as it shows it to us."""
        process = Path("/proc", str(self.pid))
        shown = {name: (process / name).read_bytes() for name in ("cmdline", "limits", "status")}
        # Closed even to the same user; only root sees more.
        with suppress(PermissionError):
            shown["environ"] = (process / "environ").read_bytes()
            for link in (process / "fd").iterdir():
                shown[f"fd {link.name}"] = os.fsencode(link.readlink())
        return shown

    def exposed(self) -> list[str]:
        """Files and directories of the data directory that others may use."""
        found = []
        for path in (self.data, *self.data.rglob("*")):
            # One that is gone by now was a temporary file.
            with suppress(FileNotFoundError):
                mode = path.lstat().st_mode
                if mode & NOT_PRIVATE:
                    found.append(f"{path.name} {stat.filemode(mode)}")
        return found

    def outside(self) -> dict[str, int]:
        """When anything was last made or removed where programs like to write."""
        return {place.name: place.stat().st_mtime_ns for place in (self.home, self.temporary)}

    def beside(self) -> dict[str, bytes]:
        """Every file that is not in the data directory, and not a secret file of the operator."""
        top = self.home.parent
        return {
            str(path.relative_to(top)): path.read_bytes()
            for path in top.rglob("*")
            if path.is_file()
            and not path.is_relative_to(self.data)
            and not path.is_relative_to(self._kept)
            and path not in {self._password_file, self._passphrase_file}
        }

    def _line(self, command: str, *words: str) -> list[str]:
        start = [sys.executable, "-m", "tests.forensics.faulty_bot", self._fault]
        return [*start, command, "--config", str(self.config), *words]


def files(directory: Path) -> dict[str, bytes]:
    """Every file below a directory by its name, and all names as one more place."""
    found = sorted(path for path in directory.rglob("*") if path.is_file())
    names = "\n".join(str(path.relative_to(directory)) for path in found)
    contents = {f"{directory.name}/{path.name}": path.read_bytes() for path in found}
    return {**contents, f"names in {directory.name}": names.encode()}


def _sockets(directory: str, names: list[str]) -> list[str]:
    return [name for name in names if stat.S_ISSOCK(Path(directory, name).lstat().st_mode)]


def named(prefix: str, places: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{prefix}: {name}": content for name, content in places.items()}

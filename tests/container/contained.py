"""The bot in its container, as compose.yaml starts it: built and run by buildah, without a daemon.

Root of the container read-only, no capabilities, /tmp in memory without programs, /data the only other
place to write. Pid and memory limits need a container engine with cgroups and are not tried here.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from bot import __version__
from demo.processes import ROOT
from demo.steward import Steward, StewardError

USER: Final = 10001
ENTRY: Final = ("/venv/bin/python", "-m", "bot")
BASE: Final = os.environ.get("STEWARD_IMAGE_BASE", "localhost/debian-python:trixie")
"""What the image is built on where no registry is reached; its Python and Debian are the real ones."""
COMMIT: Final = "0123456789ab"
"""What the image is told it was made from."""
IMAGE: Final = "localhost/steward:try"
LIMITS: Final = (
    *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
    *(f"--reuid={USER}", f"--regid={USER}", "--clear-groups"),
)


def missing() -> str:
    """Why the container cannot be tried here; empty when it can."""
    if os.geteuid() != 0:
        return "buildah's chroot isolation wants root"
    absent = [name for name in ("buildah", "unshare", "setpriv") if shutil.which(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)}"
    return "" if _buildah("images", "-q", BASE, check=False) else f"no base image {BASE}"


def _buildah(*words: str, check: bool = True) -> str:
    done = subprocess.run(  # noqa: S603
        ["buildah", *words],  # noqa: S607 (wherever it is installed)
        check=check,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "BUILDAH_ISOLATION": "chroot"},
    )
    return done.stdout.strip()


def build() -> None:
    """Build the image from the Dockerfile of this tree, the health check included."""
    _buildah(
        *("build", "-q", "--format", "docker", "--network", "host", "--layers"),
        # Whom this machine trusts: packages may come by a mirror of its own.
        *("-v", "/etc/ssl/certs:/etc/ssl/certs:ro"),
        *("--build-arg", f"COMMIT={COMMIT}", "--build-arg", f"VERSION={__version__}"),
        *("--build-arg", f"BASE={BASE}", "-t", IMAGE, "-f", "Dockerfile", "."),
    )


def setting(name: str) -> str:
    """Something of the image's configuration, as Go prints it."""
    return _buildah(
        "inspect", "--type", "image", "--format", f"{{{{.Docker.Config.{name}}}}}", IMAGE
    )


def megabytes(image: str) -> int:
    """How large an image is, uncompressed, with what it is built on; of 1,000,000 bytes each."""
    number, unit = _buildah("images", "--format", "{{.Size}}", image).splitlines()[0].split()
    assert unit == "MB", unit
    return round(float(number))


@contextmanager
def mounted() -> Iterator[Path]:
    """The file system of a new container of the image."""
    name = _buildah("from", IMAGE)
    try:
        yield Path(_buildah("mount", name))
    finally:
        _buildah("umount", name)
        _buildah("rm", name)


class Contained(Steward):
    """The same operator's commands, each run inside the container as its own user."""

    def __init__(
        self, root: Path, directory: Path, homeserver: str, user: str, password: str
    ) -> None:
        super().__init__(directory, homeserver, user, password)
        self._root = root
        self.volume = directory / "volume"
        self.volume.mkdir()
        self.config, self.data = self.volume / "config.toml", self.volume / "data"
        for path in (self.volume, self._password_file, self._passphrase_file):
            os.chown(path, USER, USER)

    def settle(self, text: str) -> None:
        """Add to the configuration that `init` wrote."""
        with self.config.open("a") as file:
            file.write(text)

    def inside(self, *program: str) -> list[str]:
        """The command that runs a program in the container."""
        root = self._root
        secrets = f"mount --bind {self.directory} {root}/mnt && mount -o remount,bind,ro {root}/mnt"
        steps = [
            "set -e",
            "mount --make-rprivate /",
            f"mount --bind {root} {root} && mount -o remount,bind,ro {root}",
            f"mount --bind {self.volume} {root}/data",
            f"mount -t tmpfs -o mode=1777,size=16m,noexec,nosuid,nodev tmpfs {root}/tmp",  # noqa: S108
            f"mount -t proc -o nosuid,nodev,noexec proc {root}/proc",
            f"mount --rbind /dev {root}/dev",
            secrets,
            f'exec chroot {root} setpriv {" ".join(LIMITS)} -- /usr/bin/env -C /data "$@"',
        ]
        apart = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
        return [*apart, "sh", "-c", "; ".join(steps), "sh", *program]

    def _line(self, command: str, *words: str) -> list[str]:
        here = str(self.directory)
        data = str(self.data)
        told = [
            "/data/data"
            if word == data
            else word.replace(here, "/mnt")
            if word.startswith(here)
            else word
            for word in words
        ]
        return self.inside(*ENTRY, command, "--config", "/data/config.toml", *told)

    def _env(self, more: Mapping[str, str]) -> dict[str, str]:
        # What the image itself sets; nothing of this machine's.
        image = {"PYTHONPATH": "/app", "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONUNBUFFERED": "1", **image, **more}

    async def stop(self) -> int:
        """SIGTERM to the bot, as a container engine sends it to the first process."""
        self.bot.terminate()
        return await self.ended()

    async def run(self, script: str) -> str:
        """Run a Python program in a container like the bot's; what it prints."""
        line = self.inside("/venv/bin/python", "-c", script)
        done = await asyncio.to_thread(
            subprocess.run,
            line,
            capture_output=True,
            text=True,
            check=False,
            env=self._env({}),
        )
        if done.returncode:
            raise StewardError(done.stderr)
        return str(done.stdout)

    @property
    def bot(self) -> psutil.Process:
        """The bot's own process, as this machine sees it."""
        for child in psutil.Process(self.pid).children(recursive=True):
            if child.uids().real == USER and "bot" in child.cmdline():
                return child
        raise StewardError("the bot is not running")

"""The way without a checkout: the files of a release, a fresh environment, `init`, `run`, a first answer."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot import __version__
from demo.homeserver import Homeserver
from demo.processes import cold_start
from demo.steward import Steward
from tests.support.committee import PASSWORD, SignIn, gather
from tests.unit.test_distribution import clone, made

__all__ = ["clone"]


class Alone(Steward):
    """The bot as it was installed from the wheel, with nothing of this checkout."""

    starts = staticmethod(cold_start)

    def __init__(self, venv: Path, directory: Path, homeserver: str, user: str) -> None:
        super().__init__(directory, homeserver, user, PASSWORD)
        self._program = str(venv / "bin" / "steward")

    def _line(self, command: str, *words: str) -> list[str]:
        return [self._program, command, "--config", str(self.config), *words]

    def _env(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1", **more}


async def ran(*words: str | Path, cwd: Path, environment: Mapping[str, str]) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        [*map(str, words)],
        cwd=cwd,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return str(done.stdout)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_install_init_run_and_the_first_answer(
    clone: Path,
    homeserver: Homeserver,
    sign_in: SignIn,
    unique: Callable[[str], str],
    tmp_path: Path,
) -> None:
    """As docs/admin.md has it, "From a wheel"; how long each step took is shown."""
    dist, venv = tmp_path / "dist", tmp_path / "venv"
    here = dict(os.environ)
    await asyncio.to_thread(made, clone, dist)
    times: list[tuple[str, float]] = [("", time.monotonic())]

    def took(step: str) -> None:
        times.append((step, time.monotonic()))

    await ran(sys.executable, "-m", "venv", venv, cwd=dist, environment=here)
    pip = (venv / "bin" / "pip", "install", "-q", "--require-hashes")
    await ran(*pip, "-r", f"steward-{__version__}-build.txt", cwd=dist, environment=here)
    listed = f"steward-{__version__}-install.txt"
    await ran(*pip, "--no-build-isolation", "-r", listed, cwd=dist, environment=here)
    took("install")
    user = await homeserver.register(unique("steward"), PASSWORD)
    ana, ben = await sign_in("ana"), await sign_in("ben")
    took("(an account, two people)")
    async with Alone(venv, tmp_path / "bot", homeserver.url, user) as steward:
        told = await steward.init()
        assert "In that room, type: !setup" in told
        took("init")
        await steward.start()
        took("run, until ready")
        committee = await gather(steward, ana, ben)
        answer = await committee.say(ana, "!tz Europe/Madrid", "Madrid")
        assert answer.encrypted
        took("the first answer, with an invitation before")
        status, words = await steward.command("status")
        assert (status, words.split(":")[0]) == (0, f"Steward {__version__}")
        assert await steward.stop() == 0
    for (step, end), (_, begin) in zip(times[1:], times, strict=False):
        sys.stdout.write(f"\n{step}: {end - begin:.1f} s")

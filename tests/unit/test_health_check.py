"""The health check: the same verdict as ``steward status``, for a fraction of what that costs."""

import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bot.cli import health_check
from bot.cli.command_line import _well
from bot.config import load
from bot.health.monitor import Monitor
from bot.process.exit_codes import ExitCode
from tests.unit.test_cli import answering, configured, place, steward

__all__ = ["place"]

SCRIPT = Path(health_check.__file__)


def check(config: Path, *, cwd: Path | None = None, **more: str) -> tuple[int, str]:
    """Run it as a health check does."""
    words = ["--config", str(config)] if cwd is None else []
    done = subprocess.run(  # noqa: S603 (this interpreter)
        [sys.executable, "-I", "-S", str(SCRIPT), *words],
        cwd=cwd,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_its_exit_statuses_are_the_documented_ones() -> None:
    for name in ("USAGE", "NOT_RUNNING", "NOT_READY", "NO_PERMISSION", "CONFIG"):
        assert getattr(health_check, name) == ExitCode[name], name
    assert health_check.WELL == ExitCode.OK


def test_it_says_what_status_says(place: Path) -> None:
    config = configured(place)
    assert check(config) == (
        ExitCode.NOT_RUNNING,
        f"Steward is not running. Start it: steward run --config {config}\n",
    )
    assert steward("status", "--config", config).returncode == ExitCode.NOT_RUNNING
    with answering(place, lambda: {"well": True}):
        assert check(config) == (ExitCode.OK, "Steward is well.\n")
        # As in the image: the configuration is where one is.
        assert check(config, cwd=place) == (ExitCode.OK, "Steward is well.\n")
    with answering(place, lambda: {"well": False}):
        code, words = check(config)
        assert code == ExitCode.NOT_READY
        assert "steward status" in words
    with answering(place, lambda: {"error": "unknown verb"}):
        assert check(config)[0] == ExitCode.NOT_READY


def test_a_process_that_hangs_or_is_gone_is_not_well(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configured(place)
    (place / "data").mkdir(mode=0o700)
    path = place / "data" / "control.sock"
    words = ["--config", str(config)]
    monkeypatch.setattr(health_check, "PATIENCE", 0.1)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(1)
        # It listens and says nothing.
        assert health_check.checked(words, {})[0] == ExitCode.NOT_READY
    # What a killed process leaves.
    assert health_check.checked(words, {})[0] == ExitCode.NOT_RUNNING
    path.unlink()
    path.write_text("no socket")
    assert health_check.checked(words, {})[0] == ExitCode.NOT_RUNNING


def test_a_socket_under_a_long_path_is_found(place: Path) -> None:
    long = place / ("d" * 100) / "bot"
    long.mkdir(parents=True)
    config = configured(long)
    with answering(long, lambda: {"well": True}):
        assert (long / "data" / "control.where").exists()
        assert check(config)[0] == ExitCode.OK


@pytest.mark.parametrize("words", [["status"], ["--config"], ["--config", "a", "b"], ["-x", "a"]])
def test_other_words_are_refused(words: list[str]) -> None:
    assert health_check.checked(words, {})[0] == ExitCode.USAGE


PLAIN = 'homeserver = "http://127.0.0.1:9"\nuser = "@s:x"\nallow_inviters = ["@*:x"]\n'


@pytest.mark.parametrize(
    "written",
    [
        "",
        'data_dir = "data"\n',
        'data_dir = "elsewhere"   \n',
        'data_dir = "/var/lib/steward data"\n',
        "data_dir = 'with \"quotes\"'\n",
        'data_dir = "a\\u0062c"\n',
        'data_dir = """multi"""\n',
        'data_dir = "x" # not "data_dir"\n',
        '# data_dir = "no"\ndata_dir="yes"\n',
        '# data_dir = "no"\n',
        '"data_dir" = "quoted key"\n',
        'data_dir = "~/steward"\n',
    ],
)
def test_it_reads_the_data_directory_as_the_bot_does(tmp_path: Path, written: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(PLAIN + written, "utf-8")
    assert health_check.data_directory(str(config), {}) == str(load(config, {}).data_dir)
    (tmp_path / ".env").write_text("# mine\nexport STEWARD_DATA_DIR='from the file'\n")
    assert health_check.data_directory(str(config), {}) == str(load(config, {}).data_dir)
    named = {"steward_data_dir": str(tmp_path / "from the environment")}
    assert health_check.data_directory(str(config), named) == str(load(config, named).data_dir)


def test_a_configuration_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    words = ["--config", str(tmp_path / "none.toml")]
    assert health_check.checked(words, {})[0] == ExitCode.CONFIG
    config = tmp_path / "config.toml"
    config.write_text("data_dir = [")
    assert health_check.checked(["--config", str(config)], {})[0] == ExitCode.CONFIG


# -- the bot's own verdict --------------------------------------------------------------------------


class _Pulse:
    last: float | None = None


class _Disk:
    low = False


@pytest.mark.parametrize("age", [None, 0.0, 179.0, 181.0])
@pytest.mark.parametrize("low", [False, True])
async def test_the_bot_judges_itself_as_status_judges_it(
    place: Path, age: float | None, *, low: bool
) -> None:
    config = load(configured(place), {})
    monitor = Monitor.__new__(Monitor)
    pulse, disk = _Pulse(), _Disk()
    pulse.last = None if age is None else time.monotonic() - age
    disk.low = low
    for name, value in (("_pulse", pulse), ("_disk", disk), ("_config", config)):
        setattr(monitor, name, value)
    answer: dict[str, Any] = {
        "ready": age is not None,
        "last_sync_seconds": age,
        "disk_low": low,
    }
    assert (await monitor.well({}))["well"] is _well(answer, config)


# -- what it costs ----------------------------------------------------------------------------------


def _cost(*line: str) -> float:
    """Processor seconds of a command, the least of some runs."""
    least = float("inf")
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(line, capture_output=True, check=False)  # noqa: S603 (this interpreter)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        least = min(least, took)
    return least


def test_it_costs_hardly_more_than_python_and_a_fraction_of_status(place: Path) -> None:
    config = str(configured(place))
    bare = _cost(sys.executable, "-I", "-S", "-c", "pass")
    ours = _cost(sys.executable, "-I", "-S", str(SCRIPT), "--config", config)
    status = _cost(sys.executable, "-m", "bot", "status", "--config", config)
    assert ours < bare * 2.5 + 0.005, (bare, ours)
    assert ours < status / 5, (ours, status)


def test_it_loads_nothing_of_the_bot() -> None:
    seen = (
        "import sys\n"
        "sys.argv = ['x', '--config', '/nowhere']\n"
        f"try: exec(compile(open({str(SCRIPT)!r}).read(), 'x', 'exec'))\n"
        "except SystemExit: print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(  # noqa: S603 (this interpreter)
        [sys.executable, "-I", "-S", "-c", seen], capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert "os" in loaded
    assert not loaded & {"bot", "typing", "json", "socket", "pathlib", "tomllib", "pydantic"}

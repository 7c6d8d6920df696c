"""The command line as an operator meets it: words, exit statuses, files, interruptions."""

import asyncio
import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot import __version__
from bot.cli import command_line, main, verify
from bot.keys import keyring
from bot.keys.data_key import Purpose
from bot.logging import logs
from bot.process import control, origin
from bot.process.control import ControlServer
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode, Stop
from storage.core import driver
from tests.support.small_homeserver import VERSIONS, small_homeserver
from tests.support.warm_start import WARM

ROOT = Path(__file__).parents[2]
CHEAP = keyring.Cost(memory_kib=32, iterations=1, lanes=1)
PASSPHRASE = "otter basket canary fjord"
PASSWORD = "canary-password"
ON_PATH = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
"""What is set for a process of ours wherever it is started."""


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory with a name short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="s-") as directory:
        yield Path(directory)


@pytest.fixture
def deaf() -> Iterator[str]:
    """The address of a homeserver that is there, and too busy for everything else."""
    with small_homeserver({**VERSIONS, "/login": (502, b"")}) as there:
        yield there.url


def steward(*words: str | Path, **extra: str) -> subprocess.CompletedProcess[str]:
    done = WARM.done([str(word) for word in words], NO_COLOR="1", **extra)
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert "canary" not in said
    return done


def secret(path: Path, words: str) -> Path:
    path.write_text(words + "\n", "utf-8")
    path.chmod(0o600)
    return path


def configured(place: Path, extra: str = "") -> Path:
    path = place / "config.toml"
    path.write_text(
        'homeserver = "http://127.0.0.1:9"\nuser = "@steward:localhost"\n'
        'allow_inviters = ["@*:localhost"]\n' + extra,
        "utf-8",
    )
    path.chmod(0o600)
    return path


def with_keys(place: Path) -> Path:
    """A configuration whose data directory holds keys, and the passphrase file beside it."""
    with DataDirectory.open(place / "data") as directory:
        keyring.create(directory.keyslots, PASSPHRASE, cost=CHEAP)
    secret(place / "passphrase", PASSPHRASE)
    return configured(place, 'passphrase_file = "passphrase"\n')


# ------------------------------------------------------------------ the surface
def test_version_and_help() -> None:
    assert steward("--version").stdout == f"steward {__version__} ({origin.found()})\n"
    words = steward("--help").stdout
    for command in ("init", "run", "status", "verify", "doctor"):
        assert command in words
    assert "fast-kdf" not in steward("init", "--help").stdout


def test_no_line_of_help_is_cut_off() -> None:
    shown = CliRunner().invoke(command_line.app, ["--help"], terminal_width=80).output
    assert "  move " in shown
    assert "..." not in shown.partition("Commands:")[2]


@pytest.mark.parametrize(
    "words", [["--help"], ["status", "--config", "none.toml"], ["run", "--config", "none.toml"]]
)
def test_a_command_that_was_forked_says_what_a_started_one_says(words: list[str]) -> None:
    """Only its imports were done before."""
    cold = subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env=ON_PATH,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    warm = steward(*words)
    said = (cold.returncode, cold.stdout, cold.stderr)
    assert (warm.returncode, warm.stdout, warm.stderr) == said
    assert cold.stdout + cold.stderr


@pytest.mark.parametrize("words", [["dance"], ["run", "--confg", "x"], ["status", "extra"]])
def test_a_wrong_command_line_ends_with_2(words: list[str]) -> None:
    assert CliRunner().invoke(command_line.app, words).exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("logs", "journalctl -u steward"),
        ("journal", "journalctl -u steward"),
        ("restart", "sudo systemctl restart steward"),
        ("setup", "steward init"),
        ("health", "steward doctor"),
        ("stauts", "Did you mean 'status'?"),
    ],
)
def test_a_word_that_is_no_command_is_told_what_does_it(word: str, said: str) -> None:
    done = steward(word)
    assert done.returncode == ExitCode.USAGE
    assert said in " ".join(done.stderr.split())


def test_the_table_of_exit_statuses_in_the_guide_is_current() -> None:
    text = (ROOT / "docs/admin.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", text, re.MULTILINE))
    assert rows == {str(int(code)): code.meaning for code in ExitCode}
    hopeless = " ".join(str(int(code)) for code in ExitCode if not code.retry and code >= 10)
    unit = (ROOT / "deploy/steward.service").read_text("utf-8")
    assert f"RestartPreventExitStatus={hopeless}\n" in unit


# ------------------------------------------------------------------ run
def test_run_without_a_configuration(place: Path) -> None:
    done = steward("run", "--config", place / "config.toml")
    assert done.returncode == ExitCode.CONFIG
    assert "steward init --config" in done.stderr


@pytest.mark.parametrize("spelling", ["--config {}", "-c {}", "--config={}", "-c{}"])
def test_run_before_init(place: Path, spelling: str) -> None:
    """The first two are read without the library of the command line, the others by it."""
    done = steward("run", *spelling.format(configured(place)).split())
    assert done.returncode == ExitCode.DATA_DIRECTORY
    assert "steward init --config" in done.stderr


@pytest.mark.parametrize(
    "words", [[], ["status"], ["run", "--help"], ["run", "--config"], ["run", "-c", "--help"]]
)
def test_what_else_is_typed_is_read_by_the_library(words: list[str]) -> None:
    assert main.asked_to_run(words) is None


def test_run_with_nobody_to_ask_for_the_passphrase(place: Path) -> None:
    with_keys(place)
    done = steward("run", "--config", configured(place))
    assert done.returncode == ExitCode.CONFIG
    assert "passphrase_file" in done.stderr


def test_run_with_the_wrong_passphrase(place: Path) -> None:
    config = with_keys(place)
    secret(place / "passphrase", "another canary altogether")
    assert steward("run", "--config", config).returncode == ExitCode.WRONG_PASSPHRASE


def test_run_beside_another_process(place: Path) -> None:
    config = with_keys(place)
    with DataDirectory.open(place / "data"):
        done = steward("run", "--config", config)
    assert done.returncode == ExitCode.LOCKED
    assert f"process {os.getpid()}" in done.stderr


def test_run_with_a_damaged_key_file(place: Path) -> None:
    config = with_keys(place)
    slots = place / "data" / "keyslots.json"
    slots.write_bytes(slots.read_bytes().replace(b"salt", b"sa1t", 1))
    assert steward("run", "--config", config).returncode == ExitCode.DAMAGED


@pytest.mark.parametrize(
    ("mode", "words", "said"),
    [
        (0o644, PASSPHRASE, "chmod 600"),
        (0o600, "", "is empty"),
        (0o600, f"{PASSPHRASE}\nmore", "one line only"),
    ],
)
def test_secret_files_that_are_refused(place: Path, mode: int, words: str, said: str) -> None:
    config = with_keys(place)
    secret(place / "passphrase", words).chmod(mode)
    done = steward("run", "--config", config)
    assert done.returncode == ExitCode.CONFIG
    assert said in done.stderr


def test_a_systemd_credential_unlocks(place: Path) -> None:
    with_keys(place)
    config = configured(place)
    secret(place / "steward-passphrase", "another canary altogether")
    done = steward("run", "--config", config, CREDENTIALS_DIRECTORY=str(place))
    assert done.returncode == ExitCode.WRONG_PASSPHRASE


def test_a_credential_that_does_not_open_is_named(place: Path) -> None:
    config = with_keys(place)
    text = config.read_text("utf-8")
    config.write_text(text.replace('passphrase_file = "passphrase"', ""))
    handed = place / "credentials"
    handed.mkdir()
    secret(handed / "steward-passphrase", "an older passphrase")
    done = steward("run", "--config", config, CREDENTIALS_DIRECTORY=str(handed))
    assert done.returncode == ExitCode.WRONG_PASSPHRASE
    assert "credential steward-passphrase (as a rule /etc/steward/passphrase)" in done.stderr
    assert "keyboard" not in done.stderr, "nobody typed anything"


def test_rotate_key_is_refused_before_a_passphrase_is_asked_for(place: Path) -> None:
    config = with_keys(place)
    secret(place / "passphrase", "an older passphrase")
    with DataDirectory.open(place / "data"):
        done = steward("rotate-key", "--config", config)
    assert done.returncode == ExitCode.LOCKED


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["init", "--passphrase-file", "./passphrase", "--password-file", "./passphrase", "--yes"],
        ["backup", "one.backup"],
        ["passphrase", "--new-passphrase-file", "./new"],
        ["recovery-key", "replace"],
        ["rotate-key"],
        ["move", "--homeserver=HERE", "--user=@new:localhost", "--password-file", "./new"],
    ],
    ids=lambda words: words[0],
)
def test_nobody_writes_into_the_database_of_a_bot_that_runs(
    place: Path, deaf: str, words: list[str]
) -> None:
    """A running bot believes what it knows of it: whatever writes holds the directory, or asks the bot to."""
    config = with_keys(place)
    secret(place / "new", "another four words of it")
    config.write_text(config.read_text().replace("http://127.0.0.1:9", deaf))
    words = [each.replace("./", f"{place}/").replace("HERE", deaf) for each in words]
    with DataDirectory.open(place / "data") as held:
        key = keyring.unlock(held.keyslots, PASSPHRASE).derive(Purpose.APP_DATABASE)
        running = driver.open_connection(held.app_database, key)
        version = running.execute("PRAGMA data_version").fetchone()[0]
        done = steward(*words, "--config", config)
        assert done.returncode == ExitCode.LOCKED, done.stderr
        assert running.execute("PRAGMA data_version").fetchone()[0] == version
        running.close()


def test_a_service_asks_through_systemd(place: Path) -> None:
    with_keys(place)
    asker = place / "systemd-ask-password"
    asker.write_text("#!/bin/sh\necho another canary altogether\n", "utf-8")
    asker.chmod(0o700)
    path = f"{place}:{os.environ['PATH']}"
    done = steward("run", "--config", configured(place), PATH=path, INVOCATION_ID="1")
    assert done.returncode == ExitCode.WRONG_PASSPHRASE


# ------------------------------------------------------------------ status
@contextmanager
def answering(place: Path, answer: Callable[[], dict[str, Any]]) -> Iterator[None]:
    """A real control server, in a thread of its own, that says what ``answer`` returns."""
    started, stop = threading.Event(), threading.Event()

    async def reply(_request: dict[str, Any]) -> dict[str, Any]:
        return answer()

    async def serve() -> None:
        server = ControlServer(DataDirectory(place / "data").control_socket, reply)
        await server.start()
        started.set()
        await asyncio.to_thread(stop.wait)
        await server.close()

    (place / "data").mkdir(exist_ok=True, mode=0o700)
    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert started.wait(10)
        yield
    finally:
        stop.set()
        thread.join()


WELL = {
    "ready": True,
    "version": __version__,
    "uptime_seconds": 5400.0,
    "last_sync_seconds": 2.0,
    "rooms": 3,
    "queue": 0,
}


def test_status_of_a_bot_that_is_well(place: Path) -> None:
    config = configured(place)
    with answering(place, lambda: WELL):
        spoken = steward("status", "--config", config)
        machine = steward("status", "--config", config, "--json")
    assert spoken.returncode == machine.returncode == ExitCode.OK
    assert re.search(r"last good sync +2 s ago\n +rooms +3\n", spoken.stdout)
    assert json.loads(machine.stdout) == {"running": True, "healthy": True, **WELL}


@pytest.mark.parametrize(
    "answer",
    [
        WELL | {"ready": False},
        WELL | {"last_sync_seconds": None},
        WELL | {"last_sync_seconds": 181},
        {"error": "E-2222"},
    ],
)
def test_status_of_a_bot_that_is_not_well(
    place: Path, runner: CliRunner, answer: dict[str, Any]
) -> None:
    words = ["status", "--config", str(configured(place))]
    with answering(place, lambda: answer):
        spoken = runner.invoke(command_line.app, words)
        machine = runner.invoke(command_line.app, [*words, "--json"])
    assert spoken.exit_code == machine.exit_code == ExitCode.NOT_READY
    assert ("Steward " not in spoken.output) or ("ready, but not well" in spoken.output) is (
        answer.get("ready") is True
    )
    assert json.loads(machine.stdout)["healthy"] is False


def test_status_when_nothing_runs(place: Path) -> None:
    config = configured(place)
    done = steward("status", "--config", config)
    assert done.returncode == ExitCode.NOT_RUNNING
    assert "steward run --config" in done.stdout
    machine = json.loads(steward("status", "--config", config, "--json").stdout)
    assert machine == {"running": False, "healthy": False}


# ------------------------------------------------------------------ faults of ours
@pytest.fixture
def runner() -> Iterator[CliRunner]:
    installed = logs.install("critical")
    yield CliRunner()
    installed.undo()


def test_a_fault_of_ours_shows_an_id_and_no_words(
    place: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_words: object, **_more: object) -> dict[str, Any]:
        raise LookupError("canary")

    monkeypatch.setattr(control, "ask", broken)
    result = runner.invoke(command_line.app, ["status", "--config", str(configured(place))])
    assert result.exit_code == ExitCode.INTERNAL
    assert re.search(r"Something went wrong on our side: E-[2-9A-Z]{4}", result.output)
    assert "canary" not in result.output
    assert "LookupError" not in result.output
    monkeypatch.setenv("STEWARD_LOG_LEVEL", "debug")
    result = runner.invoke(command_line.app, ["status", "--config", str(place / "config.toml")])
    assert "event=command" in result.output
    assert "LookupError [" in result.output
    assert "canary" not in result.output


def test_stop_carries_its_status() -> None:
    assert Stop(ExitCode.LOCKED, "words").code == 11


# ------------------------------------------------------------------ init
def given(place: Path, homeserver: str, **changed: str) -> list[str]:
    options = {
        "--config": str(place / "config.toml"),
        "--homeserver": homeserver,
        "--user": "@steward:localhost",
        "--password-file": str(secret(place / "password", PASSWORD)),
        "--passphrase-file": str(secret(place / "passphrase", PASSPHRASE)),
        "--allow-inviter": "@*:localhost",
        "--data-dir": str(place / "data"),
    } | changed
    return ["init", *(word for pair in options.items() for word in pair), "--yes", "--fast-kdf"]


def test_init_without_a_terminal_names_all_that_is_missing(place: Path) -> None:
    done = steward("init", "--config", place / "config.toml")
    assert done.returncode == ExitCode.USAGE
    for option in ("--homeserver", "--user", "--allow-inviter"):
        assert option in done.stderr
    assert list(place.iterdir()) == []


def test_init_with_values_that_cannot_be_used_writes_nothing(place: Path) -> None:
    done = steward(*given(place, "http://example.org", **{"--user": "steward"}))
    assert done.returncode == ExitCode.CONFIG
    assert "`homeserver` must begin with https://" in done.stderr
    assert "`user` must be a full Matrix user id" in done.stderr
    assert "line " not in done.stderr
    assert sorted(path.name for path in place.iterdir()) == ["passphrase", "password"]


def test_init_goes_on_where_it_was_interrupted(place: Path, deaf: str) -> None:
    words = given(place, deaf)
    first = steward(*words)
    assert first.returncode == ExitCode.UNREACHABLE
    config = place / "config.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert 'data_dir = "data"\n' in config.read_text("utf-8")
    text, slots = config.read_bytes(), (place / "data" / "keyslots.json").read_bytes()
    second = steward(*words)
    assert second.returncode == ExitCode.UNREACHABLE
    assert "stays as it is" in second.stdout
    assert config.read_bytes() == text
    # The recovery key was never shown, so its slot is made anew; the passphrase's stays.
    before, after = (json.loads(slots), json.loads((place / "data/keyslots.json").read_bytes()))
    kept = [slot for slot in before["slots"] if slot["kind"] == "passphrase"]
    assert [slot for slot in after["slots"] if slot["kind"] == "passphrase"] == kept


def test_init_does_not_change_a_configuration_that_says_something_else(
    place: Path, deaf: str
) -> None:
    steward(*given(place, deaf))
    text = (place / "config.toml").read_bytes()
    done = steward(*given(place, deaf, **{"--user": "@other:localhost", "--data-dir": "/else"}))
    assert done.returncode == ExitCode.CONFIG
    assert "user, data_dir" in done.stderr
    assert (place / "config.toml").read_bytes() == text


def test_init_of_a_second_bot_leaves_the_first_ones_data_alone(place: Path, deaf: str) -> None:
    def without_a_place(config: str) -> list[str]:
        words = given(place, deaf, **{"--config": str(place / config)})
        at = words.index("--data-dir")
        return words[:at] + words[at + 2 :]

    for config, data in (("config.toml", "data"), ("second.toml", "data-second")):
        assert steward(*without_a_place(config)).returncode == ExitCode.UNREACHABLE
        assert f'data_dir = "{data}"\n' in (place / config).read_text("utf-8")
        assert (place / data / "keyslots.json").exists()
    # The control: a configuration that was lost is made again for the data that are there.
    (place / "config.toml").unlink()
    steward(*without_a_place("config.toml"))
    assert 'data_dir = "data"\n' in (place / "config.toml").read_text("utf-8")


def test_a_mistyped_account_is_mended_as_long_as_nobody_has_logged_in(
    place: Path, deaf: str
) -> None:
    assert steward(*given(place, deaf, **{"--user": "@stewrd:localhost"})).returncode
    done = steward(*given(place, deaf))
    assert "says it anew: user. Nobody had logged in with it yet." in done.stdout
    text = (place / "config.toml").read_text("utf-8")
    assert 'user = "@steward:localhost"\n' in text
    assert "@stewrd" not in text
    assert stat.S_IMODE((place / "config.toml").stat().st_mode) == 0o600
    # The control: once somebody has logged in it is another bot.
    (place / "data" / "nio.db").touch(mode=0o600)
    done = steward(*given(place, deaf, **{"--user": "@stewrd:localhost"}))
    assert done.returncode == ExitCode.CONFIG
    assert (place / "config.toml").read_text("utf-8") == text


def test_the_data_of_another_bot_are_refused_by_name_and_nothing_is_written(
    place: Path, deaf: str
) -> None:
    assert steward(*given(place, deaf)).returncode == ExitCode.UNREACHABLE
    before = sorted(place.rglob("*"))
    second = {"--config": str(place / "second.toml"), "--user": "@other:localhost"}
    done = steward(*given(place, deaf, **second))
    assert done.returncode == ExitCode.DATA_DIRECTORY
    assert (
        f"{place / 'data'} belongs to @steward:localhost ({place / 'config.toml'})" in done.stderr
    )
    assert f"--data-dir '{place / 'data-second'}'" in done.stderr
    assert sorted(place.rglob("*")) == before


def test_a_wrong_passphrase_is_said_before_anything_else_is_asked(place: Path, deaf: str) -> None:
    config = configured(place)
    config.write_text(config.read_text("utf-8").replace("http://127.0.0.1:9", deaf))
    with DataDirectory.open(place / "data") as directory:
        keyring.create(directory.keyslots, PASSPHRASE, cost=CHEAP)
    terminal = Terminal("init", "--config", str(config), "--fast-kdf")
    terminal.until("The bot's Matrix user id")
    terminal.type("\n")
    for _ in range(3):
        terminal.until("Passphrase: ")
        terminal.type("canary canary\n")
        terminal.until("Wrong passphrase.")
    terminal.until("Passphrase: ")
    assert "Password of" not in terminal.seen
    assert "printed recovery key" not in terminal.seen, "none was printed yet"
    terminal.type(f"{PASSPHRASE}\n")
    terminal.until("Password of @steward:localhost")
    terminal.type(f"{PASSWORD}\n")
    assert terminal.status() == ExitCode.UNREACHABLE
    assert "canary" not in terminal.seen


def test_init_refuses_a_short_passphrase(place: Path, deaf: str) -> None:
    words = given(place, deaf)
    secret(place / "passphrase", "short")
    assert steward(*words).returncode == ExitCode.CONFIG
    assert not (place / "data" / "keyslots.json").exists()


class Terminal:
    """``steward`` on a real terminal, played as an operator would."""

    def __init__(self, *words: str) -> None:
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            # Whoever started the tests may have told them to ignore Ctrl-C; an operator's shell
            # does not.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(  # noqa: S606
                sys.executable,
                [sys.executable, "-m", "bot", *words],
                ON_PATH,
            )
        self.seen = ""
        self._understood = 0

    def until(self, words: str) -> None:
        while (found := self.seen.find(words, self._understood)) < 0:
            assert self._read(), f"{words!r} was never said, only {self.seen!r}"
        self._understood = found + len(words)

    def until_it_reads(self) -> None:
        """Wait until it sleeps in the read behind its question.

        A signal that comes in the microseconds before, while C code prints the rest of the prompt, is
        kept by Python until the next key; a person presses Ctrl-C again.
        """
        state = Path(f"/proc/{self.pid}/stat")
        while state.read_text("ascii").rpartition(")")[2].split()[0] != "S":
            time.sleep(0.001)

    def type(self, words: str) -> None:
        os.write(self._end, words.encode())

    def status(self) -> int:
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self._end)
        return os.waitstatus_to_exitcode(status)

    def _read(self) -> bool:
        if not select.select([self._end], [], [], 30)[0]:
            os.kill(self.pid, signal.SIGKILL)
            pytest.fail(f"silent for 30 seconds after {self.seen!r}")
        try:
            piece = os.read(self._end, 4096)
        except OSError:
            return False
        self.seen += piece.decode()
        return bool(piece)


def test_init_asks_on_a_terminal_and_echoes_no_secret(place: Path, deaf: str) -> None:
    terminal = Terminal("init", "--config", str(place / "config.toml"), "--fast-kdf")
    for question, answer in (
        ("Address of the homeserver", deaf),
        ("The bot's Matrix user id", "@steward:localhost"),
        ("Who may invite the bot?", ""),
        ("Go on?", "y"),
        ("Choose a passphrase", "short"),
        ("Choose a passphrase", PASSPHRASE),
        ("Once more", "something else"),
        ("Choose a passphrase", PASSPHRASE),
        ("Once more", PASSPHRASE),
        ("Password of @steward:localhost", PASSWORD),
    ):
        terminal.until(question)
        terminal.type(answer + "\n")
    assert terminal.status() == ExitCode.UNREACHABLE
    assert "Too short" in terminal.seen
    assert "The two differ" in terminal.seen
    assert "canary" not in terminal.seen
    assert 'allow_inviters = ["@*:localhost"]' in (place / "config.toml").read_text("utf-8")
    assert "passphrase_file" not in (place / "config.toml").read_text("utf-8")


def test_ctrl_c_in_the_middle_of_init(place: Path) -> None:
    terminal = Terminal("init", "--config", str(place / "config.toml"))
    terminal.until("Address of the homeserver")
    terminal.until_it_reads()
    terminal.type("\x03")
    assert terminal.status() == ExitCode.INTERRUPTED
    assert "Traceback" not in terminal.seen
    assert "goes on from here" in terminal.seen
    assert list(place.iterdir()) == []


def test_an_app_that_compares_in_its_own_way_is_no_sure_sign_of_somebody_in_between() -> None:
    told = {"stage": "cancelled", "code": "m.mismatched_commitment", "by_them": True}
    with pytest.raises(Stop) as refused:
        verify._tell(told, print)
    said = refused.value.message
    assert "Either somebody is between the two, or their app compares in a way of its own" in said
    assert said.endswith("Nothing is trusted because of it.")


def test_no_path_is_looked_at_by_the_library_before_we_can_say_whose_it_is() -> None:
    """It would end with 2 and "is not readable"; which files may be missing is ours to say as well."""
    looked = [
        f"{name} {parameter.name}"
        for name, command in typer.main.get_command(command_line.app).commands.items()  # type: ignore[attr-defined]
        for parameter in command.params
        if parameter.type_descriptor.annotation is Path
        and parameter.type_descriptor.parameter_info.readable
    ]
    assert looked == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_how_it_ended_is_told_where_no_word_can_be_written(place: Path) -> None:
    """What a service says may go to the disk that is full, and its status decides what comes next."""
    line = [sys.executable, "-m", "bot", "run", "--config", str(place / "none.toml")]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(line, check=False, stderr=full, env=ON_PATH, timeout=60)  # noqa: S603
    assert done.returncode == ExitCode.CONFIG

"""What the command line says, when all is well and when it is not: never a secret, never a name."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.process import control
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from demo.homeserver import Homeserver
from demo.processes import ROOT
from tests.forensics.canaries import PASSPHRASE, WRONG_PASSPHRASE, WRONG_PASSWORD
from tests.forensics.evidence import Evidence
from tests.forensics.search import kinds, search
from tests.support.warm_start import WARM

# Whichever test is first waits for both bots to have lived their lives.
pytestmark = pytest.mark.timeout(600)

NOWHERE = "http://127.0.0.1:9"


class Operator:
    """Somebody at a terminal with a copy of the data directory, and a homeserver that is away."""

    def __init__(self, evidence: Evidence, folder: Path) -> None:
        self.folder = folder
        self.evidence = evidence
        self.data = shutil.copytree(evidence.data["stopped"], folder / "data")
        self.config = folder / "config.toml"
        self.configure()

    def configure(
        self, *, homeserver: str = NOWHERE, secret: str = PASSPHRASE, more: str = ""
    ) -> None:
        passphrase = self.secret("passphrase", secret)
        lines = [
            f'homeserver = "{homeserver}"',
            f'user = "{self.evidence.user}"',
            f'data_dir = "{self.data}"',
            f'passphrase_file = "{passphrase}"',
            'log_level = "debug"',
            more,
        ]
        self.config.write_text("\n".join(lines))
        self.config.chmod(0o600)

    def secret(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def types(self, *words: str, **more: str) -> tuple[int, str]:
        done = WARM.done(words, **{"STEWARD_LOG_LEVEL": "debug", **more})
        return done.returncode, done.stdout + done.stderr

    def told(self, said: str) -> set[str]:
        """The kinds of canaries in what was said."""
        assert "Traceback" not in said
        return kinds(search(self.evidence.secrets, {"terminal": said.encode()}))


@pytest.fixture
def operator(evidence: Evidence, tmp_path: Path) -> Operator:
    return Operator(evidence, tmp_path)


def test_beside_the_running_bot(evidence: Evidence, operator: Operator) -> None:
    codes = {command: code for command, (code, _) in evidence.terminal.items()}
    # `doctor` does not like the cheap key slots of tests.
    expected = {"status": ExitCode.OK, "doctor": ExitCode.DOCTOR, "run": ExitCode.LOCKED}
    assert codes == expected
    assert operator.told("".join(said for _, said in evidence.terminal.values())) == set()


def test_beside_no_running_bot(operator: Operator) -> None:
    for command, code in (("status", ExitCode.NOT_RUNNING), ("doctor", ExitCode.DOCTOR)):
        ended, said = operator.types(command, "--config", str(operator.config))
        assert ended == code, said
        assert operator.told(said) == set()


def test_wrong_secrets_are_not_repeated(operator: Operator, evidence: Evidence) -> None:
    recovery = next(str(c.secret) for c in evidence.secrets if c.kind == "recovery key")
    for secret in (WRONG_PASSPHRASE, f"{recovery[:-1]}7"):
        operator.configure(secret=secret)
        ended, said = operator.types("run", "--config", str(operator.config))
        assert ended == ExitCode.WRONG_PASSPHRASE, said
        assert operator.told(said) == set()
        assert recovery[5:20] not in said


def test_a_wrong_password_at_init_is_not_repeated(
    operator: Operator, homeserver: Homeserver
) -> None:
    shutil.rmtree(operator.data)
    operator.configure(homeserver=homeserver.url)
    password = operator.secret("password", WRONG_PASSWORD)
    words = ("init", "--config", str(operator.config), "--password-file", str(password))
    ended, said = operator.types(*words, "--yes", "--fast-kdf")
    assert ended == ExitCode.LOGIN_REFUSED, said
    assert operator.told(said) == set()


def test_secrets_in_the_wrong_place_are_not_repeated(operator: Operator) -> None:
    places = ("passphrase", "password", "recovery_key", "access_token", "oops")
    operator.configure(more="\n".join(f'{key} = "{WRONG_PASSPHRASE}"' for key in places))
    ended, said = operator.types("run", "--config", str(operator.config))
    assert ended == ExitCode.CONFIG, said
    assert all(key in said for key in places)
    assert operator.told(said) == set()


def test_a_passphrase_in_the_environment_is_refused_and_not_repeated(operator: Operator) -> None:
    words = ("run", "--config", str(operator.config))
    ended, said = operator.types(*words, STEWARD_PASSPHRASE=WRONG_PASSPHRASE)
    assert ended == ExitCode.CONFIG, said
    assert operator.told(said) == set()


def test_a_secret_on_the_command_line_is_not_repeated(operator: Operator) -> None:
    ended, said = operator.types("run", "--passphrase", WRONG_PASSPHRASE)
    assert ended == ExitCode.USAGE
    assert operator.told(said) == set()


def until(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_bot_that_breaks_down_leaves_places_but_no_values_and_no_core(
    operator: Operator,
) -> None:
    """The interpreter itself dies, with everything open and every key in memory."""
    where = operator.folder / "where"
    where.mkdir()
    socket = DataDirectory(operator.data).control_socket
    output = operator.folder / "output"
    with (
        output.open("wb") as stream,
        subprocess.Popen(  # noqa: S603 (this interpreter)
            [sys.executable, "-m", "bot", "run", "--config", str(operator.config)],
            cwd=where,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        ) as bot,
    ):
        until(lambda: _answers(socket))
        limits = Path("/proc", str(bot.pid), "limits").read_text()
        assert "Max core file size        0                    0 " in limits
        # Whose the files in /proc are says whether others of the same user may look in.
        assert os.geteuid() == 0 or not os.access(f"/proc/{bot.pid}/environ", os.R_OK)
        bot.send_signal(signal.SIGABRT)
        assert bot.wait(60) == -signal.SIGABRT
    said = output.read_text()
    assert "Fatal Python error: Aborted" in said
    assert operator.told(said.replace("Traceback", "")) == set()
    assert list(where.iterdir()) == []


def _answers(socket: Path) -> bool:
    try:
        return "version" in control.ask(socket, {"verb": "status"})
    except (control.NotRunning, control.NoAnswer):
        return False

"""Reads the passphrase. It is never a command-line word and never in config.toml."""

import getpass
import os
import shutil
import stat
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Final

from bot.config import Config
from bot.config.messages import DEMO_SWITCH, PREFIX
from bot.keys.keyring import SHORTEST_PASSPHRASE
from bot.process import file_trouble
from bot.process.exit_codes import ExitCode, Stop
from storage.core.refusals import WrongKey

USUAL: Final = "/etc/steward/passphrase"
"""Where docs/admin.md puts the file that a service hands over."""
CREDENTIAL: Final = "steward-passphrase"
"""Name of the systemd credential, and of the Docker secret."""


class Source(Enum):
    """Where the passphrase came from; ``!status`` shows the value, because it decides what a thief needs."""

    FILE = "secret file"
    CREDENTIAL = "systemd credential"
    DEMO = "demo"
    PROMPT = "passphrase"


def source(config: Config, environment: Mapping[str, str] | None = None) -> Source:
    """Which source is used: a named file, then a credential, then the demo's, then a person."""
    environment = os.environ if environment is None else environment
    if config.passphrase_file is not None:
        return Source.FILE
    if _credential(environment) is not None:
        return Source.CREDENTIAL
    if environment.get(DEMO_SWITCH) == "1" and environment.get(f"{PREFIX}PASSPHRASE"):
        return Source.DEMO
    return Source.PROMPT


def read(config: Config, *, new: bool = False) -> str:
    """The passphrase; asks a person where nothing else is configured. ``new`` asks twice."""
    match source(config):
        case Source.FILE if config.passphrase_file is not None:
            return read_secret(config.passphrase_file, "passphrase")
        case Source.CREDENTIAL:
            return read_secret(
                Path(os.environ["CREDENTIALS_DIRECTORY"], CREDENTIAL), "passphrase", private=False
            )
        case Source.DEMO:
            return os.environ[f"{PREFIX}PASSPHRASE"]
        case _:
            return choose() if new else _ask()


@contextmanager
def named(config: Config) -> Iterator[None]:
    """Say of a passphrase that opens nothing where it came from; a person's is only called wrong."""
    try:
        yield
    except WrongKey:
        match source(config):
            case Source.FILE:
                where = f"the file {config.passphrase_file}"
            case Source.CREDENTIAL:
                where = f"the credential {CREDENTIAL} (as a rule {USUAL})"
            case _:
                raise
        raise WrongKey(
            f"The passphrase in {where} does not open {config.data_dir}. Was it changed since? Put the "
            "present one there, then type the same again."
        ) from None


def read_secret(path: Path, what: str, *, private: bool = True) -> str:
    """The first line of a secret file. One that others may read is refused, with the cure.

    systemd and Docker guard their own directories and choose the modes in them.
    """
    private = private and not path.is_relative_to("/run/secrets")
    try:
        if private and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Stop(
                ExitCode.CONFIG,
                f"The {what} file {path} can be read by other users of this machine. "
                f"Type: chmod 600 {path}",
            )
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Stop(ExitCode.CONFIG, f"The {what} file {path} is not text in UTF-8.") from None
    except OSError as error:
        raise Stop(
            ExitCode.CONFIG,
            f"The {what} file cannot be read. {file_trouble.reason(error, path)}",
        ) from None
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise Stop(ExitCode.CONFIG, f"The first line of the {what} file {path} is empty.")
    if any(line.strip() for line in lines[1:]):
        raise Stop(ExitCode.CONFIG, f"The {what} file {path} must hold one line only.")
    return lines[0]


@contextmanager
def unseen() -> Iterator[None]:
    """Show nothing of what is typed on the terminal meanwhile: it may be the next secret, typed ahead."""
    if not sys.stdin.isatty():
        yield
        return
    end = sys.stdin.fileno()
    before = termios.tcgetattr(end)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(end, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(end, termios.TCSADRAIN, before)


def ask_secret(question: str) -> str:
    """Ask on the terminal without showing the answer.

    Not through typer, which shows the question before it turns the echo off: what somebody types
    in between would be seen, and lost.
    """
    return getpass.getpass(question)


def _credential(environment: Mapping[str, str]) -> Path | None:
    directory = environment.get("CREDENTIALS_DIRECTORY")
    if not directory or not Path(directory, CREDENTIAL).is_file():
        return None
    return Path(directory, CREDENTIAL)


def _ask() -> str:
    if sys.stdin.isatty():
        return ask_secret("Passphrase: ")
    asker = shutil.which("systemd-ask-password")
    # systemd sets INVOCATION_ID for its services: only there is somebody asked to answer.
    if asker is not None and os.environ.get("INVOCATION_ID"):
        # Waits until an administrator answers with systemd-tty-ask-password-agent.
        answer = subprocess.run(  # noqa: S603  (a fixed program with fixed words)
            [asker, "--timeout=0", "--id=steward", "Steward passphrase:"],
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        if answer.returncode == 0 and answer.stdout.strip():
            return answer.stdout.rstrip("\n")
    raise Stop(
        ExitCode.CONFIG,
        "There is no passphrase: nobody is at a terminal, and no file is named. Start Steward on a "
        "terminal, set passphrase_file in config.toml, or pass the systemd credential "
        f"{CREDENTIAL}.",
    )


def choose() -> str:
    """A new passphrase, asked for twice."""
    if not sys.stdin.isatty():
        return _ask()
    while True:
        first = ask_secret("Choose a passphrase (five or six random words are best): ")
        if len(first) < SHORTEST_PASSPHRASE:
            print(f"Too short: at least {SHORTEST_PASSPHRASE} characters.", file=sys.stderr)  # noqa: T201
        elif first == ask_secret("Once more: "):
            return first
        else:
            print("The two differ. Again:", file=sys.stderr)  # noqa: T201

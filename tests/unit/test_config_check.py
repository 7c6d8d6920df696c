"""`steward config check`: every value with its meaning, and what is wrong, without a network."""

import errno
import re
import socket
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, cast, get_type_hints

import pytest
from typer.testing import CliRunner, Result

from bot.cli import command_line
from bot.cli.config_check import MEANINGS
from bot.config import Config, ConfigProblems, load
from bot.logging import logs
from bot.process.exit_codes import ExitCode
from tests.support.situations import ROOT, theirs
from tests.unit.test_cli import configured, place, secret, with_keys

__all__ = ["place"]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever opens a socket fails the test."""

    def refused(*_words: Any, **_more: Any) -> Any:
        raise AssertionError("it went to the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    installed = logs.install("critical")
    yield
    installed.undo()


def check(config: Path) -> Result:
    ended = CliRunner().invoke(command_line.app, ["config", "check", "--config", str(config)])
    assert "our side" not in ended.output, ended.output
    return ended


def keys(settings: type, above: str = "") -> Iterator[str]:
    kinds = get_type_hints(settings)
    for name, kind in kinds.items():
        if is_dataclass(kind):
            yield from keys(cast(type, kind), f"{name}.")
        else:
            yield above + name


def test_every_value_has_a_meaning() -> None:
    assert set(MEANINGS) == set(keys(Config))


def test_all_is_well(place: Path) -> None:
    secret(place / ".env", "STEWARD_PROXY=socks5://me:canary@127.0.0.1:9050")
    ended = check(with_keys(place))
    assert ended.exit_code == ExitCode.OK, ended.output
    assert "WRONG" not in ended.output
    assert "canary" not in ended.output
    for words in (
        "homeserver = http://127.0.0.1:9  (config.toml)\n      where the bot's account lives",
        "proxy = set, and not shown  (.env)",
        "retention.notes_days = 180  (default)",
        "ok    data: directory and files are closed",
        "ok    passphrase: comes from a secret file",
    ):
        assert words in ended.output
    assert len(re.findall(r"^[a-z_.]+ = ", ended.output, re.MULTILINE)) == len(MEANINGS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('homserver = "x"', "Did you mean `homeserver`?"),
        ("[limits]\nperson_burst = 1", "line 5: `limits.person_burst` must be"),
        ("[limits\n", "it is not valid TOML"),
    ],
)
def test_a_value_that_cannot_be_used(place: Path, line: str, said: str) -> None:
    ended = check(configured(place, f"{line}\n"))
    assert ended.exit_code == ExitCode.CONFIG
    assert said in ended.output


def test_a_variable_that_counts(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_LOG_LEVEL", "warning")
    ended = check(with_keys(place))
    assert "log_level = warning  (environment)" in ended.output


def test_values_are_labelled_with_the_file_that_has_them(place: Path) -> None:
    second = place / "second.toml"
    with_keys(place).rename(second)
    ended = check(second)
    assert "homeserver = http://127.0.0.1:9  (second.toml)" in ended.output
    assert "(config.toml)" not in ended.output


def test_what_has_to_be_done_stands_last(place: Path) -> None:
    config = with_keys(place)
    config.chmod(0o644)
    *_others, last, cure = check(config).output.strip().splitlines()
    assert last.startswith("WRONG config.toml: other users may read or change it")
    assert cure.strip() == f"-> chmod 600 {config}"


def test_a_passphrase_in_the_environment_is_not_blamed_on_the_file(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_PASSPHRASE", "canary canary canary")
    with pytest.raises(ConfigProblems) as refused:
        load(with_keys(place))
    assert refused.value.message.startswith("The environment, or .env beside ")
    assert "canary" not in refused.value.message


def test_a_configuration_that_may_not_be_read_ends_with_77(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(self: Path, *_: object) -> str:
        raise PermissionError(errno.EACCES, "closed", str(self))

    config = with_keys(place)
    monkeypatch.setattr(Path, "read_text", closed)
    with pytest.raises(ConfigProblems) as refused:
        load(config)
    assert refused.value.code is ExitCode.NO_PERMISSION


def test_before_init_there_is_only_a_note(place: Path) -> None:
    ended = check(configured(place))
    assert ended.exit_code == ExitCode.OK, ended.output
    assert "note  data: " in ended.output
    assert "steward init --config" in ended.output


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ('ca_file = "none.pem"', ExitCode.CONFIG, "none.pem"),
        ('ca_file = "config.toml"', ExitCode.CONFIG, "no certificate in PEM"),
        ('passphrase_file = "none"', ExitCode.CONFIG, "There is no file"),
        ('[account]\navatar = "none.png"', ExitCode.CONFIG, "none.png"),
        ('[metrics]\ntextfile = "none/steward.prom"', ExitCode.CONFIG, "mkdir -p"),
    ],
)
def test_files_that_are_named_and_cannot_be_used(
    place: Path, line: str, status: ExitCode, said: str
) -> None:
    ended = check(configured(place, f"{line}\n"))
    assert ended.exit_code == status, ended.output
    assert "WRONG" in ended.output
    assert said in ended.output


def test_files_open_to_others(place: Path) -> None:
    config = with_keys(place)
    config.chmod(0o666)
    ended = check(config)
    assert ended.exit_code == ExitCode.CONFIG
    assert f"-> chmod 600 {config}" in ended.output


@pytest.mark.skipif(not ROOT, reason="only root can give files away")
def test_a_data_directory_of_somebody_else(place: Path) -> None:
    config = with_keys(place)
    theirs(place / "data", 0o700)
    ended = check(config)
    assert ended.exit_code == ExitCode.CONFIG
    assert "belongs to uid 4343; you are root (uid 0)" in ended.output
